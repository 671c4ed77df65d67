import { languageName } from './time.ts';

type Props = {
  name: string;
  value: string;
  none?: string;
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
};
const zones = (): string[] =>
  typeof Intl.supportedValuesOf === 'function' ? ['UTC', ...Intl.supportedValuesOf('timeZone')] : ['UTC'];
export const hereZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const Zones = ({ value, none, ...rest }: Props) => {
  const all = zones();
  return (
    <select className="input" {...rest} defaultValue={value}>
      {none === undefined ? null : <option value="">{none}</option>}
      {value && !all.includes(value) ? <option value={value}>{value}</option> : null}
      {all.map((z) => (
        <option key={z} value={z}>
          {z.replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  );
};

const languages = [
  'en',
  'ar',
  'bg',
  'cs',
  'da',
  'de',
  'el',
  'es',
  'et',
  'fa',
  'fi',
  'fr',
  'he',
  'hi',
  'hr',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'lt',
  'lv',
  'nb',
  'nl',
  'pl',
  'pt',
  'pt-BR',
  'ro',
  'sk',
  'sl',
  'sr',
  'sv',
  'th',
  'tr',
  'uk',
  'ur',
  'vi',
  'zh',
  'zh-TW',
];
export const Languages = ({ value, none, ...rest }: Props) => (
  <select className="input" {...rest} defaultValue={value}>
    {none === undefined ? null : <option value="">{none}</option>}
    {value && !languages.includes(value) ? <option value={value}>{languageName(value)}</option> : null}
    {languages.map((l) => (
      <option key={l} value={l}>
        {languageName(l)}
      </option>
    ))}
  </select>
);
