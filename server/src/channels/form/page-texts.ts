import { inWords, type Said, say } from '../../base/words.ts';

const texts = {
  title: say('Write to us'),
  name: say('Your name'),
  email: say('Your e-mail address'),
  emailHelp: say('We answer to this address.'),
  subject: say('What is it about?'),
  message: say('Your message'),
  files: say('Files'),
  addFiles: say('Add files'),
  filesHelp: say('Choose, drop or paste them: pictures, documents, anything up to 15 MB together.'),
  remove: say('Remove'),
  urgency: say('Is this holding you up?'),
  urgencyNo: say('No'),
  urgencySlows: say('It slows me down'),
  urgencyStuck: say('I’m stuck'),
  neededBy: say('Needed by'),
  hereUntil: say('We are here now, until {time}.', { time: '{time}' }),
  here: say('We are here now.'),
  backAt: say('We are not here right now, and answer from {time} on.', { time: '{time}' }),
  optional: say('(optional)'),
  choose: say('Choose …'),
  send: say('Send'),
  sending: say('Sending …'),
  sent: say('Thank you. Your message has arrived.'),
  sentNumber: say('Its number is'),
  again: say('Write another message'),
  trap: say('Leave this empty'),
  failed: say('It could not be sent: the connection was lost. Your text is still here; send it again.'),
  needsScript: say(
    'This form needs JavaScript, which is switched off in your browser. You can write to us by mail instead:',
  ),
} satisfies Record<string, Said>;

/** What stands on a form beside the words of the company. */
export const pageTexts = (language: string): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, inWords(text, language)]));
