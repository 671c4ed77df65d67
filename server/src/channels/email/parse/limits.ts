/** Checked before the work they bound, so a hostile mail costs no more than an honest one. */
export const limits = {
  mailBytes: 200 * 1024 * 1024,
  headerBytes: 1024 * 1024,
  headerCount: 2_000,
  headerValue: 512_000,
  addresses: 2_000,
  addressHeader: 128_000,
  references: 200,
  parts: 2_000,
  depth: 40,
  boundaryLength: 1_000,
  /** Decoded text shown of all body parts together, in bytes; what lies beyond stays in the raw mail. */
  textBytes: 4 * 1024 * 1024,
  /** Longer texts are kept whole, without looking for quotes in them. */
  replyChars: 2 * 1024 * 1024,
  /** More lines than a person writes; such texts are kept whole as well. */
  replyLines: 40_000,
  filename: 255,
} as const;
