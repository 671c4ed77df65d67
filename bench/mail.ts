import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  apartCases,
  builtCases,
  isRight,
  type MatrixCase,
} from '../server/src/channels/email/parse/fixtures/matrix.ts';
import { parse, parseInWorker, stopWorker } from '../server/src/channels/email/parse/index.ts';
import { authScores } from './frame/auth-scores.ts';
import { spamCost, spamScores } from './frame/spam-scores.ts';

const adapters = fileURLToPath(new URL('./adapters/', import.meta.url));
const SCORES = {
  mime: 'parse.mjs',
  reply: 'parse.mjs',
  classify: 'parse.mjs',
  html: 'html.mjs',
  threads: 'threads.mjs',
} as const;

/**
 * How well mail is understood and what it costs. The scores come from the scorers in the folder HEARTEN_CORPORA names;
 * without it only the costs are measured, on mails made here.
 */
export async function measure(): Promise<Record<string, number>> {
  const corpora = process.env.HEARTEN_CORPORA;
  const figures: Record<string, number> = {};
  if (corpora && existsSync(join(corpora, 'score'))) {
    for (const [name, adapter] of Object.entries(SCORES))
      figures[`${name}_percent`] = await score(corpora, name, adapter);
    Object.assign(figures, timesOf(rawMails(corpora)));
  }
  figures.matrix_percent = shareOf([...builtCases(), ...apartCases()]);
  figures.matrix_apart_percent = shareOf(apartCases());
  Object.assign(figures, spamScores(corpora), await authScores(corpora), await costs());
  await stopWorker();
  return figures;
}

/** Twelve languages by six kinds of program: how often the new words are told from the rest. */
const shareOf = (cases: MatrixCase[]): number => round((100 * cases.filter(isRight).length) / cases.length);

/** Runs one scorer and reads its last line, "mime: 425 passed, 8 failed"; the lines of each source go to stderr. */
async function score(corpora: string, name: string, adapter: string): Promise<number> {
  const script = join(corpora, 'score', `${name}.mjs`);
  const out = await outputOf([script, '--cases', corpora, '--module', join(adapters, adapter)]);
  const m = new RegExp(`^${name}: (\\d+) passed, (\\d+) failed`, 'm').exec(out);
  process.stderr.write(`${name}, by source\n${out.match(/^ {2}\S+ +\d+ passed, \d+ failed$/gm)?.join('\n') ?? ''}\n`);
  if (!m) throw new Error(`The ${name} scorer gave no score:\n${out.slice(-500)}`);
  const passed = Number(m[1]);
  return round((100 * passed) / (passed + Number(m[2])));
}

function outputOf(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

function rawMails(corpora: string): Buffer[] {
  const folders = ['mime', 'reply', 'classify'].flatMap((kind) =>
    ['permissive', 'copyleft'].map((group) => join(corpora, kind, group, 'raw')),
  );
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

function timesOf(mails: Buffer[]): Record<string, number> {
  let crashes = 0;
  for (const mail of mails)
    try {
      parse(mail);
    } catch (error) {
      crashes++;
      process.stderr.write(`${String(error)}\n`);
    }
  const times = mails.map((mail) => {
    const began = performance.now();
    parse(mail);
    return performance.now() - began;
  });
  times.sort((a, b) => a - b);
  const at = (share: number): number => round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return { crashes, parse_p50_ms: at(0.5), parse_p99_ms: at(0.99), slowest_ms: at(1) };
}

async function costs(): Promise<Record<string, number>> {
  const plain = Array.from({ length: 100 }, (_, i) => sample(i, 31_000, 0));
  const attached = Array.from({ length: 50 }, (_, i) => sample(i, 31_000, 200_000));
  for (let i = 0; i < 3; i++) for (const mail of [...plain, ...attached]) parse(mail);
  await parseInWorker(plain);
  await parseInWorker(plain);
  const spam = spamCost(plain, 40);
  return {
    parse_cpu_ms: await cpuOf(plain.length * 5, () => repeat(5, plain)),
    parse_attachment_cpu_ms: await cpuOf(attached.length * 5, () => repeat(5, attached)),
    spam_cpu_ms: await cpuOf(spam.mails, spam.run),
    worker_cpu_ms: await cpuOf(plain.length * 3, async () => {
      for (let i = 0; i < 3; i++) await parseInWorker(plain);
    }),
  };
}

function repeat(times: number, mails: Buffer[]): void {
  for (let i = 0; i < times; i++) for (const mail of mails) parse(mail);
}

async function cpuOf(count: number, work: () => void | Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return round((user + system) / 1000 / count);
}

const round = (n: number): number => Math.round(n * 1000) / 1000;

const WORDS =
  'the order arrived yesterday but one part is missing could you please send it again we would be glad to hear from you soon about invoice number and delivery address'.split(
    ' ',
  );

/** An HTML reply of about `size` bytes as a mail program writes it, deterministic, with an attachment when asked. */
function sample(seed: number, size: number, attachment: number): Buffer {
  let state = seed + 1;
  const next = (): string => {
    state = (state * 48_271) % 2_147_483_647;
    return WORDS[state % WORDS.length] ?? '';
  };
  const line = (): string => Array.from({ length: 12 }, next).join(' ');
  const paragraphs: string[] = [];
  for (let length = 0; length < size * 0.3; length += 75) paragraphs.push(line());
  const style = 'margin:0cm;font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif';
  const html = paragraphs.map((p) => `<p class="MsoNormal" style="${style}">${p}<o:p></o:p></p>`).join('\r\n');
  const header = 'On Tue, 3 Mar 2026 at 09:41, Help Desk <help@desk.example> wrote:';
  const quoted = `<div class="gmail_quote"><div class="gmail_attr">${header.replace(/</g, '&lt;')}</div><blockquote class="gmail_quote">${line()}</blockquote></div>`;
  const file = attachment
    ? `--m\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(
        attachment * 0.74,
        7,
      )
        .toString('base64')
        .replace(/(.{76})/g, '$1\r\n')}\r\n`
    : '';
  return Buffer.from(
    `From: =?utf-8?Q?J=C3=B6rg?= <j${seed}@kunde.example>\r\nTo: help@desk.example\r\nSubject: Re: Order ${seed}\r\nDate: Tue, 3 Mar 2026 10:00:00 +0100\r\nMessage-ID: <${seed}@kunde.example>\r\nIn-Reply-To: <${seed}@desk.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${paragraphs.join('\r\n')}\r\n\r\n${header}\r\n> ${line()}\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${`${html}${quoted}`.replace(/=/g, '=3D').replace(/(.{72})/g, '$1=\r\n')}\r\n--a--\r\n${file}--m--\r\n`,
  );
}
