import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserOf } from './agent.ts';

const kit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const mobile = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)';
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const android = 'Mozilla/5.0 (Linux; Android 10; K)';

test('A browser is named by what it is, not by what it claims to be like', () => {
  for (const [agent, name] of [
    // The ten that most visitors come with.
    [`${android} ${kit} Chrome/142.0.0.0 Mobile Safari/537.36`, 'Chrome, Android'],
    [`${windows} ${kit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome, Windows'],
    [`${iPhone} ${mobile} Version/18.1 Mobile/15E148 Safari/604.1`, 'Safari, iPhone'],
    [`${mac} ${kit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome, macOS'],
    [`${mac} ${mobile} Version/18.1 Safari/605.1.15`, 'Safari, macOS'],
    [`${windows} ${kit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, 'Edge, Windows'],
    [`${android} ${kit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, 'Samsung Internet, Android'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox, Windows'],
    [`${iPhone} ${mobile} CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1`, 'Chrome, iPhone'],
    [`${windows} ${kit} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0`, 'Opera, Windows'],
    // And those that claim to be another.
    ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox, Linux'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${kit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome, Linux'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${kit} HeadlessChrome/142.0.0.0 Safari/537.36`, 'Chrome, Linux'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${kit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome, ChromeOS'],
    [`${iPhone} ${mobile} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`, 'Firefox, iPhone'],
    [`${iPhone} ${mobile} Version/18.0 EdgiOS/142.0 Mobile/15E148 Safari/604.1`, 'Edge, iPhone'],
    [`${android} ${kit} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0`, 'Edge, Android'],
    [`${iPhone} ${mobile} Mobile/15E148`, 'iPhone'],
    ['curl/8.5.0', ''],
  ] as const)
    assert.equal(browserOf(agent), name, agent);
});
