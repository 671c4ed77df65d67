import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  cloud,
  inbox,
  mail,
  mailgun,
  passwordOf,
  place,
  post,
  rows,
  sendgrid,
  takesPosted,
  world,
} from '../../../../test/posted.ts';
import { type Posted, postmarkCloud } from '../../../../test/provider-clouds.ts';
import { sql } from '../../../base/db.ts';
import { newId } from '../../../base/ids.ts';
import { replyAddress } from '../address.ts';

takesPosted();

it('an answer finds its conversation by the recipient that the provider names, even when its headers name nothing', async () => {
  const one = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  await post(one.id, mailgun.mail(mail()));
  const [home] = await rows<{ id: string }>(
    sql`select id from conversation where workspace_id = ${place.id} and inbox_id = ${one.id}`,
  );
  const to = replyAddress(world.hearten.seal, place.id, one.address, home?.id ?? '') ?? '';
  assert.equal((await post(one.id, mailgun.mail(mail('It came'), { to }))).status, 200);
  const all = await rows<{ n: number }>(
    sql`select count(*)::int as n from message where workspace_id = ${place.id} and conversation_id = ${home?.id}`,
  );
  assert.equal(all[0]?.n, 2);
});

it('what a provider says became of our message shows at that message, once', async () => {
  const gun = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const grid = await inbox({ name: 'sendgrid', verificationKey: sendgrid.key });
  const mark = await inbox({ name: 'postmark' });
  const ses = await inbox({ name: 'ses', topics: [cloud.topic] });
  await post(gun.id, mailgun.mail(mail()));
  const [home] = await rows<{ id: string }>(
    sql`select id from conversation where workspace_id = ${place.id} and inbox_id = ${gun.id}`,
  );
  let sent = 0;
  const ours = async (): Promise<{ id: string; external: string }> => {
    const id = newId();
    const external = `out${++sent}@example.com`;
    await world.inside(place, (tx) =>
      tx.run(sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, state, external_id, recipients, text)
        values (${place.id}, ${id}, ${home?.id}, ${gun.id}, 'out', 'sent', ${external}, '{"to":[{"address":"ada@customer.example","name":""}],"cc":[],"bcc":[]}', 'Soon.')`),
    );
    return { id, external };
  };
  const markCloud = postmarkCloud(...passwordOf(mark.once));
  const cases: [string, string, (external: string) => Posted, string][] = [
    [
      'Mailgun',
      gun.id,
      (id) =>
        mailgun.event({
          event: 'failed',
          severity: 'permanent',
          recipient: 'ada@customer.example',
          message: { headers: { 'message-id': id } },
          'delivery-status': { code: 550, message: 'No such user' },
        }),
      'bounced',
    ],
    [
      'Mailgun, for now',
      gun.id,
      (id) =>
        mailgun.event({
          event: 'failed',
          severity: 'temporary',
          recipient: 'ada@customer.example',
          message: { headers: { 'message-id': id } },
        }),
      'sent',
    ],
    [
      'SendGrid',
      grid.id,
      (id) =>
        sendgrid.events([
          { event: 'delivered' },
          {
            event: 'bounce',
            type: 'bounce',
            email: 'ada@customer.example',
            'smtp-id': `<${id}>`,
            reason: '550 No such user',
          },
        ]),
      'bounced',
    ],
    [
      'Postmark',
      mark.id,
      (id) =>
        markCloud({
          RecordType: 'Bounce',
          ID: 4_000_000 + sent,
          Type: 'HardBounce',
          Email: 'ada@customer.example',
          Details: '550 No such user',
          Metadata: { 'message-id': `<${id}>` },
        }),
      'bounced',
    ],
    [
      'Postmark, by the copy',
      mark.id,
      (id) =>
        markCloud({
          RecordType: 'Bounce',
          ID: 4_000_000 + sent,
          Type: 'HardBounce',
          Email: 'ada@customer.example',
          Details: '550',
          Content: `Return-Path: <>\r\nMessage-ID: <dsn@mta.example>\r\n\r\nMessage-ID: <${id}>\r\n`,
        }),
      'bounced',
    ],
    [
      'SES',
      ses.id,
      (id) =>
        cloud.message(
          'Notification',
          JSON.stringify({
            notificationType: 'Bounce',
            mail: { headers: [{ name: 'Message-ID', value: `<${id}>` }] },
            bounce: {
              bounceType: 'Permanent',
              bouncedRecipients: [{ emailAddress: 'ada@customer.example', diagnosticCode: '550' }],
            },
          }),
        ),
      'bounced',
    ],
    [
      'SES, a complaint',
      ses.id,
      (id) =>
        cloud.message(
          'Notification',
          JSON.stringify({
            notificationType: 'Complaint',
            mail: { commonHeaders: { messageId: `<${id}>` } },
            complaint: { complainedRecipients: [{ emailAddress: 'ada@customer.example' }] },
          }),
        ),
      'sent',
    ],
  ];
  for (const [what, inboxId, event, state] of cases) {
    const { id, external } = await ours();
    const posted = event(external);
    const answer = await post(inboxId, posted);
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    assert.equal((await post(inboxId, posted)).status, inboxId === mark.id ? 200 : 401, `${what}: told again`);
    const [row] = await rows<{ state: string; delivery: { recipients: { address: string; text: string }[] } }>(
      sql`select state, delivery from message where workspace_id = ${place.id} and id = ${id}`,
    );
    assert.equal(row?.state, state, what);
    const [to] = row?.delivery.recipients ?? [];
    assert.equal(to?.address, 'ada@customer.example', what);
    assert.ok(to?.text, `${what}: in words`);
    const told = await rows(
      sql`select 1 from event where workspace_id = ${place.id} and message_id = ${id} and name = 'message.bounced'`,
    );
    assert.equal(told.length, 1, what);
  }
  assert.equal(
    (
      await post(
        gun.id,
        mailgun.event({
          event: 'failed',
          severity: 'permanent',
          message: { headers: { 'message-id': 'unknown@elsewhere.example' } },
        }),
      )
    ).status,
    200,
  );
});
