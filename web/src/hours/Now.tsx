import type { HoursState } from '@hearten/contract';
import { stateInWords } from './words.ts';

/** Whether it is open, as the server reckons it. */
export const Now = ({ state, zone }: { state: HoursState; zone: string }) => (
  <span className={`hoursnow${state.open ? ' is-open' : ''}`} role="status">
    <i aria-hidden="true" />
    {stateInWords(state, zone)}
  </span>
);
