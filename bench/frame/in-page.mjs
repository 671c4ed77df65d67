// What the bench of the app does inside a browser's page. Each function is handed over as text, so it stands for itself.

/** Before anything of the app. A frame counts once it is painted: in the task behind it. */
export function watch() {
  const shows = ({ selector, not, count = 1 }) => {
    const found = document.querySelectorAll(selector);
    return found.length >= count && (not === undefined || found[0]?.textContent !== not);
  };
  const painted = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(null);
  };
  const frames = (ok, then) => requestAnimationFrame(() => (ok() ? painted(then) : frames(ok, then)));
  window.untilPainted = (look) =>
    new Promise((done) => {
      const begin = (e) => {
        for (const kind of ['keydown', 'click']) removeEventListener(kind, begin, true);
        frames(
          () => shows(look),
          () => done(performance.now() - e.timeStamp),
        );
      };
      for (const kind of ['keydown', 'click']) addEventListener(kind, begin, true);
    });
  window.startPainted = new Promise((done) =>
    frames(
      () => shows({ selector: 'a.rowi' }),
      () => done(performance.now()),
    ),
  );
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: 'longtask' });
}

/** From the next key or click to the frame in which the page shows what was asked for, in ms. */
export const arm = (look) => {
  window.waiting = window.untilPainted(look);
};
export const armed = () => window.waiting;
/** From the navigation to the first frame with rows. */
export const startPainted = () => window.startPainted;
export const scrollRows = (top) => document.querySelector('.rows')?.scrollTo(0, top);
/** Looks at each frame from now on: how much of the list shows no row, in px. A gap between two rows is none. */
export const watchRows = () => {
  const step = 20;
  const list = document.querySelector('.rows');
  window.blank = { most: 0, frames: 0 };
  const look = () => {
    const { left, top, width, height } = list.getBoundingClientRect();
    const rowAt = (y) => Boolean(document.elementFromPoint(left + width / 2, y)?.closest('.rowi'));
    let bare = 0;
    for (let y = top + step; y + step < top + height; y += step) {
      bare = rowAt(y) ? 0 : bare + step;
      if (bare > step) window.blank.most = Math.max(window.blank.most, bare);
    }
    window.blank.frames += 1;
    window.looking = requestAnimationFrame(look);
  };
  window.looking = requestAnimationFrame(look);
};
export const blankRows = () => {
  cancelAnimationFrame(window.looking);
  return window.blank;
};
export const forgetTasks = () => {
  window.longTasks.length = 0;
};
export const longestTask = () => Math.max(0, ...window.longTasks);

/** When a note with these words is painted. */
export const awaitNote = (words) => {
  window.arrives = new Promise((done) => {
    const look = () => {
      const there = [...document.querySelectorAll('.thread .note')].some((n) => n.textContent?.includes(words));
      if (!there) return void requestAnimationFrame(look);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.timeOrigin + performance.now());
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
};
export const noteArrived = () => window.arrives;
/** When Enter is pressed next. */
export const awaitEnter = () => {
  window.pressed = new Promise((done) =>
    addEventListener('keydown', (e) => (e.key === 'Enter' ? done(performance.timeOrigin + e.timeStamp) : undefined), {
      capture: true,
    }),
  );
};
export const enterPressed = () => window.pressed;
