import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lineFinders, pinRequest } from '../../../test/support/pin-scene.ts';
import { quietContext } from '../../core/base/context.ts';
import { openRecordStore } from '../../core/base/record-store.ts';
import type { FinderRow } from './finders/list.ts';
import type { PinOutcome } from './outcome.ts';
import { run } from './run.ts';

let root: string;
let reads: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-check-cache-'));
  mkdirSync(join(root, 'src'));
  reads = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, 'src', name), text);

/** Notes which files are read by the finder, and which other file each looks at. */
const finders: readonly FinderRow[] = lineFinders.map((row) => ({
  ...row,
  load: async () => {
    const inner = await row.load();
    return {
      find: (file) => {
        reads.push(file.path);
        const base = file.path.startsWith('chart') ? file.other?.('base.txt') : undefined;
        const readings = inner.find(file);
        const problem = { line: 1, column: 1, message: String(base) };
        return base === undefined ? readings : { ...readings, problems: [problem] };
      },
    };
  },
}));

function check(): Promise<PinOutcome> {
  const log = { warn: () => undefined, debug: () => undefined };
  const cache = openRecordStore(join(root, 'cache'), { log });
  const part = { target: 'src', mode: 'check', finders, cache } as const;
  return run(pinRequest(root, part), quietContext());
}

describe('the cache of --check', () => {
  it('gives the same answer, and reads only files that have changed', async () => {
    write('a.images', 'debian:12\nb:1 # assay: no-pin why\nc:${V}\n');
    write('b.images', 'alpine:3\n');
    const first = await check();
    expect(reads).toEqual(['a.images', 'b.images']);
    expect(await check()).toEqual(first);
    expect(reads).toHaveLength(2);
    write('b.images', 'alpine:4\n');
    const third = await check();
    expect(reads).toEqual(['a.images', 'b.images', 'b.images']);
    expect(third.references.map(({ value }) => value)).toContain('alpine:4');
  });

  it('reads a file of the same content at another path', async () => {
    write('a.images', 'debian:12\n');
    await check();
    write('b.images', 'debian:12\n');
    expect((await check()).references.map(({ path }) => path)).toEqual(['a.images', 'b.images']);
    expect(reads).toEqual(['a.images', 'b.images']);
  });

  it('reads a file again if another one that it depends on has changed, appeared or gone', async () => {
    write('chart.images', 'debian:12\n');
    await check();
    await check();
    expect(reads).toHaveLength(1);
    write('base.txt', '1');
    expect((await check()).failures[0]?.message).toBe('1');
    write('base.txt', '2');
    expect((await check()).failures[0]?.message).toBe('2');
    rmSync(join(root, 'src/base.txt'));
    expect((await check()).failures).toEqual([]);
    expect(reads).toHaveLength(4);
  });

  it('is not used by a run that writes', async () => {
    write('a.images', 'debian:12\n');
    await check();
    const resolvers = {
      image: () => ({
        resolve: () =>
          Promise.resolve({ ok: true, pinned: 'debian:12@x', digest: 'x', notes: [] } as const),
      }),
    };
    const cache = openRecordStore(join(root, 'cache'), { log: quietContext().log });
    const part = { target: 'src', mode: 'show', finders, cache, resolvers } as const;
    const { files } = await run(pinRequest(root, part), quietContext());
    expect(files).toMatchObject([{ path: 'a.images', state: 'changes' }]);
  });
});
