// Shows a form of Hearten where this script stands: <script src="https://desk.example/form.js" data-form="ID" async></script>
// It makes one frame and nothing else: no style, no markup of its own, no cookie; it works where only its own address is allowed.
(() => {
  const script = document.currentScript;
  const { form, lang, theme, title, name, email } = script.dataset;
  if (!form) return console.error('Hearten: the script for a form needs data-form="…".');
  const desk = script.src.replace(/\/form\.js.*$/, '');
  const frame = document.createElement('iframe');
  const asked = new URLSearchParams({ embedded: '1' });
  const spoken = lang ?? document.documentElement.lang;
  if (spoken) asked.set('lang', spoken);
  if (theme) asked.set('theme', theme);
  const around = new URLSearchParams({ page: location.origin + location.pathname });
  if (name) around.set('name', name);
  if (email) around.set('email', email);
  frame.src = `${desk}/form/${encodeURIComponent(form)}?${asked}#${around}`;
  frame.title = title ?? 'Contact';
  frame.loading = 'lazy';
  frame.referrerPolicy = 'origin';
  Object.assign(frame.style, { width: '100%', height: '640px', border: '0', display: 'block', colorScheme: 'normal' });
  addEventListener('message', ({ origin, source, data }) => {
    if (source !== frame.contentWindow || origin !== new URL(desk).origin || data?.hearten !== 'form') return;
    // In the language of the form, by its own title.
    if (!title && data.title) frame.title = data.title;
    if (data.height > 0) frame.style.height = `${Math.min(10000, Math.ceil(data.height))}px`;
  });
  script.after(frame);
})();
