import { describe, expect, it } from 'vitest';

import { createProgress, formatBytes } from './progress.ts';

describe('progress', () => {
  it('writes over one line, at most ten times a second, and clears it', () => {
    const written: string[] = [];
    const write = (text: string): boolean => written.push(text) > 0;
    let now = 0;
    const progress = createProgress({ write, columns: 40 }, () => now);

    progress.show({ kind: 'phase', name: 'reading layers' });
    progress.show({ kind: 'bytes', what: 'layer 1/3', doneBytes: 1, totalBytes: 2 });
    now = 200;
    progress.show({ kind: 'bytes', what: 'layer 1/3', doneBytes: 1500, totalBytes: 12_300_000 });
    now = 400;
    progress.show({
      kind: 'bytes',
      what: `\u001B[2J${'x'.repeat(99)}`,
      doneBytes: 1,
      totalBytes: undefined,
    });
    progress.clear();
    progress.clear();

    expect(written).toEqual([
      '\r\u001B[Kreading layers ...',
      '\r\u001B[Kreading layers  layer 1/3  1.5 kB of 12',
      `\r\u001B[Kreading layers  \uFFFD[2J${'x'.repeat(19)}`,
      '\r\u001B[K',
    ]);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [12_345_678, '12.3 MB'],
    [5e12, '5.0 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
