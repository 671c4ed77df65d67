// What the tests of hostile mail do inside a browser's page. Each function is handed over as text, so it stands for itself.

/** Runs in the app's own page. */
export async function lookInside({ ids, sandbox }) {
  const wrong = [];
  // The app itself says before it how many notifications wait, and mail goes on arriving meanwhile.
  const called = () => document.title.replace(/^\(\d+\+?\) /, '');
  const title = called();
  const before = document.body.childElementCount;
  Object.assign(window, { canary: 'alive' });
  const frames = await Promise.all(
    ids.map(
      (id) =>
        new Promise((done) => {
          const frame = document.createElement('iframe');
          frame.setAttribute('sandbox', sandbox);
          frame.src = `/frames/messages/${id}`;
          frame.style.cssText = 'inline-size:400px;block-size:80px';
          frame.onload = () => done(frame);
          document.body.append(frame);
        }),
    ),
  );
  await new Promise((done) => setTimeout(done, 150));
  for (const [n, frame] of frames.entries()) {
    const say = (text) => wrong.push(`${ids[n]}: ${text}`);
    const inside = frame.contentDocument;
    if (!inside || inside.location.pathname !== `/frames/messages/${ids[n]}`) {
      say('the frame went elsewhere');
      continue;
    }
    if (!inside.body.textContent?.includes('before')) say('the mail is not shown');
    for (const element of inside.body.querySelectorAll('*')) {
      const name = element.localName;
      if (/^(script|iframe|object|embed|form|input|button|base|meta|link|svg|math|video|audio)$/.test(name))
        say(`<${name}>`);
      for (const { name: key, value } of element.attributes)
        if (/^on|^(ping|srcdoc|formaction|action|srcset|poster)$/.test(key)) say(`${key}=${value}`);
      const { position, cursor } = getComputedStyle(element);
      if (position === 'fixed' || position === 'sticky' || position === 'absolute') say(`position: ${position}`);
      if (cursor.includes('url')) say(`cursor: ${cursor}`);
    }
    for (const link of inside.querySelectorAll('a[href]')) {
      if (!/^(https?|mailto|tel):$/.test(link.protocol)) say(`a link to ${link.href}`);
      if (link.target !== '_blank' || !link.relList.contains('noopener')) say('a link that keeps its window');
    }
    const image = [...inside.images].find(
      (i) => i.src && !/^(data:|cid:)/.test(i.src) && !i.src.startsWith(location.origin),
    );
    if (image) say(`loads ${image.src}`);
  }
  if (window.canary !== 'alive' || called() !== title) wrong.push('the app was changed');
  for (const frame of frames) frame.remove();
  if (document.body.childElementCount !== before) wrong.push('something was added to the app');
  return wrong;
}

/** Runs in an empty page; says which of these documents ran something. */
export async function runAll(list) {
  const ran = new Set();
  window.ran = (n) => ran.add(n);
  for (let from = 0; from < list.length; from += 40) {
    const frames = list.slice(from, from + 40).map((html, i) => {
      const frame = document.createElement('iframe');
      frame.srcdoc = `<script>window.alert=function(){top.ran(${from + i})};</script>${html}`;
      frame.loaded = new Promise((done) => {
        frame.onload = done;
      });
      document.body.append(frame);
      return frame;
    });
    const late = new Promise((done) => setTimeout(done, 5000));
    await Promise.race([Promise.all(frames.map((frame) => frame.loaded)), late]);
    await new Promise((done) => setTimeout(done, 500));
    for (const frame of frames) frame.remove();
  }
  return [...ran];
}
