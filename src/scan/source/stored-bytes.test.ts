import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { storedSpan } from './stored-bytes.ts';

describe('a span that is read once more', () => {
  let folder: string;
  let file: string;
  let handle: FileHandle;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-span-'));
    file = path.join(folder, 'archive.tar');
    writeFileSync(file, 'before the span, and behind it');
    handle = await open(file, 'r');
  });

  afterEach(async () => {
    await handle.close();
    rmSync(folder, { recursive: true });
  });

  it('gives the same bytes', () => {
    const again = storedSpan(handle, 7, 8).again?.();
    const bytes = Buffer.alloc(20, '.');
    expect(again?.readInto(bytes, 4)).toBe(4);
    expect(() => again?.verify()).not.toThrow();
    expect(bytes.toString()).toBe('span................');
  });

  it.each([
    ['is written', (): void => writeFileSync(file, 'BEFORE THE SPAN, AND BEHIND IT')],
    ['grows', (): void => appendFileSync(file, '.')],
    [
      'is written and given its old times',
      (): void => {
        writeFileSync(file, 'before the SPAN, and behind it');
        utimesSync(file, 1, 1);
      },
    ],
  ])('is damaged where the file %s meanwhile', (_what, change) => {
    utimesSync(file, 1, 1);
    const again = storedSpan(handle, 7, 8).again?.();
    change();
    again?.readInto(Buffer.alloc(8), 0);
    expect(() => again?.verify()).toThrow(expect.objectContaining({ code: 'DAMAGED' }) as Error);
  });
});
