import { cut } from '../base/text.ts';

/** Letters as people type them: no accents, lower case; what names and searches are compared by. */
export const fold = (text: string): string =>
  cut(
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/ß/g, 'ss')
      .replace(/ø/g, 'o')
      .replace(/ł/g, 'l')
      .replace(/đ/g, 'd')
      .replace(/æ/g, 'ae')
      .replace(/œ/g, 'oe')
      .replace(/ı/g, 'i'),
    400,
  );
