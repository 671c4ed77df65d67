import type { Wish } from '@hearten/contract';
import { t } from '../language/index.ts';
import { number } from '../ui/time.ts';
import { useChart } from '../ui/useChart.ts';
import { stepFor } from './RateChart.tsx';

const TALL = 240;
const [TOP, BOTTOM, START, END] = [16, 40, 52, 20];

/**
 * Each wish by its place in the list below: to the right more customers, upwards what they are worth (where no field holds it, how many were
 * unhappy), and the larger the more of them were unhappy. The list says the same in words.
 */
export const WishPlot = ({ items, label }: { items: Wish[]; label: string | null }) => {
  const { box, wide, mirrored } = useChart(860);
  const upOf = (one: Wish): number => (label === null ? one.unhappy : (one.value ?? 0));
  const scale = (most: number): { step: number; top: number } => {
    const step = Math.max(1, stepFor(most));
    return { step, top: Math.max(step, Math.ceil(most / step) * step) };
  };
  const [across, up] = [scale(Math.max(...items.map((one) => one.customers))), scale(Math.max(...items.map(upOf)))];
  const xOf = (value: number): number => {
    const x = START + (value / across.top) * (wide - START - END);
    return mirrored ? wide - x : x;
  };
  const yOf = (value: number): number => TOP + (1 - Math.max(0, value) / up.top) * (TALL - TOP - BOTTOM);
  const ticks = ({ step, top }: { step: number; top: number }): number[] =>
    Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  const upLabel = label ?? t('Unhappy customers');
  return (
    <div ref={box} className="ratechart wishplot">
      <p className="xs ink3" dir="auto">
        {upLabel}
      </p>
      <svg
        viewBox={`0 0 ${wide} ${TALL}`}
        width={wide}
        height={TALL}
        role="img"
        aria-label={t('Wishes by customers and {label}', { label: upLabel })}
      >
        {ticks(up).map((value) => (
          <g key={value}>
            <line className="grid" x1={xOf(0)} x2={xOf(across.top)} y1={yOf(value)} y2={yOf(value)} />
            <text x={mirrored ? xOf(0) + 8 : xOf(0) - 8} y={yOf(value) + 4} textAnchor={mirrored ? 'start' : 'end'}>
              {number(value)}
            </text>
          </g>
        ))}
        {ticks(across).map((value) => (
          <text key={value} x={xOf(value)} y={TALL - BOTTOM + 18} textAnchor="middle">
            {number(value)}
          </text>
        ))}
        <text x={xOf(across.top)} y={TALL - 4} textAnchor={mirrored ? 'start' : 'end'}>
          {t('Customers')}
        </text>
        {items.map((one, i) => (
          <g key={one.id}>
            <circle
              className="wishdot"
              cx={xOf(one.customers)}
              cy={yOf(upOf(one))}
              r={9 + 9 * (one.felt ? one.unhappy / one.felt : 0)}
            />
            <text className="wishnumber" x={xOf(one.customers)} y={yOf(upOf(one)) + 4} textAnchor="middle">
              {i + 1}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
};
