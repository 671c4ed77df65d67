export { isThanks } from './classify/thanks.ts';
export { run as parseCommand } from './command.ts';
export { partContent } from './content.ts';
export { limits } from './limits.ts';
export { parse } from './parse.ts';
export type { Address, Attachment, Bounce, Complaint, Invitation, Kind, ParsedMail, Security } from './types.ts';
export { Unreadable } from './types.ts';
export { type MailWorker, mailWorker, type Outcome, parseInWorker, stopWorker } from './worker.ts';
