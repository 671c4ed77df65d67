import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostOf, NAMELESS, saidByHost } from './host.ts';
import { readResults } from './results.ts';

const from = 'ana@kunde.example';
const verdict = (headers: string[], trusted: string[], sender = from) => saidByHost(headers, sender, trusted)?.verdict;
const mx = ['mx.desk.example'];

test('what large hosts write is read as they mean it', () => {
  const told: [host: string, header: string, expected: string][] = [
    [
      'mx.google.com',
      'mx.google.com; dkim=pass header.i=@kunde.example header.s=s1 header.b=Ab3; spf=pass (google.com: domain of ana@kunde.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=ana@kunde.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=kunde.example',
      'verified',
    ],
    [
      'mx.google.com',
      'mx.google.com; spf=softfail (google.com: domain of transitioning x@evil.example does not designate) smtp.mailfrom=x@evil.example; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=kunde.example',
      'unverified',
    ],
    [
      'mx.google.com',
      'mx.google.com; spf=pass smtp.mailfrom=x@evil.example; dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=kunde.example',
      'failed',
    ],
    [
      NAMELESS,
      'spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=kunde.example; dkim=pass (signature was verified) header.d=kunde.example;dmarc=pass action=none header.from=kunde.example;compauth=pass reason=100',
      'verified',
    ],
    [
      NAMELESS,
      'spf=fail (sender IP is 198.51.100.9) smtp.mailfrom=kunde.example; dkim=none (message not signed) header.d=none;dmarc=fail action=oreject header.from=kunde.example;compauth=fail reason=000',
      'failed',
    ],
    [
      NAMELESS,
      'spf=none smtp.mailfrom=evil.example; dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=kunde.example;compauth=softpass reason=202',
      'unverified',
    ],
    [
      'mx.desk.example',
      'mx.desk.example; dmarc=fail reason="SPF not aligned (relaxed), No valid DKIM" header.from=kunde.example (policy=none)',
      'unverified',
    ],
    [
      'mx.desk.example',
      'mx.desk.example 1; dkim=pass (2048-bit key) header.d=mail.kunde.example header.i=@mail.kunde.example header.b="a;b"; spf=none',
      'verified',
    ],
    ['mx.desk.example', '"MX.desk.example"; dkim=temperror header.d=kunde.example; dmarc=temperror', 'unknown'],
    ['mx.desk.example', 'mx.desk.example; spf=fail smtp.mailfrom=ana@kunde.example', 'failed'],
    [
      'mx.desk.example',
      'mx.desk.example; spf=pass smtp.mailfrom=<bounce@other.example>; dkim=pass header.d=other.example',
      'unverified',
    ],
  ];
  for (const [host, header, expected] of told) assert.equal(verdict([header], [host]), expected, header);
});

test('only the trusted name counts, and of it the topmost: a forged header lower down or under another name says nothing', () => {
  const good = 'mx.desk.example; dmarc=pass header.from=kunde.example';
  const bad = 'mx.desk.example; dmarc=fail (p=reject) header.from=kunde.example';
  assert.equal(verdict([bad, good], mx), 'failed');
  assert.equal(verdict(['mx.evil.example; dmarc=pass header.from=kunde.example', bad], mx), 'failed');
  assert.equal(verdict(['mx.evil.example; dmarc=pass header.from=kunde.example'], mx), undefined);
  assert.equal(verdict([good], []), undefined);
  assert.equal(verdict(['evil.example(mx.desk.example); dmarc=pass header.from=kunde.example'], mx), undefined);
  assert.equal(verdict(['mx.desk.example.evil.example; dmarc=pass header.from=kunde.example'], mx), undefined);
});

test('a header without a name is Microsoft’s only when nothing stands above it', () => {
  const nameless = 'spf=pass smtp.mailfrom=kunde.example; dmarc=pass action=none header.from=kunde.example';
  assert.equal(verdict([nameless], [NAMELESS]), 'verified');
  assert.equal(verdict(['gateway.desk.example; spf=none', nameless], [NAMELESS]), undefined);
});

test('a pass for another domain than the sender’s is no pass', () => {
  for (const header of [
    'mx.desk.example; dmarc=pass header.from=evil.example',
    'mx.desk.example; dkim=pass header.d=evil.example',
    'mx.desk.example; dkim=pass header.d=notkunde.example',
    'mx.desk.example; dkim=pass (header.d=kunde.example) header.d=evil.example',
    'mx.desk.example; spf=pass smtp.helo=kunde.example smtp.mailfrom=x@evil.example',
  ])
    assert.equal(verdict([header], mx), 'unverified', header);
});

test('a host that checked nothing leaves it to us, and oddities are read without harm', () => {
  assert.equal(saidByHost(['mx.desk.example; none'], from, mx), null);
  assert.equal(saidByHost(['mx.desk.example'], from, mx), null);
  for (const odd of ['', ';', '(((', '"', 'a=', '=;=', `${'('.repeat(5000)}`, 'mx.desk.example; dkim', 'x\\'])
    assert.ok(readResults(odd).lines.length <= 1, odd);
  assert.ok(readResults(`mx;${' dkim=pass;'.repeat(5000)}`).lines.length <= 51);
});

test('a person is asked about the name that stands on top', () => {
  assert.equal(
    hostOf(['mx.desk.example; spf=pass smtp.mailfrom=a@b.example', 'evil.example; spf=pass']),
    'mx.desk.example',
  );
  assert.equal(hostOf(['spf=pass smtp.mailfrom=b.example; compauth=pass reason=100']), NAMELESS);
  assert.equal(hostOf(['mx.desk.example; none']), null);
  assert.equal(hostOf([]), null);
});
