import { beforeEach, describe, expect, it } from 'vitest';

import type { RecordStore } from '../../../core/base/record-store.ts';
import { FileResults, type FileResult } from './file-results.ts';

const NOTHING: FileResult = { drafts: [], notes: [] };

describe('the results for single files', () => {
  let records = new Map<string, Uint8Array>();
  let putCount = 0;
  let judged: string[] = [];
  beforeEach(() => {
    records = new Map();
    putCount = 0;
    judged = [];
  });

  const store: RecordStore = {
    get: (key) => Promise.resolve(records.get(key)),
    put: (key, content) => {
      putCount += 1;
      records.set(key, content);
      return Promise.resolve();
    },
  };

  async function run(
    files: Readonly<Record<string, string>>,
    { key = 'a', result = NOTHING }: { readonly key?: string; readonly result?: FileResult } = {},
  ): Promise<readonly string[]> {
    judged = [];
    const results = await FileResults.load(store, key);
    for (const [path, text] of Object.entries(files)) {
      const file = { id: 'code/source', path, bytes: Buffer.from(text) };
      const found = await results.of(file, () => {
        judged.push(path);
        return Promise.resolve(result);
      });
      expect(found).toEqual(result);
    }
    await results.save();
    return judged;
  }

  it('are used again where the bytes are the same', async () => {
    expect(await run({ '/a.js': '1', '/b.js': '2' })).toEqual(['/a.js', '/b.js']);
    expect(await run({ '/a.js': '1', '/b.js': '3' })).toEqual(['/b.js']);
    expect(await run({ '/a.js': '1', '/b.js': '3' })).toEqual([]);
    expect(putCount).toBe(2);
  });

  it('hold for their path and key alone', async () => {
    await run({ '/a.js': '1' });
    expect(await run({ '/b.js': '1' })).toEqual(['/b.js']);
    expect(await run({ '/b.js': '1' }, { key: 'other rules' })).toEqual(['/b.js']);
  });

  it('have what was noted, and are forgotten with their files', async () => {
    const result: FileResult = { drafts: [], notes: [{ kind: 'left-out', reason: 'vendored' }] };
    await run({ '/a.js': '1', '/b.js': '2' }, { result });
    expect(await run({ '/a.js': '1' }, { result })).toEqual([]);
    expect(await run({ '/a.js': '1', '/b.js': '2' }, { result })).toEqual(['/b.js']);
  });

  it('do not keep what depends on time or memory', async () => {
    const note = { kind: 'gap', gap: 'limit', message: 'it takes too long' } as const;
    const passing: FileResult = { drafts: [], notes: [{ ...note, isPassing: true }] };
    await run({ '/a.js': '1' }, { result: passing });
    expect(await run({ '/a.js': '1' }, { result: passing })).toEqual(['/a.js']);
    await run({ '/a.js': '1' }, { result: { drafts: [], notes: [note] } });
    const counted = { drafts: [], notes: [note] };
    expect(await run({ '/a.js': '1' }, { result: counted })).toEqual([]);
  });

  it('count as missing if the record is damaged', async () => {
    records.set('a', Buffer.from('[['));
    expect(await run({ '/a.js': '1' })).toEqual(['/a.js']);
    records.set('a', Buffer.from('{}'));
    expect(await run({ '/a.js': '1' })).toEqual(['/a.js']);
  });
});
