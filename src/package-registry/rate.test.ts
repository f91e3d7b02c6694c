import { describe, expect, it } from 'vitest';

import { clientOfAddress, createMinuteCounts } from './rate.ts';

describe('counts', () => {
  it('end after a minute', () => {
    const counts = createMinuteCounts();
    counts.add('a', 0);
    counts.add('a', 59_999);
    expect([counts.of('a', 59_999), counts.of('a', 60_000), counts.of('b', 0)]).toEqual([2, 0, 0]);
    counts.add('a', 60_000);
    expect(counts.of('a', 60_001)).toBe(1);
    // The clock was set back.
    expect(counts.of('a', -100_000)).toBe(0);
  });

  it('of a client survive many others that come once', () => {
    const counts = createMinuteCounts();
    for (let at = 0; at < 9999; at += 1) counts.add(`early ${at}`, 0);
    counts.add('guesser', 1);
    for (let at = 0; at < 9000; at += 1) counts.add(`late ${at}`, 2);
    counts.add('guesser', 3);
    expect(counts.of('guesser', 3)).toBe(2);
    expect(counts.of('early 0', 3)).toBe(0);
  });
});

describe('the client of an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0::/64'],
    ['', ''],
  ])('%s is %s', (address, client) => {
    expect(clientOfAddress(address)).toBe(client);
  });
});
