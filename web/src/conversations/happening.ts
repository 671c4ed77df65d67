import type { Happening } from '@hearten/contract';
import { t, type Values } from '../language/index.ts';
import { moodWord } from '../mood/words.ts';
import { due } from '../ui/time.ts';

/** A sentence in parts; the parts in bold are names and values. */
export type Sentence = { text: string; strong?: boolean; number?: number }[];
export type Names = { person: (id: unknown) => string; team: (id: unknown) => string };

const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []);
const priorities: Record<string, string> = { urgent: t('urgent'), high: t('high'), normal: t('normal'), low: t('low') };

// A name may hold what looks like a mark; it is text all the same.
const veil = (value: unknown) => (typeof value === 'string' ? value.replaceAll('<', '\uE000') : value);
/** `<b>…</b>` is a name or a value; `<c>…</c>` another conversation: its number leads there. */
const drawn = (text: string): Sentence =>
  text.split(/(<[bc]>.*?<\/[bc]>)/).flatMap((part) => {
    const [, mark, inside = part] = /^<([bc])>(.*)<\/[bc]>$/.exec(part) ?? [];
    const shown = inside.replaceAll('\uE000', '<');
    if (mark === 'c') return [{ text: `#${shown}`, strong: true, number: Number(shown) }];
    return mark ? [{ text: shown, strong: true }] : part ? [{ text: shown }] : [];
  });

/** What happened, in the words of the timeline; null when the timeline shows it otherwise (a message speaks for itself). */
export const sentence = (event: Happening, names: Names): Sentence | null => {
  const { data } = event;
  const who =
    event.actorKind === 'customer'
      ? t('The customer')
      : event.actorId
        ? names.person(event.actorId)
        : event.actorKind === 'key'
          ? t('The API')
          : 'Hearten';
  const told = (values: Record<string, unknown>): Values =>
    Object.fromEntries(
      Object.entries({ who, ...values }).map(([name, value]) => [name, veil(value) as Values[string]]),
    );
  switch (event.name.replace(/^conversation\./, '')) {
    case 'macro':
      return data.undone === true
        ? drawn(t('<b>{who}</b> took the macro <b>{name}</b> back', told({ name: data.name })))
        : drawn(t('<b>{who}</b> ran the macro <b>{name}</b>', told({ name: data.name })));
    case 'participants': {
      const [added, removed] = [list(data.added), list(data.removed)];
      const values = told({ added: added.join(', '), removed: removed.join(', ') });
      if (added.length > 0 && removed.length > 0)
        return drawn(
          t('<b>{who}</b> let <b>{added}</b> take part and took <b>{removed}</b> out of this conversation', values),
        );
      if (added.length > 0) return drawn(t('<b>{who}</b> let <b>{added}</b> take part', values));
      return removed.length > 0
        ? drawn(t('<b>{who}</b> took <b>{removed}</b> out of this conversation', values))
        : null;
    }
    case 'abuse': {
      const said = {
        'pass-on': () => t('<b>{who}</b> passed this on to a lead', told({})),
        pause: () => t('<b>{who}</b> paused the visitor for {n} minutes', told({ n: Number(data.minutes ?? 0) })),
        block: () => t('<b>{who}</b> blocked the visitor', told({})),
        allow: () => t('<b>{who}</b> let the visitor write again', told({})),
      }[String(data.do)];
      return said ? drawn(said()) : null;
    }
    case 'assigned': {
      if (data.why === 'away') return drawn(t('<b>{who}</b> went away: this waits for somebody else', told({})));
      if (data.why === 'gone')
        return drawn(
          t(
            '<b>{name}</b> was gone without a word: this waits for somebody else',
            told({ name: names.person((data.before as { assigneeId?: unknown } | undefined)?.assigneeId) }),
          ),
        );
      if (data.why === 'room' && event.actorKind === 'system')
        return drawn(t('This went to <b>{name}</b>, who had most room', told({ name: names.person(data.assigneeId) })));
      const before = (data.before ?? {}) as { assigneeId?: unknown; teamId?: unknown };
      const person =
        data.assigneeId === before.assigneeId
          ? 'same'
          : data.assigneeId === null
            ? 'back'
            : data.assigneeId === event.actorId
              ? 'self'
              : 'other';
      const team = data.teamId === before.teamId ? 'same' : data.teamId === null ? 'out' : 'in';
      const values = told({ name: names.person(data.assigneeId), team: names.team(data.teamId) });
      const said = {
        same: {
          same: null,
          out: () => t('<b>{who}</b> took this out of its team', values),
          in: () => t('<b>{who}</b> moved this to <b>{team}</b>', values),
        },
        back: {
          same: () => t('<b>{who}</b> gave this back to everyone', values),
          out: () => t('<b>{who}</b> gave this back to everyone and took this out of its team', values),
          in: () => t('<b>{who}</b> gave this back to everyone and moved this to <b>{team}</b>', values),
        },
        self: {
          same: () => t('<b>{who}</b> took this', values),
          out: () => t('<b>{who}</b> took this and took this out of its team', values),
          in: () => t('<b>{who}</b> took this and moved this to <b>{team}</b>', values),
        },
        other: {
          same: () => t('<b>{who}</b> assigned this to <b>{name}</b>', values),
          out: () => t('<b>{who}</b> assigned this to <b>{name}</b> and took this out of its team', values),
          in: () => t('<b>{who}</b> assigned this to <b>{name}</b> and moved this to <b>{team}</b>', values),
        },
      }[person][team];
      return said && drawn(said());
    }
    case 'snoozed':
      return drawn(
        typeof data.until === 'string'
          ? t('<b>{who}</b> snoozed this until <b>{when}</b>', told({ when: due(data.until) }))
          : t('<b>{who}</b> snoozed this until <b>later</b>', told({})),
      );
    case 'mood': {
      if (event.actorId === null)
        return data.shown
          ? drawn(
              data.shown === 'upset'
                ? t('The customer reads as <b>upset</b>', {})
                : t('The customer reads as <b>stuck</b>', {}),
            )
          : null;
      return typeof data.value === 'number'
        ? drawn(t('<b>{who}</b> set the mood at the start to <b>{mood}</b>', told({ mood: moodWord(data.value) })))
        : drawn(t('<b>{who}</b> took their word on the mood back', told({})));
    }
    case 'felt': {
      // A face or words were added to what they had said.
      if (data.before === data.compared) return null;
      const said = {
        better: () => t('<b>{who}</b> feels better than before this happened', told({})),
        same: () => t('<b>{who}</b> feels the same as before this happened', told({})),
        worse: () => t('<b>{who}</b> feels worse than before this happened', told({})),
      }[String(data.compared)];
      return said ? drawn(said()) : null;
    }
    case 'person':
      return drawn(t('<b>The visitor</b> asked for a person', told({})));
    case 'greeted':
      return drawn(t('Answered the greeting <b>{text}</b>', told({ text: data.text })));
    case 'asked_first':
      return drawn(
        t('Asked before the chat: {question} <b>{answer}</b>', told({ question: data.question, answer: data.answer })),
      );
    case 'context': {
      const values = Object.entries((data.values ?? {}) as Record<string, unknown>);
      return drawn(
        t(
          'Told by the page: <b>{values}</b>',
          told({ values: values.map(([key, value]) => `${key}: ${value}`).join(' · ') }),
        ),
      );
    }
    case 'woke':
      return drawn(t('Back from snooze'));
    case 'status':
      if (data.status === 'open') return drawn(t('<b>{who}</b> reopened this', told({})));
      if (data.status === 'waiting') return drawn(t('<b>{who}</b> set this to wait for the customer', told({})));
      if (data.status === 'closed' && event.actorKind === 'system')
        return drawn(
          t('Closed after {days, plural, one {a quiet day} other {# quiet days}}', { days: Number(data.days ?? 14) }),
        );
      return drawn(
        data.status === 'closed' ? t('<b>{who}</b> closed this', told({})) : t('<b>{who}</b> resolved this', told({})),
      );
    case 'tagged': {
      const [added, removed] = [list(data.added), list(data.removed)];
      const values = told({ added: added.join(', '), removed: removed.join(', '), n: removed.length });
      if (added.length > 0 && removed.length > 0)
        return drawn(
          t(
            '{n, plural, one {<b>{who}</b> tagged this <b>{added}</b> and removed the tag <b>{removed}</b>} other {<b>{who}</b> tagged this <b>{added}</b> and removed the tags <b>{removed}</b>}}',
            values,
          ),
        );
      if (added.length > 0) return drawn(t('<b>{who}</b> tagged this <b>{added}</b>', values));
      return removed.length === 0
        ? null
        : drawn(
            t(
              '{n, plural, one {<b>{who}</b> removed the tag <b>{removed}</b>} other {<b>{who}</b> removed the tags <b>{removed}</b>}}',
              values,
            ),
          );
    }
    case 'moved':
      if (data.folder === 'inbox') return drawn(t('<b>{who}</b> moved this back to the inbox', told({})));
      return drawn(
        data.folder === 'spam'
          ? t('<b>{who}</b> marked this as spam', told({}))
          : t('<b>{who}</b> moved this to the trash', told({})),
      );
    case 'rehomed': {
      const { name } = (data.before ?? {}) as { name?: unknown };
      const values = told({ name: data.name, before: name });
      return drawn(
        name
          ? t('<b>{who}</b> moved this from <b>{before}</b> to <b>{name}</b>', values)
          : t('<b>{who}</b> moved this to <b>{name}</b>', values),
      );
    }
    case 'merged':
      return drawn(
        'into' in data
          ? t('<b>{who}</b> merged this into <c>{number}</c>', told({ number: data.intoNumber }))
          : t('<b>{who}</b> merged <c>{number}</c> into this', told({ number: data.fromNumber })),
      );
    case 'split': {
      const values = told({ number: data.otherNumber, n: Number(data.messages) });
      return drawn(
        data.way === 'from'
          ? t('<b>{who}</b> split this off <c>{number}</c>', values)
          : t(
              '{n, plural, one {<b>{who}</b> split a message off into <c>{number}</c>} other {<b>{who}</b> split # messages off into <c>{number}</c>}}',
              values,
            ),
      );
    }
    case 'unsplit':
      return drawn(
        'into' in data
          ? t('<b>{who}</b> took the split back: it stands in <c>{number}</c> again', told({ number: data.intoNumber }))
          : t('<b>{who}</b> took the split into <c>{number}</c> back', told({ number: data.fromNumber })),
      );
    case 'linked': {
      const values = told({ number: data.otherNumber });
      if (data.why === 'follows' && data.begun)
        return drawn(t('<b>{who}</b> began this to follow up <c>{number}</c>', values));
      if (data.why === 'followed' && data.begun)
        return drawn(t('<b>{who}</b> followed this up in <c>{number}</c>', values));
      if (data.why === 'related') return drawn(t('<b>{who}</b> linked this with <c>{number}</c>', values));
      if (data.why === 'follows') return drawn(t('Follows up <c>{number}</c>, which was closed', values));
      if (data.why === 'followed') return drawn(t('The customer answered; it goes on in <c>{number}</c>', values));
      if (data.why === 'same_mail')
        return drawn(t('The same mail also came to another inbox: <c>{number}</c>', values));
      return null;
    }
    case 'attached':
      return drawn(
        data.way === 'parent'
          ? t('<b>{who}</b> made this a child of <c>{number}</c>', told({ number: data.otherNumber }))
          : t('<b>{who}</b> made <c>{number}</c> a child of this', told({ number: data.otherNumber })),
      );
    case 'detached':
      return drawn(
        data.way === 'parent'
          ? t('<b>{who}</b> took this out of the children of <c>{number}</c>', told({ number: data.otherNumber }))
          : t('<b>{who}</b> took <c>{number}</c> out of the children of this', told({ number: data.otherNumber })),
      );
    case 'aside':
      return drawn(
        t('<b>{who}</b> wrote to someone beside the customer: <c>{number}</c>', told({ number: data.otherNumber })),
      );
    case 'answered_aside':
      return drawn(
        t(
          '<b>{from}</b> answered beside the customer: <c>{number}</c>',
          told({ number: data.otherNumber, from: String(data.from) }),
        ),
      );
    case 'unlinked':
      return drawn(
        t('<b>{who}</b> said that <c>{number}</c> has nothing to do with this', told({ number: data.otherNumber })),
      );
    case 'unmerged':
      return drawn(
        'into' in data
          ? t('<b>{who}</b> took the merge into <c>{number}</c> back', told({ number: data.intoNumber }))
          : t('<b>{who}</b> took the merge of <c>{number}</c> back', told({ number: data.fromNumber })),
      );
    case 'changed': {
      const before = (data.before ?? {}) as { subject?: unknown; priority?: unknown; category?: unknown };
      if (data.subject !== before.subject)
        return drawn(
          t('<b>{who}</b> changed the subject to <b>{subject}</b>', told({ subject: String(data.subject) })),
        );
      if (data.priority !== before.priority)
        return drawn(
          t(
            '<b>{who}</b> set the priority to <b>{priority}</b>',
            told({ priority: priorities[String(data.priority)] ?? String(data.priority) }),
          ),
        );
      if (data.category === before.category) return null;
      return drawn(
        data.category === null
          ? t('<b>{who}</b> removed the category', told({}))
          : t('<b>{who}</b> set the category to <b>{category}</b>', told({ category: String(data.category) })),
      );
    }
    default:
      return null;
  }
};
