/** How often a part of the app did not come, by its address. */
const failed = new Map<string, number>();

/**
 * Loads a part of the app; one that did not come is asked for under another address. Firefox and Safari keep that an import failed for as
 * long as the page is open, so that the same address would never be asked for again. Once it came it stays at the address at which it did:
 * another would be the same part a second time, with nothing of what the first has in hand. What a part shares with others keeps its address
 * all the same; who asks for it again by hand and does not get it gets the page anew (ui/later.tsx).
 */
export const again = async <T>(load: (url: string) => Promise<T>, url: string): Promise<T> => {
  const times = failed.get(url) ?? 0;
  try {
    return await load(times > 0 ? `${url}?again=${times}` : url);
  } catch (error) {
    failed.set(url, times + 1);
    throw error;
  }
};
// The build puts it into each import() (../again.ts).
Object.assign(globalThis, { heartenAgain: again });
