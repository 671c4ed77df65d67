import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Posting as Provider } from '@hearten/contract';
import {
  cloud,
  inbox,
  kept,
  mail,
  mailgun,
  messages,
  owner,
  passwordOf,
  place,
  post,
  refusal,
  rows,
  said,
  sendgrid,
  shown,
  takesPosted,
  world,
} from '../../../../test/posted.ts';
import { mailgunCloud, multipart, type Posted, postmarkCloud } from '../../../../test/provider-clouds.ts';
import { sql } from '../../../base/db.ts';
import { newId } from '../../../base/ids.ts';

takesPosted();

it('F04: opens only to what the provider signed: no secret, a wrong one, another provider and a stranger get one and the same refusal', async () => {
  const none = await inbox();
  const gun = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const grid = await inbox({ name: 'sendgrid', verificationKey: sendgrid.key });
  const mark = await inbox({ name: 'postmark' });
  const ses = await inbox({ name: 'ses', topics: [cloud.topic] });
  const raw = mail();
  const tries: [string, string, Posted][] = [
    ['no secret: Mailgun', none.id, mailgun.mail(raw)],
    ['no secret: Postmark', none.id, postmarkCloud('hearten', '')({ RawEmail: raw })],
    ['no secret: SendGrid', none.id, sendgrid.mail(raw)],
    ['no secret: SES', none.id, cloud.message('Notification', cloud.received(raw))],
    ['another provider than the one set', grid.id, mailgun.mail(raw)],
    ['a stranger’s key', gun.id, mailgunCloud().mail(raw)],
    ['no signature', gun.id, mailgun.mail(raw, { fields: { signature: '' } })],
    ['a day old', gun.id, mailgun.mail(raw, { at: Math.floor(Date.now() / 1000) - 86_400 })],
    ['from the future', gun.id, mailgun.mail(raw, { at: Math.floor(Date.now() / 1000) + 3600 })],
    ['a truncated form', gun.id, { ...mailgun.mail(raw), body: mailgun.mail(raw).body.subarray(0, -30) }],
    ['a stranger’s ECDSA key', grid.id, sendgrid.mail(raw, { key: sendgrid.stranger })],
    ['four days old', grid.id, sendgrid.mail(raw, { at: Math.floor(Date.now() / 1000) - 4 * 86_400 })],
    [
      'a changed body',
      grid.id,
      { ...sendgrid.mail(raw), body: Buffer.concat([sendgrid.mail(raw).body, Buffer.from(' ')]) },
    ],
    ['no header', grid.id, { ...sendgrid.mail(raw), headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['a wrong password', mark.id, postmarkCloud('hearten', 'guess')({ RawEmail: raw })],
    ['no password', mark.id, { path: 'postmark', headers: {}, body: Buffer.from(JSON.stringify({ RawEmail: raw })) }],
    [
      'another topic',
      ses.id,
      cloud.message('Notification', cloud.received(raw), { TopicArn: cloud.topic.replace('support', 'evil') }),
    ],
    ['a stranger’s RSA key', ses.id, cloud.message('Notification', cloud.received(raw), {}, '2', cloud.stranger)],
    [
      'a day-old message',
      ses.id,
      cloud.message('Notification', cloud.received(raw), {
        Timestamp: new Date(Date.now() - 86_400_000).toISOString(),
      }),
    ],
    ...[
      'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-a.pem',
      'https://evil.example/SimpleNotificationService-a.pem',
      'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem',
      'https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-a.pem',
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-a.pem',
      'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-a.pem',
      'https://sns.eu-west-1.amazonaws.com/bucket/evil.pem',
    ].map((SigningCertURL): [string, string, Posted] => [
      `a certificate from ${SigningCertURL}`,
      ses.id,
      cloud.message('Notification', cloud.received(raw), { SigningCertURL }),
    ]),
    ['no JSON', ses.id, { path: 'ses', headers: { 'content-type': 'text/plain' }, body: Buffer.from('hello') }],
    ['no such inbox', newId(), mailgun.mail(raw)],
  ];
  for (const [what, id, posted] of tries) {
    const answer = await post(id, posted);
    assert.equal(answer.status, 401, `${what}: ${answer.text}`);
    assert.equal(said(answer.text), refusal, what);
  }
  assert.deepEqual(await rows(sql`select id from inbound_mail where workspace_id = ${place.id}`), []);
  assert.equal((await shown(gun.id))?.since, null);
  // The certificate was asked for only where it may lie.
  assert.ok(cloud.asked.every(({ host }) => host === 'sns.eu-west-1.amazonaws.com'));
});

it('does not read the body of whoever has no business here', async () => {
  const none = await inbox();
  const answer = await post(none.id, {
    path: 'mailgun/mime',
    headers: { 'content-type': 'multipart/form-data' },
    body: Buffer.alloc(6 * 1024 * 1024),
  });
  assert.equal(answer.status, 401, 'a body above every limit is refused by the missing secret, not by its size');
});

it('takes Mailgun’s raw mail byte for byte, in both forms, with the envelope', async () => {
  const one = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const odd = Buffer.concat([Buffer.from(mail('caf')), Buffer.from([0xe9, 0x80, 0x25, 0x2b, 0x0d, 0x0a])]);
  for (const how of ['multipart', 'urlencoded'] as const) {
    const raw = Buffer.concat([odd, Buffer.from(`${how}\r\n`)]);
    const answer = await post(
      one.id,
      mailgun.mail(Buffer.from(raw.toString('latin1').replace(/<l/, `<${how}`), 'latin1'), { how }),
    );
    assert.equal(answer.status, 200, answer.text);
  }
  const [first, second] = await kept(one.id);
  assert.deepEqual(
    [first?.source, first?.state, first?.envelope],
    ['mailgun', 'processed', { from: 'bounces@customer.example', to: ['support@example.com'] }],
  );
  assert.equal(second?.state, 'processed');
  const [stored] = await rows<{ raw_hash: Buffer }>(
    sql`select raw_hash from inbound_mail where workspace_id = ${place.id} and inbox_id = ${one.id} order by received_at desc, id desc limit 1`,
  );
  const bytes = await world.hearten.files.get(world.hearten.db, place.id, stored?.raw_hash as Buffer);
  assert.ok(bytes.includes(Buffer.from([0xe9, 0x80, 0x25, 0x2b])), 'no byte was changed on the way');
});

it('F04: counts each signed request once, and a mail that the provider sends again is one', async () => {
  const one = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const raw = mail();
  const first = mailgun.mail(raw);
  assert.equal((await post(one.id, first)).status, 200);
  assert.equal((await post(one.id, first)).status, 401, 'the same token again');
  // A captured signature does not carry another mail.
  const { token, timestamp, signature } = mailgun.signed();
  assert.equal((await post(one.id, mailgun.mail(mail(), { fields: { token, timestamp, signature } }))).status, 200);
  assert.equal(
    (await post(one.id, mailgun.mail(mail('Forged'), { fields: { token, timestamp, signature } }))).status,
    401,
  );
  // Ten minutes old and never seen: it waited while we were away, so it is taken; a second time it is not.
  const late = mailgun.mail(mail(), { at: Math.floor(Date.now() / 1000) - 600 });
  assert.equal((await post(one.id, late)).status, 200);
  assert.equal((await post(one.id, late)).status, 401);
  assert.equal(await messages(one.id), 3);
  // Signed anew, as some do when they try again: known by what it says.
  assert.equal((await post(one.id, mailgun.mail(raw))).status, 200);
  assert.equal(await messages(one.id), 3);
  assert.equal((await kept(one.id)).filter((row) => row.state === 'ignored').length, 1);
});

it('F04: what was taken once and is played back ten minutes later is refused, whoever signed it; where nothing is signed it is one mail', async () => {
  const gun = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const grid = await inbox({ name: 'sendgrid', verificationKey: sendgrid.key });
  const ses = await inbox({ name: 'ses', topics: [cloud.topic] });
  const mark = await inbox({ name: 'postmark' });
  const then = Math.floor(Date.now() / 1000) - 600;
  const Timestamp = new Date(then * 1000).toISOString();
  const taken: [string, string, Posted, number][] = [
    ['Mailgun', gun.id, mailgun.mail(mail(), { at: then }), 401],
    ['SendGrid', grid.id, sendgrid.mail(mail(), { at: then }), 401],
    ['SES', ses.id, cloud.message('Notification', cloud.received(mail()), { Timestamp }), 401],
    ['Postmark', mark.id, postmarkCloud(...passwordOf(mark.once))({ RawEmail: mail() }), 200],
  ];
  for (const [what, id, posted, then] of taken) {
    assert.equal((await post(id, posted)).status, 200, what);
    await rows(
      sql`update provider_request set at = now() - interval '10 minutes' where workspace_id = ${place.id} and inbox_id = ${id} returning 1`,
    );
    for (let n = 0; n < 3; n++) assert.equal((await post(id, posted)).status, then, what);
    assert.equal(await messages(id), 1, what);
  }
});

it('gives a claim back when the mail could not be stored, so that the next try gets in', async () => {
  const one = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const posted = mailgun.mail(mail());
  const { files } = world.hearten;
  const put = files.put;
  files.put = async () => {
    throw Object.assign(new Error('The disk is full.'), { refusal: 'unavailable', detail: {} });
  };
  try {
    assert.equal((await post(one.id, posted)).status, 503);
  } finally {
    files.put = put;
  }
  assert.match((await shown(one.id))?.trouble?.text ?? '', /disk is full/);
  assert.equal((await post(one.id, posted)).status, 200);
  assert.equal(await messages(one.id), 1);
  assert.equal((await shown(one.id))?.trouble, null);
});

it('takes SendGrid’s raw mail by its signature, or by a password where there is no signature', async () => {
  const signed = await inbox({ name: 'sendgrid', verificationKey: sendgrid.key });
  const posted = sendgrid.mail(mail());
  assert.equal((await post(signed.id, posted)).status, 200);
  assert.equal((await post(signed.id, posted)).status, 401, 'a replay');
  assert.deepEqual((await kept(signed.id))[0]?.envelope, { from: 'ada@customer.example', to: ['support@example.com'] });
  const plain = await inbox({ name: 'sendgrid' });
  const [user, password] = passwordOf(plain.once);
  const { type, body } = multipart({ email: mail(), envelope: '{"to":["a@example.com"],"from":"b@example.com"}' });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const sent = (bytes: Buffer, contentType = type): Posted => ({
    path: 'sendgrid',
    headers: { 'content-type': contentType, authorization },
    body: bytes,
  });
  assert.equal((await post(plain.id, sent(body))).status, 200);
  const cases: [Posted, RegExp][] = [
    [sent(body.subarray(0, body.length - 60)), /cut short/],
    [sent(body, 'text/plain'), /not a form/],
    [sent(body, 'multipart/form-data'), /not a form/],
    [sent(Buffer.alloc(0)), /not a form/],
    [
      {
        ...sent(Buffer.alloc(0)),
        ...((m) => ({ headers: { ...sent(body).headers, 'content-type': m.type }, body: m.body }))(
          multipart({ text: 'Hi', subject: 'No raw' }),
        ),
      },
      /POST the raw, full MIME message/,
    ],
  ];
  for (const [bad, words] of cases) {
    const answer = await post(plain.id, bad);
    assert.equal(answer.status, 400, answer.text);
    assert.match(said(answer.text), words);
    assert.match((await shown(plain.id))?.trouble?.text ?? '', words);
  }
  assert.equal(await messages(plain.id), 1);
});

it('takes Postmark’s raw mail by the password of its address, and says what to switch on when it comes without', async () => {
  const one = await inbox({ name: 'postmark' });
  const cloudOf = postmarkCloud(...passwordOf(one.once));
  const answer = await post(
    one.id,
    cloudOf({ RawEmail: mail('Żółć'), OriginalRecipient: 'support@example.com', MessageID: 'x' }),
  );
  assert.equal(answer.status, 200, answer.text);
  const without = await post(one.id, cloudOf({ From: 'ada@customer.example', TextBody: 'Hi', Subject: 'Hi' }));
  assert.equal(without.status, 400);
  assert.match(said(without.text), /Include raw email content/);
  assert.match((await shown(one.id))?.trouble?.text ?? '', /Include raw email content/);
  assert.equal((await post(one.id, cloudOf({ RecordType: 'Delivery' }))).status, 200);
  assert.equal(await messages(one.id), 1);
  // A new password ends the former, and the address with it is shown that once.
  const again = await owner.send<{ url: string; provider: Provider }>('PUT', `/inboxes/${one.id}/provider`, {
    name: 'postmark',
    newPassword: true,
  });
  assert.ok(again.body.url.includes(passwordOf(again.body.url)[1]) && !again.body.provider.url.includes('@'));
  assert.equal((await post(one.id, cloudOf({ RawEmail: mail() }))).status, 401);
});

it('believes Amazon’s messages of its topic in both versions, confirms the subscription, and fetches from S3 with a key', async () => {
  const one = await inbox({ name: 'ses', topics: [cloud.topic] });
  const confirmation = cloud.message('SubscriptionConfirmation', 'You have chosen to subscribe');
  assert.equal((await post(one.id, confirmation)).status, 200);
  assert.ok(cloud.asked.some(({ path }) => path.startsWith('/?Action=ConfirmSubscription')));
  const elsewhere = cloud.message('SubscriptionConfirmation', 'You have chosen', {
    SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription',
  });
  assert.equal((await post(one.id, elsewhere)).status, 401, 'even signed, nobody but Amazon is asked');
  for (const version of ['1', '2'] as const) {
    const posted = cloud.message('Notification', cloud.received(mail()), {}, version);
    assert.equal((await post(one.id, posted)).status, 200, `version ${version}`);
    assert.equal((await post(one.id, posted)).status, 401, 'a replay');
  }
  const [row] = await kept(one.id);
  assert.deepEqual(
    [row?.source, row?.envelope],
    ['ses', { from: 'ada@customer.example', to: ['support@example.com'] }],
  );

  const inS3 = JSON.stringify({
    notificationType: 'Received',
    mail: { source: 'ada@customer.example' },
    receipt: {
      recipients: ['support@example.com'],
      action: { type: 'S3', bucketName: 'our-mail', objectKey: 'in/ä b' },
    },
  });
  const told = await post(one.id, cloud.message('Notification', inS3));
  assert.equal(told.status, 400);
  assert.match(said(told.text), /bucket our-mail as in\/ä b .*access key/);
  await owner.send('PUT', `/inboxes/${one.id}/provider`, {
    name: 'ses',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI',
  });
  const missing = await post(one.id, cloud.message('Notification', inS3));
  assert.equal(missing.status, 503);
  assert.match(said(missing.text), /AccessDenied/);
  cloud.bucket.set('/our-mail/in/%C3%A4%20b', Buffer.from(mail('From the bucket')));
  assert.equal((await post(one.id, cloud.message('Notification', inS3))).status, 200);
  assert.match(
    cloud.asked.at(-1)?.authorization ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
  );
  assert.equal(cloud.asked.at(-1)?.host, 's3.eu-west-1.amazonaws.com');
  assert.equal(await messages(one.id), 3);
});

it('keeps sender and subject of a mail that is too large, and refuses what no request may hold', async () => {
  const one = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const large = `${mail()}${'x'.repeat(2 * 1024 * 1024)}`;
  assert.equal((await post(one.id, mailgun.mail(large))).status, 200);
  const [row] = await kept(one.id);
  assert.equal(row?.state, 'processed');
  const huge = await post(one.id, mailgun.mail(`${mail()}${'x'.repeat(50 * 1024 * 1024)}`));
  assert.equal(huge.status, 413);
  assert.match((await shown(one.id))?.trouble?.text ?? '', /larger than can be taken/);
  const apart = await post(one.id, { ...mailgun.mail(''), path: 'mailgun' });
  assert.equal(apart.status, 400);
  assert.match(said(apart.text), /end with \/mailgun\/mime/);
});

it('never gives a secret back, keeps one that is left out, and shows since when it works', async () => {
  const one = await inbox({ name: 'mailgun', signingKey: mailgun.key });
  const before = await owner.get<{ provider: Provider }>(`/inboxes/${one.id}/provider`);
  assert.ok(!before.text.includes(mailgun.key));
  assert.deepEqual(
    [before.body.provider.has.signingKey, before.body.provider.since, before.body.provider.url],
    [true, null, `https://desk.example/mail/${one.id}/mailgun/mime`],
  );
  const [row] = await rows<{ secrets: Buffer }>(
    sql`select secrets from provider where workspace_id = ${place.id} and inbox_id = ${one.id}`,
  );
  assert.ok(!row?.secrets.includes(mailgun.key));
  assert.equal((await owner.send('PUT', `/inboxes/${one.id}/provider`, { name: 'mailgun' })).status, 200);
  await post(one.id, mailgun.mail(mail()));
  assert.ok((await shown(one.id))?.since);
  assert.equal(
    (await owner.send('PUT', `/inboxes/${one.id}/provider`, { name: 'ses', topics: ['arn:aws:s3:::x'] })).status,
    400,
  );
  assert.equal((await owner.send('PUT', `/inboxes/${one.id}/provider`, { name: 'ses' })).status, 400);
  assert.equal(
    (await owner.send('PUT', `/inboxes/${one.id}/provider`, { name: 'sendgrid', verificationKey: 'nonsense' })).status,
    400,
  );
  assert.equal((await owner.send('DELETE', `/inboxes/${one.id}/provider`, {})).status, 200);
  assert.equal((await post(one.id, mailgun.mail(mail()))).status, 401);
  assert.equal(await shown(one.id), null);
});
