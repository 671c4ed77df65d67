// The form as somebody fills it in: by itself, in a frame on a website, or as a preview in the settings. No library, no cookie, nothing kept.
const facts = JSON.parse(document.getElementById('facts').textContent);
const asked = new URLSearchParams(location.search);
const embedded = asked.has('embedded');
const around = embedded ? new URLSearchParams(location.hash.slice(1)) : new URLSearchParams({ page: location.href });
const main = document.getElementById('form');
const root = document.documentElement;
const { texts, language } = facts;
let settings = facts.settings;
let leave = facts.leave;
let chosen = [];
if (/^(light|dark)$/.test(asked.get('theme') ?? '')) root.dataset.theme = asked.get('theme');
if (embedded) root.classList.add('embedded');

/** Dark writing on a light colour, light on a dark one. */
function paint(colour) {
  const [, r, g, b] = /^#(..)(..)(..)$/.exec(colour ?? '') ?? [];
  if (!r) return;
  const [red, green, blue] = [r, g, b].map((part) => {
    const c = Number.parseInt(part, 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  root.style.setProperty('--brand', colour);
  root.style.setProperty('--on', 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#111' : '#fff');
}

function make(name, properties = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element && key !== 'list') element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...inside.filter((one) => one !== null));
  return element;
}
const paragraphs = (text, className) =>
  text ? [make('div', { className }, ...text.split(/\n{2,}/).map((part) => make('p', { dir: 'auto' }, part)))] : [];

/** When somebody is there, on the reader's own clock. */
function whenIn(when) {
  if (!when?.at) return when?.open ? texts.here : '';
  const at = new Date(when.at);
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { weekday: 'long', day: 'numeric', month: 'long' };
  const time = new Intl.DateTimeFormat(language, { ...day, hour: 'numeric', minute: '2-digit' }).format(at);
  return (when.open ? texts.hereUntil : texts.backAt).replace('{time}', time);
}

/** A label, what is typed, the help below it, and room for what is wrong. */
function field(name, label, control, { required = false, help = '', autocomplete = '' } = {}) {
  const id = `f-${name}`;
  Object.assign(control, { id, name, required });
  if (autocomplete) control.autocomplete = autocomplete;
  control.setAttribute('aria-describedby', `${id}-help ${id}-wrong`);
  const words = [make('bdi', {}, label), required ? null : make('span', { className: 'soft' }, ` ${texts.optional}`)];
  const about = make('p', { id: `${id}-help`, className: 'help' }, help);
  const wrong = make('p', { id: `${id}-wrong`, className: 'wrong', hidden: true });
  const tick = control.type === 'checkbox';
  return make(
    'div',
    { className: tick ? 'field tick' : 'field' },
    ...(tick
      ? [make('label', { htmlFor: id }, control, make('span', {}, ...words))]
      : [make('label', { htmlFor: id }, ...words), control]),
    help ? about : null,
    wrong,
  );
}
const controls = {
  line: () => make('input', { type: 'text', maxLength: 500 }),
  text: () => make('textarea', { rows: 3, maxLength: 5000 }),
  number: () => make('input', { type: 'text', inputMode: 'decimal', maxLength: 40 }),
  date: () => make('input', { type: 'date' }),
  tick: () => make('input', { type: 'checkbox', value: 'yes' }),
  choice: ({ choices }) =>
    make(
      'select',
      {},
      make('option', { value: '' }, texts.choose),
      ...choices.map((one) => make('option', { value: one, dir: 'auto' }, one)),
    ),
};

function urgencyQuestion() {
  const by = make('input', { type: 'date', name: 'needed_by', id: 'f-needed_by' });
  const today = new Date();
  by.min = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
    .map((n) => String(n).padStart(2, '0'))
    .join('-');
  const needed = make(
    'div',
    { className: 'needed', hidden: true },
    make('label', { htmlFor: by.id }, texts.neededBy),
    by,
  );
  const one = (value, label) => {
    const input = make('input', { type: 'radio', name: 'urgency', value, checked: value === 'no' });
    input.addEventListener('change', () => {
      needed.hidden = value !== 'stuck';
      if (needed.hidden) by.value = '';
      tellHeight();
    });
    return make('label', {}, input, make('span', {}, label));
  };
  return make(
    'fieldset',
    { className: 'urgency' },
    make('legend', {}, texts.urgency),
    make(
      'div',
      { className: 'choices' },
      one('no', texts.urgencyNo),
      one('slows', texts.urgencySlows),
      one('stuck', texts.urgencyStuck),
    ),
    needed,
  );
}

function fileField() {
  const input = make('input', { type: 'file', multiple: true, id: 'f-files', className: 'unseen' });
  const list = make('ul', { className: 'files' });
  const wrong = make('p', { id: 'f-files-wrong', className: 'wrong', hidden: true });
  const draw = () => {
    list.replaceChildren(
      ...chosen.map((file) => {
        const off = make('button', { type: 'button', className: 'off' }, '×');
        off.setAttribute('aria-label', `${texts.remove}: ${file.name}`);
        off.addEventListener('click', () => {
          chosen = chosen.filter((one) => one !== file);
          draw();
          input.focus();
        });
        return make('li', {}, make('span', {}, file.name), off);
      }),
    );
    tellHeight();
  };
  const add = (files) => {
    chosen = [...chosen, ...files].slice(0, 10);
    draw();
  };
  input.addEventListener('change', () => {
    add(input.files);
    input.value = '';
  });
  const box = make(
    'div',
    { className: 'field' },
    make('p', { className: 'label' }, texts.files, make('span', { className: 'soft' }, ` ${texts.optional}`)),
    make(
      'label',
      { className: 'drop', htmlFor: 'f-files' },
      input,
      make('b', {}, texts.addFiles),
      make('small', {}, texts.filesHelp),
    ),
    list,
    wrong,
  );
  input.setAttribute('aria-describedby', wrong.id);
  return { box, add };
}

let latest = null;
function draw() {
  chosen = [];
  latest = null;
  if (facts.gone) return show(make('p', { className: 'gone', role: 'alert' }, facts.gone));
  if (!settings) return;
  paint(facts.colour);
  const own = make('form', { noValidate: true });
  const trap = make('input', { type: 'text', name: 'more_about_you', tabIndex: -1, autocomplete: 'off', id: 'f-trap' });
  const hidden = make('div', { className: 'unseen' }, make('label', { htmlFor: 'f-trap' }, texts.trap), trap);
  hidden.setAttribute('aria-hidden', 'true');
  const alert = make('p', { className: 'wrong whole', role: 'alert', hidden: true, tabIndex: -1 });
  const send = make('button', { type: 'submit', className: 'send' }, settings.button || texts.send);
  const files = settings.files ? fileField() : null;
  const ask = (what) => settings[what] !== 'no';
  own.append(
    ...[
      ask('name') &&
        field('name', texts.name, controls.line(), { required: settings.name === 'required', autocomplete: 'name' }),
      field('email', texts.email, make('input', { type: 'email', inputMode: 'email', maxLength: 254 }), {
        required: true,
        help: texts.emailHelp,
        autocomplete: 'email',
      }),
      ask('subject') && field('subject', texts.subject, controls.line(), { required: settings.subject === 'required' }),
      ...settings.fields.map((one) =>
        field(`field_${one.name}`, one.label, controls[one.kind](one), { required: one.required, help: one.help }),
      ),
      field('message', texts.message, make('textarea', { rows: 6, maxLength: 50000 }), { required: true }),
      settings.urgency && urgencyQuestion(),
      files?.box,
      hidden,
      alert,
      send,
    ].filter(Boolean),
  );
  own.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!facts.preview) void submit(own, alert, send);
  });
  if (files) {
    own.addEventListener('dragover', (event) => event.preventDefault());
    own.addEventListener('drop', (event) => {
      event.preventDefault();
      files.add(event.dataTransfer.files);
    });
    own.addEventListener('paste', (event) => {
      if (event.clipboardData.files.length > 0) files.add(event.clipboardData.files);
    });
  }
  // While somebody types the work is done that sending costs.
  own.addEventListener('focusin', () => void work(), { once: true });
  // What the website knows already is filled in, and can be changed.
  for (const name of ['name', 'email'])
    if (around.get(name) && own.elements[name]) own.elements[name].value = around.get(name);
  show(
    make(
      'header',
      {},
      make('h1', { dir: 'auto' }, settings.title || texts.title),
      ...paragraphs(settings.intro, 'intro'),
      facts.when ? make('p', { className: 'when' }, whenIn(facts.when)) : null,
    ),
    own,
  );
}
function show(...inside) {
  main.replaceChildren(...inside);
  tellHeight();
}

function markWrong(own, errors) {
  for (const one of own.querySelectorAll('.wrong')) one.hidden = true;
  for (const one of own.querySelectorAll('[aria-invalid]')) one.removeAttribute('aria-invalid');
  let first = null;
  for (const { path, message } of errors) {
    const wrong = document.getElementById(`f-${path}-wrong`);
    const control = document.getElementById(`f-${path}`);
    if (!wrong || !control) continue;
    wrong.textContent = message;
    wrong.hidden = false;
    control.setAttribute('aria-invalid', 'true');
    first ??= control;
  }
  return first;
}

async function submit(own, alert, send) {
  if (send.disabled) return;
  send.disabled = true;
  // What was wrong is put right as far as anybody knows: until the answer nothing says otherwise.
  markWrong(own, []);
  alert.hidden = true;
  send.textContent = texts.sending;
  const given = new FormData(own);
  given.set('page', around.get('page') ?? '');
  for (const file of chosen) given.append('files', file);
  try {
    const answer = await post(given);
    if (answer.ok) return thank(await answer.json());
    const problem = await answer.json().catch(() => ({ detail: texts.failed }));
    const first = markWrong(own, problem.errors ?? []);
    alert.textContent = problem.detail;
    alert.hidden = false;
    (first ?? alert).focus();
  } catch {
    // Nobody answered; the same leave makes sure that a second try is no second message.
    alert.textContent = texts.failed;
    alert.hidden = false;
    alert.focus();
  } finally {
    send.disabled = false;
    send.textContent = settings.button || texts.send;
    tellHeight();
  }
}
/** Sent with the work that was done; once more with a new leave where the old one is too old. */
async function post(given, again = true) {
  const number = await work();
  const answer = await fetch(`/form/${facts.id}`, {
    method: 'POST',
    body: given,
    headers: { 'hearten-leave': leave, 'hearten-work': String(number), 'accept-language': language },
  });
  if (answer.status !== 409 || !again) return answer;
  const problem = await answer.clone().json();
  if (problem.type !== '/problems/form-late') return answer;
  await renew();
  return post(given, false);
}
async function renew() {
  const answer = await fetch(`/form/${facts.id}/leave`);
  if (!answer.ok) throw new Error('no leave');
  leave = (await answer.json()).leave;
  latest = null;
}

function thank({ number, when }) {
  const again = make('button', { type: 'button', className: 'plain' }, texts.again);
  again.addEventListener('click', () => {
    void renew().then(draw, () => location.reload());
  });
  const head = make('h1', { tabIndex: -1 }, texts.sent);
  show(
    make(
      'section',
      { className: 'thanks' },
      head,
      ...paragraphs(settings.thanks, 'intro'),
      number ? make('p', {}, `${texts.sentNumber} `, make('b', {}, `#${number}`)) : null,
      when ? make('p', { className: 'when' }, whenIn(when)) : null,
      again,
    ),
  );
  head.focus();
}

/** Finds the number that makes the hash of the leave begin with enough zeros; in slices, so that typing is never held up. */
function work() {
  latest ??= search(leave);
  return latest;
}
async function search(text) {
  const bits = Number(text.split('.')[3]);
  for (let n = 0; ; ) {
    const until = performance.now() + 12;
    while (performance.now() < until)
      for (const end = n + 64; n < end; n++) if (Math.clz32(sha256(`${text}:${n}`)) >= bits) return n;
    await new Promise((go) => setTimeout(go));
  }
}
const K = (() => {
  const out = [];
  for (let n = 2; out.length < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (prime) out.push(Math.floor((Math.cbrt(n) % 1) * 2 ** 32) | 0);
  }
  return out;
})();
const START = [1779033703, -1150833019, 1013904242, -1521486534, 1359893119, -1694144372, 528734635, 1541459225];
const w = new Int32Array(64);
/** The first 32 bits of SHA-256 (FIPS 180-4) of letters that are one byte each. The browser's own needs https, and is slower for small texts. */
function sha256(text) {
  const length = text.length;
  const blocks = ((length + 8) >> 6) + 1;
  const words = new Int32Array(blocks * 16);
  for (let i = 0; i < length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  words[length >> 2] |= 0x80 << (24 - (length & 3) * 8);
  words[blocks * 16 - 1] = length * 8;
  let [A, B, C, D, E, F, G, H] = START;
  for (let block = 0; block < blocks; block++) {
    let [a, b, c, d, e, f, g, h] = [A, B, C, D, E, F, G, H];
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = words[block * 16 + i];
      else {
        const x = w[i - 15];
        const y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    A = (A + a) | 0;
    B = (B + b) | 0;
    C = (C + c) | 0;
    D = (D + d) | 0;
    E = (E + e) | 0;
    F = (F + f) | 0;
    G = (G + g) | 0;
    H = (H + h) | 0;
  }
  return A;
}

/** The page around it makes the frame as high as what stands in it, and calls it what it is called here. */
function tellHeight() {
  if (parent !== window) parent.postMessage({ hearten: 'form', height: main.offsetHeight, title: document.title }, '*');
}
new ResizeObserver(tellHeight).observe(main);
// Until the frame has grown, what has the focus may have been scrolled to inside it; then it stands where it belongs.
if (embedded)
  addEventListener('resize', () => {
    scrollTo(0, 0);
    if (document.activeElement !== document.body) document.activeElement.scrollIntoView({ block: 'nearest' });
  });

if (facts.preview)
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== location.origin || source !== parent || !data?.settings) return;
    settings = data.settings;
    Object.assign(facts, { colour: data.colour, when: data.when });
    draw();
  });
if (facts.preview) parent.postMessage({ hearten: 'form', ready: true }, location.origin);
draw();
