// What the journey of writing does inside the app's page. Each function is handed over as text, so it stands for itself.

/** As the browser does it: files, text or HTML in the clipboard. */
export function paste({ text, html, files = [] }) {
  const data = new DataTransfer();
  if (text) data.setData('text/plain', text);
  if (html) data.setData('text/html', html);
  for (const { name, type, base64 } of files)
    data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
  document
    .querySelector(
      document.querySelector('[role=dialog]')
        ? '[role=dialog] .composer [role=textbox]'
        : '.composer [role=textbox], .composer textarea',
    )
    .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}
/** How many pictures are drawn below this place. */
export function drawn(where) {
  return [...document.querySelectorAll(`${where} img`)].filter((img) => img.naturalWidth > 0 && !img.className).length;
}
export function watchTasks() {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
  }).observe({ entryTypes: ['longtask'] });
}
export function longestTask() {
  return window.longest;
}
/** Milliseconds from a letter to its being laid out, three quarters of the time. */
export async function keystroke() {
  const field = document.querySelector('.rich.writing');
  const out = [];
  for (let n = 0; n < 60; n++) {
    const begun = performance.now();
    document.execCommand('insertText', false, 'x');
    field.getBoundingClientRect();
    out.push(performance.now() - begun);
    await new Promise((done) => setTimeout(done, 30));
  }
  return out.sort((a, b) => a - b)[44];
}
