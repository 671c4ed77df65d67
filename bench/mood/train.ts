import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { groupOf, outputs } from '../../server/src/mood/emotions.ts';
import { featuresOf } from '../../server/src/mood/features.ts';

/**
 * Makes server/src/mood/model.bin from GoEmotions' training rows alone, the same bytes each time:
 *   HEARTEN_CORPORA=DIR node bench/mood/train.ts
 * Thresholds are found on a tenth of the training rows that the first model didn't see; the test rows are never read.
 */
const FEATURES = 26_000;
const EPOCHS = 8;
const WIDTH = outputs.length;
type Row = { text: string; labels: string[] };
type Example = { features: Uint32Array; wants: Uint8Array };

const corpora = process.env.HEARTEN_CORPORA;
if (!corpora) throw new Error('Say where the sets are: HEARTEN_CORPORA=DIR node bench/mood/train.ts');
const examples = readFileSync(join(corpora, 'text', 'goemotions.train.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line): Example => {
    const { text, labels } = JSON.parse(line) as Row;
    const said = new Set<string>([...labels, ...labels.flatMap((label) => groupOf(label) ?? [])]);
    return { features: featuresOf(text), wants: Uint8Array.from(outputs, (one) => (said.has(one) ? 1 : 0)) };
  });

const seen = new Map<number, number>();
for (const { features } of examples) for (const one of features) seen.set(one, (seen.get(one) ?? 0) + 1);
const often = [...seen].filter(([, times]) => times >= 4).map(([feature]) => feature);
process.stderr.write(`${examples.length} rows, ${often.length} features\n`);

const learning = examples.filter((_, i) => i % 10 !== 3);
const held = examples.filter((_, i) => i % 10 === 3);
const first = learn(learning, often, 4);
const strength = (i: number): number => {
  let sum = 0;
  for (let k = 0; k < WIDTH; k++) sum += Math.abs(first.weights[i * WIDTH + k] ?? 0) * (k < 4 ? 4 : 1);
  return sum * Math.sqrt(Math.sqrt(seen.get(often[i] ?? 0) ?? 0));
};
const kept = often
  .map((feature, i) => ({ feature, strength: strength(i) }))
  .sort((a, b) => b.strength - a.strength || a.feature - b.feature)
  .slice(0, FEATURES)
  .map(({ feature }) => feature)
  .sort((a, b) => a - b);

const trial = learn(learning, kept, EPOCHS);
const thresholds = outputs.map((name, k) => best(name, k));
const model = learn(examples, kept, EPOCHS);
write();

type Model = { at: Map<number, number>; weights: Float32Array; bias: Float32Array };

/** Logistic regression for each output at once, by AdaGrad; the order is shuffled by a fixed seed. */
function learn(rows: Example[], features: number[], epochs: number): Model {
  const at = new Map(features.map((feature, i) => [feature, i]));
  const weights = new Float32Array(features.length * WIDTH);
  const pace = new Float32Array(features.length * WIDTH).fill(0.1);
  const bias = new Float32Array(WIDTH).fill(-2);
  const order = rows.map((_, i) => i);
  const known = rows.map(({ features: own }) => Uint32Array.from([...own].flatMap((one) => at.get(one) ?? [])));
  let seed = 11;
  const scores = new Float32Array(WIDTH);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      seed = (seed * 48_271) % 2_147_483_647;
      const j = seed % (i + 1);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    for (const i of order) {
      const own = known[i] as Uint32Array;
      const wants = (rows[i] as Example).wants;
      const value = 1 / Math.sqrt(Math.max(1, own.length));
      scores.set(bias);
      for (const one of own)
        for (let k = 0, w = one * WIDTH; k < WIDTH; k++, w++) (scores[k] as number) += value * (weights[w] as number);
      for (let k = 0; k < WIDTH; k++) {
        const miss = 1 / (1 + Math.exp(-(scores[k] as number))) - (wants[k] as number);
        scores[k] = miss;
        (bias[k] as number) -= 0.01 * miss;
      }
      for (const one of own)
        for (let k = 0, w = one * WIDTH; k < WIDTH; k++, w++) {
          const slope = (scores[k] as number) * value + 2e-5 * (weights[w] as number);
          (pace[w] as number) += slope * slope;
          (weights[w] as number) -= (0.35 * slope) / Math.sqrt(pace[w] as number);
        }
    }
    process.stderr.write(`epoch ${epoch + 1} of ${epochs}, ${features.length} features\n`);
  }
  return { at, weights, bias };
}

function scoreOf({ at, weights, bias }: Model, { features }: Example, k: number): number {
  const own = [...features].flatMap((one) => at.get(one) ?? []);
  let sum = bias[k] ?? 0;
  for (const one of own) sum += (weights[one * WIDTH + k] ?? 0) / Math.sqrt(own.length);
  return sum;
}

/** The threshold at which F1 on the rows held back is best. */
function best(name: string, k: number): number {
  const scored = held
    .map((one) => ({ score: scoreOf(trial, one, k), right: one.wants[k] === 1 }))
    .sort((a, b) => b.score - a.score);
  const all = scored.filter(({ right }) => right).length;
  let [right, top, threshold] = [0, 0, 0];
  scored.forEach((one, i) => {
    if (one.right) right++;
    const f1 = (2 * right) / (i + 1 + all);
    if (f1 > top) [top, threshold] = [f1, one.score];
  });
  process.stderr.write(`${name}: F1 ${top.toFixed(3)} from ${threshold.toFixed(2)} on\n`);
  return threshold;
}

/** Header: how many features, how many outputs. Then per output bias, scale and threshold; the features in order; one byte a weight. */
function write(): void {
  const scales = outputs.map((_, k) => {
    let most = 0;
    for (let i = 0; i < kept.length; i++) most = Math.max(most, Math.abs(model.weights[i * WIDTH + k] ?? 0));
    return most / 127;
  });
  const bytes = Buffer.alloc(8 + WIDTH * 12 + kept.length * (4 + WIDTH));
  let at = bytes.writeUInt32LE(kept.length, 0);
  at = bytes.writeUInt32LE(WIDTH, at);
  for (let k = 0; k < WIDTH; k++) {
    at = bytes.writeFloatLE(model.bias[k] ?? 0, at);
    at = bytes.writeFloatLE(scales[k] ?? 0, at);
    at = bytes.writeFloatLE(thresholds[k] ?? 0, at);
  }
  for (const feature of kept) at = bytes.writeUInt32LE(feature, at);
  // Output by output: neighbours look alike, so it packs better.
  for (let k = 0; k < WIDTH; k++)
    for (let i = 0; i < kept.length; i++)
      at = bytes.writeInt8(Math.round((model.weights[i * WIDTH + k] ?? 0) / (scales[k] || 1)), at);
  const file = join(import.meta.dirname, '../../server/src/mood/model.bin');
  writeFileSync(file, gzipSync(bytes, { level: 9 }));
  process.stderr.write(`${file}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} packed\n`);
}
