import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  isMatchOf,
  TEXT_OVERLAP_BYTES,
  textLength,
  type TextPiece,
} from '../../core/model/layer/text-piece.ts';
import { TextBody } from './text-body.ts';

/**
 * The pieces of a body that is delivered in parts of a length; absent: the file is not read as
 * text.
 */
function piecesOf(bytes: Uint8Array, partBytes = 1000, sizeBytes = bytes.length): TextPiece[] {
  const pieces: TextPiece[] = [];
  const body = new TextBody({ path: '/x', sizeBytes }, ({ isBinary }) =>
    isBinary ? undefined : { piece: (piece) => pieces.push(copyOf(piece)) },
  );
  for (let at = 0; at < bytes.length; at += partBytes)
    body.write(bytes.subarray(at, at + partBytes));
  body.end();
  expect(body.isUnfinished).toBe(false);
  return pieces;
}

/** A copy of a piece, which is valid only during the call. */
function copyOf(piece: TextPiece): TextPiece {
  const { text, freshFrom, freshFromByte, encoding, isLast } = piece;
  const { startOffset, startLine, startColumn } = piece;
  return {
    ...{ bytes: Buffer.from(piece.bytes), text, freshFrom, freshFromByte, encoding, isLast },
    ...{ startOffset, startLine, startColumn },
  };
}

/** All matches of a pattern, each with its place in the file. */
function matchesIn(pieces: readonly TextPiece[], pattern: RegExp): readonly (readonly unknown[])[] {
  return pieces.flatMap((piece) =>
    [...piece.text.matchAll(pattern)]
      .filter(({ 0: match, index }) => isMatchOf(textLength(piece), index + match.length))
      .map(({ 0: match, index }) => {
        const before = piece.text.slice(0, index).split('\n');
        const column = (before.at(-1) ?? '').length;
        return [
          match,
          piece.startLine + before.length - 1,
          before.length > 1 ? column + 1 : piece.startColumn + column,
        ];
      }),
  );
}

describe('pieces of a text', () => {
  it.each([
    ['a short text', 'a line\n', 1],
    ['a byte order mark', '\ufeffa line\n', 1],
    ['a text of one block', 'x'.repeat(8000), 1],
    ['a long line', 'x'.repeat(300_000), 6],
    ['many lines', 'a line\n'.repeat(20_000), 3],
    ['characters of three bytes', '\u20ac'.repeat(100_000), 6],
    ['characters of four bytes', '\u{1f511}'.repeat(50_000), 4],
  ])('hold all of %s', (_name, text, count) => {
    const pieces = piecesOf(Buffer.from(text));
    expect(pieces).toHaveLength(count);
    const whole = pieces.map((piece) => piece.text.slice(piece.freshFrom)).join('');
    expect(whole).toBe(text.replace(/^\ufeff/, ''));
    expect(pieces.map(({ isLast }) => isLast).indexOf(true)).toBe(count - 1);
    for (const piece of pieces) expect(piece.text).not.toContain('\ufffd');
  });

  it.each(['utf16le', 'utf-16be'] as const)('hold a text in %s', (encoding) => {
    const text = 'key = \u{1f511}\r\n'.repeat(20_000);
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    const bytes = encoding === 'utf16le' ? little : little.swap16();
    const pieces = piecesOf(bytes, 777);
    expect(pieces.map((piece) => piece.text.slice(piece.freshFrom)).join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(5);
  });

  it.each([
    ['a program', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(10_000)])],
    ['a short file with a zero byte', Buffer.from('abc\0def')],
  ])('%s has none', (_name, bytes) => {
    expect(piecesOf(bytes)).toEqual([]);
  });

  it('hold what follows a zero byte behind the first block', () => {
    const bytes = Buffer.from(`${'x'.repeat(9000)}\0secret`);
    expect(piecesOf(bytes)[0]?.text).toContain('\0secret');
  });

  it.each([0, 1, 5, 70_000])(
    'hold more than the %i bytes that the file claims to have',
    (claimed) => {
      const text = 'a line\n'.repeat(30_000);
      const pieces = piecesOf(Buffer.from(text), 1000, claimed);
      expect(pieces.map((piece) => piece.text.slice(piece.freshFrom)).join('')).toBe(text);
    },
  );

  it('give each match once, whole, with its line and column, wherever it lies', () => {
    const token = fc.tuple(fc.nat(90_000), fc.integer({ min: 1, max: TEXT_OVERLAP_BYTES / 4 }));
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('x', '\u20ac', 'a b\n', '\r\n'),
        fc.integer({ min: 1, max: 70_000 }),
        (tokens, filler, partBytes) => {
          const text = tokens
            .map(([gap, length]) => `${filler.repeat(gap / filler.length)}<${'k'.repeat(length)}>`)
            .join('\n');
          const pattern = /<k+>/g;
          const whole = piecesOf(Buffer.from('')).concat({
            ...{ text, freshFrom: 0, isLast: true, startOffset: 0, startLine: 1, startColumn: 1 },
            ...{ bytes: Buffer.from(text), freshFromByte: 0, encoding: 'utf-8' },
          });
          expect(matchesIn(piecesOf(Buffer.from(text), partBytes), pattern)).toEqual(
            matchesIn(whole, pattern),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('give the offset of a piece in bytes', () => {
    const bytes = Buffer.from('\ufeff' + 'a\u20ac\n'.repeat(40_000));
    for (const { startOffset, text } of piecesOf(bytes)) {
      const length = Buffer.byteLength(text);
      expect(bytes.subarray(startOffset, startOffset + length).toString()).toBe(text);
    }
  });

  it('take no more memory for a long line than for a short one', () => {
    let longest = 0;
    let count = 0;
    const body = new TextBody({ path: '/x', sizeBytes: 500_000_000 }, () => ({
      piece: ({ text }) => {
        longest = Math.max(longest, text.length);
        count += 1;
      },
    }));
    const part = Buffer.alloc(1_000_000, 'x');
    for (let at = 0; at < 500; at += 1) body.write(part);
    body.end();
    expect(longest).toBeLessThanOrEqual(64 * 1024);
    expect(count).toBeGreaterThan(8000);
  });
});

it('skips a file that nobody takes', () => {
  const body = new TextBody({ path: '/x', sizeBytes: 10_000 }, () => undefined);
  body.write(Buffer.alloc(10_000, 'x'));
  expect(body.isUnfinished).toBe(false);
});

it('is unfinished until its end', () => {
  const body = new TextBody({ path: '/x', sizeBytes: 100 }, () => ({ piece: () => undefined }));
  expect(body.isUnfinished).toBe(true);
  body.write(Buffer.from('half'));
  expect(body.isUnfinished).toBe(true);
});
