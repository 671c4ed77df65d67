import { mailSettings } from '@hearten/contract';
import type { Hearten, Module } from '../../base/module.ts';
import { nothing } from '../../base/module.ts';
import type { Channel } from '../../conversations/index.ts';
import { domainOf } from './address.ts';
import { changeInbox, createInbox, disconnectInbox, listInboxes, newIntakeKey, tried } from './inboxes.ts';
import { listen } from './listen.ts';
import { changes, listenToMailboxes } from './mailboxes.ts';
import { settingsOf } from './room.ts';
import { sender } from './send.ts';
import { testConnection } from './test-connection.ts';

const anew = async <T>(work: Promise<T>): Promise<T> => {
  const done = await work;
  changes.emit('changed');
  return done;
};

/** E-mail: fetched, delivered to us, piped or posted on the way in; SMTP on the way out. */
export function email(hearten: Hearten): Module & { channel: Channel } {
  const { config, seal } = hearten;
  const { send, stop } = sender(hearten);
  return {
    name: 'email',
    channel: {
      name: 'email',
      settings: mailSettings,
      can: { html: true, files: true, cc: true, maxLength: 500_000 },
      undoSeconds: (inbox) => settingsOf(inbox).undoSeconds,
      externalId: (messageId, inbox) => `${messageId}@${domainOf(inbox.address)}`,
      send,
    },
    routes: {
      'GET /inboxes': ({ tx }) => tx((t) => listInboxes(t, seal)),
      'POST /inboxes': ({ body, who, tx }) => anew(tx((t) => createInbox(t, seal, who, body))),
      'PATCH /inboxes/:id': ({ params, body, who, tx }) => anew(tx((t) => changeInbox(t, seal, who, params.id, body))),
      'DELETE /inboxes/:id': ({ params, who, tx }) =>
        anew(nothing(tx((t) => disconnectInbox(t, seal, who, params.id)))),
      'POST /inboxes/:id/intake-key': ({ params, who, tx }) => tx((t) => newIntakeKey(t, seal, who, params.id)),
      'POST /inboxes/test': async ({ body, tx }) => {
        const { settings, secrets } = await tx((t) => tried(t, seal, body));
        return testConnection(body.address, settings, secrets);
      },
    },
    start: async () => {
      const listening = config.SMTP_LISTEN ? await listen(hearten, config.SMTP_LISTEN) : null;
      const fetching = await listenToMailboxes(hearten);
      return async () => {
        await Promise.all([listening?.stop(), fetching()]);
        stop();
      };
    },
  };
}
