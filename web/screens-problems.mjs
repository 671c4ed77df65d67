// What the pictures of problems are of: made once on a desk that has none, with the conversations whose subjects speak of them. A desk
// seeded with what was done about them (hearten seed) has its own; wishes are made on both.
const known = [
  {
    name: 'A return label comes out blank',
    about: /label|return|rücksend|retour/i,
    state: 'fixing',
    step: 'Returning a lamp',
    cause: 'product',
    fix: 'product',
    remedy: 'Send a label as a file, and take ten euros off the next order.',
    prevention: 'The label is drawn by our own program, not by the carrier’s.',
    workaround: 'Open the label in another browser: it is blank in one of them only.',
    answer: 'I am sorry that the label came out blank. You find one attached that prints everywhere.',
    link: 'https://issues.northwind.example/314',
  },
  {
    name: 'The dimmer hums below a third',
    about: /dim|hum|flicker|brumm|flacker/i,
    state: 'known',
    step: 'Using a lamp',
    cause: 'product',
    fix: 'article',
    workaround: 'A trailing-edge dimmer does not hum.',
    answer: 'The hum comes from dimmers of the older kind. This one works without: Tind D2.',
  },
  {
    name: 'The invoice names the wrong company',
    about: /invoice|rechnung|facture|bill/i,
    state: 'found',
    step: 'Paying',
    cause: 'policy',
    fix: 'policy',
  },
  {
    name: 'Nobody says when a parcel arrives',
    about: /deliver|parcel|order|liefer|paket|commande|where/i,
    state: 'fixed',
    step: 'Waiting for an order',
    cause: 'docs',
    fix: 'message',
    shippedOn: '2026-11-02',
  },
];

const wished = [
  { name: 'A warranty card that is kept on the phone', about: /warrant|garanti/i, state: 'known' },
  { name: 'Delivery to a parcel shop', about: /deliver|parcel|order|liefer|paket/i, state: 'fixing' },
  { name: 'A card with all colours by post', about: /brass|white|oak|colour|farbe/i, state: 'fixed' },
  { name: 'Lamps without plastic around them', about: /./, state: 'found' },
];
const MOST = 12;

/** A conversation that says how its customer came, in their words why, and how they left, in words too. */
async function toldAtTheEnd(page, ask) {
  const { items } = await ask(page, 'GET', '/restored/conversations?weeks=52&state=answered&limit=100');
  // One whose words most who look at pictures can read.
  const plain = (one) => (/^[\x20-\x7e’]+$/.test(`${one.subject}${one.words}`) ? 1 : 0);
  for (const row of items.filter((one) => one.words).toSorted((a, b) => plain(b) - plain(a))) {
    const { start, latest, end } = await ask(page, 'GET', `/conversations/${row.id}/mood`);
    if ((latest?.why ?? start?.why)?.words.length && end?.words) return row;
  }
  return undefined;
}

/** Problems and their effect, wishes, mailings, people: the ids of what is worth looking at. */
export async function openProblems(page, ask) {
  const { items: there } = await ask(page, 'GET', '/problems');
  const list = await ask(page, 'GET', '/conversations?view=all&limit=100');
  const free = new Set(list.items);
  const make = async ({ name, about, ...more }, wish, most) => {
    if (there.some((one) => one.name === name)) return;
    const { id } = await ask(page, 'POST', '/problems', { name, ...(wish ? { wish } : {}) });
    await ask(page, 'PATCH', `/problems/${id}`, more);
    for (const row of [...free].filter((one) => about.test(`${one.subject} ${one.snippet ?? ''}`)).slice(0, most)) {
      free.delete(row);
      await ask(page, 'PUT', `/conversations/${row.id}/filing`, { kind: 'problem', problems: [{ id }] });
    }
  };
  if (!there.some((one) => one.state === 'fixed' || one.state === 'verified'))
    for (const one of known) await make(one, false, 100);
  for (const one of wished) await make(one, true, MOST);
  const { items } = await ask(page, 'GET', '/problems');
  const most = (all) => all.toSorted((a, b) => b.conversations - a.conversations)[0];
  const problem = most(items.filter((one) => one.state === 'fixed' || one.state === 'verified')) ?? most(items);
  const { items: open } = await ask(page, 'GET', '/conversations?view=open&limit=100');
  const felt = await toldAtTheEnd(page, ask);
  let suggested;
  for (const row of open) {
    const filing = await ask(page, 'GET', `/conversations/${row.id}/filing`);
    if (filing.items.length > 0 || filing.suggested.length === 0) continue;
    suggested = row.number;
    break;
  }
  const { person } = await ask(page, 'GET', '/me');
  return {
    problem: problem.id,
    felt: (felt ?? open.find((one) => one.mood) ?? open[0])?.number,
    suggested: suggested ?? open[0]?.number,
    me: person.id,
  };
}
