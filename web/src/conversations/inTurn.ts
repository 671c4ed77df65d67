const waiting: (() => void)[] = [];
let going = false;
const next = () => {
  const one = waiting.shift();
  going = one !== undefined;
  if (!one) return;
  one();
  setTimeout(next, 16);
};
/** Each in a moment of its own: a frame costs some 8 ms to make, and several at once would hold everything else up. What is seen goes first. */
export const inTurn = (make: () => void, first: boolean): (() => void) => {
  if (first) waiting.unshift(make);
  else waiting.push(make);
  if (!going) {
    going = true;
    setTimeout(next);
  }
  return () => {
    const at = waiting.indexOf(make);
    if (at !== -1) waiting.splice(at, 1);
  };
};
