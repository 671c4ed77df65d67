import type { FormFacts } from '@hearten/contract';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { calendarDay } from '../ui/time.ts';

const urgencies = { no: '', slows: t('It slows them down.'), stuck: t('They are stuck.') };

/** By which web form a message came, where it was written, and how urgent it is to whoever wrote it. */
export const ByForm = ({ facts }: { facts: FormFacts }) => (
  <div className="under">
    <span>
      <Said id="By the web form <0>{name}</0>" values={{ name: facts.name }} components={[<bdi key="0" />]} />
      {facts.page ? (
        <>
          {' · '}
          <bdi dir="ltr">{facts.page.replace(/^https?:\/\//, '')}</bdi>
        </>
      ) : null}
      {facts.urgency && facts.urgency !== 'no' ? ` · ${urgencies[facts.urgency]}` : null}
      {facts.neededBy ? ` · ${t('Needed by {day}', { day: calendarDay(facts.neededBy) })}` : null}
    </span>
  </div>
);
