export { bounceReason, statusIn } from './classify/bounce-reason.ts';
export { isThanks } from './classify/thanks.ts';
export { run as parseCommand } from './command.ts';
export { partContent } from './content.ts';
export { limits } from './limits.ts';
export { parseAddresses } from './mime/addresses.ts';
export { type Headers, readHeaders } from './mime/headers.ts';
export { parse } from './parse.ts';
export { forwardedFrom } from './reply/forwarded.ts';
export type {
  Address,
  Attachment,
  Bounce,
  Complaint,
  Invitation,
  Kind,
  ParsedMail,
  Reported,
  Security,
} from './types.ts';
export { Unreadable } from './types.ts';
export { type MailWorker, mailWorker, type Outcome, parseInWorker, stopWorker } from './worker.ts';
