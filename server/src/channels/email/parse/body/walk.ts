import type { Part } from '../mime/tree.ts';
import type { Attachment, Invitation, Security } from '../types.ts';

/** A stretch of the body: one text part, one HTML part, or both as alternatives of each other. */
export type Piece = { text: string | null; html: string | null };

/** What is gathered on the way through the tree. */
export type Walk = {
  /** The bytes the parts' positions refer to: the mail, or what was unwrapped from `outer`. */
  raw: Buffer;
  outer: Part | null;
  pieces: Piece[];
  attachments: Attachment[];
  /** The parts reports are read from: delivery status, feedback report, returned headers. */
  reports: Part[];
  security: Security | null;
  invitation: Invitation | null;
  textLeft: number;
  problems: string[];
};
