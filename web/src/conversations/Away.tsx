import type { Customer } from '@hearten/contract';
import { CalendarOff } from 'lucide-react';
import { Said } from '../language/Said.tsx';
import { firstName } from '../ui/names.ts';
import { onDay } from '../ui/time.ts';

/** Whoever writes to somebody who is away should know it before they wait. */
export const Away = ({ customer, name }: { customer: Customer; name: string }) =>
  customer.awayUntil && Date.parse(customer.awayUntil) > Date.now() ? (
    <p className="away">
      <CalendarOff className="i s14" aria-hidden="true" />
      <span>
        <Said
          id="<0>{name}</0>: away until {when}"
          values={{ name: firstName(name), when: onDay(customer.awayUntil) }}
          components={[<bdi key="0" />]}
        />
      </span>
    </p>
  ) : null;
