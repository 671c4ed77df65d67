// What the pictures of problems are of: made once on a desk that has none, with the conversations whose subjects speak of them.
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

/** The id of the problem that most is filed under. */
export async function openProblems(page, ask) {
  const { items: there } = await ask(page, 'GET', '/problems');
  const list = await ask(page, 'GET', '/conversations?view=all&limit=100');
  const free = new Set(list.items);
  for (const { name, about, ...more } of known) {
    if (there.some((one) => one.name === name)) continue;
    const { id } = await ask(page, 'POST', '/problems', { name });
    await ask(page, 'PATCH', `/problems/${id}`, more);
    for (const row of free) {
      if (!about.test(`${row.subject} ${row.snippet ?? ''}`)) continue;
      free.delete(row);
      await ask(page, 'PUT', `/conversations/${row.id}/filing`, { kind: 'problem', problems: [{ id }] });
    }
  }
  const { items } = await ask(page, 'GET', '/problems');
  const filed = items.filter((one) => one.conversations > 0);
  return {
    problem: (filed.find((one) => one.name === known[0].name) ?? filed[0] ?? items[0]).id,
  };
}
