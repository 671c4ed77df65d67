/** How many transactions about what came back run at the same time: a thousand requests that end together must not take every connection. */
const FEW = 3;

export type FewAtOnce = <T>(urgent: boolean, work: () => Promise<T>) => Promise<T>;

/** Lets a few work at the same time; the others wait in line, what is urgent before what is not. */
export function fewAtOnce(few = FEW): FewAtOnce {
  let working = 0;
  const [urgently, line]: [(() => void)[], (() => void)[]] = [[], []];
  const done = (): void => {
    const next = urgently.shift() ?? line.shift();
    if (next) next();
    else working--;
  };
  return async (urgent, work) => {
    if (working >= few) await new Promise<void>((go) => (urgent ? urgently : line).push(go));
    else working++;
    try {
      return await work();
    } finally {
      done();
    }
  };
}
