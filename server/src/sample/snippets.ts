import type { Step, Words } from '@hearten/contract';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Hearten } from '../base/module.ts';
import { lamp } from './pictures.ts';

type Prepared = {
  name: string;
  shortcut: string;
  folder: string;
  html: (picture: string) => string;
  variants?: Record<string, string>;
  steps?: Step[];
  uses: number;
};
const lines = (...all: string[]): string => all.map((line) => `<p>${line}</p>`).join('');
const hello = 'Hello {{customer.first_name | there}},';
const bye = ['', 'Best wishes', '{{agent.first_name}}, {{workspace.name}}'];

const prepared: Prepared[] = [
  {
    name: 'Reset the lamp',
    shortcut: 'reset',
    folder: 'Repairs',
    html: (picture) =>
      `${lines(hello, '', 'a reset helps most lamps that flicker. Here is how:')}<ol><li><p>Unplug the lamp for <strong>ten seconds</strong>.</p></li><li><p>Hold the switch under the shade, marked in the picture, and plug it in again.</p></li><li><p>Let go when the light blinks twice.</p></li></ol><p><img src="cid:${picture}" alt="The lamp, with the switch under its shade" width="200"></p>${lines('Tell me if it still flickers; then we send you a new driver.', ...bye)}`,
    variants: {
      de: lines(
        'Guten Tag {{customer.name | }},',
        '',
        'ein Neustart hilft den meisten flackernden Lampen: zehn Sekunden vom Strom nehmen, den Schalter unter dem Schirm gedrückt halten und wieder einstecken.',
        '',
        'Herzliche Grüße',
        '{{agent.first_name}}, {{workspace.name}}',
      ),
    },
    uses: 48,
  },
  {
    name: 'Ask for the order number',
    shortcut: 'order',
    folder: 'Orders',
    html: () =>
      lines(
        hello,
        '',
        'I am happy to look into this. Could you send me your order number? It begins with NL and stands in the mail that confirmed your order.',
        ...bye,
      ),
    uses: 131,
  },
  {
    name: 'Where is my parcel',
    shortcut: 'parcel',
    folder: 'Orders',
    html: () =>
      lines(
        hello,
        '',
        'your parcel is on its way. Most arrive within three working days; when yours has not arrived by then, answer this mail and we send another one.',
        ...bye,
      ),
    uses: 76,
  },
  {
    name: 'Lamps for a whole office',
    shortcut: 'office',
    folder: 'Sales',
    html: () =>
      lines(
        hello,
        '',
        'from twenty lamps on we make you an offer. How many does {{customer.company | your office}} need, in which colours, and by when?',
        ...bye,
      ),
    uses: 9,
  },
  {
    name: 'Refund for a lamp that arrived broken',
    shortcut: 'broken',
    folder: 'Repairs',
    html: () =>
      lines(
        hello,
        '',
        'I am sorry that your lamp arrived broken. We have sent a new one today, and you need not send the old one back.',
        ...bye,
      ),
    steps: [
      { do: 'tag', add: ['broken', 'replacement'] },
      { do: 'assign', assigneeId: 'me' },
      { do: 'note', text: 'A new lamp for {{customer.name}} was ordered at the warehouse.' },
      { do: 'status', status: 'resolved' },
    ],
    uses: 22,
  },
  {
    name: 'Ask again tomorrow',
    shortcut: 'tomorrow',
    folder: '',
    html: () => '',
    steps: [
      { do: 'assign', assigneeId: 'me' },
      { do: 'snooze', for: '1d' },
    ],
    uses: 35,
  },
  {
    name: 'To the workshop',
    shortcut: 'workshop',
    folder: 'Repairs',
    html: () => '',
    steps: [
      { do: 'tag', add: ['workshop'] },
      { do: 'priority', priority: 'high' },
      {
        do: 'note',
        text: 'Please look at conversation {{conversation.number}}: the customer has tried a reset already.',
      },
    ],
    uses: 14,
  },
];

/** Without pictures, links and lists: enough for the list and for mail programs that show no HTML. */
const textOf = (html: string): string =>
  html
    .replace(/<img[^>]*alt="([^"]*)"[^>]*>/g, '[$1]')
    .replace(/<\/p>|<\/li>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Prepared answers and macros of Northwind Lamps, one with a picture and one in two languages; none where there are some already. */
export async function writeSnippets(hearten: Hearten, workspaceId: string, authorId: string): Promise<void> {
  const [stored] = await hearten.files.put([lamp()]);
  if (!stored) throw new Error('nothing stored');
  await hearten.db.tx(workspaceId, async (tx) => {
    if (await tx.first(sql`select 1 from snippet where workspace_id = ${workspaceId} limit 1`)) return;
    await hearten.files.keep(tx, [stored]);
    const picture = newId();
    await tx.run(sql`
      insert into upload (workspace_id, id, person_id, hash, filename, content_type, size) values (${workspaceId}, ${picture}, ${authorId}, ${stored.hash}, 'switch.png', 'image/png', ${stored.size})`);
    const rows = prepared.map((one) => {
      const html = one.html(picture);
      const variants: Record<string, Words> = Object.fromEntries(
        Object.entries(one.variants ?? {}).map(([tag, words]) => [tag, { text: textOf(words), html: words }]),
      );
      const { name, shortcut, folder, uses } = one;
      const files = html.includes(picture) ? [picture] : [];
      const steps = one.steps ?? null;
      return {
        id: newId(),
        name,
        shortcut,
        folder,
        uses,
        html: html || null,
        text: textOf(html),
        variants,
        steps,
        files,
      };
    });
    await tx.run(sql`
      insert into snippet (workspace_id, id, created_by, name, shortcut, folder, text, html, files, variants, steps, uses, used_at)
      select ${workspaceId}, r.id, ${authorId}, r.name, r.shortcut, r.folder, r.text, r.html, array(select jsonb_array_elements_text(r.files)::uuid), r.variants, nullif(r.steps, 'null'::jsonb), r.uses, now() - make_interval(hours => r.uses)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, name text, shortcut text, folder text, text text, html text, files jsonb, variants jsonb, steps jsonb, uses int)`);
  });
}
