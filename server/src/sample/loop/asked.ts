import { sql, type Tx } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import type { Random } from '../random.ts';
import type { Asks } from '../story.ts';

/** What customers ask again and again, in their words, and what is said to it: by each colleague in other words, where nothing is saved. */
type Topic = { subjects: string[]; says: string[]; answers: string[]; saved?: string };

const dimmed =
  'all of our lamps can be dimmed except the night light. You need a dimmer for LEDs, trailing edge, and no other bulb than the one in the box; the manual names six dimmers that we tried.';
const topics: Record<string, Topic[]> = {
  en: [
    {
      subjects: ['Shipping to Norway', 'Do you ship to Norway?', 'Norway: shipping costs', 'Delivery to Oslo'],
      says: [
        'do you ship to Norway, and what would shipping to Norway cost?',
        'we moved to Oslo. Is shipping to Norway possible, and how about customs?',
        'what does shipping to Norway cost for one lamp?',
        'could you ship a lamp to Norway? The checkout does not offer Norway.',
        'how long does shipping to Norway take, and who pays the customs?',
        'I would like to order from Norway, but I find nothing about shipping to Norway on your pages.',
      ],
      answers: [
        'we deliver there twice a month with a carrier of our own; the price depends on the weight, so tell me which one you would like.',
        'I am afraid that country is outside of our area at the moment. A partner in Gothenburg keeps our whole range.',
        'yes, that works: choose “other country” at the end, and add 29 euros. Duties are yours.',
        'please write your full address; I will ask our warehouse for an offer and come back to you.',
      ],
    },
    {
      subjects: ['Can it be dimmed?', 'Question about dimming', 'Which dimmer?', 'Dimming the lamp'],
      says: [
        'can this lamp be dimmed, and which dimmer do I need?',
        'which dimmer do I need for your lamps? Can all of them be dimmed?',
        'I would like to dim the lamp. Which dimmer can be used?',
        'before I buy it: can the lamp be dimmed with any dimmer?',
        'our electrician asks which dimmer fits, and whether your lamps can be dimmed at all.',
        'is there a dimmer that you recommend? I would like to have it dimmed in the evening.',
      ],
      answers: [dimmed],
      saved: 'Which dimmer fits',
    },
  ],
  de: [
    {
      subjects: ['Lieferung in die Schweiz', 'Versand in die Schweiz?', 'Schweiz: Versandkosten'],
      says: [
        'liefern Sie in die Schweiz, und was kostet der Versand in die Schweiz?',
        'ist ein Versand in die Schweiz möglich, und wie ist das mit dem Zoll?',
        'was kostet der Versand in die Schweiz für eine Lampe?',
        'ich möchte in die Schweiz bestellen, finde aber keine Versandkosten für die Schweiz.',
        'wie lange dauert der Versand in die Schweiz, und wer zahlt den Zoll?',
      ],
      answers: [
        'ja, gern: für 19 Euro, verzollt, innerhalb einer Woche.',
        'leider noch nicht. Ein Laden in Konstanz hält Pakete für Kunden von dort bereit.',
        'schreiben Sie uns bitte, welche es sein soll; dann rechnen wir das Porto aus.',
      ],
    },
  ],
};
/** Of a hundred who write in a language with such questions. */
const OFTEN = 0.15;

/** What somebody asks that others asked before them; mostly it is something else. */
export function askedAgain(random: Random, code: string): Asks | null {
  const own = topics[code];
  if (!own || !random.chance(OFTEN)) return null;
  const topic = random.pick(own);
  return { subject: random.pick(topic.subjects), words: random.pick(topic.says), answers: topic.answers };
}

/** Whether a letter asks what others asked. */
export const isAsked = (text: string, code: string): boolean =>
  (topics[code] ?? []).some(({ says }) => says.some((words) => text.includes(words)));

/** What was answered from a saved answer says so, as it does where somebody works. */
export async function saveAnswers(tx: Tx, by: string): Promise<void> {
  const w = tx.workspaceId;
  for (const { saved, answers } of Object.values(topics).flat()) {
    const [words] = answers;
    if (!saved || !words) continue;
    const text = `Hello {{customer.first_name | there}},\n\n${words}\n\nBest wishes`;
    await tx.run(sql`
      insert into snippet (workspace_id, id, created_by, name, folder, text) select ${w}, ${newId()}, ${by}, ${saved}, 'Sales', ${text}
      where not exists (select 1 from snippet where workspace_id = ${w} and name = ${saved})`);
    // One in five typed it anew.
    await tx.run(sql`
      insert into snippet_use (workspace_id, id, snippet_id, conversation_id, person_id, message_id, at)
      select ${w}, gen_random_uuid(), s.id, c.id, m.author_id, m.id, m.at from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
        join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id join snippet s on s.workspace_id = ${w} and s.name = ${saved}
      where f.workspace_id = ${w} and f.kind = 'question' and m.type = 'out' and m.author_id is not null and position(${words} in m.text) > 0 and c.number % 5 > 0
        and not exists (select 1 from snippet_use u where u.workspace_id = ${w} and u.message_id = m.id)`);
  }
}

/** Where most was answered from one saved answer, somebody linked it a month ago. */
export async function linkAnswers(tx: Tx, by: string): Promise<void> {
  await tx.run(sql`
    update cluster k set snippet_id = n.snippet_id, linked_by = ${by}, linked_at = now() - interval '30 days' from (
      select m.cluster_id, u.snippet_id, count(distinct u.conversation_id) as n, (select count(*) from cluster_conversation o where o.workspace_id = ${tx.workspaceId} and o.cluster_id = m.cluster_id) as whole
      from cluster_conversation m join snippet_use u on u.workspace_id = m.workspace_id and u.conversation_id = m.conversation_id and u.message_id is not null
      where m.workspace_id = ${tx.workspaceId} and u.snippet_id is not null group by m.cluster_id, u.snippet_id) n
    where k.workspace_id = ${tx.workspaceId} and k.id = n.cluster_id and k.kind = 'question' and k.snippet_id is null and n.n * 3 > n.whole`);
}
