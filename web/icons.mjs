// Draws the icons of the installed app from the mark: node web/icons.mjs (needs a Chromium).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const here = join(import.meta.dirname, 'public');
const mark = readFileSync(join(here, 'mark.svg'), 'utf8');
const white = mark.replaceAll(/#[0-9a-f]{6}/g, '#fff');
/** `part`: how much of the icon the mark takes; a system may cut away all but the inner 80 % of a maskable one. */
const icons = [
  { name: 'icons/192.png', size: 192, part: 0.72, ground: '#f7f6f2', round: 0.22 },
  { name: 'icons/512.png', size: 512, part: 0.72, ground: '#f7f6f2', round: 0.22 },
  { name: 'icons/maskable.png', size: 512, part: 0.56, ground: '#f7f6f2', round: 0 },
  { name: 'icons/apple.png', size: 180, part: 0.68, ground: '#f7f6f2', round: 0 },
  // Systems take only the shape of this one, and colour it themselves.
  { name: 'icons/badge.png', size: 96, part: 0.92, ground: 'transparent', round: 0, svg: white },
];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const { name, size, part, ground, round, svg = mark } of icons) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0;background:transparent}div{width:${size}px;height:${size}px;display:grid;place-items:center;background:${ground};border-radius:${size * round}px}svg{width:${size * part}px;height:${size * part}px}</style><div>${svg}</div>`,
  );
  writeFileSync(join(here, name), await page.screenshot({ omitBackground: true }));
}
await browser.close();
