import type { Body } from '../body/collect.ts';
import type { Part } from '../mime/tree.ts';
import type { ParsedMail } from '../types.ts';

export function classify(_raw: Buffer, _root: Part, _mail: ParsedMail, _body: Body): Partial<ParsedMail> {
  return {};
}
