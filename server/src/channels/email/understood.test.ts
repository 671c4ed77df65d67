import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Message, Opened } from '@hearten/contract';
import { type TestRoom, testRoom } from '../../../test/room.ts';
import { sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import { type InboxRow, messageJson } from '../../conversations/index.ts';
import { arrive } from './arrive.ts';

let room: TestRoom;
let inbox: InboxRow;
let counter = 0;
before(async () => {
  room = await testRoom();
  inbox = await room.inbox();
});
after(() => room?.close());

/** A mail arrives as bytes; answers what a person's screen gets of it. */
async function arrived(
  mail: string,
  answers: string | null = null,
): Promise<{ message: Message; home: Opened['conversation'] }> {
  const id = newId();
  const head = `Message-ID: <u${++counter}@kunde.example>\nFrom: Ada <ada@kunde.example>\nTo: support@example.com\nDate: Tue, 3 Mar 2026 10:00:00 +0100\n${answers ? `In-Reply-To: ${answers}\n` : ''}`;
  const bytes = Buffer.from(`${head}${mail}`);
  await arrive(room, room.workspaceId, [
    {
      id,
      inboxId: inbox.id,
      source: 'smtp',
      bytes,
      size: bytes.length,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: {},
      stub: null,
    },
  ]);
  const [row] = await room.rows<{
    message: Message;
    status: string;
    waiting: string | null;
    conversation_id: string;
  }>(sql`
    select ${messageJson} as message, c.status, c.waiting_since as waiting, c.id as conversation_id
    from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${room.workspaceId} and m.id = ${id}`);
  assert.ok(row, 'it is here');
  const home = { id: row.conversation_id, status: row.status, waitingSince: row.waiting };
  return { message: row.message, home: home as Opened['conversation'] };
}

describe('What a mail holds besides its words comes to the screen', () => {
  it('an invitation, with its moment and the file it stands in', async () => {
    const { message } = await arrived(
      `Subject: Fitting\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee you there.\n--b\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Fitting\nDTSTART;TZID=W. Europe Standard Time:20260705T090000\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nEND:VCALENDAR\n--b--\n`,
    );
    assert.equal(message.parsed?.invitation?.title, 'Fitting');
    assert.equal(message.parsed?.invitation?.start, '2026-07-05T07:00:00.000Z');
    assert.equal(message.parsed?.invitation?.repeats, 'Every week');
    assert.equal(message.attachments[message.parsed?.invitation?.part ?? -1]?.contentType, 'text/calendar');
  });

  it('that it is encrypted, or came over a list; and nothing for a plain mail', async () => {
    const secret = await arrived(
      'Subject: s\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx\n--b--\n',
    );
    assert.equal(secret.message.parsed?.security?.encrypted, true);
    const list = await arrived(
      'Subject: l\nList-Id: Lamps <lamps.list.example>\nList-Post: <mailto:l@list.example>\n\nhello\n',
    );
    assert.equal(list.message.parsed?.list, 'Lamps <lamps.list.example>');
    assert.equal((await arrived('Subject: p\n\nhello\n')).message.parsed, null);
  });

  it('an absence shows on the customer through its last day, and reopens nothing', async () => {
    const { message, home } = await arrived(
      'Subject: Out of office: Lamps\nAuto-Submitted: auto-replied\n\nI am out of the office until 3 May 2199.\n',
    );
    assert.equal(message.parsed?.awayUntil, '2199-05-03');
    assert.equal(home.status, 'resolved');
    const [ada] = await room.rows<{ until: string }>(sql`
      select to_char(away_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as until from customer
      where workspace_id = ${room.workspaceId} and away_until is not null`);
    assert.equal(ada?.until, '2199-05-03 23:59');
  });
});

const languages: Record<string, [thanks: string[], broken: string[]]> = {
  en: [
    ['Thanks!', 'Thank you so much, it works now.', 'Thanks a lot for your quick help!\n\nAda'],
    ['Thanks, still broken.', 'Thank you, but it does not work.', 'Thanks, but the lamp is dark again'],
  ],
  de: [
    ['Danke!', 'Vielen Dank für die schnelle Hilfe.', 'Super, danke, jetzt geht es wieder!'],
    [
      'Danke, geht immer noch nicht.',
      'Vielen Dank, aber die Lampe ist weiter dunkel.',
      'Danke, funktioniert leider nicht',
    ],
  ],
  fr: [
    ['Merci !', 'Merci beaucoup pour votre aide.', 'Super, merci, tout fonctionne maintenant.'],
    ['Merci, mais ça ne marche toujours pas.', 'Merci, la lampe reste éteinte.', 'Merci mais toujours en panne'],
  ],
  es: [
    ['¡Gracias!', 'Muchas gracias por su ayuda.', 'Perfecto, mil gracias, ya funciona.'],
    ['Gracias, pero sigue sin funcionar.', 'Gracias, todavía está rota.', 'Gracias, no funciona'],
  ],
  pt: [
    ['Obrigado!', 'Muito obrigada pela ajuda.', 'Perfeito, obrigado, já está tudo a funcionar.'],
    ['Obrigado, mas continua avariado.', 'Obrigada, ainda não funciona.', 'Obrigado, não funcionou'],
  ],
  it: [
    ['Grazie!', 'Grazie mille per il vostro aiuto.', 'Perfetto, grazie, ora funziona tutto.'],
    ['Grazie, ma non funziona ancora.', 'Grazie, la lampada è sempre rotta.', 'Grazie ma non va'],
  ],
  nl: [
    ['Bedankt!', 'Hartelijk dank voor de snelle hulp.', 'Top, dank je wel, het werkt nu weer.'],
    ['Bedankt, maar hij is nog steeds kapot.', 'Dank u, het werkt nog niet.', 'Bedankt, doet het niet'],
  ],
  pl: [
    ['Dziękuję!', 'Bardzo dziękuję za szybką pomoc.', 'Super, dzięki, teraz wszystko działa.'],
    ['Dziękuję, ale nadal nie działa.', 'Dzięki, lampa wciąż jest zepsuta.', 'Dziękuję, nie działa'],
  ],
  ru: [
    ['Спасибо!', 'Большое спасибо за помощь.', 'Отлично, спасибо, теперь всё работает.'],
    ['Спасибо, но всё ещё не работает.', 'Спасибо, лампа по-прежнему сломана.', 'Спасибо, не работает'],
  ],
  tr: [
    ['Teşekkürler!', 'Yardımınız için çok teşekkür ederim.', 'Harika, teşekkürler, şimdi çalışıyor.'],
    ['Teşekkürler ama hâlâ çalışmıyor.', 'Teşekkür ederim, lamba yine bozuk.', 'Teşekkürler, çalışmıyor'],
  ],
  ja: [
    ['ありがとうございます！', '迅速なご対応ありがとうございました。', '解決しました。ありがとうございます。'],
    [
      'ありがとうございます。まだ直りません。',
      'ありがとうございます、でもまだ壊れています。',
      'ありがとう。動きません',
    ],
  ],
  zh: [
    ['谢谢！', '非常感谢您的帮助。', '太好了，谢谢，问题已经解决了。'],
    ['谢谢，还是坏的。', '谢谢，但是仍然不能用。', '感谢，灯还是不亮'],
  ],
};

describe('"Thanks!" lets a resolved conversation rest, "thanks, still broken" wakes it', () => {
  for (const [language, [thanks, broken]] of Object.entries(languages))
    it(language, async () => {
      const first = `<u${counter + 1}@kunde.example>`;
      const { home } = await arrived('Subject: Lamp\n\nThe lamp is dark.\n');
      const rest = (): Promise<void> =>
        room.db.tx(room.workspaceId, async (tx) => {
          await tx.run(sql`
            update conversation set status = 'resolved', waiting_since = null where workspace_id = ${room.workspaceId} and id = ${home.id}`);
        });
      for (const text of thanks) {
        await rest();
        const after = (await arrived(`Subject: Re: Lamp\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`, first))
          .home;
        assert.deepEqual([after.id, after.status, after.waitingSince], [home.id, 'resolved', null], text);
      }
      for (const text of broken) {
        await rest();
        const after = (await arrived(`Subject: Re: Lamp\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`, first))
          .home;
        assert.deepEqual([after.id, after.status, after.waitingSince !== null], [home.id, 'open', true], text);
      }
    });
});
