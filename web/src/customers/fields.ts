import type { CustomerField, FieldValue } from '@hearten/contract';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { date, decimalSign, plainly } from '../ui/time.ts';

/** A value as people read it. */
export const shownValue = ({ kind }: CustomerField, value: FieldValue | undefined): string | null => {
  if (value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? t('Yes') : t('No');
  if (typeof value === 'number') return plainly(value);
  return kind === 'date' ? date(`${value}T12:00:00`) : value;
};
/** A value as it stands in the control that changes it. */
export const typedValue = (value: FieldValue | undefined): string => (value === undefined ? '' : String(value));

/** What was typed as the value to keep; null takes it away. A number may be written as the reader's language does. */
export const readValue = ({ kind, label }: CustomerField, text: string): FieldValue | null => {
  if (text === '') return null;
  if (kind === 'yes-no') return text === 'true';
  if (kind !== 'number') return kind === 'link' && !/^https?:/i.test(text) ? `https://${text}` : text;
  const plain = plainNumber(text, decimalSign());
  if (plain === null) throw new Problem(0, { title: t('“{label}” takes a number. Nothing was changed.', { label }) });
  return plain;
};

const arabic = '٠١٢٣٤٥٦٧٨٩';
/** 1,234.5 in English, 1.234,5 in German, ١٢٣٫٥ in Arabic: `sign` is what the language puts before the part; null for what is no number. */
export const plainNumber = (text: string, sign: string): number | null => {
  const signs = new Set([sign, ...(sign === '٫' ? ['.'] : [])]);
  let plain = '';
  for (const c of text.trim().replace(/^[−–]/, '-')) {
    const digit = arabic.indexOf(c);
    if (digit >= 0) plain += digit;
    else if (signs.has(c)) plain += '.';
    else if (!/[.,٬’'\s\u00a0\u202f]/.test(c)) plain += c;
  }
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : null;
};
