import type { BodyInput } from '@hearten/contract';
import { t } from '../language/index.ts';
import type { Kind } from './data.ts';

export type Example = Omit<BodyInput<'POST /macros'>, 'for'>;

/** Where an empty page begins: real ones, to be changed. */
export const examplesOf = (kind: Kind): Example[] =>
  kind === 'macro'
    ? [
        {
          name: t('Thanks, all done'),
          text: t('Hello {name},\n\nthank you for letting us know. I am glad it works again.\n\nBest wishes\n{agent}', {
            name: '{{customer.first_name | there}}',
            agent: '{{agent.first_name}}',
          }),
          steps: [{ do: 'status', status: 'resolved' }],
        },
        {
          name: t('Ask again tomorrow'),
          steps: [
            { do: 'assign', assigneeId: 'me' },
            { do: 'snooze', for: '1d' },
          ],
        },
      ]
    : [
        {
          name: t('Ask for the order number'),
          shortcut: 'order',
          text: t(
            'Hello {name},\n\nI am happy to look into this. Could you send me your order number? You find it in the mail that confirmed your order.\n\nBest wishes\n{agent}',
            { name: '{{customer.first_name | there}}', agent: '{{agent.first_name}}' },
          ),
        },
        {
          name: t('We are looking into it'),
          shortcut: 'looking',
          text: t(
            'Hello {name},\n\nthank you for writing. We are looking into it and answer by tomorrow.\n\nBest wishes\n{agent}',
            {
              name: '{{customer.first_name | there}}',
              agent: '{{agent.first_name}}',
            },
          ),
        },
      ];
