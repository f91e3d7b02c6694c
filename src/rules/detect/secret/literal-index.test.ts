import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LiteralIndex } from './literal-index.ts';

const LITERALS = [
  ...['ghp_', 'AKIA', 'SG.', '8Q~', '-us1', 'PRIVATE KEY'].map((text) => ({ text, isExact: true })),
  ...['password', 'token', '://', '_key', 'bearer '].map((text) => ({ text, isExact: false })),
];

/** All occurrences, found in the plain way. */
function naive(text: string): readonly string[] {
  return LITERALS.flatMap(({ text: literal, isExact }, index) => {
    const places: string[] = [];
    const [where, what] = isExact ? [text, literal] : [text.toLowerCase(), literal.toLowerCase()];
    for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
      places.push(`${index}@${at}`);
    }
    return places;
  }).sort();
}

function found(text: string): readonly string[] {
  const places: string[] = [];
  new LiteralIndex(LITERALS).find(Buffer.from(text, 'latin1'), (literal, at) =>
    places.push(`${literal}@${at}`),
  );
  return places.sort();
}

describe('the index of literals', () => {
  it.each([
    '',
    'S',
    'SG.',
    'xSG.',
    '://',
    'a://',
    'ghp_',
    'xghp_',
    'PassWord',
    'pghp_SG.',
    'AKIAKIA',
    '8Q~8Q~',
  ])('finds what stands in %j', (text) => {
    expect(found(text)).toEqual(naive(text));
  });

  it('finds each occurrence once, wherever it stands', () => {
    const part = fc.oneof(
      fc.constantFrom(...LITERALS.map(({ text }) => text)),
      fc.constantFrom('a', '\u00ff', '\0', 'G.', 'ToKeN', 'TOKEN', 'Ghp_', 'akia', ' ', '_KEY'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        expect(found(text)).toEqual(naive(text));
      }),
      { numRuns: 300 },
    );
  });
});
