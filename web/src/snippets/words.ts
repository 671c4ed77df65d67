import type { Person, Snippet, Step, Team } from '@hearten/contract';
import { t } from '../language/index.ts';
import { listed } from '../ui/names.ts';

export const priorityWords = { low: t('Low'), normal: t('Normal'), high: t('High'), urgent: t('Urgent') };
export const statusWords = {
  open: t('Open'),
  waiting: t('Waiting for the customer'),
  resolved: t('Resolved'),
  closed: t('Closed'),
};
/** What the variables stand for, as the menu that offers them says it. */
export const variableWords: Record<string, string> = {
  'customer.first_name': t('First name of the customer'),
  'customer.name': t('Name of the customer'),
  'customer.email': t('Address of the customer'),
  'customer.company': t('Company of the customer'),
  'agent.first_name': t('Your first name'),
  'agent.name': t('Your name'),
  'agent.email': t('Your address'),
  'conversation.number': t('Number of the conversation'),
  'conversation.subject': t('Subject of the conversation'),
  'inbox.name': t('Name of the inbox'),
  'inbox.address': t('Address of the inbox'),
  'team.name': t('Name of the team'),
  'workspace.name': t('Name of the workspace'),
  today: t('Today’s date'),
};

/** Who may use it: one word for a chip. */
export const forWhom = (whom: Snippet['for'], teams: readonly Team[] = []): string =>
  whom === 'me'
    ? t('Only you')
    : whom === 'everyone'
      ? t('Everyone')
      : (teams.find((team) => team.id === whom)?.name ?? t('A team'));

/** What a step does, in a few words. */
export const stepWords = (step: Step, people: readonly Person[] = [], teams: readonly Team[] = []): string[] => {
  switch (step.do) {
    case 'tag':
      return [
        ...(step.add?.length ? [t('Tag {tags}', { tags: listed(step.add) })] : []),
        ...(step.remove?.length ? [t('Take off {tags}', { tags: listed(step.remove) })] : []),
      ];
    case 'assign':
      return [
        ...(step.assigneeId === undefined
          ? []
          : [
              step.assigneeId === null
                ? t('Give it back to everyone')
                : step.assigneeId === 'me'
                  ? t('Assign to whoever runs it')
                  : t('Assign to {name}', {
                      name: people.find((p) => p.id === step.assigneeId)?.name ?? t('somebody who left'),
                    }),
            ]),
        ...(step.teamId === undefined
          ? []
          : [
              step.teamId === null
                ? t('Take it out of its team')
                : t('Move to {name}', {
                    name: teams.find((one) => one.id === step.teamId)?.name ?? t('a team that is gone'),
                  }),
            ]),
      ];
    case 'priority':
      return [t('Priority: {label}', { label: priorityWords[step.priority].toLowerCase() })];
    case 'note':
      return [t('Leave a note')];
    case 'status':
      return [
        { open: t('Reopen'), waiting: t('Wait for the customer'), resolved: t('Resolve'), closed: t('Close for good') }[
          step.status
        ],
      ];
    case 'snooze':
      return [snoozeWords(step.for)];
  }
};
export const snoozeWords = (ahead: string): string => {
  const n = Number(ahead.slice(0, -1));
  if (ahead.endsWith('h')) return t('{n, plural, one {Snooze for an hour} other {Snooze for # hours}}', { n });
  if (ahead.endsWith('d')) return t('{n, plural, one {Snooze until tomorrow} other {Snooze for # days}}', { n });
  return t('{n, plural, one {Snooze for a week} other {Snooze for # weeks}}', { n });
};
