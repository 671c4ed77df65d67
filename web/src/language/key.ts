const keys = new Map<string, string>();

/**
 * What a text is called in the catalogs a browser loads: seven letters instead of the whole English sentence, which the
 * code has already. FNV-1a over its UTF-16 units, in 36 of two runs' 64 bits; the build refuses two texts of one key.
 */
export const keyOf = (text: string): string => {
  const known = keys.get(text);
  if (known !== undefined) return known;
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ (unit + i), 0x85ebca6b);
    two ^= two >>> 13;
  }
  const key = ((one >>> 0) * 16 + ((two >>> 0) & 15)).toString(36).padStart(7, '0');
  keys.set(text, key);
  return key;
};
