import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clients, interleaved, languages } from '../fixtures/languages.ts';
import { apartCases, isRight } from '../fixtures/matrix.ts';
import { mailOf, squeezed } from '../fixtures/write.ts';
import { parse } from '../parse.ts';

const signature = 'Anna Kunde, Kunde GmbH, Tel. +49 30 123456';

describe('what a customer newly wrote is told from what was quoted', () => {
  for (const [name, language] of Object.entries(languages)) {
    it(`in ${name}, whatever program wrote it, with and without a signature`, () => {
      const want = squeezed(language.answer.join(' '));
      for (const [client, write] of Object.entries(clients)) {
        for (const signed of [null, signature]) {
          const { html, text } = write(language, signed);
          assert.equal(squeezed(parse(mailOf(text)).replyText), want, `${client}, text`);
          if (html) assert.equal(squeezed(parse(mailOf(html, 'html')).replyText), want, `${client}, HTML`);
        }
      }
    });

    it(`in ${name}, answers between quoted lines stay together with what they answer`, () => {
      const { html, text } = interleaved(language);
      for (const mail of [parse(mailOf(text)), parse(mailOf(html, 'html'))]) {
        for (const line of [...language.answer, ...language.asked]) {
          assert.ok(squeezed(mail.replyText).includes(squeezed(line)), line);
        }
      }
    });
  }

  it('also in a second set of programs and words, nearly always', () => {
    const all = apartCases();
    const wrong = all.filter((one) => !isRight(one));
    assert.ok(wrong.length <= all.length * 0.05, wrong.map((c) => `${c.lang} ${c.name}`).join(', '));
  });

  it('what is set apart is kept beside it', () => {
    const mail = parse(mailOf('Yes please.\n\nOn 3 Mar 2026, at 09:41, Nora <n@desk.example> wrote:\n> Shall we?\n'));
    assert.equal(mail.replyText, 'Yes please.');
    assert.match(mail.quotedText, /Nora <n@desk\.example> wrote:\n> Shall we\?/);
  });

  it('the HTML of the new part comes without the old mail', () => {
    const { html } = clients.gmail?.(languages.en ?? assert.fail(), null) ?? assert.fail();
    const mail = parse(mailOf(html ?? '', 'html'));
    assert.match(mail.replyHtml ?? '', /that helped a lot/);
    assert.doesNotMatch(mail.replyHtml ?? '', /did the update help/);
    assert.match(mail.html ?? '', /did the update help/);
  });

  it('a forwarded mail is kept whole, since it is what the customer wants to show', () => {
    const block =
      'From: shop@other.example\nDate: 1 Mar 2026\nSubject: Invoice\nTo: anna@kunde.example\n\nYour invoice.';
    const marked = parse(mailOf(`See below.\n\n---------- Forwarded message ---------\n${block}`));
    assert.match(marked.replyText, /See below[\s\S]*Your invoice/);
    const outlook = parse(mailOf(`See below.\n\n${block}`, 'plain', 'Subject: FW: Invoice'));
    assert.match(outlook.replyText, /See below[\s\S]*Your invoice/);
    const turkish = block.replace('From', 'Kimden').replace('Date', 'Tarih').replace('Subject', 'Konu');
    for (const subject of ['İlt: Fatura', 'ilt: Fatura', 'I\u0307LT: Fatura', 'Ynt İlt: Fatura'])
      assert.match(
        parse(mailOf(`Aşağıda.\n\n${turkish}`, 'plain', `Subject: ${subject}`)).replyText,
        /Aşağıda[\s\S]*Your invoice/,
        subject,
      );
  });

  it('a sentence that only looks like a quote header is no header', () => {
    const text = 'On the surface this looks fine.\n\nOn Tuesday he wrote: it works. From: my point of view it is done.';
    assert.equal(parse(mailOf(text)).replyText, text);
  });

  it('a signed PGP text is shown without its armour', () => {
    const text =
      '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \nBob\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n';
    const mail = parse(mailOf(text));
    assert.equal(mail.replyText, 'Hello');
    assert.equal(mail.security?.format, 'pgp');
    assert.equal(mail.security?.signed, true);
    assert.match(mail.quotedText, /BEGIN PGP SIGNATURE/);
  });
});

describe('the text of an HTML mail says where its links lead', () => {
  const text = (html: string) => parse(mailOf(html, 'html')).replyText;

  it('after their words, on the line where they stand', () => {
    const html = '<p>See <a href="https://lamps.example/a?b=1&amp;c=2">here </a>or there.</p><p>Bye</p>';
    assert.equal(text(html), 'See here <https://lamps.example/a?b=1&c=2> or there.\n\nBye');
    assert.equal(
      text('<a href="https://lamps.example/t"><div>Track it</div></a>ok'),
      'Track it <https://lamps.example/t>\nok',
    );
  });

  it('but not twice, and not where a person cannot go', () => {
    for (const said of [
      '<a href="https://www.lamps.example/">lamps.example</a>',
      '<a href="mailto:ana@lamps.example?subject=x">ana@lamps.example</a>',
      '<a href="#top">Top</a>',
      '<a href="javascript:alert(1)">Top</a>',
      `<a href="https://lamps.example/${'x'.repeat(600)}">Top</a>`,
    ])
      assert.doesNotMatch(text(`<p>${said} it is</p>`), /</);
    assert.equal(text('<a href="https://lamps.example"><img src="x" alt="Our long logo"></a>Hello'), 'Hello');
  });
});
