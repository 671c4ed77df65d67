import type { Customer } from '@hearten/contract';
import { CalendarOff } from 'lucide-react';
import { firstName } from '../ui/names.ts';
import { onDay } from '../ui/time.ts';

/** Whoever writes to somebody who is away should know it before they wait. */
export const Away = ({ customer, name }: { customer: Customer; name: string }) =>
  customer.awayUntil && Date.parse(customer.awayUntil) > Date.now() ? (
    <p className="away">
      <CalendarOff className="i s14" aria-hidden="true" />
      <span>
        <bdi>{firstName(name)}</bdi>: away until {onDay(customer.awayUntil)}
      </span>
    </p>
  ) : null;
