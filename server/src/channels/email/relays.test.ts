import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import { deliver } from '../../conversations/deliver.ts';
import { reply } from '../../conversations/reply.ts';
import { compose } from './compose.ts';
import { alsoKnownAs, headersFor } from './relays.ts';

const ID = '0102018c1f2a3b4c-5d6e7f80-1234-4abc-9def-0123456789ab-000000';

describe('Providers that change the Message-ID', () => {
  let w: Desk;
  before(async () => {
    w = await desk();
  });
  after(() => w.end());

  test('Postmark is asked to keep ours, nobody else is', async () => {
    const message = {
      id: '1',
      conversationId: '2',
      externalId: 'x@example.com',
      inReplyTo: null,
      references: [],
      to: [{ address: 'ana@example.org', name: '' }],
      cc: [],
      bcc: [],
      subject: 'Lamp',
      text: 'On its way.',
      attachments: [],
      automatic: false,
      quoted: null,
      only: [],
      forwarded: '',
      quote: null,
      authorName: '',
      authorSignature: '',
    };
    const letter = { from: { address: 'support@example.com', name: '' }, replyTo: null, signature: '', quote: false };
    const by = async (host: string) => String(await compose(message, { ...letter, headers: headersFor(host) }));
    assert.match(await by('smtp.postmarkapp.com'), /^X-PM-KeepID: true\r?$/im);
    assert.doesNotMatch(await by('smtp.example.com'), /X-PM-KeepID/i);
    assert.doesNotMatch(await by('smtp.postmarkapp.com.example'), /X-PM-KeepID/i);
  });

  test('Amazon says under which id it sent; nobody else is believed to', () => {
    assert.deepEqual(alsoKnownAs('email-smtp.eu-west-1.amazonaws.com', `250 Ok ${ID}`), [
      `${ID}@eu-west-1.amazonses.com`,
      `${ID}@email.amazonses.com`,
    ]);
    assert.deepEqual(alsoKnownAs('email-smtp-fips.us-east-1.amazonaws.com', `250 Ok ${ID}\r\n`).length, 2);
    assert.deepEqual(alsoKnownAs('smtp.example.com', `250 Ok ${ID}`), []);
    assert.deepEqual(alsoKnownAs('email-smtp.eu-west-1.amazonaws.com.example', `250 Ok ${ID}`), []);
    assert.deepEqual(alsoKnownAs('email-smtp.eu-west-1.amazonaws.com', '250 Ok'), []);
  });

  test('an answer and a bounce that name the id Amazon gave find the message it was given to', async () => {
    const channel = keepingChannel();
    const known = alsoKnownAs('email-smtp.eu-west-1.amazonaws.com', `250 Ok ${ID}`);
    const sends = async (of: typeof channel, knownAs: string[]) => {
      const mail = w.mail();
      const [one] = await w.receive(mail);
      const home = one?.conversationId as string;
      const out = JSON.parse(
        (await w.tx((t) => reply(t, () => of, w.people.lead, home, { text: 'An answer.' }))).json,
      ) as { message: { id: string } };
      await deliver(
        w.hearten,
        () => ({ ...of, send: async (m, i, check) => ({ ...(await of.send(m, i, check)), knownAs }) }),
        w.workspaceId,
        out.message.id,
      );
      return { home, from: mail.from, id: out.message.id };
    };
    await sends(channel, []); // a second message, that must not be meant
    const sent = await sends(channel, known);
    const [answer] = await w.receive({
      ...w.mail(),
      from: sent.from,
      inReplyTo: known[0] as string,
      references: [known[0] as string],
      subject: 'Re: something else',
    });
    assert.equal(answer?.conversationId, sent.home);
    const [stranger] = await w.receive({ ...w.mail(), inReplyTo: known[0] as string, references: [] });
    assert.notEqual(stranger?.conversationId, sent.home, 'knowing the id opens nothing to who takes no part');
    await w.receive({
      kind: 'bounce',
      automatic: true,
      from: { address: 'mailer-daemon@amazonses.example', name: '' },
      bounce: { messageExternalId: known[1] as string, recipients: [], hard: true, reason: 'No such mailbox.' },
    });
    const row = await w.tx((t) =>
      t.first<{ state: string }>(
        sql`select state from message where workspace_id = ${w.workspaceId} and id = ${sent.id}`,
      ),
    );
    assert.equal(row?.state, 'bounced');
  });
});
