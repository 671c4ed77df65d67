import type { FormFacts, Priority } from '@hearten/contract';
import type { Tx } from '../../base/db.ts';
import { type Hearten, type Module, nothing } from '../../base/module.ts';
import type { Channel } from '../../conversations/index.ts';
import { acknowledgeForm } from './acknowledge.ts';
import { pageRoutes } from './page.ts';
import { changeForm, deleteForm, formById, listForms, makeForm } from './settings.ts';
import { takeEntries } from './take.ts';

/** What a form needs of mail: a way in for what was written, and a way to say that it came. */
export type Mail = {
  channel: Channel;
  handIn: (
    workspaceId: string,
    entry: {
      id: string;
      inboxId: string;
      inbox: string;
      externalId: string;
      from: { name: string; address: string };
      subject: string;
      text: string;
      files: { filename: string; contentType: string; content: Buffer }[];
      facts: FormFacts;
      priority: Priority;
      noticed: { trap: boolean; seconds: number };
    },
  ) => Promise<{ state: string }>;
  acknowledge: (
    tx: Tx,
    to: { conversationId: string; messageId: string; address: string; subject: string; text: string },
  ) => Promise<void>;
};

/** Forms on websites: what is sent comes in as mail of a sender whom nothing proves, and is answered by mail. */
export function form(hearten: Hearten, mail: Mail): Module & { channel: Channel } {
  return {
    name: 'form',
    channel: { ...mail.channel, name: 'form' },
    routes: {
      'GET /forms': ({ tx }) => tx((t) => listForms(t, hearten)),
      'POST /forms': ({ tx, who, body }) => tx((t) => makeForm(t, hearten, who, body)),
      'GET /forms/:id': ({ tx, params }) => tx((t) => formById(t, hearten, params.id)),
      'PATCH /forms/:id': ({ tx, who, params, body }) => tx((t) => changeForm(t, hearten, who, params.id, body)),
      'DELETE /forms/:id': ({ tx, who, params }) => nothing(tx((t) => deleteForm(t, who, params.id))),
    },
    plain: (app) => {
      pageRoutes(app, hearten);
      takeEntries(app, hearten, mail);
    },
    jobs: { 'acknowledge-form': acknowledgeForm(hearten, mail) },
  };
}
