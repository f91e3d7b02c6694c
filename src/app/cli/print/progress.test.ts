import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { displayWidth } from '../../../scan/report/text/terminal-text.ts';
import { createProgress, formatBytes } from './progress.ts';

describe('a slow file', () => {
  const MIB = 1024 * 1024;
  let written: string[];
  let progress: ReturnType<typeof createProgress>;

  beforeEach(() => {
    vi.useFakeTimers();
    written = [];
    const write = (text: string): boolean => written.push(text) > 0;
    progress = createProgress({ write, columns: 80 }, Date.now);
    progress.show({ kind: 'phase', name: 'reading app' });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const named = (): readonly string[] =>
    written
      .filter((line) => line.includes('slow'))
      .map((line) => line.replace(/^\r\u001B\[K/u, ''));

  it('is named when it has held the phase up for two seconds', () => {
    progress.show({ kind: 'file', path: '/slow.jar', sizeBytes: 1500 });
    vi.advanceTimersByTime(1900);
    expect(named()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(named()).toEqual(['reading app  /slow.jar  1.5 kB']);
  });

  it('is not named where it is done before', () => {
    progress.show({ kind: 'file', path: '/slow.jar', sizeBytes: 1500 });
    vi.advanceTimersByTime(1500);
    progress.show({ kind: 'fileDone', path: '/slow.jar' });
    vi.advanceTimersByTime(5000);
    expect(named()).toEqual([]);
  });

  it('is named though others were read before it', () => {
    for (let count = 0; count < 50; count += 1) {
      progress.show({ kind: 'file', path: '/quick', sizeBytes: 10 });
      progress.show({ kind: 'fileDone', path: '/quick' });
    }
    progress.show({ kind: 'file', path: '/slow', sizeBytes: 10 });
    progress.show({ kind: 'fileDone', path: '/another' });
    vi.advanceTimersByTime(2100);
    expect(named()).toEqual(['reading app  /slow  10 B']);
  });

  it('gives way to bytes that go on, and comes back', () => {
    progress.show({ kind: 'file', path: '/slow', sizeBytes: 10 });
    for (let count = 0; count < 30; count += 1) {
      vi.advanceTimersByTime(200);
      progress.show({ kind: 'bytes', what: 'layer 1/1', doneBytes: count, totalBytes: 30 });
    }
    expect(named()).toEqual([]);
    vi.advanceTimersByTime(2600);
    expect(named()).toHaveLength(1);
  });

  it('is named at once where it is so large that its reader may let no timer fire', () => {
    progress.show({ kind: 'file', path: '/slow.json', sizeBytes: 40 * MIB });
    expect(named()).toEqual(['reading app  /slow.json  41.9 MB']);
  });

  it('has a hostile and wide name, which stays harmless and within the line', () => {
    progress.show({ kind: 'file', path: `/slow\u001B[2J${'漏'.repeat(99)}`, sizeBytes: 40 * MIB });
    const [line = ''] = named();
    expect(line).toContain('/slow\uFFFD[2J');
    expect(displayWidth(line)).toBeLessThan(80);
  });

  it('leaves nothing that runs after the end', () => {
    progress.show({ kind: 'file', path: '/slow', sizeBytes: 10 });
    progress.show({ kind: 'fileDone', path: '/slow' });
    progress.clear();
    const before = written.length;
    vi.advanceTimersByTime(10_000);
    expect(written).toHaveLength(before);
  });
});

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
