import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from '../index.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const ada = { address: 'ada@kunde.example', name: 'Ada Fischer' };

describe('a signed mail says who signed it, and whether it arrived as it was signed', () => {
  for (const name of ['signed.eml', 'signed-opaque.eml'])
    it(name, () => {
      const mail = parse(fixture(name));
      assert.match(mail.text, /The order 1207 is mine/);
      assert.deepEqual(mail.security, {
        format: 'smime',
        signed: true,
        encrypted: false,
        signer: ada,
        issuer: 'Ada Fischer',
        fits: true,
      });
    });

  it('a word changed on the way is noticed', () => {
    const changed = fixture('signed.eml').toString('latin1').replace('order 1207', 'order 9999');
    assert.equal(parse(Buffer.from(changed, 'latin1')).security?.fits, false);
  });

  it('a certificate with a broken key is no reason to fail: nobody looked then', () => {
    const text = fixture('signed-opaque.eml').toString('latin1');
    const [head, body] = [text.slice(0, text.indexOf('\n\n') + 2), text.slice(text.indexOf('\n\n') + 2)];
    const der = Buffer.from(body, 'base64');
    // the point of the elliptic curve stands behind 03 42 00 04: its first byte says how it is written
    der[der.indexOf(Buffer.from('03420004', 'hex')) + 3] = 9;
    assert.equal(parse(Buffer.from(head + der.toString('base64'), 'latin1')).security?.fits ?? null, null);
  });

  it('an OpenPGP signature names its key, and is not called checked', () => {
    const packet = Buffer.from([0x88, 0x10, 4, 0, 1, 8, 0, 0, 0, 10, 9, 16, 1, 2, 3, 4, 5, 6, 7, 8]).toString('base64');
    const mail = parse(
      Buffer.from(
        `From: a@b.example\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi\n-----BEGIN PGP SIGNATURE-----\n\n${packet}\n-----END PGP SIGNATURE-----\n`,
      ),
    );
    assert.deepEqual(mail.security?.signer, { address: '', name: '0102 0304 0506 0708' });
    assert.equal(mail.security?.fits, null);
  });

  it('what is encrypted between other words is seen as well', () => {
    const text = 'Hello,\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n';
    assert.equal(parse(Buffer.from(`From: a@b.example\n\n${text}`)).security?.encrypted, true);
  });
});
