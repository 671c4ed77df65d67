import type { Happening } from '@hearten/contract';
import { due } from '../ui/time.ts';

/** A sentence in parts; the parts in bold are names and values. */
export type Sentence = { text: string; strong?: boolean; number?: number }[];
export type Names = { person: (id: unknown) => string; team: (id: unknown) => string };

const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);
const b = (text: string) => ({ text, strong: true });
/** Another conversation: its number leads there. */
const c = (number: unknown) => ({ text: `#${String(number)}`, strong: true, number: Number(number) });
const joined = (parts: Sentence[]): Sentence => parts.flatMap((p, n) => (n === 0 ? p : [{ text: ' and ' }, ...p]));

/** What happened, in the words of the timeline; null when the timeline shows it otherwise (a message speaks for itself). */
export const sentence = (event: Happening, names: Names): Sentence | null => {
  const { data } = event;
  const who = event.actorId
    ? b(names.person(event.actorId))
    : b(event.actorKind === 'customer' ? 'The customer' : event.actorKind === 'key' ? 'The API' : 'Hearten');
  const says = (text: string, ...rest: Sentence): Sentence => [who, { text: ` ${text}` }, ...rest];
  switch (event.name.replace(/^conversation\./, '')) {
    case 'participants': {
      const parts: Sentence[] = [];
      if (list(data.added).length > 0)
        parts.push([{ text: 'let ' }, b(list(data.added).join(', ')), { text: ' take part' }]);
      if (list(data.removed).length > 0)
        parts.push([{ text: 'took ' }, b(list(data.removed).join(', ')), { text: ' out of this conversation' }]);
      return parts.length === 0 ? null : [who, { text: ' ' }, ...joined(parts)];
    }
    case 'assigned': {
      const before = (data.before ?? {}) as { assigneeId?: unknown; teamId?: unknown };
      const parts: Sentence[] = [];
      if (data.assigneeId !== before.assigneeId)
        parts.push(
          data.assigneeId === null
            ? [{ text: 'gave this back to everyone' }]
            : data.assigneeId === event.actorId
              ? [{ text: 'took this' }]
              : [{ text: 'assigned this to ' }, b(names.person(data.assigneeId))],
        );
      if (data.teamId !== before.teamId)
        parts.push(
          data.teamId === null
            ? [{ text: 'took this out of its team' }]
            : [{ text: 'moved this to ' }, b(names.team(data.teamId))],
        );
      return parts.length === 0 ? null : [who, { text: ' ' }, ...joined(parts)];
    }
    case 'snoozed':
      return says('snoozed this until ', b(typeof data.until === 'string' ? due(data.until) : 'later'));
    case 'woke':
      return [{ text: 'Back from snooze' }];
    case 'status':
      if (data.status === 'open') return says('reopened this');
      if (data.status === 'waiting') return says('set this to wait for the customer');
      if (data.status === 'closed' && event.actorKind === 'system')
        return [
          { text: `Closed after ${Number(data.days) === 1 ? 'a quiet day' : `${Number(data.days ?? 14)} quiet days`}` },
        ];
      return says(`${String(data.status)} this`);
    case 'tagged': {
      const [added, removed] = [list(data.added), list(data.removed)];
      const parts: Sentence[] = [];
      if (added.length > 0) parts.push([{ text: 'tagged this ' }, b(added.join(', '))]);
      if (removed.length > 0)
        parts.push([{ text: removed.length === 1 ? 'removed the tag ' : 'removed the tags ' }, b(removed.join(', '))]);
      return parts.length === 0 ? null : [who, { text: ' ' }, ...joined(parts)];
    }
    case 'moved':
      if (data.folder === 'inbox') return says('moved this back to the inbox');
      return says(data.folder === 'spam' ? 'marked this as spam' : 'moved this to the trash');
    case 'merged':
      return 'into' in data
        ? says('merged this into ', c(data.intoNumber))
        : says('merged ', c(data.fromNumber), { text: ' into this' });
    case 'split':
      return data.way === 'from'
        ? says('split this off ', c(data.otherNumber))
        : says(
            data.messages === 1 ? 'split a message off into ' : `split ${Number(data.messages)} messages off into `,
            c(data.otherNumber),
          );
    case 'unsplit':
      return 'into' in data
        ? says('took the split back: it stands in ', c(data.intoNumber), { text: ' again' })
        : says('took the split into ', c(data.fromNumber), { text: ' back' });
    case 'linked':
      if (data.why === 'follows') return [{ text: 'Follows up ' }, c(data.otherNumber), { text: ', which was closed' }];
      if (data.why === 'followed') return [{ text: 'The customer answered; it goes on in ' }, c(data.otherNumber)];
      if (data.why === 'same_mail')
        return [{ text: 'The same mail also came to another inbox: ' }, c(data.otherNumber)];
      return null;
    case 'unlinked':
      return says('said that ', c(data.otherNumber), { text: ' has nothing to do with this' });
    case 'unmerged':
      return says(
        'took the merge ',
        ...('into' in data ? [{ text: 'into ' }, c(data.intoNumber)] : [{ text: 'of ' }, c(data.fromNumber)]),
        { text: ' back' },
      );
    case 'changed': {
      const before = (data.before ?? {}) as { subject?: unknown; priority?: unknown; category?: unknown };
      if (data.subject !== before.subject) return says('changed the subject to ', b(String(data.subject)));
      if (data.priority !== before.priority) return says('set the priority to ', b(String(data.priority)));
      if (data.category === before.category) return null;
      return data.category === null
        ? says('removed the category')
        : says('set the category to ', b(String(data.category)));
    }
    default:
      return null;
  }
};
