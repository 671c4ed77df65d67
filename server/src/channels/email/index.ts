import { mailSettings, type Provider } from '@hearten/contract';
import { baseUrl } from '../../base/config.ts';
import type { Tx } from '../../base/db.ts';
import { isRefusedAs, textOf } from '../../base/errors.ts';
import { eraseAlone } from '../../base/files.ts';
import { type Hearten, type Module, nothing } from '../../base/module.ts';
import { makeOutbound, type Outbound } from '../../base/outbound.ts';
import type { Channel } from '../../conversations/index.ts';
import { type Acknowledgement, acknowledge, acknowledgeOnce, mayWriteTo } from './acknowledge.ts';
import { domainOf, oursAmong } from './address.ts';
import { importHere, listImports, resumeImport, stopImport } from './archive/index.ts';
import { hostsSeen } from './authentication/hosts-seen.ts';
import { checkSenders } from './authentication/later.ts';
import { forgetTrusted } from './authentication/trusted.ts';
import { collector } from './collect.ts';
import { endKey, newKey } from './domains/keys.ts';
import { checkDomain, listDomains, signWithKey } from './domains/look.ts';
import { fileReader, fileRoutes } from './files.ts';
import { eraseMails, forgetFiles, forgetMails } from './forget.ts';
import { frameRoutes } from './frame.ts';
import { type HandIn, handIn } from './handed-in.ts';
import { disconnectInbox, listInboxes, newIntakeKey, otherInboxes } from './inboxes.ts';
import { listen } from './listen.ts';
import { lookSent, wonder } from './look-sent.ts';
import { changes, listenToMailboxes } from './mailboxes.ts';
import { stopWorker } from './parse/index.ts';
import { passable } from './passable.ts';
import { alwaysPictures } from './pictures.ts';
import { postedMail } from './posted.ts';
import { endPractice, readPractice, writePractice } from './practice/index.ts';
import { previewRoute } from './preview.ts';
import { providerMail, removeProvider, setProvider, showProvider } from './provider/index.ts';
import { ignore, listQuarantine } from './quarantine.ts';
import { settingsOf } from './room.ts';
import { sender } from './send.ts';
import { comeBackRoute } from './sign-in/come-back.ts';
import { beginSignIn, lookAtSignIn } from './sign-in/go.ts';
import { refreshGrant, takeGrantBack } from './sign-in/grant.ts';
import { listProviders, register, unregister } from './sign-in/registered.ts';
import { useSignIn } from './sign-in/use.ts';
import { readLeft, readStored } from './stored.ts';
import { takeHistory } from './take.ts';
import { takeOver } from './take-over.ts';
import { tellTrouble } from './trouble.ts';
import { connectInbox, keepInbox, tryServers } from './try-first.ts';

export { type ImportRow, importInto } from './archive/index.ts';
export { checkInboxes } from './check.ts';
export { parseCommand } from './parse/index.ts';
export { type Exit, pipe } from './pipe.ts';

import { clock } from '../../base/clock.ts';

/** Takes in mails of the past for another module. */
export type Take = (
  workspaceId: string,
  inboxId: string,
  mails: { bytes: Buffer; receivedAt: string }[],
) => Promise<void>;

const LEFT_EVERY = 5_000; // with the twenty seconds after which it counts as left: within half a minute of a process that died

const anew = async <T>(work: Promise<T>): Promise<T> => {
  const done = await work;
  forgetTrusted();
  changes.emit('changed');
  return done;
};

/** E-mail: fetched, delivered to us, piped or posted on the way in; SMTP on the way out. */
export function email(
  hearten: Hearten,
  outbound: Outbound = makeOutbound(),
): Module & {
  channel: Channel;
  inboxes: typeof otherInboxes;
  handIn: HandIn;
  acknowledge: (tx: Tx, to: Acknowledgement) => Promise<void>;
  mayWriteTo: typeof mayWriteTo;
  take: Take;
  erase: (tx: Tx, addresses: string[]) => Promise<unknown>;
} {
  const { config, log, seal } = hearten;
  const base = (): string => baseUrl(config);
  const { send, stop } = sender(hearten);
  const fileOf = fileReader(hearten);
  const stopping = new AbortController();
  const importing = new Set<Promise<void>>();
  const collect = collector(hearten);
  const channel: Channel = {
    name: 'email',
    inboxes: 'email',
    settings: mailSettings,
    can: { html: true, files: true, cc: true, maxLength: 500_000, maxBytes: 25_000_000 },
    ours: oursAmong,
    file: fileOf,
    passable: passable(hearten),
    undoSeconds: (inbox) => settingsOf(inbox).undoSeconds,
    externalId: (messageId, inbox) => `${messageId}@${domainOf(inbox.address)}`,
    takeOver,
    send,
  };
  return {
    name: 'email',
    channel,
    inboxes: otherInboxes,
    handIn: handIn(collect),
    mayWriteTo,
    acknowledge: (tx, to) => acknowledgeOnce(tx, channel, to),
    erase: (tx, addresses) => eraseMails(tx, hearten.files, addresses),
    take: (workspaceId, inboxId, mails) => takeHistory(hearten, workspaceId, inboxId, mails),
    routes: {
      'GET /inboxes': ({ tx }) => tx((t) => listInboxes(t, seal)),
      'POST /inboxes': ({ body, who, caller }) => anew(connectInbox(hearten, who, caller, body)),
      'PATCH /inboxes/:id': ({ params, body, who, caller }) => anew(keepInbox(hearten, who, caller, params.id, body)),
      'DELETE /inboxes/:id': ({ params, who, tx }) =>
        anew(nothing(tx((t) => disconnectInbox(t, hearten, who, params.id)))),
      'GET /inboxes/:id/mail-hosts': ({ params, tx }) => tx((t) => hostsSeen(t, hearten, params.id)),
      'POST /inboxes/:id/intake-key': ({ params, who, tx }) => tx((t) => newIntakeKey(t, seal, who, params.id)),
      'GET /inboxes/:id/provider': ({ params, tx }) => tx((t) => showProvider(t, seal, base(), params.id)),
      'PUT /inboxes/:id/provider': ({ params, body, who, tx }) =>
        tx((t) => setProvider(t, seal, base(), who, params.id, body)),
      'DELETE /inboxes/:id/provider': ({ params, who, tx }) => nothing(tx((t) => removeProvider(t, who, params.id))),
      'GET /inboxes/:id/imports': ({ params, tx }) => tx((t) => listImports(t, params.id)),
      'POST /imports/:id/stop': ({ params, who, tx }) => tx((t) => stopImport(t, who, params.id)),
      'POST /imports/:id/resume': ({ params, who, tx }) => tx((t) => resumeImport(t, who, params.id)),
      'POST /inboxes/test': ({ body, who }) => tryServers(hearten, who, body),
      'GET /domains': ({ tx }) => tx((t) => listDomains(t, hearten)),
      'POST /domains/:domain/check': ({ params, who }) => checkDomain(hearten, who.workspaceId, params.domain),
      'POST /domains/:domain/keys': async ({ params, body, who, tx }) => {
        const made = await newKey(body.algorithm);
        return tx((t) => signWithKey(t, hearten, who, params.domain, made));
      },
      'DELETE /dkim-keys/:id': ({ params, who, tx }) => nothing(tx((t) => endKey(t, who, params.id))),
      'GET /mail-providers': ({ tx }) => tx((t) => listProviders(t, hearten)),
      'PUT /mail-providers/:provider': ({ params, body, who, tx }) =>
        anew(tx((t) => register(t, hearten, who, params.provider, body))),
      'DELETE /mail-providers/:provider': ({ params, who, tx }) =>
        nothing(tx((t) => unregister(t, who, params.provider))),
      'POST /mailbox-sign-ins': ({ body, who, tx }) => tx((t) => beginSignIn(t, hearten, who, body)),
      'GET /mailbox-sign-ins/:id': ({ params, who, tx }) => tx((t) => lookAtSignIn(t, who, params.id)),
      'POST /mailbox-sign-ins/:id/use': ({ params, body, who, tx }) =>
        anew(tx((t) => useSignIn(t, hearten, who, params.id, body))),
      'POST /messages/:id/pictures': ({ params, body, who, tx }) =>
        tx((t) => alwaysPictures(t, who, params.id, body.always)),
      'GET /practice': ({ tx }) => tx(readPractice),
      'POST /practice/mails': ({ body, who }) => anew(writePractice(hearten, who, collect, body)),
      'DELETE /practice': ({ who, tx }) => anew(nothing(tx((t) => endPractice(t, hearten, who)))),
      'GET /quarantine': ({ query, tx }) => tx((t) => listQuarantine(t, query)),
      'POST /quarantine/:id/retry': async ({ params, who }) => {
        const { state, reason, why } = await readStored(hearten, who.workspaceId, params.id);
        return { outcome: state === 'processed' ? 'processed' : 'quarantined', reason, ...(why ? { why } : {}) };
      },
      'POST /quarantine/:id/ignore': ({ params, who, tx }) => nothing(tx((t) => ignore(t, who, params.id))),
    },
    plain: (app, identify) => {
      fileRoutes(app, hearten, identify, fileOf);
      comeBackRoute(app, hearten, identify, () => changes.emit('changed'));
      frameRoutes(app, hearten, identify, outbound);
      previewRoute(app, identify, fileOf);
      postedMail(app, hearten, collect);
      providerMail(app, hearten, collect, outbound);
    },
    jobs: {
      'refresh-grant': ({ workspaceId, inboxId }) => refreshGrant(hearten, String(workspaceId), String(inboxId)),
      'take-grant-back': ({ workspaceId, provider, sealed }) =>
        takeGrantBack(hearten, String(workspaceId), provider as Provider, String(sealed)),
      'check-domain': async ({ workspaceId, domain }) => {
        await checkDomain(hearten, String(workspaceId), String(domain)).catch((error: unknown) => {
          if (!isRefusedAs(error, 'not-found')) throw error; // no inbox sends from there any more
        });
      },
      'inbox-trouble': ({ workspaceId, inboxId }) => tellTrouble(hearten, String(workspaceId), String(inboxId)),
      'check-senders': ({ workspaceId, messageIds, round }) =>
        checkSenders(hearten, String(workspaceId), messageIds as string[], Number(round)),
      'import-mail': async ({ workspaceId, importId }) => {
        const going = importHere(hearten, String(workspaceId), String(importId), stopping.signal);
        importing.add(going);
        await going.finally(() => importing.delete(going));
      },
      'look-sent': ({ workspaceId, messageId, round }) =>
        lookSent(hearten, String(workspaceId), String(messageId), Number(round)),
      'read-mail': async ({ workspaceId, mailId }) => {
        await readStored(hearten, String(workspaceId), String(mailId));
      },
      'erase-bytes': async ({ workspaceId, pack, start, size }) => {
        const place = { pack: String(pack), start: Number(start), size: Number(size) };
        if (await eraseAlone(hearten.db, hearten.files, place)) return;
        await hearten.db.tx(String(workspaceId), (tx) =>
          hearten.jobs.add(tx, 'erase-bytes', place, { at: new Date(clock() + 60_000), tries: 25 }),
        );
      },
    },
    on: {
      'conversation.deleted': (tx, event) => forgetMails(tx, hearten.files, event),
      'message.files-removed': (tx, event) => forgetFiles(tx, hearten.files, event),
      'message.unknown': wonder,
    },
    onBatch: {
      events: ['message.received', 'message.checked'],
      react: (tx, events) => acknowledge(tx, events, channel),
    },
    start: async () => {
      const listening = config.SMTP_LISTEN ? await listen(hearten, config.SMTP_LISTEN) : null;
      const fetching = await listenToMailboxes(hearten);
      const left = setInterval(() => {
        readLeft(hearten).catch((error) =>
          log.warn('Stored mail could not be read; trying again', { error: textOf(error) }),
        );
      }, LEFT_EVERY);
      return async () => {
        clearInterval(left);
        stopping.abort();
        await Promise.allSettled(importing); // each ends after the mails it has in its hands
        await Promise.all([listening?.stop(), fetching()]);
        stop();
        await stopWorker();
      };
    },
  };
}
