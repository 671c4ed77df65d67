import MailComposer from 'nodemailer/lib/mail-composer';
import { lamp, page } from './pictures.ts';

const HOUR = 3_600_000;
type Letter = ConstructorParameters<typeof MailComposer>[0] & { hours: number };

/**
 * Mails as mail programs write them: newsletters in tables, pictures between the lines, chains of quotes, files, an invitation, spam in
 * colours. They come in as bytes and are read like any other mail. No picture lies elsewhere: opening one asks nobody for anything.
 */
export async function letters(support: string, until: number): Promise<{ bytes: Buffer; receivedAt: string }[]> {
  const all = list(support).toSorted((a, b) => b.hours - a.hours);
  const out: { bytes: Buffer; receivedAt: string }[] = [];
  for (const { hours, ...mail } of all) {
    const at = new Date(until - hours * HOUR);
    const bytes = await new MailComposer({
      to: support,
      date: at,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...mail,
    })
      .compile()
      .build();
    out.push({ bytes, receivedAt: at.toISOString() });
  }
  return out;
}

const bar = 'border-bottom:1px solid #ddd;padding:8px 0';
function list(support: string): Letter[] {
  const photo = { filename: 'lamp.png', content: lamp(), contentType: 'image/png', cid: 'lamp@sample' };
  return [
    {
      hours: 5,
      messageId: '<picture-1@post-en.example>',
      from: { name: 'Grace Okafor', address: 'grace.okafor@hotel-thornbridge.example' },
      subject: 'The shade arrived with a dent, pictures inside',
      text: 'Hello,\n\nour Fjord arrived this morning and the shade has a dent on one side. You see it in the picture.\n\n[lamp.png]\n\nThe invoice is attached. We open on Friday, so a quick answer would help.\n\nGrace Okafor\nHotel Thornbridge',
      html: `<p>Hello,</p><p>our Fjord arrived this morning and the shade has a <b>dent on one side</b>. You see it in the picture.</p><p><img src="cid:lamp@sample" width="240" height="180" alt="The lamp, dented"></p><p>The invoice is attached. We open on Friday, so a quick answer would help.</p><p>Grace Okafor<br><span style="color:#777">Hotel Thornbridge · Front desk</span></p>`,
      attachments: [
        photo,
        { filename: 'invoice-NL-204117.pdf', content: page('Invoice NL-204117'), contentType: 'application/pdf' },
      ],
    },
    {
      hours: 29,
      messageId: '<chain-1@office-redmouth.example>',
      from: { name: 'Dominic Ashworth', address: 'dominic.ashworth@office-redmouth.example' },
      cc: { name: 'Freya Keane', address: 'freya.keane@office-redmouth.example' },
      subject: 'Quote for 40 pieces of Lumora 24',
      text: 'Good morning,\n\nwe need 40 Lumora 24 in brass for our new office in Redmouth, by the end of next month. What would that cost, with delivery?\n\nDominic Ashworth',
      attachments: [
        {
          filename: 'rooms.csv',
          content: Buffer.from('room,lamps,colour\nReception,6,brass\nLibrary,10,brass\nStudio,24,white\n'),
          contentType: 'text/csv',
        },
      ],
    },
    {
      hours: 26,
      messageId: '<chain-2@northwind.example>',
      inReplyTo: '<chain-1@office-redmouth.example>',
      references: ['<chain-1@office-redmouth.example>'],
      from: { name: 'Northwind Lamps', address: support },
      to: { name: 'Dominic Ashworth', address: 'dominic.ashworth@office-redmouth.example' },
      subject: 'Re: Quote for 40 pieces of Lumora 24',
      text: 'Hello Dominic,\n\nwith pleasure: 40 Lumora 24 in brass come to 5,120.00, delivery to Redmouth included. They would leave here on the 12th.\n\nShall I reserve them for you?\n\nKind regards,\nJonas Reuter',
    },
    {
      hours: 3,
      messageId: '<chain-3@office-redmouth.example>',
      inReplyTo: '<chain-2@northwind.example>',
      references: ['<chain-1@office-redmouth.example>', '<chain-2@northwind.example>'],
      from: { name: 'Freya Keane', address: 'freya.keane@office-redmouth.example' },
      cc: { name: 'Dominic Ashworth', address: 'dominic.ashworth@office-redmouth.example' },
      subject: 'Re: Quote for 40 pieces of Lumora 24',
      text: 'Yes please, reserve them. Could the six for the reception come a week earlier?\n\nFreya\n\nOn Tue, Dominic Ashworth wrote:\n> Freya, this is fine with me. Can you confirm?\n>\n> On Mon, Northwind Lamps wrote:\n>> Hello Dominic,\n>>\n>> with pleasure: 40 Lumora 24 in brass come to 5,120.00, delivery to Redmouth included.\n>>\n>>> we need 40 Lumora 24 in brass for our new office in Redmouth, by the end of next month.\n',
      html: '<div>Yes please, reserve them. Could the six for the reception come <i>a week earlier</i>?<br><br>Freya</div><br><div class="gmail_quote"><div>On Tue, Dominic Ashworth wrote:</div><blockquote type="cite">Freya, this is fine with me. Can you confirm?<br><br>On Mon, Northwind Lamps wrote:<blockquote type="cite">Hello Dominic,<br>with pleasure: 40 Lumora 24 in brass come to 5,120.00, delivery to Redmouth included.<blockquote type="cite">we need 40 Lumora 24 in brass for our new office in Redmouth.</blockquote></blockquote></blockquote></div>',
    },
    {
      hours: 8,
      messageId: '<letter-44@lightweek.example>',
      from: { name: 'Light Week', address: 'news@lightweek.example' },
      subject: 'This week in light: evenings are back',
      headers: {
        'List-Id': 'Light Week <news.lightweek.example>',
        'List-Unsubscribe': '<mailto:off@lightweek.example>',
        Precedence: 'bulk',
      },
      text: 'This week in light: evenings are back. Three rooms, five lamps, one rule.',
      html: `<table width="100%" cellpadding="0" cellspacing="0" style="background:#f4efe6"><tr><td align="center"><table width="560" cellpadding="0" cellspacing="0" style="background:#fff;font-family:Georgia,serif"><tr><td style="padding:28px 32px;background:#3a2d1e;color:#f7ecd9;font-size:28px">Light Week</td></tr><tr><td style="padding:24px 32px"><h1 style="font-size:24px;margin:0 0 8px">Evenings are back</h1><p style="line-height:1.6">Three rooms, five lamps, one rule: light the table, not the ceiling.</p><img src="cid:lamp@sample" width="496" alt="A pendant above a table"></td></tr><tr><td style="padding:0 32px 24px"><table width="100%"><tr><td width="50%" valign="top" style="padding-right:12px"><h2 style="font-size:17px">The long table</h2><p style="line-height:1.5">Two pendants, 70 cm above the wood.</p></td><td width="50%" valign="top"><h2 style="font-size:17px">The hallway</h2><p style="line-height:1.5">One warm lamp beats four cold ones.</p></td></tr></table></td></tr><tr><td style="padding:16px 32px;background:#f4efe6;color:#7a6a55;font-size:12px">You receive this because you asked for it.</td></tr></table></td></tr></table>`,
      attachments: [photo],
    },
    {
      hours: 11,
      messageId: '<ja-1@post-ja.example>',
      from: { name: '佐藤 美咲', address: 'misaki.sato@post-ja.example' },
      subject: 'ペンダントライトの高さについて',
      text: 'お世話になっております。\n\n食卓の上に吊るす場合、どのくらいの高さがよいでしょうか。天井は2.4メートルです。\n部屋の図を添付いたします。\n\nよろしくお願いいたします。\n佐藤',
      attachments: [{ filename: '間取り.png', content: lamp(), contentType: 'image/png' }],
    },
    {
      hours: 14,
      messageId: '<ar-1@post-ar.example>',
      from: { name: 'ليلى منصور', address: 'layla.mansour@post-ar.example' },
      subject: 'سؤال عن مصباح القراءة',
      text: 'مرحبًا،\n\nاشتريت مصباح القراءة Lumora 24 الأسبوع الماضي، وهو رائع. هل يمكن استعمال مصباح LED بقوة 12 واط فيه؟\n\nشكرًا لكم،\nليلى',
      html: '<div dir="rtl"><p>مرحبًا،</p><p>اشتريت مصباح القراءة <b dir="ltr">Lumora 24</b> الأسبوع الماضي، وهو رائع. هل يمكن استعمال مصباح LED بقوة 12 واط فيه؟</p><p>شكرًا لكم،<br>ليلى</p></div>',
    },
    {
      hours: 20,
      messageId: '<visit-1@theatre-birchgate.example>',
      from: { name: 'Hugh Merrick', address: 'hugh.merrick@theatre-birchgate.example' },
      subject: 'Visit for the installation',
      text: 'Hello,\n\nhere is the appointment for hanging the three large pendants in our foyer.\n\nHugh Merrick, Theatre Birchgate',
      icalEvent: { method: 'REQUEST', content: invitation(support) },
    },
    {
      hours: 33,
      messageId: '<away-1@bakery-crowdale.example>',
      from: { name: 'Ingrid Novak', address: 'ingrid.novak@bakery-crowdale.example' },
      subject: 'Out of office: Your order NL-118204',
      headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
      text: 'Thank you for your message. I am away until Monday and will read it then. In urgent cases please call the bakery.\n\nIngrid Novak',
    },
    {
      hours: 6,
      messageId: '<prize-1@winner-club.invalid>',
      from: { name: 'WINNER CLUB', address: 'claim@winner-club.invalid' },
      replyTo: 'offers@elsewhere.invalid',
      subject: 'CONGRATULATIONS!!! Your lamp voucher is waiting',
      headers: { 'X-Spam-Flag': 'YES', 'X-Spam-Status': 'Yes, score=14.2' },
      text: 'CONGRATULATIONS!!! You were selected. Act now, today only, 100% free money.',
      html: `<center><h1 style="color:red">CONGRATULATIONS!!!</h1><p style="${bar}">You were selected. Act now, today only, 100% free money.</p><p><a href="http://winner-club.invalid/claim">CLAIM IT NOW</a></p></center>`,
    },
  ];
}

/** A day after tomorrow is always to come. */
function invitation(support: string): string {
  const day = new Date(Date.now() + 2 * 24 * HOUR).toISOString().slice(0, 10).replaceAll('-', '');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Theatre Birchgate//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:visit-1@theatre-birchgate.example',
    `DTSTAMP:${day}T080000Z`,
    `DTSTART:${day}T090000Z`,
    `DTEND:${day}T110000Z`,
    'SUMMARY:Three pendants in the foyer',
    'LOCATION:Theatre Birchgate\\, stage door',
    'ORGANIZER;CN=Hugh Merrick:mailto:hugh.merrick@theatre-birchgate.example',
    `ATTENDEE;CN=Northwind Lamps;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${support}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}
