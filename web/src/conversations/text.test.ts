import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addresses, marked, mentioned, mentionsTeam, pieces } from './text.ts';

test('links are found, and the full stop after them is not part of them', () => {
  assert.deepEqual(pieces('See https://a.example/x (or www.b.example).'), [
    { text: 'See ' },
    { text: 'https://a.example/x', href: 'https://a.example/x' },
    { text: ' (or ' },
    { text: 'www.b.example', href: 'https://www.b.example' },
    { text: ').' },
  ]);
  assert.deepEqual(pieces('ana@x.example'), [{ text: 'ana@x.example', href: 'mailto:ana@x.example' }]);
});

test('a text in pieces is the same text, and only http, https and mail addresses become links', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.constant('javascript:alert(1)//www.x.y')),
      (text) => {
        const out = pieces(text);
        assert.equal(out.map((p) => p.text).join(''), text);
        for (const p of out) if (p.href) assert.match(p.href, /^(https?:|mailto:)/i);
      },
    ),
  );
});

test('what was found is marked, never read as HTML', () => {
  assert.deepEqual(marked('a «lamp» <b>'), [
    { text: 'a ', hit: false },
    { text: 'lamp', hit: true },
    { text: ' <b>', hit: false },
  ]);
});

test('naming a colleague in a reply is noticed, an address or a stranger is not', () => {
  const team = ['Ana Novak', 'Mei Lin'];
  assert.equal(mentionsTeam('@mei can you look', team), 'Mei Lin');
  assert.equal(mentionsTeam('write to x@mei.example', team), null);
  assert.equal(mentionsTeam('@nobody', team), null);
});

test('a colleague stands out in a note with the whole name, or the first alone; a longer word or an address does not', () => {
  const team = ['Aiko Mori', 'Ana Novak', 'Ana Novakova'];
  const named = (text: string) =>
    mentioned(text, team)
      .filter((p) => p.named)
      .map((p) => p.text);
  assert.deepEqual(named('Ask @Aiko Mori, or @ana novak. Not @anastasia or x@aiko.example'), [
    '@Aiko Mori',
    '@ana novak',
  ]);
  assert.deepEqual(named('@Ana Novakova and @Ana, please'), ['@Ana Novakova', '@Ana']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const all = mentioned(`${text}@Aiko Mori ${text}`, team);
      assert.equal(all.map((p) => p.text).join(''), `${text}@Aiko Mori ${text}`);
    }),
  );
});

test('addresses are taken as people paste them, and what is none stays to be corrected', () => {
  const { found, rest } = addresses('"Claire Dubois" <claire@x.example>, b@y.example; not an address');
  assert.deepEqual(found, [
    { address: 'claire@x.example', name: 'Claire Dubois' },
    { address: 'b@y.example', name: '' },
  ]);
  assert.equal(rest, 'not an address');
});

test('letters without end, as a file that was pasted into a mail, are looked at once', () => {
  const cpu = process.cpuUsage();
  const text = `${'x'.repeat(300_000)} ida@customer.example`;
  assert.deepEqual(pieces(text).at(-1), { text: 'ida@customer.example', href: 'mailto:ida@customer.example' });
  const { user } = process.cpuUsage(cpu);
  assert.ok(user < 2_000_000, `${user / 1000} ms of processor time`);
});
