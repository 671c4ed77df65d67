/** The browser's own frame around the page has the colour of its ground, whichever look is chosen. */
export const colourFrame = (): void => {
  const ground = (): void => {
    const colour = getComputedStyle(document.body).backgroundColor;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) meta.content = colour;
  };
  new MutationObserver(ground).observe(document.documentElement, {
    attributeFilter: ['data-theme', 'data-contrast'],
  });
  ground();
};
