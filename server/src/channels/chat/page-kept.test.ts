import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeIn } from './events.ts';

test('Of the address of a page only the place is kept, and by what campaign somebody came', () => {
  for (const [address, kept] of [
    ['https://shop.example/reset?token=s3cret&utm_source=news#at', 'https://shop.example/reset?utm_source=news'],
    ['https://shop.example/back#access_token=s3cret', 'https://shop.example/back'],
    ['https://ana:s3cret@shop.example:8443/a/b?q=1', 'https://shop.example:8443/a/b'],
    ['https://shop.example', 'https://shop.example/'],
    ['https://shop.example/?utm_SECRET=1&utm_=2&xutm_a=3', 'https://shop.example/'],
    ['javascript:alert(1)', ''],
    ['file:///home/ana/secret.html', ''],
    ['/lamps?token=1', ''],
    ['', ''],
  ])
    assert.equal(placeIn(address as string), kept, address);
});
