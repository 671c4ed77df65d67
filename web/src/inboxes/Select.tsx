type Choosing = {
  choices: readonly (readonly [value: string, label: string])[];
  value?: string;
  onPick?: (value: string) => void;
};
/** One of a few, for what is kept as soon as it is chosen. */
export const Select = ({ choices, value = '', onPick, ...rest }: Choosing) => (
  <select className="input" {...rest} value={value} onChange={(e) => onPick?.(e.target.value)}>
    {choices.map(([id, label]) => (
      <option key={id} value={id}>
        {label}
      </option>
    ))}
  </select>
);
