import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { arrive } from '../../src/channels/email/arrive.ts';
import { stopWorker } from '../../src/channels/email/parse/index.ts';
import { dice } from '../chaos-proxy.ts';
import { type TestRoom, testRoom } from '../room.ts';

const seed = Number(process.env.SEED ?? 17);

/** What the mail says its charset is, its bytes (base64), and what was meant. Some say something else than they are, as real ones do. */
const texts: [label: string, bytes: string, meant: string][] = [
  ['gb2312', 'xOO6w6Ostqm1pbrF1NrExMDvo78=', '你好，订单号在哪里？'],
  ['gbk', 'xOO6w6Os04aGzsyW1NrExNFlo78=', '你好，訂單號在哪裡？'],
  ['gb18030', 'g3K48crHouPO5cquo6zWeNZ4oaM=', '價格是€五十，謝謝。'],
  ['big5', 'vdCw3a1xs+a4ub1YpmKt/rjMoUg=', '請問訂單號碼在哪裡？'],
  ['shift_jis', 'ko2VtpTUjYaCzYLHgrGCxYK3gqmBQg==', '注文番号はどこですか。'],
  ['iso-2022-jp', 'GyRCQ21KOEhWOWYkTyRJJDMkRyQ5JCshIxsoQg==', '注文番号はどこですか。'],
  ['euc-jp', 'stnKqqSsxs+kraTepLuk86Gj', '荷物が届きません。'],
  ['euc-kr', 'wda5riC5+MijsKEgvu618L+hIMDWs6q/5D8=', '주문 번호가 어디에 있나요?'],
  ['koi8-r', '58TFIM3PyiDawcvB2j8=', 'Где мой заказ?'],
  ['windows-1251', 'w+TlIOzu6SDn4Org5z8=', 'Где мой заказ?'],
  ['windows-1252', 'RGFzIGtvc3RldCA1MCCAIJYgk3dpcmtsaWNolD8=', 'Das kostet 50 € – “wirklich”?'],
  ['iso-8859-1', 'RGFzIGtvc3RldCA1MCCAIJYgk3dpcmtsaWNolD8=', 'Das kostet 50 € – “wirklich”?'],
  ['us-ascii', 'R3L232U6IDUgbbIgliBm/HIgTfxsbGVy', 'Größe: 5 m² – für Müller'],
  ['utf-8', 'R3L232UgdW5kIE1h32UgZvxyIE38bGxlciwgYml0dGU=', 'Größe und Maße für Müller, bitte'],
  ['us-ascii', 'R3LDtsOfZSB1bmQgTWHDn2UgZsO8ciBNw7xsbGVy', 'Größe und Maße für Müller'],
  ['iso-8859-1', 'R3LDtsOfZSDigJMgNTAg4oKsIGbDvHIgTcO8bGxlcg==', 'Größe – 50 € für Müller'],
  ['iso-8859-2', 'R2R6aWUgamVzdCBtb2plIHphbfN3aWVuaWU/IK/zs+Yu', 'Gdzie jest moje zamówienie? Żółć.'],
  ['iso-8859-15', 'Q2VsYSBjb/t0ZSA1MCCkLCBuJ2VzdC1jZSBwYXM=', "Cela coûte 50 €, n'est-ce pas"],
  ['windows-1256', 'w+3kINjhyO2/', 'أين طلبي؟'],
  ['windows-1255', '4On05CDk5Obu8OQg+ezpPw==', 'איפה ההזמנה שלי?'],
  ['iso-8859-9', 'U2lwYXJp/mltIG5lcmVkZT8gVGX+ZWtr/HJsZXIu', 'Siparişim nerede? Teşekkürler.'],
  ['tis-620', 'pNPK0einq9fpzaLNp6nRuc3C2ei31ejky7k=', 'คำสั่งซื้อของฉันอยู่ที่ไหน'],
  ['utf-7', 'R3IrQVBZQTN3LWU6IDUgbStBTEkgK0lCTSArVDJCWmZRLQ==', 'Größe: 5 m² – 你好'],
  ['unknown-8bit', 'T8O5IGVzdCBtYSBjb21tYW5kZSA/', 'Où est ma commande ?'],
];

let room: TestRoom;
let inboxId: string;
before(async () => {
  room = await testRoom();
  inboxId = (await room.inbox()).id;
});
after(async () => {
  await stopWorker();
  await room.close();
});
async function taken(all: Buffer[]): Promise<
  {
    state: string;
    reason: string;
    text: string | null;
    subject: string | null;
    attachments: { filename: string }[] | null;
  }[]
> {
  const raws = all.map((bytes) => ({
    id: newId(),
    inboxId,
    source: 'smtp' as const,
    bytes,
    size: bytes.length,
    receivedAt: new Date().toISOString(),
    historic: false,
    folder: '',
    uidvalidity: null,
    uid: null,
    envelope: {},
    stub: null,
  }));
  await arrive(room, room.workspaceId, raws);
  const rows = await room.rows<{
    id: string;
    state: string;
    reason: string;
    text: string | null;
    subject: string | null;
    attachments: { filename: string }[] | null;
  }>(sql`
    select i.id, i.state, i.reason, m.text, m.subject, m.attachments from inbound_mail i left join message m on m.workspace_id = i.workspace_id and m.id = i.message_id
    where i.workspace_id = ${room.workspaceId} and i.id = any (${raws.map((raw) => raw.id)}::uuid[])`);
  return raws.map(
    ({ id }) =>
      rows.find((row) => row.id === id) ?? { state: 'lost', reason: '', text: null, subject: null, attachments: null },
  );
}
let counter = 0;
const mail = (headers: string[], body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `From: c${++counter}@example.org`,
        `Message-ID: <charset-${counter}@example.org>`,
        'MIME-Version: 1.0',
        ...headers,
        '',
        '',
      ].join('\r\n'),
      'latin1',
    ),
    body,
    Buffer.from('\r\n'),
  ]);

for (const [label, bytes, meant] of texts)
  test(`A17: what is written in ${label} is read as it was meant: ${meant}`, async () => {
    const raw = Buffer.from(bytes, 'base64');
    const [one] = await taken([
      mail(
        [
          `Subject: =?${label}?B?${bytes}?=`,
          `Content-Type: text/plain; charset=${label}`,
          'Content-Transfer-Encoding: 8bit',
        ],
        raw,
      ),
    ]);
    assert.equal(one?.state, 'processed', one?.reason);
    assert.equal(one?.text?.trim(), meant);
  });

test('A17: names of files in RFC 2231, in encoded words and in raw bytes are read', async () => {
  const part = (name: string): Buffer =>
    mail(
      ['Subject: file', 'Content-Type: multipart/mixed; boundary=b'],
      Buffer.concat([
        Buffer.from(
          `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; ${name}\r\n\r\nx\r\n--b--`,
          'utf8',
        ),
      ]),
    );
  const all = await taken([
    part("filename*=UTF-8''Rechnung%20M%C3%BCller.pdf"),
    part("filename*0*=iso-8859-1'de'Rechnung%20M%FC; filename*1=ller.pdf"),
    part('filename="=?utf-8?Q?Rechnung_M=C3=BCller.pdf?="'),
    part('filename="Rechnung Müller.pdf"'),
  ]);
  assert.deepEqual(
    all.map((one) => one.attachments?.[0]?.filename),
    Array.from({ length: 4 }, () => 'Rechnung Müller.pdf'),
  );
});

test(`A17: no bytes under any name of a charset end in anything but a message or a quarantine with a reason (seed ${seed})`, async () => {
  const random = dice(seed);
  const labels = [
    ...new Set(texts.map(([label]) => label)),
    'hz-gb-2312',
    'utf-16',
    'utf-32',
    'x-mac-roman',
    'ibm850',
    'cp932',
    'klingon-8',
    '',
    '"',
    'utf-8; charset=koi8-r',
  ];
  const mails = labels.flatMap((label) =>
    Array.from({ length: 8 }, () => {
      const body = Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256)));
      return mail(
        [
          `Subject: =?${label}?${random() < 0.5 ? 'B' : 'Q'}?${body.toString(random() < 0.5 ? 'base64' : 'latin1').replace(/[\r\n]/g, '')}?=`,
          `Content-Type: text/plain; charset=${label}`,
        ],
        body,
      );
    }),
  );
  for (let i = 0; i < mails.length; i += 50)
    for (const one of await taken(mails.slice(i, i + 50)))
      assert.ok(
        one.state === 'processed' ||
          one.state === 'ignored' ||
          (one.state === 'quarantined' && one.reason.length > 10 && !/failed on this mail/.test(one.reason)),
        JSON.stringify(one),
      );
});
