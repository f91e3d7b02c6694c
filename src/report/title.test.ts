import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { titleOf } from './title.ts';
import { startCpuClock } from '../../test/support/cpu-time.ts';

describe('titleOf', () => {
  it.each<[string, string, string | undefined, string]>([
    ['the summary', 'A title', 'Some text. More.', 'A title'],
    ['the first sentence of the details', '', 'It breaks. Then it burns.', 'It breaks.'],
    ['details without an end', ' ', 'It breaks', 'It breaks'],
    ['nothing', '', undefined, ''],
    [
      'versions and file names',
      '',
      'In lib.js before 1.2.6 it breaks. More',
      'In lib.js before 1.2.6 it breaks.',
    ],
    [
      'abbreviations',
      '',
      'Tools, e.g. Vim vs. Emacs, break. More',
      'Tools, e.g. Vim vs. Emacs, break.',
    ],
    ['what stands under a heading', '', '### Impact\n\nIt breaks. More', 'It breaks.'],
    ['a bare heading word', '', 'Summary:\nIt breaks\nat once.\n\nMore', 'It breaks at once.'],
    [
      'marks of Markdown',
      '',
      'The `parse` of [lib](https://x.test/a) **breaks**.',
      'The parse of lib breaks.',
    ],
    ['control characters', 'a\u001B[2Jb\nc', undefined, 'a\uFFFD[2Jb c'],
  ])('gives %s', (_name, summary, details, expected) => {
    expect(titleOf(details === undefined ? { summary } : { summary, details })).toBe(expected);
  });

  it('is one harmless line of bounded length, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (summary, details) => {
          const title = titleOf({ summary, details });
          expect(Array.from(title).length).toBeLessThanOrEqual(200);
          expect(title).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        },
      ),
    );
  });

  it('takes linear time', () => {
    const cpuMs = startCpuClock();
    for (const piece of ['#', '[', 'a. ', '[a](', '* ', 'e.g. A', '\n#', '('.repeat(9)]) {
      titleOf({ summary: '', details: piece.repeat(1_000_000) });
    }
    expect(cpuMs()).toBeLessThan(20_000);
  });
});
