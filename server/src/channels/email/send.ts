import type { Reason } from '@hearten/contract';
import type { Tx } from '../../base/db.ts';
import { isRefused, textOf } from '../../base/errors.ts';
import { quoted, reasonIn, whyOf } from '../../base/reasons.ts';
import { lookOf } from '../../brand/index.ts';
import {
  type Answer,
  bouncedWith,
  type Channel,
  Declined,
  type InboxRow,
  Later,
  type Outgoing,
  Unsure,
} from '../../conversations/index.ts';
import { manyOf } from '../../mailings/index.ts';
import { askIn, inviteOf } from '../../mood/index.ts';
import { surveyLetter } from '../../surveys/index.ts';
import { oursAmong, replyAddress } from './address.ts';
import { compose } from './compose.ts';
import { signedFor } from './domains/keys.ts';
import { sendingDomain } from './domains/look.ts';
import { explain } from './explain.ts';
import { bounceReason, statusIn } from './parse/index.ts';
import { isPractice, practiceSink } from './practice/index.ts';
import { alsoKnownAs, headersFor } from './relays.ts';
import { type Room, settingsOf } from './room.ts';
import { type Proof, proofOf, refusedBy, signedInAt } from './sign-in/proof.ts';
import { showState } from './state.ts';
import { openWire, type SendTrouble, type SmtpPlace, sendOver, type Wire } from './wire.ts';

const IDLE = 8_000; // ms an open connection waits for the next message
const GOODBYE = 8_000; // ms that what is being sent has left when this process stops
type Kept = { wire: Wire; timer: NodeJS.Timeout };

/** Where an inbox sends: its own server, or else the one for system mail. */
async function placeOf(
  room: Room,
  inbox: InboxRow,
  sink: ReturnType<typeof practiceSink>,
): Promise<{ place: SmtpPlace; proof: Proof | undefined }> {
  if (isPractice(inbox.address)) return { place: await sink.at(inbox.workspace_id), proof: undefined };
  const { smtp } = settingsOf(inbox);
  if (smtp) {
    const proof = await proofOf(room, inbox, 'smtp').catch((error: unknown) => {
      throw isRefused(error) ? Later(whyOf(error) ?? quoted(textOf(error)), 60) : error;
    });
    return { place: { ...smtp, user: smtp.user || (proof === undefined ? '' : inbox.address) }, proof };
  }
  if (!room.config.SYSTEM_SMTP) throw Declined({ code: 'no-server' });
  const url = new URL(room.config.SYSTEM_SMTP);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    place: {
      host: url.hostname,
      port: Number(url.port) || (secure ? 465 : 587),
      security: secure ? 'tls' : user ? 'starttls' : 'none',
      user,
    },
    proof: user ? decodeURIComponent(url.password) : undefined,
  };
}

export type Send = Channel['send'];

/**
 * Hands one message to the inbox's mail server. What the server answered decides: 4xx later, 5xx never; a line that broke before the
 * final dot, later; after it, nobody knows (RFC 1047), and nobody sends it again by itself.
 */
export function sender(room: Room): { send: Send; stop: () => void } {
  const sink = practiceSink(room);
  const idle = new Map<string, Kept>();
  const busy = new Set<Wire>();
  const take = (key: string): Wire | null => {
    const kept = idle.get(key);
    if (!kept) return null;
    idle.delete(key);
    clearTimeout(kept.timer);
    return kept.wire.open() ? kept.wire : null;
  };
  const give = (key: string, wire: Wire): void => {
    if (!wire.open() || idle.has(key)) {
      wire.close();
      return;
    }
    const timer = setTimeout(() => {
      idle.delete(key);
      wire.close();
    }, IDLE);
    timer.unref();
    idle.set(key, { wire, timer });
  };

  const send: Send = async (message, inbox, check) => {
    const { place, proof } = await placeOf(room, inbox, sink);
    const { signature, quoteHistory, plusAddress } = settingsOf(inbox);
    // Ours were left out when it was queued, with what is shown; one that became ours since must not make a loop.
    const ours = oursAmong([inbox.address]);
    const recipients = message.only.filter((a) => !ours(a));
    // The practice inbox reaches nobody but the customer one plays; and no other inbox writes to a place that exists nowhere.
    if (recipients.some((to) => isPractice(to) !== isPractice(inbox.address)))
      throw Declined({ code: isPractice(inbox.address) ? 'practice-only' : 'practice-address' });
    if (recipients.length === 0) throw Declined({ code: 'nobody' });
    const replyTo = plusAddress
      ? replyAddress(room.seal, inbox.workspace_id, inbox.address, message.conversationId)
      : null;
    const many = await room.db.tx(inbox.workspace_id, (tx) => beside(room, tx, message));
    const invite = await inviteIn(room, message, inbox, recipients);
    const composed = await compose(many ? asShown(message) : message, {
      from: { address: inbox.address, name: inbox.name },
      replyTo,
      signature: many ? many.signature : signature,
      quote: quoteHistory,
      invite: many ? many.below : invite,
      headers: { ...headersFor(place.host), ...many?.headers },
    });
    const bytes = await signedFor(room, inbox.workspace_id, sendingDomain(inbox.address), composed);
    const envelope = { from: message.automatic ? '' : inbox.address, to: recipients };
    const key = `${inbox.id}:${JSON.stringify([place, settingsOf(inbox).signIn])}:${inbox.secrets?.toString('base64') ?? ''}`;
    const where = { ...place, ...signedInAt(settingsOf(inbox)), what: 'SMTP' as const };

    for (let again = false; ; again = true) {
      const kept = again ? null : take(key);
      let wire: Wire;
      try {
        wire = kept ?? (await openWire(place, proof, nameOf(inbox.address)));
      } catch (error) {
        const { why } = explain(error, where);
        await refusedBy(room, inbox, proof, error);
        await tellSending(room, inbox, why);
        throw Later(why, 30);
      }
      await check().catch((error) => {
        give(key, wire);
        throw error;
      });
      busy.add(wire);
      try {
        const info = await sendOver(wire, envelope, bytes);
        give(key, wire);
        if (!well.has(inbox.id)) await tellSending(room, inbox, null);
        const knownAs = alsoKnownAs(place.host, info.response);
        return info.rejected.length > 0
          ? { response: info.response, knownAs, answers: answersOf(recipients, info, info.response) }
          : { response: info.response, knownAs };
      } catch (error) {
        wire.close();
        const trouble = error as SendTrouble;
        // A kept connection that the server had closed meanwhile: nothing was said yet, so begin anew.
        if (kept && !trouble.dotted && !trouble.responseCode && trouble.code !== 'ETIMEDOUT') continue;
        const answers = answersOf(recipients, trouble, '');
        if (new Set(answers.map((a) => a.state)).size > 1) return { response: '', answers };
        throw fateOf(trouble, explain(error, where).why);
      } finally {
        busy.delete(wire);
      }
    }
  };
  return {
    send,
    stop: () => {
      for (const { wire, timer } of idle.values()) {
        clearTimeout(timer);
        wire.close();
      }
      idle.clear();
      sink.stop();
      setTimeout(() => {
        for (const wire of busy) wire.drop();
      }, GOODBYE).unref();
    },
  };
}

/** What belongs to one of many, or to a mail that asks: all as it was shown. */
const beside = async (room: Room, tx: Tx, { id, many, automatic }: Outgoing) =>
  many ? manyOf(room, tx, many) : automatic ? surveyLetter(room, tx, id) : null;

/** One of many goes out as it was shown, whatever its writer signs with by now. */
const asShown = (message: Outgoing): Outgoing => ({ ...message, authorSignature: '' });

/** The question at the end, in an answer that resolves. Decided once an answer: tried again it asks the same. */
const inviteIn = async (
  room: Room,
  { id, resolves, many }: Outgoing,
  inbox: InboxRow,
  only: string[],
): Promise<ReturnType<typeof inviteOf> | null> => {
  return room.db.tx(inbox.workspace_id, async (tx) => {
    const asking = await askIn(room, tx, {
      id,
      only,
      resolves,
      practice: isPractice(inbox.address),
      many: Boolean(many),
    });
    return asking && inviteOf(room.config, asking, await lookOf(tx, room, inbox.brand_id, false));
  });
};

/** Inboxes of which this process knows that sending works; what an earlier one said of the others is taken back at the first success. */
const well = new Set<string>();
const SENDING = reasonIn({ code: 'answers-stay', values: { why: '' } }, 'en');
async function tellSending(room: Room, inbox: InboxRow, trouble: Reason | null): Promise<void> {
  // The message itself carries its own state; this is for whoever looks after the inbox, and not worth failing for.
  const told = trouble
    ? showState(room, inbox.workspace_id, inbox.id, 'trouble', { code: 'answers-stay', values: { why: trouble } })
    : showState(room, inbox.workspace_id, inbox.id, 'working', null, SENDING);
  await told.catch((error) => room.log.warn('The state of an inbox could not be noted', { error: textOf(error) }));
  if (trouble) well.delete(inbox.id);
  else well.add(inbox.id);
}

type Rejected = { recipient?: string; response?: string; responseCode?: number };
/** What the server said of each, when it said something of each: in words, and as it was said. */
function answersOf(recipients: string[], told: { rejectedErrors?: Rejected[] }, taken: string): Answer[] {
  const refusals = new Map((told.rejectedErrors ?? []).map((one) => [one.recipient ?? '', one]));
  if (refusals.size === 0) return [];
  return recipients.map((address): Answer => {
    const refusal = refusals.get(address);
    if (!refusal) return { address, state: 'accepted', why: { code: 'taken' }, said: taken.slice(0, 500) };
    const said = (refusal.response ?? '').slice(0, 500);
    const later = (refusal.responseCode ?? 500) < 500;
    return { address, state: later ? 'deferred' : 'refused', why: refusedWith(said), said, seconds: later ? 60 : 0 };
  });
}
/** What a refusal means, before what was said. */
const refusedWith = (said: string): Reason => ({
  code: 'server-said',
  values: { why: bouncedWith(bounceReason(said, statusIn(said)).words), said },
});

function fateOf(trouble: SendTrouble, explained: Reason): Error {
  const response = trouble.response?.slice(0, 500) ?? '';
  const why = response ? refusedWith(response) : explained;
  const codes = [trouble.responseCode, ...(trouble.rejectedErrors ?? []).map((one) => one.responseCode)].filter(
    (code): code is number => typeof code === 'number',
  );
  if (codes.some((code) => code >= 400 && code < 500)) return Later(why, 60, response);
  if (codes.some((code) => code >= 500)) return Declined(why, response);
  if (trouble.dotted) return Unsure({ code: 'not-confirmed', values: { error: textOf(trouble).slice(0, 200) } });
  if (trouble.code === 'EENVELOPE' || trouble.code === 'EMESSAGE') return Declined(quoted(textOf(trouble)));
  return Later(explained, 30);
}
const nameOf = (address: string): string =>
  address.slice(address.lastIndexOf('@') + 1).replace(/[^\w.-]/g, '') || 'localhost';
