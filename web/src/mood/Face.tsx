const eyes: Record<number, number> = { 1: 11.4, 2: 10.2, 3: 10.2, 4: 10 };
const lines: Record<number, string[]> = {
  1: ['M6.9 9.3 9.5 7.9M17.1 9.3l-2.6-1.4', 'M8.3 17.3c.9-1.9 2.2-2.6 3.7-2.6s2.8.7 3.7 2.6'],
  2: ['M8.6 16.3c1-1.1 2.1-1.5 3.4-1.5s2.4.4 3.4 1.5'],
  3: ['M8.6 15.3h6.8'],
  4: ['M8.2 14.2c1 1.4 2.3 2 3.8 2s2.8-.6 3.8-2'],
  5: ['M7.6 10.4c.5-.9 1.9-.9 2.5 0M13.9 10.4c.5-.9 1.9-.9 2.5 0'],
};

/** A drawn face: solid is the customer's own word or a person's, a dashed ring was read from the text. Its word stands beside it. */
export const Face = ({
  value,
  read = false,
  size = 20,
}: {
  value: number;
  read?: boolean;
  size?: 16 | 20 | 24 | 32;
}) => (
  <svg className={`mood m${value}${size === 20 ? '' : ` s${size}`}`} viewBox="0 0 24 24" aria-hidden="true">
    <circle className="f" cx="12" cy="12" r={read ? 8.6 : 9.4} />
    {eyes[value] ? (
      <>
        <circle className="e" cx="9" cy={eyes[value]} r="1.2" />
        <circle className="e" cx="15" cy={eyes[value]} r="1.2" />
      </>
    ) : null}
    {value === 5 ? <path className="e" d="M7.6 13.2h8.8c-.3 2.7-2.1 4.5-4.4 4.5s-4.1-1.8-4.4-4.5z" /> : null}
    {(lines[value] ?? []).map((d) => (
      <path key={d} className="k" d={d} />
    ))}
    {read ? <circle className="g" cx="12" cy="12" r="11.2" /> : null}
  </svg>
);
