import { decodeEntities } from './entities.ts';

const LONGEST = 500;

/** Where a link leads, when that is somewhere a person can go; very long ones are for machines only. */
export function linkTarget(attributes: string): string {
  const m = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes.slice(0, 4_000));
  const href = decodeEntities(m?.[1] ?? m?.[2] ?? m?.[3] ?? '').replace(/[\s<>]+/g, '');
  return href.length <= LONGEST && /^(?:https?:\/\/|mailto:|tel:)./i.test(href) ? href : '';
}

/** What has to be said after the words of a link: nothing when they are the address themselves. */
export function saidTarget(words: string, target: string): string {
  const bare = (s: string) =>
    s
      .replace(/^(?:https?:\/\/|mailto:|tel:)(?:www\.)?|^www\./i, '')
      .replace(/[\s\u00ad\u200b/]+/g, '')
      .toLowerCase();
  if (
    target === '' ||
    words.trim() === '' ||
    bare(words) === bare(target.replace(/\?.*$/, '')) ||
    bare(words) === bare(target)
  )
    return '';
  return ` <${target.replace(/^(?:mailto|tel):/i, '')}>`;
}
