const most = 8;
const nameOf = (person: string) => `searched:${person}`;

/** What this person looked for on this device, the latest first. */
export const recentOf = (person: string): string[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(person)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    // A store that is closed to us remembers nothing.
    return [];
  }
};
const keep = (person: string, all: string[]): string[] => {
  try {
    localStorage.setItem(nameOf(person), JSON.stringify(all));
  } catch {
    // Nothing is remembered then; searching works all the same.
  }
  return all;
};
export const remember = (person: string, text: string): string[] =>
  text.trim() === ''
    ? recentOf(person)
    : keep(person, [text, ...recentOf(person).filter((one) => one !== text)].slice(0, most));
export const forget = (person: string, text?: string): string[] =>
  keep(person, text === undefined ? [] : recentOf(person).filter((one) => one !== text));
