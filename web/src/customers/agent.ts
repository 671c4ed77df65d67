/** What a browser calls itself, as far as a person cares: the first that fits, because most claim to be several. */
const browsers: [RegExp, string][] = [
  [/\bEdgA?(iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b((Headless)?Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/\b(iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];
const first = (all: [RegExp, string][], agent: string): string => all.find(([sign]) => sign.test(agent))?.[1] ?? '';

/** Browser and system, each empty where nobody knows it. */
export const partsOf = (agent: string): [browser: string, system: string] => [
  first(browsers, agent),
  first(systems, agent),
];
/** `Firefox, Windows`; empty for what nobody knows. */
export const browserOf = (agent: string): string => partsOf(agent).filter(Boolean).join(', ');
