/** What was chosen lately, newest first; on this device only. */
const place = (person: string) => `hearten.recent.${person}`;
export const recent = (person: string): string[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(person)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
  } catch {
    // Written by something else, or cut off: nothing is recent then.
    return [];
  }
};
export const remember = (person: string, id: string) =>
  localStorage.setItem(place(person), JSON.stringify([id, ...recent(person).filter((r) => r !== id)].slice(0, 30)));
