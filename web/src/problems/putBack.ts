import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { number } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

type Decided = { id: string; conversations: string[]; right: boolean };
/**
 * The way back from a decision about many: each is filed here again, to be confirmed. What stands under something else, too, is left as it
 * is: filing it anew would take back what somebody confirmed there.
 */
export async function putBack(client: QueryClient, { id, conversations, right }: Decided): Promise<void> {
  let n = 0;
  let failed: unknown = null;
  for (const one of conversations)
    try {
      const params = { id: one };
      const { items } = await api('GET /conversations/:id/filing', { params });
      const here = items.length === 1 && items[0]?.problem?.id === id;
      if (right ? !here : items.length > 0) continue;
      const body = { kind: 'problem' as const, problems: [{ id }], provisional: true };
      await api('PUT /conversations/:id/filing', { params, body });
      n++;
    } catch (error) {
      failed = error;
    }
  await client.invalidateQueries({ queryKey: ['problems'] });
  if (failed) tellProblem(failed);
  const some = { n: number(n), all: number(conversations.length) };
  if (n < conversations.length)
    tell(
      failed
        ? t('{n} of {all} are back as they were', some)
        : t(
            '{n} of {all} are back as they were. The others are filed as something else, too: open them to change that.',
            some,
          ),
    );
  else if (right) tell(t('{n, plural, one {# is to be confirmed again} other {# are to be confirmed again}}', { n }));
  else tell(t('{n, plural, one {# is filed here again} other {# are filed here again}}', { n }));
}
