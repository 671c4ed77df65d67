import { type Doing, type Present, said } from '@hearten/contract';
import { newId } from '../base/ids.ts';
import type { Live, Seat } from '../base/live.ts';
import type { Wire } from '../base/wire.ts';

const CHANNEL = 'hearten_presence';
const GATHER = 60; // ms: what happens meanwhile is told at once; nobody sees the difference
const BEAT = 4_000; // each process says again who is with it
const SILENT = 12_000; // after so long without a word a tab, or another process, is gone
const FITS = 7_500; // bytes of one NOTIFY, of 8,000 at most

/** Of one tab: who sits there, at which conversation, doing what, and how long that holds unless it is said again. */
type Place = { personId: string; conversationId: string; doing: Doing; until: number };
/** The same as it goes over the wire: tab, workspace, person, conversation (null: gone), doing. */
type Told = [tab: string, workspaceId: string, personId: string, conversationId: string | null, doing: Doing];
const most: Doing[] = ['viewing', 'noting', 'replying'];

/**
 * Who is at which conversation. It lives in the memory of the processes and nowhere else: a tab tells its process, the process the
 * others, and each tells its own tabs. What is lost on the way is said again a few seconds later, and what isn't said again is over.
 */
export async function startPresence(
  live: Live,
  wire: Wire,
  /** Others who want to know: who is at the conversations where that changed. */
  others: ((workspaceId: string, at: Present) => void)[] = [],
): Promise<() => Promise<void>> {
  const places = new Map<string, Map<string, Place>>();
  const tabs = new Map<Seat, string>();
  const moved = new Map<string, Set<string>>();
  const news = new Map<string, Told>();
  let gathering: NodeJS.Timeout | null = null;

  const mark = (workspaceId: string, conversationId: string): void => {
    const some = moved.get(workspaceId) ?? new Set();
    moved.set(workspaceId, some.add(conversationId));
    gathering ??= setTimeout(flush, GATHER);
  };
  const put = (workspaceId: string, tab: string, next: Place | null): boolean => {
    const here = places.get(workspaceId) ?? new Map<string, Place>();
    const was = here.get(tab);
    if (next) here.set(tab, next);
    else here.delete(tab);
    if (here.size > 0) places.set(workspaceId, here);
    else places.delete(workspaceId);
    if (was?.conversationId === next?.conversationId && was?.doing === next?.doing) return false;
    if (was) mark(workspaceId, was.conversationId);
    if (next) mark(workspaceId, next.conversationId);
    return true;
  };
  const at = (workspaceId: string, wanted?: Set<string>): Present => {
    const found: Present = Object.fromEntries([...(wanted ?? [])].map((id) => [id, []]));
    for (const { personId, conversationId, doing } of places.get(workspaceId)?.values() ?? []) {
      if (wanted && !wanted.has(conversationId)) continue;
      found[conversationId] ??= [];
      const known = found[conversationId].find((one) => one.personId === personId);
      if (!known) found[conversationId].push({ personId, doing });
      else if (most.indexOf(doing) > most.indexOf(known.doing)) known.doing = doing;
    }
    return found;
  };
  const flush = (): void => {
    gathering = null;
    for (const [workspaceId, wanted] of moved) {
      const frame = { type: 'present' as const, whole: false, at: at(workspaceId, wanted) };
      for (const seat of live.seatsIn(workspaceId)) if (seat.who.may('conversation.read')) seat.send(frame);
      for (const other of others) other(workspaceId, frame.at);
    }
    moved.clear();
    sayOn([...news.values()]);
    news.clear();
  };
  const sayOn = (told: Told[]): void => {
    let part: string[] = [];
    let size = 0;
    for (const one of told.map((t) => JSON.stringify(t))) {
      if (size + one.length > FITS) {
        wire.say(CHANNEL, `[${part.join()}]`);
        [part, size] = [[], 0];
      }
      part.push(one);
      size += one.length + 1;
    }
    if (part.length > 0) wire.say(CHANNEL, `[${part.join()}]`);
  };
  const sayAll = (): void =>
    sayOn(
      [...tabs].flatMap(([{ who }, tab]): Told[] => {
        const place = places.get(who.workspaceId)?.get(tab);
        return place ? [[tab, who.workspaceId, place.personId, place.conversationId, place.doing]] : [];
      }),
    );
  const move = (seat: Seat, conversationId: string | null, doing: Doing): void => {
    const { workspaceId, id: personId } = seat.who;
    const tab = tabs.get(seat) ?? newId();
    if (conversationId) tabs.set(seat, tab);
    if (put(workspaceId, tab, placeOf(personId, conversationId, doing)))
      news.set(tab, [tab, workspaceId, personId, conversationId, doing]);
  };

  live.hear({
    greeted: (seat) => {
      if (seat.who.may('conversation.read')) seat.send({ type: 'present', whole: true, at: at(seat.who.workspaceId) });
    },
    said: (seat, text) => {
      const word = read(text);
      // An API key is nobody who could look at something.
      if (!word || seat.who.kind !== 'person' || !seat.who.may('conversation.read')) return;
      const may = { viewing: true, replying: 'conversation.write', noting: 'conversation.note' }[word.doing];
      move(seat, word.conversationId, may === true || seat.who.may(String(may)) ? word.doing : 'viewing');
    },
    left: (seat) => {
      if (tabs.has(seat)) move(seat, null, 'viewing');
      tabs.delete(seat);
    },
  });
  await wire.listen(
    CHANNEL,
    (text) => {
      if (text === 'who') return sayAll();
      // A process of another version may speak otherwise.
      if (!text.startsWith('[[')) return;
      for (const [tab, workspaceId, personId, conversationId, doing] of JSON.parse(text) as Told[])
        put(workspaceId, tab, placeOf(personId, conversationId, doing));
    },
    () => wire.say(CHANNEL, 'who'),
  );
  const beat = setInterval(() => {
    const now = Date.now();
    for (const [workspaceId, here] of [...places])
      for (const [tab, { until }] of [...here]) if (until < now) put(workspaceId, tab, null);
    sayAll();
  }, BEAT);
  return async () => {
    clearInterval(beat);
    if (gathering) clearTimeout(gathering);
  };
}

const placeOf = (personId: string, conversationId: string | null, doing: Doing): Place | null =>
  conversationId === null ? null : { personId, conversationId, doing, until: Date.now() + SILENT };

/** Whatever a stranger's program sends over the socket: what makes no sense is not heard. */
function read(text: string): ReturnType<typeof said.parse> | null {
  try {
    return said.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // not JSON
  }
}
