import { dice } from './year.ts';

export type Letter = { subject: string; text: string; topic: number };

const things =
  'lamp invoice parcel card password refund subscription shade plug cable voucher account label dimmer app order manual spare remote warranty'.split(
    ' ',
  );
const troubles =
  'missing broken refused late wrong doubled cancelled blank locked expired noisy loose faded empty unreadable overcharged frozen unanswered'.split(
    ' ',
  );
const asks = [
  (a: string, b: string) => `The ${a} is ${b} and I cannot go on`,
  (a: string, b: string) => `Why is my ${a} ${b}?`,
  (a: string, b: string) => `${b} ${a}, what shall I do`,
  (a: string, b: string) => `Since this week the ${a} looks ${b}`,
  (a: string, b: string) => `My ${a} came ${b} once more`,
];
const around = `I bought it in the spring and was happy with it until now.
We have ordered with you for years and never had trouble before.
Could somebody look into it before the weekend, please?
I have tried it twice on my phone and once on the computer.
My neighbour told me to write to this address.
The shop in town could not do anything about it.
I attached a photograph, in case it says more than I can.
There is no hurry, but I would like to know where I stand.
A colleague of mine had the same last year and it was solved quickly.
Our office moved in the summer, perhaps that matters.
I looked through the pages on your site and found nothing about it.
If you need a number or a date from me, just say so.`.split('\n');
const strange =
  'piano bicycle museum orchard lighthouse violin carpet glacier puzzle novel tram bakery canyon marathon telescope garden ferry circus harbour kite'.split(
    ' ',
  );

/** Letters by seed: most about one of so many planted topics, in other words each time; a third about nothing in common. */
export function letters(seed: number, count: number, topics: number): Letter[] {
  const random = dice(seed);
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  return Array.from({ length: count }, (): Letter => {
    const extra = Array.from({ length: 1 + Math.floor(random() * 4) }, () => one(around)).join(' ');
    if (random() < 1 / 3) {
      const word = (): string =>
        Math.floor(random() * 1e9)
          .toString(36)
          .replace(/\d/g, 'o');
      const odd = `${word()} ${one(strange)} ${word()} ${word()}`;
      return { subject: `About ${odd}`, text: `${extra} It is about the ${odd} of ${one(strange)}.`, topic: -1 };
    }
    const topic = Math.floor(random() ** 2 * topics);
    const thing = things[topic % things.length] as string;
    const trouble = troubles[(topic * 7 + Math.floor(topic / things.length)) % troubles.length] as string;
    return { subject: one(asks)(thing, trouble), text: `${one(asks)(thing, trouble)}. ${extra}`, topic };
  });
}
