import { describe, expect, it } from 'vitest';

import { readPerson } from './person.ts';
import { comparableEmail } from './signing-key.ts';

/** The address of a committer as it is compared, from the bytes of the header. */
function compared(address: string, encoding?: string): string | undefined {
  const value = Buffer.from(`A <${address}> 1 +0000`).toString('latin1');
  return comparableEmail(readPerson('id', { name: 'committer', value }, encoding).email);
}

describe('addresses', () => {
  it.each<[string, string | undefined]>([
    ['ada@example.com', undefined],
    ['ADA@Example.COM', undefined],
    ['ada@example.com', 'ISO-8859-1'],
    ['ada@example.com', 'utf-16'],
    ['ada@example.com', 'no-such-encoding'],
  ])('%s in %s is that of Ada', (address, encoding) => {
    expect(compared(address, encoding)).toBe('ada@example.com');
  });

  it.each<[string, string | undefined]>([
    ['\u{feff}ada@example.com', undefined],
    ['ada\u001B(B@example.com', 'iso-2022-jp'],
    ['ada@example.com ', undefined],
    ['ada@exam\u0000ple.com', undefined],
    ['ada@ex\u00e4mple.com', 'ISO-8859-1'],
    ['\u{ff41}da@example.com', undefined],
  ])('%j in %s is another one', (address, encoding) => {
    expect(compared(address, encoding)).not.toBe('ada@example.com');
  });

  it('with the sign for Kelvin is another one', () => {
    expect(compared('mar\u{212a}@example.com')).not.toBe('mark@example.com');
    expect(compared('marK@example.com')).toBe('mark@example.com');
  });
});
