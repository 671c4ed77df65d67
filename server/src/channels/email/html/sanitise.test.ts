import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parseFragment, serialize } from 'parse5';
import { sanitise } from './index.ts';

type Node = DefaultTreeAdapterMap['node'];

/** Everything in the tree a browser would build that could act, load or lead astray. */
function dangers(html: string): string[] {
  const found: string[] = [];
  const walk = (node: Node): void => {
    if ('tagName' in node) {
      if (
        /^(script|iframe|frame|object|embed|base|meta|link|form|input|button|svg|math|template|noscript|portal)$/.test(
          node.tagName,
        )
      )
        found.push(`<${node.tagName}>`);
      for (const { name, value } of node.attrs) {
        const v = [...value]
          .filter((c) => c > ' ')
          .join('')
          .toLowerCase();
        if (/^on|^srcdoc$|^ping$|^action$|^formaction$/.test(name)) found.push(name);
        if (/^(java|vb|live)script:|^data:(?!image\/)/.test(v) && name !== 'title' && name !== 'alt')
          found.push(`${name}=${v}`);
        if ((name === 'src' || name === 'background') && /^(https?:)?\/\//.test(v)) found.push(`loads ${v}`);
        if (name === 'style' && /expression|position:(fixed|absolute|sticky)|@import|behavior|url\(/.test(v))
          found.push(v);
      }
    }
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(parseFragment(html));
  walk(parseFragment(serialize(parseFragment(html))));
  return found;
}

const payloads = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="&#1;javascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>1</script>">x</a>',
  '<iframe srcdoc="<script>1</script>"></iframe>',
  '<form action="https://x.example"><input name=q><button>go</button></form>',
  '<base href="https://x.example/">',
  '<meta http-equiv=refresh content="0;url=https://x.example">',
  '<link rel=stylesheet href=//x.example>',
  '<div style="position:fixed;top:0">x</div>',
  '<div style="background:url(https://x.example/a.png)">x</div>',
  '<div style="width:expression(alert(1))">x</div>',
  '<style>@import url(https://x.example);p{position:fixed}</style>',
  '<style><!--</style><script>alert(1)</script>--></style>',
  '<table background="https://x.example/a.png"><tr><td>x</table>',
  '<img src="https://x.example/a.png">',
  '<img srcset="https://x.example/a.png 2x">',
  '<video poster=//x.example src=//x.example></video>',
  '<textarea></textarea><img src=x onerror=1>',
  '<template><script>1</script></template>',
  '<a ping=https://x.example href=https://y.example>x</a>',
  '<p title="`><img src=x onerror=alert(1)>`">x</p>',
  '<!--><script>1</script>-->',
  '<![CDATA[<script>1</script>]]>',
];

describe('mail HTML is made harmless', () => {
  for (const payload of payloads) {
    it(`nothing acts or loads in ${payload.slice(0, 60)}`, () => assert.deepEqual(dangers(sanitise(payload).html), []));
  }

  it('nor in any mixture of such pieces', () => {
    const piece = fc.constantFrom(
      ...payloads,
      '<',
      '>',
      '"',
      "'",
      '<p',
      '</p>',
      '<!--',
      '-->',
      '<style>',
      '</style>',
      '<svg>',
      '</svg>',
      '<b>',
      '&lt;',
      '=',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) =>
        assert.deepEqual(dangers(sanitise(pieces.join('')).html), []),
      ),
      { numRuns: 500 },
    );
  });

  it('what comes out is well-formed: cleaning it again changes nothing', () => {
    for (const payload of [...payloads, '<p>a<b>b<div>c', '</div>x</p>', '<ul><li>a<li>b']) {
      const once = sanitise(payload).html;
      if (!once.includes('data-remote')) assert.equal(sanitise(once).html, once);
    }
  });
});

describe('mail HTML still looks like the mail', () => {
  it('text, tables, colours and classes stay', () => {
    const html =
      '<table width="600" bgcolor="#fff"><tr><td class="x" style="color:red;padding:4px">a &amp; b</td></tr></table>';
    assert.equal(sanitise(html).html, html);
  });

  it('style sheets keep their plain rules and media queries', () => {
    const { html } = sanitise(
      '<style>@font-face{src:url(x)} .a{color:red;behavior:url(x)} @media (max-width:600px){.a{width:100%}}</style>',
    );
    assert.equal(html, '<style>.a{color:red}@media (max-width:600px){.a{width:100%}}</style>');
  });

  it('links keep only addresses that lead to the web, a mailbox or a telephone, and open apart', () => {
    const { html } = sanitise(
      '<a href="https://x.example/?a=1&amp;b=2">web</a><a href="mailto:a@b.example">mail</a><a href="file:///etc">no</a>',
    );
    assert.match(html, /href="https:\/\/x\.example\/\?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow"/);
    assert.match(html, /href="mailto:a@b\.example"/);
    assert.doesNotMatch(html, /file:/);
  });
});

describe('pictures', () => {
  const mail =
    '<img src="https://x.example/a.png" alt="logo"><img src="cid:one%40x" alt="inline"><img src="https://t.example/p.gif" width="1" height="1">';

  it('from elsewhere stay away until they are asked for, and trackers for ever', () => {
    const { html, hasRemoteImages, trackers } = sanitise(mail);
    assert.equal(hasRemoteImages, true);
    assert.equal(trackers, 1);
    assert.match(html, /<img data-remote="https:\/\/x\.example\/a\.png" alt="logo">/);
    assert.doesNotMatch(html, / src=/);
  });

  it('come through the addresses they are given', () => {
    const { html } = sanitise(mail, {
      remoteImage: (url) => `/proxy?u=${encodeURIComponent(url)}`,
      cidImage: (id) => `/part/${id}`,
    });
    assert.match(html, /src="\/proxy\?u=https%3A%2F%2Fx\.example%2Fa\.png"/);
    assert.match(html, /src="\/part\/one@x"/);
    assert.doesNotMatch(html, /t\.example/);
  });
});

describe('a link that says one place and leads to another is marked', () => {
  const marked = (html: string): string | null => /leads to ([^<]+)</.exec(sanitise(html).html)?.[1] ?? null;
  const cases: [string, string | null][] = [
    ['<a href="https://evil.example/login">https://bank.example/login</a>', 'evil.example'],
    ['<a href="https://bank.example@evil.example/">bank.example</a>', 'evil.example'],
    ['<a href="https://evil.example/"><b>www.bank</b>.example</a>', 'evil.example'],
    ['<a href="https://р\u0430ypal.com/">our shop</a>', 'xn--ypal-43d9g.com'],
    ['<a href="mailto:eve@evil.example">help@bank.example</a>', 'eve@evil.example'],
    ['<a href="https://www.bank.example/a">bank.example</a>', null],
    ['<a href="https://mail.bank.example/a">www.bank.example</a>', null],
    ['<a href="https://bank.co.uk/a">shop.co.uk</a>', 'bank.co.uk'],
    ['<a href="https://evil.example/">bank.example<a href="https://x.example">y</a>', 'evil.example'],
    ['<a href="https://evil.example/">Read more</a>', null],
    ['<a href="https://files.example/1">invoice.pdf</a>', null],
    ['<a href="https://müller.example/">our shop</a>', null],
  ];
  for (const [html, wanted] of cases) it(html.slice(0, 70), () => assert.equal(marked(html), wanted));

  it('and no style of the mail hides the mark', () => {
    const { html } = sanitise(
      '<style>small{display:none!important}</style><a href="https://evil.example">bank.example</a>',
    );
    assert.match(html, /<small style="all:initial!important;display:inline!important/);
  });
});
