import { sql, type Tx } from '../../base/db.ts';
import { idAt, type Random } from '../random.ts';
import { type Language, languages, sampleLanguages } from '../texts/index.ts';
import { type Trouble, troubleIn } from './matters.ts';

const byCode = new Map([...languages, ...sampleLanguages].map(([language]) => [language.code, language]));

export type People = { owner: string; all: string[] };
export type Past = {
  id: string;
  number: number;
  customer: string;
  status: string;
  folder: string;
  createdAt: number;
  lastAt: number;
  resolvedAt: number | null;
  inbox: string;
  assignee: string | null;
  team: string | null;
  language: Language;
  /** What they wrote first, and what they wrote last after the first answer. */
  first: { id: string; text: string };
  later: { id: string; text: string } | null;
  /** The last answer. */
  answer: { id: string; author: string | null; at: number } | null;
  trouble: Trouble | null;
};
type Row = Omit<Past, 'language' | 'trouble'> & { language: string | null };

/** Two teams where there is none, and in them everybody who answers. */
export async function makeTeams(tx: Tx, random: Random, until: number): Promise<People> {
  const w = tx.workspaceId;
  const people = await tx.many<{ id: string }>(
    sql`select id from person where workspace_id = ${w} and active order by role = 'owner' desc, created_at, id`,
  );
  const all = people.map((one) => one.id);
  if (!(await tx.first(sql`select 1 from team where workspace_id = ${w}`)))
    for (const [name, members] of [
      ['Answers', all.filter((_, i) => i % 3 !== 0)],
      ['Workshop', all.filter((_, i) => i % 3 === 0)],
    ] as const) {
      const id = idAt(random, until);
      await tx.run(sql`insert into team (workspace_id, id, name) values (${w}, ${id}, ${name})`);
      await tx.run(
        sql`insert into team_person (workspace_id, team_id, person_id) select ${w}, ${id}, unnest(${members}::uuid[])`,
      );
    }
  return { owner: all[0] as string, all };
}

/** Some conversations as they were seeded, with the team of whoever has them. */
export async function readPage(tx: Tx, after: number, upTo: number): Promise<Past[]> {
  const w = tx.workspaceId;
  await tx.run(sql`
    update conversation c set team_id = t.team_id from (select distinct on (person_id) person_id, team_id from team_person where workspace_id = ${w} order by person_id, team_id) t
    where c.workspace_id = ${w} and c.number > ${after} and c.number <= ${upTo} and c.assignee_id = t.person_id and c.team_id is null`);
  const rows = await tx.many<Row>(sql`
    select c.id, c.number::int, c.customer_id as customer, c.status, c.folder, c.inbox_id as inbox, c.assignee_id as assignee, c.team_id as team, k.language,
      extract(epoch from c.created_at)::float8 * 1000 as "createdAt", extract(epoch from c.last_at)::float8 * 1000 as "lastAt", extract(epoch from c.resolved_at)::float8 * 1000 as "resolvedAt",
      json_build_object('id', f.id, 'text', f.text) as first, case when l.id is not null then json_build_object('id', l.id, 'text', l.text) end as later,
      case when a.id is not null then json_build_object('id', a.id, 'author', a.author_id, 'at', extract(epoch from a.at)::float8 * 1000) end as answer
    from conversation c join customer k on k.workspace_id = ${w} and k.id = c.customer_id
      cross join lateral (select m.id, m.text from message m where m.workspace_id = ${w} and m.conversation_id = c.id and m.type = 'in' order by m.at, m.id limit 1) f
      left join lateral (select m.id, m.author_id, m.at from message m where m.workspace_id = ${w} and m.conversation_id = c.id and m.type = 'out' order by m.at desc, m.id desc limit 1) a on true
      left join lateral (select m.id, m.text from message m where m.workspace_id = ${w} and m.conversation_id = c.id and m.type = 'in' and m.id <> f.id and a.id is not null order by m.at desc, m.id desc limit 1) l on true
    where c.workspace_id = ${w} and c.number > ${after} and c.number <= ${upTo} order by c.number`);
  return rows.flatMap((row) => {
    const language = byCode.get(row.language ?? '');
    return language ? [{ ...row, language, trouble: troubleIn(row.first.text, language) }] : [];
  });
}

export const isOver = (one: Past): boolean => one.status === 'resolved' || one.status === 'closed';
