import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../test/support/property-seed.ts';
import { catalogFile } from '../../../test/support/catalog-file.ts';
import { ParseError } from '../../core/base/errors.ts';
import { readStanzas, stanzaPieces } from './deb822.ts';

async function inPieces(text: string, pieceBytes: number): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const { bytes, linesBefore } of stanzaPieces(catalogFile('/a', text), pieceBytes)) {
    for (const stanza of readStanzas(bytes, ['A', 'B'], linesBefore)) found.push(shown(stanza));
  }
  return found;
}

function shown(
  stanza: ReturnType<typeof readStanzas> extends Generator<infer S> ? S : never,
): unknown {
  return [stanza.line, stanza.strayLine, stanza.all('A'), stanza.get('B'), stanza.lineOf('B')];
}

const whole = (text: string): readonly unknown[] =>
  [...readStanzas(new TextEncoder().encode(text), ['A', 'B'])].map(shown);

describe('stanzas in pieces', () => {
  it('are those of the whole file, with the same lines', async () => {
    const line = fc.constantFrom('A: 1', 'B: ü€', ' more', '', '', '', 'stray', '\t', 'C: x');
    const end = fc.constantFrom('\n', '\r\n');
    const files = fc.tuple(fc.array(line, { maxLength: 60 }), end, fc.integer({ min: 1, max: 50 }));
    await fc.assert(
      fc.asyncProperty(files, async ([lines, lineEnd, pieceBytes]) => {
        const text = lines.join(lineEnd);
        expect(await inPieces(text, pieceBytes)).toEqual(whole(text));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['nothing', ''],
    ['one stanza', 'A: 1\nB: 2\n'],
    ['empty lines alone', '\n\n\n\n\n'],
    ['no line feed at the end', 'A: 1\n\nA: 2'],
    ['a long stanza between short ones', `A: 1\n\nB: ${'x'.repeat(500)}\n\nA: 3\n`],
  ])('may be %s', async (_, text) => {
    expect(await inPieces(text, 4)).toEqual(whole(text));
  });

  it('are refused where one is larger than what is held', async () => {
    const file = catalogFile('/a', Buffer.alloc(40 * 1024 * 1024, 'x'));
    await expect(async () => {
      for await (const piece of stanzaPieces(file)) expect(piece.bytes).toBeDefined();
    }).rejects.toThrow(ParseError);
  });
});
