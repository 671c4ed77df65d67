import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { number } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

/**
 * The way back from "Take out": what is filed as nothing else is filed here again. It is filed anew, by whoever takes it back: where that is
 * theirs to decide it is confirmed by it, and this is said. What stands under something else, too, is left: filing it anew would take back
 * what somebody confirmed there.
 */
export async function putBack(client: QueryClient, id: string, conversations: string[]): Promise<void> {
  let filed = 0;
  let confirmed = false;
  let failed: unknown = null;
  for (const one of conversations)
    try {
      const params = { id: one };
      if ((await api('GET /conversations/:id/filing', { params })).items.length > 0) continue;
      const body = { kind: 'problem' as const, problems: [{ id }] };
      const { items } = await api('PUT /conversations/:id/filing', { params, body });
      filed++;
      confirmed = items.some((item) => !item.provisional);
    } catch (error) {
      failed = error;
    }
  await client.invalidateQueries({ queryKey: ['problems'] });
  if (failed) tellProblem(failed);
  if (filed === conversations.length)
    tell(
      confirmed
        ? t(
            '{n, plural, one {# is filed here again, and confirmed by you} other {# are filed here again, and confirmed by you}}',
            { n: filed },
          )
        : t('{n, plural, one {# is filed here again} other {# are filed here again}}', { n: filed }),
    );
  else
    tell(
      failed
        ? t('{n} of {all} are filed here again', { n: number(filed), all: number(conversations.length) })
        : t(
            '{n} of {all} are filed here again. The others are filed as something else, too: open them and add this problem there.',
            { n: number(filed), all: number(conversations.length) },
          ),
    );
}
