import { describe, expect, it } from 'vitest';
import type { OriginFile } from '../../feeds/feed.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { FetchedTask } from './fetched-tasks.ts';
import type { FeedSource } from './mirror.ts';
import { FullReloadNeeded, TaskOrigin } from './task-origin.ts';

/** A source of files by path; those in `unchanged` are as they were, if the version is known. */
function source(
  paths: readonly string[],
  unchanged: readonly string[] = [],
): FeedSource & { readonly asked: string[]; readonly closed: string[] } {
  const asked: string[] = [];
  const closed: string[] = [];
  return {
    ...{ name: 'https://mirror.example/', isPublisher: true, asked, closed },
    open: (path, _context, known, note) => {
      asked.push(known === undefined ? path : `${path} if changed`);
      if (!paths.includes(path)) return Promise.resolve(undefined);
      if (known !== undefined && unchanged.includes(path)) return Promise.resolve('notModified');
      note?.({ path, etag: `"${path}"` });
      return Promise.resolve(file(path, closed));
    },
  };
}

function file(path: string, closed: string[]): OriginFile {
  return {
    ...{ path: `https://mirror.example/${path}`, sizeBytes: 0 },
    readAt: () => Promise.resolve(new Uint8Array(0)),
    close: () => {
      closed.push(path);
      return Promise.resolve();
    },
  };
}

function previous(...paths: readonly string[]): FetchedTask {
  const files = paths.map((path) => ({ path, etag: '"0"' }));
  return { key: 'k', origin: 'o', files, sets: ['x.adv'] };
}

const context = quietContext();

describe('TaskOrigin', () => {
  it('gives all files at first, and notes their versions', async () => {
    const origin = new TaskOrigin(source(['a', 'b']));
    expect((await origin.open('a', context))?.path).toBe('https://mirror.example/a');
    expect(await origin.open('none', context)).toBeUndefined();
    await origin.open('b', context);
    expect(origin.opened).toEqual(['https://mirror.example/a', 'https://mirror.example/b']);
    expect(origin.versions).toEqual([
      { path: 'a', etag: '"a"' },
      { path: 'b', etag: '"b"' },
    ]);
    expect([origin.isUnchanged, origin.statesDates]).toEqual([false, true]);
  });

  it('is unchanged where every file is as it was', async () => {
    const origin = new TaskOrigin(source(['a', 'b'], ['a', 'b']), previous('a', 'b'));
    expect([await origin.open('a', context), await origin.open('b', context)]).toEqual([
      undefined,
      undefined,
    ]);
    expect([origin.isUnchanged, origin.opened]).toEqual([true, []]);
  });

  it('is not unchanged where there is no file at all', async () => {
    const origin = new TaskOrigin(source([]), previous('a'));
    expect(await origin.open('a', context)).toBeUndefined();
    expect(origin.isUnchanged).toBe(false);
  });

  it('asks for whole files as soon as one has changed', async () => {
    const files = source(['a', 'b'], ['b']);
    const origin = new TaskOrigin(files, previous('a', 'b'));
    await origin.open('a', context);
    expect(await origin.open('b', context)).toBeDefined();
    expect(files.asked).toEqual(['a if changed', 'b']);
  });

  it('starts again where a file has changed behind one that has not', async () => {
    const files = source(['a', 'b'], ['a']);
    const origin = new TaskOrigin(files, previous('a', 'b'));
    await origin.open('a', context);
    const error: unknown = await origin.open('b', context).catch((thrown: unknown) => thrown);
    if (!(error instanceof FullReloadNeeded)) throw new Error('no restart');
    const again = error.origin;
    await again.open('a', context);
    expect((await again.open('b', context))?.path).toBe('https://mirror.example/b');
    // The file that was here already is not fetched twice.
    expect(files.asked).toEqual(['a if changed', 'b if changed', 'a']);
    expect(again.versions.map(({ path }) => path).sort()).toEqual(['a', 'b']);
    await again.close();
    expect(files.closed).toEqual([]);
  });

  it('closes the file that was here already and is not asked for again', async () => {
    const files = source(['a', 'b'], ['a']);
    const origin = new TaskOrigin(files, previous('a', 'b'));
    await origin.open('a', context);
    const error: unknown = await origin.open('b', context).catch((thrown: unknown) => thrown);
    if (!(error instanceof FullReloadNeeded)) throw new Error('no restart');
    await error.origin.close();
    await error.origin.close();
    expect(files.closed).toEqual(['b']);
  });
});
