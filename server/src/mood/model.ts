import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Emotion, type Group, groupOf, groups, outputs } from './emotions.ts';
import { featuresOf } from './features.ts';

type Model = {
  features: Uint32Array;
  bias: Float32Array;
  scale: Float32Array;
  threshold: Float32Array;
  weights: Int8Array[];
};

let loaded: Model | undefined;
/** Read when first needed: under a megabyte beside the code, made by bench/mood/train.ts. */
function model(): Model {
  if (loaded) return loaded;
  const bytes = gunzipSync(readFileSync(join(import.meta.dirname, 'model.bin')));
  const [count, width] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  if (width !== outputs.length)
    throw new Error(`The mood model tells ${width} things, not ${outputs.length}. Train it again: docs/mood.md.`);
  const three = (which: number): Float32Array =>
    Float32Array.from(outputs, (_, k) => bytes.readFloatLE(8 + k * 12 + which * 4));
  const from = 8 + width * 12;
  const start = from + count * 4;
  loaded = {
    bias: three(0),
    scale: three(1),
    threshold: three(2),
    features: Uint32Array.from({ length: count }, (_, i) => bytes.readUInt32LE(from + i * 4)),
    weights: outputs.map((_, k) => new Int8Array(bytes.buffer, bytes.byteOffset + start + k * count, count)),
  };
  return loaded;
}

/** How far each output lies above the point from which it is said; below zero it is not. */
function marginsOf(text: string): Float32Array {
  const { features, bias, scale, threshold, weights } = model();
  const own: number[] = [];
  for (const feature of featuresOf(text)) {
    const at = placeOf(features, feature);
    if (at >= 0) own.push(at);
  }
  const value = 1 / Math.sqrt(Math.max(1, own.length));
  return Float32Array.from(weights, (of, k) => {
    let sum = 0;
    for (const at of own) sum += of[at] ?? 0;
    return sum * value * (scale[k] ?? 0) + (bias[k] ?? 0) - (threshold[k] ?? 0);
  });
}

function placeOf(sorted: Uint32Array, wanted: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const there = sorted[middle] as number;
    if (there === wanted) return middle;
    if (there < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** What a text in English shows: each group and emotion with how clearly, the clearest first. There is always a group. */
export function feelingsOf(text: string): { groups: Map<Group, number>; emotions: Map<Emotion, number> } {
  const margins = marginsOf(text);
  const ranked = groups.map((group, k) => ({ group, margin: margins[k] ?? 0 })).sort((a, b) => b.margin - a.margin);
  const said = ranked.filter((one, i) => i === 0 || one.margin > 0);
  const felt = outputs
    .map((name, k) => ({ name, margin: margins[k] ?? 0 }))
    .slice(groups.length)
    .sort((a, b) => b.margin - a.margin);
  const found = new Map<Emotion, number>();
  for (const { group, margin } of said) {
    if (group === 'neutral') {
      found.set('neutral', margin);
      continue;
    }
    // A group that is felt is felt as something: its clearest emotion, and others that are clear by themselves.
    felt
      .filter(({ name }) => groupOf(name) === group)
      .forEach((one, i) => {
        if (i === 0 || one.margin > 0) found.set(one.name as Emotion, one.margin);
      });
  }
  return { groups: new Map(said.map(({ group, margin }) => [group, margin])), emotions: found };
}
