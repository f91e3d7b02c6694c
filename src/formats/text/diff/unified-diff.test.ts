import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { splice, type ByteEdit } from '../../bytes/byte-range.ts';
import { unifiedDiff } from './unified-diff.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';

const noGit = missingTool('git');

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Replaces the first occurrence of a text. */
function edit(text: string, from: string, to: string): ByteEdit {
  const start = bytesOf(text.slice(0, text.indexOf(from))).length;
  return { range: { start, end: start + bytesOf(from).length }, text: to };
}

const NUMBERS = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join('');

/** Applies a diff with git, and returns the new bytes. */
function applied(path: string, text: string, diff: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'assay-diff-'));
  try {
    writeFileSync(join(folder, path), text);
    execFileSync('git', ['apply', '--unsafe-paths', '-'], { cwd: folder, input: diff });
    return readFileSync(join(folder, path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a unified diff', () => {
  it('has three lines of context', () => {
    const diff = unifiedDiff('n.txt', bytesOf(NUMBERS), [edit(NUMBERS, 'line 10\n', 'ten\n')]);
    expect(diff).toBe(
      '--- a/n.txt\n+++ b/n.txt\n@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+ten\n line 11\n line 12\n line 13\n',
    );
  });

  it.skipIf(noGit !== undefined).each<[string, string, string, readonly [string, string][]]>([
    [
      'the first and the last line',
      'a.txt',
      'one\ntwo\nthree\n',
      [
        ['one', '1'],
        ['three', '3'],
      ],
    ],
    ['a missing line end', 'a.txt', 'one\ntwo', [['two', 'second']]],
    ['one line without an end', 'a.txt', 'one', [['one', 'first']]],
    ['CRLF', 'a.txt', 'one\r\ntwo\r\nthree\r\n', [['two', 'second']]],
    [
      'two edits of a line',
      'a.txt',
      'FROM a AS b\nRUN c\n',
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
    ],
    [
      'two hunks',
      'a.txt',
      NUMBERS,
      [
        ['line 2\n', 'two\n'],
        ['line 25\n', 'many\nlines\n'],
      ],
    ],
    [
      'hunks that touch',
      'a.txt',
      NUMBERS,
      [
        ['line 5\n', 'five\n'],
        ['line 12\n', 'twelve\n'],
      ],
    ],
    ['more lines than before', 'a.txt', 'a==1\nb==2\n', [['a==1', 'a==1 \\\n    --hash=x']]],
    ['a path with a blank', 'my file.txt', 'one\n', [['one', 'two']]],
    ['a path with a quote', 'it"s.txt', 'one\n', [['one', 'two']]],
    ['a path with a tab', 'a\tb.txt', 'one\n', [['one', 'two']]],
    ['letters of several bytes', 'ä.txt', 'größe: ja\nzwei\n', [['ja', 'nein']]],
  ])(`is applied by git: %s${needs(noGit)}`, (_, path, text, replacements) => {
    const edits = replacements.map(([from, to]) => edit(text, from, to));
    const bytes = bytesOf(text);
    const diff = unifiedDiff(path, bytes, edits);
    expect(applied(path, text, diff)).toEqual(Buffer.from(splice(bytes, edits)));
  });

  it.skipIf(noGit !== undefined)(`is applied by git: 25 random edits${needs(noGit)}`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 2, maxLength: 60 }),
        fc.array(fc.nat(120), { minLength: 1, maxLength: 4 }),
        (words, offsets) => {
          const text = `${words.join('\n')}.\n`;
          const starts = [...new Set(offsets.map((offset) => offset % text.length))];
          const edits = starts.map((start) => ({
            range: { start, end: start },
            text: `+${start}`,
          }));
          const bytes = bytesOf(text);
          expect(applied('f', text, unifiedDiff('f', bytes, edits))).toEqual(
            Buffer.from(splice(bytes, edits)),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});
