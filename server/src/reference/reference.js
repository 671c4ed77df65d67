// Search, keys and copying for the reference. Without it the page is whole: everything is in it.
const find = document.querySelector('#find');
const found = document.querySelector('#found');
const nav = document.querySelector('#nav');
const chapters = document.querySelector('#chapters');
const articles = [...document.querySelectorAll('article')];
const links = new Map([...document.querySelectorAll('[data-for]')].map((line) => [line.dataset.for, line]));

function search() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const article of articles) {
    const fits = words.every((word) => article.dataset.words.includes(word));
    article.hidden = !fits;
    links.get(article.id).hidden = !fits;
    if (fits) count += 1;
  }
  for (const section of document.querySelectorAll('main > section'))
    section.hidden = words.length > 0 && !section.querySelector('article:not([hidden])');
  for (const chapter of nav.querySelectorAll(':scope > ul > li'))
    chapter.hidden = words.length > 0 && !chapter.querySelector('[data-for]:not([hidden])');
  found.textContent =
    words.length === 0 ? '' : count === 0 ? 'Nothing found. Try one word of what it does.' : `${count} found`;
}
find.addEventListener('input', search);

const open = (on) => {
  document.body.classList.toggle('open', on);
  chapters.setAttribute('aria-expanded', String(on));
};
chapters.addEventListener('click', () => open(!document.body.classList.contains('open')));
nav.addEventListener('click', (event) => event.target.closest('a') && open(false));

// What is linked to is shown, also when a search hid it.
const showTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest('[hidden]')) return;
  find.value = '';
  search();
  target.scrollIntoView();
};
addEventListener('hashchange', showTarget);

function step(by) {
  const shown = articles.filter((article) => !article.hidden);
  const here = shown.findLastIndex((article) => article.getBoundingClientRect().top <= 90);
  const next = shown[Math.max(0, here + by)];
  next?.querySelector('h3 a').focus({ preventScroll: true });
  next?.scrollIntoView();
}
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest('input, textarea');
  if (event.key === 'Escape') {
    open(false);
    if (typing) {
      find.value = '';
      search();
      find.blur();
    }
  } else if (typing) {
    if (event.key === 'Enter')
      articles
        .find((article) => !article.hidden)
        ?.querySelector('h3 a')
        .focus();
  } else if (event.key === '/') {
    event.preventDefault();
    find.focus();
    find.select();
  } else if (event.key === 'j') step(1);
  else if (event.key === 'k') step(-1);
});

for (const button of document.querySelectorAll('.copy')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.closest('figure').querySelector('code').textContent);
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });
}

// Where one reads is marked among the chapters.
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      nav.querySelector('[aria-current]')?.removeAttribute('aria-current');
      const link = links.get(target.id).querySelector('a');
      link.setAttribute('aria-current', 'true');
      const box = link.getBoundingClientRect();
      const frame = nav.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) nav.scrollTop += box.top - frame.top - frame.height / 3;
    }
  },
  { rootMargin: '-80px 0px -75% 0px' },
);
for (const article of articles) seen.observe(article);
