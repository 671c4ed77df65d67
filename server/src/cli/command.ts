import { textOf } from '../base/errors.ts';

export type Values = Record<string, string | boolean | undefined>;
export type Command = {
  help: string;
  options: Record<string, { type: 'string' | 'boolean'; short?: string }>;
  /** Options that must be given. */
  needs?: readonly string[];
  /** The option with which none of them is needed. */
  alone?: string;
  /** The name of the one thing that stands without an option. */
  takes?: string;
  run: (values: Values) => Promise<number>;
  /** The exit code when it throws, if not 1. */
  failed?: number;
  /** Reads its arguments itself. */
  raw?: (args: string[]) => Promise<number>;
};

/** As sysexits(3) has them, for what mail servers and scripts ask about. */
export const EXIT = { well: 0, failed: 1, usage: 64, later: 75, config: 78 } as const;

export const words = (error: unknown): string => textOf(error).trim();
export const print = (text: string): boolean => process.stdout.write(`${text}\n`);
export const text = (value: string | boolean | undefined): string => (typeof value === 'string' ? value : '');
