import type { Address, Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import type { Stored } from '../base/files.ts';
import { escaped } from '../base/html.ts';
import type { Hearten, Who } from '../base/module.ts';
import type { File } from './channel.ts';
import type { ChannelOf } from './inbox-of.ts';
import { keepUpload, type OwnAttachment, safeName, within } from './uploads.ts';

export type Chosen = { file: File; stored: Stored };
type Look = { html: string; pictures: { part: number; chosen: Chosen }[] };
/** What goes along with a forward: files that were chosen, and how its messages look, by their ids; none when all of them are plain words. */
export type Along = { chosen: Chosen[]; looks: Map<string, Look> };
/** Nothing goes along but words. */
export const alone: Along = { chosen: [], looks: new Map() };
type Wanted = {
  messages?: string[] | undefined;
  files?: Body<'POST /conversations/:id/forwards'>['files'];
};
/** As much look as one mail may carry; what is beyond that goes as its words. */
const MOST_LOOK = 2_000_000;

/** Reads all that goes along, before a transaction begins: files of their own, which stay even when the mail they came with is gone. */
export async function readAlong(
  hearten: Hearten,
  channels: ChannelOf,
  who: Who,
  conversationId: string,
  wanted: Wanted,
): Promise<Along> {
  return {
    chosen: await chooseFiles(hearten, channels, who, conversationId, wanted.files),
    looks: await looksOf(hearten, channels, who, conversationId, wanted.messages ?? []),
  };
}

type Here = { id: string; channel: string; attachments: { part: number; size: number }[] };
const find = (hearten: Hearten, who: Who, conversationId: string, ids: string[]): Promise<Here[]> =>
  hearten.db.read<Here>(
    who.workspaceId,
    sql`select m.id, c.channel, m.attachments from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      where m.workspace_id = ${who.workspaceId} and m.conversation_id = ${conversationId} and m.type <> 'note' and m.plan is null and m.id = any (${ids}::uuid[]) order by m.at, m.id`,
  );

export async function chooseFiles(
  hearten: Hearten,
  channels: ChannelOf,
  who: Who,
  conversationId: string,
  wanted: Wanted['files'],
): Promise<Chosen[]> {
  if (!wanted?.length) return [];
  const here = await find(
    hearten,
    who,
    conversationId,
    wanted.map((f) => f.messageId),
  );
  const homes = wanted.map(({ messageId, part }) => {
    const home = here.find((row) => row.id === messageId);
    if (!home) throw NotFound('One of these files is not in this conversation. Nothing was sent.');
    return { home, part, size: home.attachments.find((file) => file.part === part)?.size ?? 0 };
  });
  // Too much is refused before any of it is read.
  for (const { home } of homes) within(homes, channels(home.channel).can.maxBytes);
  const files: File[] = [];
  for (const { home, part } of homes) files.push(await channels(home.channel).file(who.workspaceId, home.id, part));
  return keep(hearten, files);
}
async function keep(hearten: Hearten, files: File[]): Promise<Chosen[]> {
  const stored = files.length > 0 ? await hearten.files.put(files.map((file) => file.content)) : [];
  return files.map((file, i) => ({ file, stored: stored[i] as Stored }));
}

async function looksOf(
  hearten: Hearten,
  channels: ChannelOf,
  who: Who,
  conversationId: string,
  ids: string[],
): Promise<Along['looks']> {
  const looks: Along['looks'] = new Map();
  if (ids.length === 0) return looks;
  let designed = false;
  let left = MOST_LOOK;
  for (const { id, channel: name } of await find(hearten, who, conversationId, ids)) {
    const channel = channels(name);
    let look = await channel.passable(who.workspaceId, id);
    if (look.designed && look.html.length > left) look = await channel.passable(who.workspaceId, id, true);
    left -= look.html.length;
    designed ||= look.designed;
    const pictures: Look['pictures'] = [];
    for (const part of look.pictures) {
      const [chosen] = await keep(hearten, [await channel.file(who.workspaceId, id, part)]);
      if (chosen) pictures.push({ part, chosen });
    }
    looks.set(id, { html: look.html, pictures });
  }
  return designed ? looks : new Map();
}

type Passed = {
  id: string;
  type: string;
  at: string;
  sender: Address | null;
  recipients: { to?: Address[]; cc?: Address[] };
  subject: string;
  text: string;
  quote: string;
  inbox: string;
};

/** The messages that somebody chose to pass on, in the order they were said. Never a note, never one that waits for its time. */
export async function readPassed(tx: Tx, conversationId: string, ids: string[]): Promise<Passed[]> {
  if (ids.length === 0) return [];
  const passed = await tx.many<Passed>(sql`
    select m.id, m.type, m.at, m.sender, m.recipients, m.subject, m.text, case when ${ids.length} = 1 then m.quote else '' end as quote, i.name || ' <' || i.address || '>' as inbox
    from message m join inbox i on i.workspace_id = m.workspace_id and i.id = m.inbox_id
    where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${conversationId} and m.id = any (${ids}::uuid[]) and m.type in ('in', 'out') and m.plan is null order by m.at, m.id`);
  if (passed.length < new Set(ids).size)
    throw Invalid('One of these messages is not here, or is a note of your team. Nothing was sent.');
  return passed;
}

/** What is passed on with its look, and every file that goes along: one's own, the chosen ones, and the pictures in what is passed on. */
export async function goAlong(
  tx: Tx,
  hearten: Hearten,
  who: Who,
  own: OwnAttachment[],
  passed: Passed[],
  { chosen, looks }: Along,
  most: number,
): Promise<{ files: OwnAttachment[]; html: string | null }> {
  const pictures = passed.flatMap((m) => looks.get(m.id)?.pictures ?? []);
  const all = [...chosen, ...pictures.map((picture) => picture.chosen)];
  within([...own, ...all.map(({ file }) => ({ size: file.content.length }))], most);
  await hearten.files.keep(
    tx,
    all.map((one) => one.stored),
  );
  const files = [...own];
  const add = async ({ file, stored }: Chosen, inline: boolean): Promise<string> => {
    const { id, ...kept } = await keepUpload(tx, who, stored, safeName(file.filename), file.contentType);
    files.push({ ...kept, part: files.length, inline, contentId: inline ? id : null, upload: id });
    return id;
  };
  for (const one of chosen) await add(one, false);
  if (looks.size === 0) return { files, html: null };
  const blocks: string[] = [];
  for (const m of passed) {
    const look = looks.get(m.id);
    const ids = new Map<string, string>();
    for (const { part, chosen: picture } of look?.pictures ?? []) ids.set(String(part), await add(picture, true));
    const html = (look?.html ?? '').replace(/cid:part\.(\d+)/g, (all, part: string) => {
      const id = ids.get(part);
      return id ? `cid:${id}` : all;
    });
    const head = escaped(headOf(m)).replace(/\n/g, '<br>\n');
    // In a box of its own: nothing in it may lie over what stands above.
    blocks.push(`<p style="margin:0 0 1em">${head}</p>\n<div style="display:flow-root;overflow:hidden">${html}</div>`);
  }
  return { files, html: blocks.join('\n<br>\n') };
}

/** They stand below our words, each with its headers. */
export const passedText = (passed: Passed[]): string => passed.map(blockOf).join('\n\n');

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
const named = (a: Address): string => oneLine(a.name ? `${a.name} <${a.address}>` : a.address);
const line = (name: string, people: Address[] | undefined): string[] =>
  people?.length ? [`${name}: ${people.map(named).join(', ')}`] : [];
function headOf(m: Passed): string {
  return [
    '---------- Forwarded message ----------',
    `From: ${m.sender ? named(m.sender) : oneLine(m.inbox)}`,
    `Date: ${new Date(m.at).toUTCString()}`,
    `Subject: ${oneLine(m.subject)}`,
    ...line('To', m.recipients.to),
    ...line('Cc', m.recipients.cc),
  ].join('\n');
}
/** One message as it stands in a forward: its headers, then what it says. */
const blockOf = (m: Passed): string =>
  [headOf(m), m.text.trimEnd(), ...(m.quote.trim() ? [m.quote.trimEnd()] : [])].join('\n\n');
