// Runs in each document before anything else. What finds and presses here is small: Playwright's own finders are a large program that a page
// has to read first, slowed down like everything else, and would be the longest task by themselves.

/** What matches and holds these words, as soon as it is there. */
globalThis.there = (selector, words = '') =>
  new Promise((done) => {
    const find = () => [...document.querySelectorAll(selector)].findLast((one) => one.textContent.includes(words));
    const look = () => {
      const found = find();
      if (found) done(found);
      return Boolean(found);
    };
    if (look()) return;
    const watch = new MutationObserver(() => {
      if (look()) watch.disconnect();
    });
    watch.observe(document, { childList: true, subtree: true, characterData: true });
  });
/** In a task of its own, as a hand would. */
globalThis.press = async (selector, words) => {
  const found = await globalThis.there(selector, words);
  await new Promise((done) => setTimeout(done, 100));
  found.click();
};
/** Opens the chat; gives when, by a clock that pages share. */
globalThis.pressBubble = () => {
  const at = performance.timeOrigin + performance.now();
  document.querySelector('#hearten-chat').shadowRoot.querySelector('button').click();
  return at;
};
/** When the first thing that one can press in the frame was painted, by that clock. */
if (self !== top)
  globalThis
    .there('.button')
    .then(() =>
      requestAnimationFrame(() => setTimeout(() => (globalThis.usableAt = performance.timeOrigin + performance.now()))),
    );
