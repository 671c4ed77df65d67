/** A domain as name servers know it: lower case, ASCII. */
const ascii = (domain: string): string => {
  const bare = domain.replace(/\.$/, '');
  try {
    return new URL(`http://${bare}`).hostname;
  } catch (error) {
    if (error instanceof TypeError) return bare.toLowerCase();
    throw error;
  }
};
const spelled = (address: string): [local: string, domain: string] => {
  const whole = address.trim().normalize('NFC');
  const at = whole.lastIndexOf('@');
  const local = at < 0 ? whole : whole.slice(0, at);
  const bare = /^".*"$/s.test(local) ? local.slice(1, -1).replace(/\\(.)/gs, '$1') : local;
  return [bare.toLowerCase(), at < 0 ? '' : ascii(whole.slice(at + 1))];
};
/** Which addresses come to one of our own inboxes, in any spelling; says the same as the server, which leaves them out. */
export const oursAmong = (inboxes: readonly string[]): ((address: string) => boolean) => {
  const own = inboxes.map(spelled);
  return (address) => {
    const [local, domain] = spelled(address);
    const named = /^(.*)\+c\.[a-z2-7]{26}\.[a-z2-7]{16}$/.exec(local)?.[1];
    return own.some(
      ([mine, at]) =>
        at === domain && (local === mine || local.startsWith(`${mine}+`) || named === mine.replace(/(?<=.)\+.*$/, '')),
    );
  };
};

/** The inbox in which one is one's own customer. */
export const isPractice = (address: string): boolean => /@practice-[0-9a-f]{12}\.invalid$/.test(address);
