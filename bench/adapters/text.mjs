import { feelingsOf } from '../../server/src/mood/model.ts';

/**
 * What a text shows, as an outside scorer asks: of emotions in groups the groups, of single emotions those. Sets of another kind (what
 * somebody wants of a bank) are not read here, and nothing is said of them.
 */
export function predict(set, text) {
  if (!/emotion/i.test(set)) return [];
  const { groups, emotions } = feelingsOf(text);
  return [...(/group|sentiment/i.test(set) ? groups : emotions).keys()];
}
