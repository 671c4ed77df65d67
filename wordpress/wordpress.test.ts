import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chatSettings } from '@hearten/contract';
import { parseFragment } from 'parse5';
import { newId } from '../server/src/base/ids.ts';
import { makeSeal } from '../server/src/base/seal.ts';
import { keyPlace, vouchedFor } from '../server/src/channels/chat/identity.ts';

const home = import.meta.dirname;
const php = [process.env.PHP, '/usr/bin/php'].find((path): path is string => Boolean(path && existsSync(path)));
const skip = php ? false : 'PHP is not installed';
const chat = '0190f0de-0000-7000-8000-000000000001';
const form = '0190f0de-0000-7000-8000-000000000002';
const secret = 'jk3Kq0pVwZ0o5m4b6R8yTn2cXe1sAfDgHhLlMmQqWwE';

/** Runs a few lines in a WordPress where the plugin is active; what they print, and anything that PHP has to complain of fails. */
function wp(lines: string, before = ''): string {
  const program = `require '${home}/fixtures/wordpress.php'; ${before} require '${home}/hearten.php'; do_action('admin_init'); ${lines}`;
  const how = ['-n', '-d', 'error_reporting=-1', '-d', 'display_errors=stderr', '-r', program];
  const { stdout, stderr, status } = spawnSync(php as string, how, { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, ''], stdout);
  return stdout;
}
const json = <T>(lines: string): T => JSON.parse(wp(`${lines}`)) as T;
const text = (value: unknown): string => `json_decode('${JSON.stringify(value).replace(/['\\]/g, '\\$&')}', true)`;
/** An administrator sends the form of the settings. */
const save = (posted: unknown): string => `$site['can'] = ['manage_options']; options_php('hearten', ${text(posted)});`;
const usual = save({ hearten: { desk: 'https://desk.example/', chat, form }, hearten_secret: { new: secret } });
const signedIn = (more: Record<string, unknown> = {}): string => {
  const user = { ID: 7, display_name: 'Jane Doe', user_email: 'jane@shop.example', ...more };
  return `$site['user'] = new WP_User(); foreach (${text(user)} as $key => $value) { $site['user']->$key = $value; }`;
};
const footer = `do_action('wp_footer');`;
/** The scripts in a piece of HTML, as a browser reads them. */
const scripts = (html: string): { attributes: Record<string, string>; text: string }[] => {
  const found: { attributes: Record<string, string>; text: string }[] = [];
  const nodes = parseFragment(html).childNodes.filter(
    (node) => node.nodeName !== '#text' || /\S/.test('value' in node ? node.value : ''),
  );
  for (const node of nodes) {
    assert.equal(node.nodeName, 'script', html);
    if (!('attrs' in node)) continue;
    const [inner] = node.childNodes;
    found.push({
      attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
      text: inner && 'value' in inner ? inner.value : '',
    });
  }
  return found;
};
const tokenIn = (html: string): string => {
  const said = /^\s*window\.heartenSettings = (\{.*\});\s*$/s.exec(scripts(html)[0]?.text ?? '')?.[1] ?? '{}';
  return (JSON.parse(said) as { user_jwt: string }).user_jwt;
};

test('The plugin is PHP that can be read, says who may use it, and its readme agrees with it', { skip }, () => {
  const { status, stdout } = spawnSync(php as string, ['-n', '-l', join(home, 'hearten.php')], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  const [plugin, readme] = ['hearten.php', 'readme.txt'].map((name) => readFileSync(join(home, name), 'utf8')) as [
    string,
    string,
  ];
  const said = (name: string): string | undefined => new RegExp(`^ \\* ${name}:\\s+(.+)$`, 'm').exec(plugin)?.[1];
  const told = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(readme)?.[1];
  for (const name of ['License', 'License URI', 'Requires at least', 'Requires PHP'])
    assert.equal(said(name), told(name), name);
  assert.deepEqual([said('License'), said('Version')], ['MIT', told('Stable tag')]);
  assert.match(readme, /^=== Hearten ===$/m);
  assert.ok(
    (/\n\n(.+)\n\n== Description ==/.exec(readme)?.[1] ?? '').length <= 150,
    'a short description has 150 characters',
  );
});

test('Before it is set up it prints nothing; then the one line, from the desk, on every page that wants it', {
  skip,
}, () => {
  assert.equal(wp(`hearten_activate(); ${footer} echo hearten_form_shortcode([]);`), '');
  const [line, ...more] = scripts(wp(`${usual} ${footer}`));
  assert.deepEqual(
    [line?.attributes, more],
    [{ src: `https://desk.example/chat/${chat}.js`, async: '', 'data-app-id': chat }, []],
  );
  assert.equal(wp(`${usual} add_filter('hearten_show_chat', fn() => false); ${footer}`), '');
  // The nonce of a policy is WordPress' own business, and reaches both scripts.
  const nonce = `foreach (['wp_script_attributes', 'wp_inline_script_attributes'] as $hook) add_filter($hook, fn($a) => $a + ['nonce' => 'n1']);`;
  const both = scripts(wp(`${nonce} ${usual} ${signedIn()} ${footer}`));
  assert.deepEqual(
    both.map((one) => one.attributes.nonce),
    ['n1', 'n1'],
  );
});

test('Who is signed in is vouched for as the desk believes it; a name is only a name, and an address goes along only when the site checks addresses', {
  skip,
}, async () => {
  const seal = makeSeal('a secret key for these tests, long enough');
  const [workspaceId, keyId] = [newId(), newId()];
  const there = {
    ...{
      workspaceId,
      id: chat,
      name: 'Shop',
      settings: chatSettings.parse({}),
      closed: false,
      brand: { name: '', colour: '', site: '' },
    },
    keys: [
      {
        id: keyId,
        algorithm: 'HS256' as const,
        secret: seal.close(secret, keyPlace(workspaceId, keyId)),
        publicKey: null,
      },
    ],
  };
  const vouched = (html: string) => vouchedFor(seal, there, tokenIn(html));
  assert.deepEqual(await vouched(wp(`${usual} ${signedIn()} ${footer}`)), {
    userId: '7',
    name: 'Jane Doe',
    email: null,
    keyId,
  });
  const checked = save({
    hearten: { desk: 'https://desk.example', chat, email: '1' },
    hearten_secret: { new: secret },
  });
  assert.equal((await vouched(wp(`${checked} ${signedIn()} ${footer}`))).email, 'jane@shop.example');
  assert.equal((await vouched(wp(`${checked} ${signedIn({ user_email: 'not an address' })} ${footer}`))).email, null);
  // What people call themselves ends no script, and stays what it is.
  for (const display_name of ['</script><script>alert(1)</script>', '<!--<script>', `O'Brien "&" Ωmega 日本`, '\u2028'])
    assert.equal(
      (await vouched(wp(`${usual} ${signedIn({ display_name })} ${footer}`))).name,
      display_name.replace('\u2028', '').trim(),
    );
  // It ends within the hour, and is nobody's where nobody is signed in or no secret is kept.
  const claims = JSON.parse(
    Buffer.from(tokenIn(wp(`${usual} ${signedIn()} ${footer}`)).split('.')[1] ?? '', 'base64url').toString(),
  );
  assert.ok(claims.exp - Date.now() / 1000 <= 3_600 && claims.exp > claims.iat, JSON.stringify(claims));
  assert.equal(scripts(wp(`${usual} ${footer}`)).length, 1);
  const without = save({ hearten: { desk: 'https://desk.example', chat } });
  assert.equal(scripts(wp(`${without} ${signedIn()} ${footer}`)).length, 1);
});

test('A page that says who somebody is stays out of caches; that of a visitor may be kept', { skip }, () => {
  const cached = `do_action('template_redirect'); echo json_encode([$site['nocache'], defined('DONOTCACHEPAGE')]);`;
  assert.deepEqual(json(`${usual} ${signedIn()} ${cached}`), [1, true]);
  assert.deepEqual(json(`${usual} ${cached}`), [0, false]);
});

test('What cannot be right is not kept, whatever is sent; the secret is never shown again, and only taken away on purpose', {
  skip,
}, () => {
  const kept = `echo json_encode([get_option('hearten'), get_option('hearten_secret'), $site['errors']]);`;
  const good = { desk: 'https://desk.example', chat, form, email: false };
  assert.deepEqual(json(`${usual} ${kept}`), [good, secret, []]);
  assert.deepEqual(
    json(
      `${usual} ${save({ hearten: { desk: 'http://desk.example', chat: 'mine', form: "' or 1=1" }, hearten_secret: { new: 'short' } })} ${kept}`,
    ),
    [good, secret, ['hearten_desk', 'hearten_chat', 'hearten_form', 'hearten_secret']],
  );
  const desks: [given: unknown, read: string][] = [
    ['https://Desk.Example:8443/inbox?x#y', 'https://desk.example:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['https://user:word@desk.example', ''],
    ['javascript:alert(1)', ''],
    ['https://desk.example"><script>', ''],
    ["https://desk.example' onerror='x", ''],
    ['//desk.example', ''],
    [['https://desk.example'], ''],
    ['', ''],
  ];
  for (const [given, read] of desks)
    assert.equal(json(`echo json_encode(hearten_desk(${text(given)}));`), read, JSON.stringify(given));
  const line = `<script async src="https://desk.example/chat/${chat}.js" data-app-id="${chat}"></script>`;
  assert.equal(json(`echo json_encode(hearten_id(${text(line)}));`), chat, 'the whole line may be pasted');
  for (const odd of [null, 'x', { hearten: 'x', hearten_secret: 7 }, { hearten: { desk: [], chat: { a: 1 } } }])
    assert.deepEqual(
      json<unknown[]>(`${usual} ${save(odd ?? {})} ${kept}`).slice(0, 2),
      [good, secret],
      JSON.stringify(odd),
    );
  const page = wp(`${usual} ob_start(); hearten_page(); echo ob_get_clean();`);
  assert.ok(page.includes('name="_wpnonce"') && page.includes(chat) && !page.includes(secret));
  assert.equal(wp(`${usual} $site['can'] = ['edit_posts']; hearten_page();`), '');
  assert.deepEqual(
    json<unknown[]>(`${usual} ${save({ hearten: { chat: '' }, hearten_secret: { gone: '1' } })} ${kept}`),
    [{ ...good, chat: '' }, '', []],
  );
});

test('A form stands where a page says so, another one where it names it, and nothing that a writer types there is markup', {
  skip,
}, () => {
  const shown = (given: unknown, who = ''): string =>
    wp(`${usual} ${who} echo $site['shortcodes']['hearten_form'](${text(given)});`);
  assert.deepEqual(scripts(shown(''))[0]?.attributes, {
    src: 'https://desk.example/form.js',
    async: '',
    'data-form': form,
  });
  const title = '"><img src=x onerror=alert(1)>';
  assert.deepEqual(scripts(shown({ id: chat, theme: 'dark', title, onload: 'alert(1)' }))[0]?.attributes, {
    ...{ src: 'https://desk.example/form.js', async: '', 'data-form': chat, 'data-theme': 'dark', 'data-title': title },
  });
  assert.equal(shown({ id: '"><script>' }), '');
  assert.match(shown({ id: 'x' }, `$site['can'] = ['edit_posts'];`), /^<p>The form is shown here once/);
});

test('Deleted, it leaves nothing, on no site of a network', { skip }, () => {
  const left = `($site['uninstall']['wordpress/hearten.php'])(); echo json_encode([array_map('array_keys', $site['options']), $site['blog']]);`;
  assert.deepEqual(json(`${usual} ${left}`), [{ 1: [] }, 1]);
  const network = `$site['network'] = true; $site['options'][2] = ['hearten' => [], 'hearten_secret' => 'x', 'blogname' => 'Two'];`;
  assert.deepEqual(json(`${usual} ${network} ${left}`), [{ 1: [], 2: ['blogname'] }, 1]);
});
