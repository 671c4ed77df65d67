// What the journeys of the chat do inside its frame: handed over as a function, so it stands for itself.

/**
 * What a hand does with Ctrl+V: words, or a file of that name, or both, as from a table; says whether it was taken from the browser. The frame
 * takes no text for a program (trusted types), so a test can't say this in a string.
 *
 * @param {{ text?: string, file?: string }} what
 */
export const pasteInto = (field, { text, file }) => {
  const data = new DataTransfer();
  if (text) data.setData('text/plain', text);
  if (file) data.items.add(new File(['a note'], file, { type: 'text/plain' }));
  return !field.dispatchEvent(
    new ClipboardEvent('paste', {
      clipboardData: data,
      bubbles: true,
      cancelable: true,
    }),
  );
};

/**
 * What a hand does that drags a file here and lets it go: both are said, because a place that does not take what is held over it is
 * never told that it was let go. Says whether both were taken.
 */
export const dropInto = (place, name) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['let go'], name, { type: 'text/plain' }));
  return ['dragover', 'drop'].every(
    (what) => !place.dispatchEvent(new DragEvent(what, { dataTransfer, bubbles: true, cancelable: true })),
  );
};

/** How many letters stand in each line of it. */
export const linesOf = (place) => {
  const lines = new Map();
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    for (let at = 0; at < text.data.length; at++) {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { top } = range.getBoundingClientRect();
      lines.set(top, (lines.get(top) ?? 0) + 1);
    }
  }
  return [...lines.values()];
};

/**
 * What inside it moves by itself, or on the way from one look to the next. Somebody who is writing, which moves most, is put beside it for
 * the look.
 */
export const moving = (root) => {
  const writer = document.createElement('span');
  writer.className = 'typing';
  writer.append(document.createElement('i'));
  const inside = root.shadowRoot ?? root;
  inside.append(writer);
  const still = (list) => list.split(',').every((one) => Number.parseFloat(one) === 0);
  const found = [root, ...inside.querySelectorAll('*')].filter((one) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(one);
    return (animationName !== 'none' && !still(animationDuration)) || !still(transitionDuration);
  });
  writer.remove();
  return found.map((one) => one.outerHTML.slice(0, 80));
};
