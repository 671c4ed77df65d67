import { type Language, matched, languages as spoken } from '../language/choice.ts';
import { languageName } from './time.ts';

type Props = {
  name?: string;
  /** The one it begins with; with `onPick`, the one it has. */
  value?: string;
  onPick?: (value: string) => void;
  none?: string;
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
};
/** Every time zone the browser knows. */
export const zones = (): string[] =>
  typeof Intl.supportedValuesOf === 'function' ? ['UTC', ...Intl.supportedValuesOf('timeZone')] : ['UTC'];
export const hereZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

const chosen = ({ value = '', onPick }: Pick<Props, 'value' | 'onPick'>) =>
  onPick ? { value, onChange: (e: { target: { value: string } }) => onPick(e.target.value) } : { defaultValue: value };

export const Zones = ({ value = '', none, onPick, ...rest }: Props) => {
  const all = zones();
  return (
    <select className="input" {...rest} {...chosen({ value, ...(onPick ? { onPick } : {}) })}>
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

export const languages = [
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
export const Languages = ({ value = '', none, onPick, ...rest }: Props) => (
  <select className="input" {...rest} {...chosen({ value, ...(onPick ? { onPick } : {}) })}>
    {none === undefined ? null : <option value="">{none}</option>}
    {value && !languages.includes(value) ? <option value={value}>{languageName(value)}</option> : null}
    {languages.map((l) => (
      <option key={l} value={l}>
        {languageName(l)}
      </option>
    ))}
  </select>
);

/** The languages the screens speak, each in its own words; another way of writing dates that was chosen before stays. */
export const Spoken = ({ value = '', none: _none, onPick, ...rest }: Props) => (
  <select className="input" {...rest} {...chosen({ value, ...(onPick ? { onPick } : {}) })}>
    {value && !(value in spoken) ? <option value={value}>{languageName(value)}</option> : null}
    {(Object.keys(spoken) as Language[]).map((l) => (
      <option key={l} value={l} lang={l}>
        {spoken[l]}
      </option>
    ))}
  </select>
);
/** The one of them the browser asks for first. */
export const hereLanguage = (): Language => matched(navigator.language) ?? 'en';
