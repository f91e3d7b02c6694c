import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processMark } from './cache-directory.ts';
import { clearRecords, openRecordStore, pruneRecords, type RecordStore } from './record-store.ts';
import { missingTool, needs, run } from '../../../test/support/tools.ts';

let folder = '';
let warnings: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-records-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function store(maxBytes?: number): RecordStore {
  const log = { warn: (text: string) => void warnings.push(text), debug: () => undefined };
  return openRecordStore(folder, { log, ...(maxBytes !== undefined && { maxBytes }) });
}

function files(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.rec'))
    .map((name) => join(folder, name));
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('openRecordStore', () => {
  it('gives back what was kept under a key, and nothing under another', async () => {
    await store().put('a', bytes('one'));
    await store().put('a', bytes('two'));
    expect(await store().get('a')).toEqual(Buffer.from('two'));
    expect(await store().get('b')).toBeUndefined();
    expect(files()).toHaveLength(1);
  });

  it('gives back any content', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.uint8Array(), async (key, content) => {
        await store().put(key, content);
        expect(Buffer.from((await store().get(key)) ?? [1])).toEqual(Buffer.from(content));
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, (path: string) => void]>([
    ['is empty', (path) => writeFileSync(path, '')],
    ['is cut off', (path) => truncateSync(path, statSync(path).size - 1)],
    ['is longer', (path) => writeFileSync(path, Buffer.concat([readFileSync(path), bytes('x')]))],
    ['is something else', (path) => writeFileSync(path, 'x'.repeat(200))],
    ['has one other bit', (path) => flipLastBit(path)],
    ['is a folder', (path) => becomeFolder(path)],
  ])('takes a record that %s for none, without a word', async (_title, damage) => {
    await store().put('a', bytes('one'));
    const [path = ''] = files();
    damage(path);
    expect(await store().get('a')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('writes a damaged record anew', async () => {
    await store().put('a', bytes('one'));
    truncateSync(files()[0] ?? '', 3);
    await store().put('a', bytes('one'));
    expect(await store().get('a')).toEqual(Buffer.from('one'));
  });

  const noPipes = missingTool('mkfifo');
  it.skipIf(noPipes !== undefined)(
    `takes a pipe, which would be waited for, for no record${needs(noPipes)}`,
    () => expectNoRecord((path) => void run('mkfifo', [path])),
  );

  it.skipIf(process.platform === 'win32').each<[string, (path: string) => void]>([
    ['a link to what has no end', (path) => symlinkSync('/dev/zero', path)],
    ['a folder', (path) => mkdirSync(path)],
  ])('takes %s for no record, and clears around it (needs a POSIX system)', (_title, replace) =>
    expectNoRecord(replace),
  );

  async function expectNoRecord(replace: (path: string) => void): Promise<void> {
    await store().put('a', bytes('content'));
    const [path = ''] = files();
    rmSync(path);
    replace(path);
    expect(await store().get('a')).toBeUndefined();
    await expect(clearRecords(folder)).resolves.toBeDefined();
  }

  it('takes a record under the name of another for none', async () => {
    await store().put('a', bytes('one'));
    const [one = ''] = files();
    await store().put('b', bytes('two'));
    renameSync(one, files().find((path) => path !== one) ?? '');
    expect(await store().get('b')).toBeUndefined();
  });

  it('warns once where nothing can be kept', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file in place of the folder');
    const kept = store();
    await Promise.all([kept.put('a', bytes('one')), kept.put('b', bytes('two'))]);
    await kept.put('c', bytes('three'));
    expect(await kept.get('a')).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^results are not kept for the next run: cannot write /);
  });

  it.skipIf(process.getuid?.() === 0)(
    'reads where it may not write (needs another user than root)',
    async () => {
      await store().put('a', bytes('one'));
      const [path = ''] = files();
      utimesSync(path, 0, 0);
      chmodSync(join(path, '..'), 0o500);
      expect(await store().get('a')).toEqual(Buffer.from('one'));
      chmodSync(join(path, '..'), 0o700);
    },
  );

  it('marks a record as used when it was not used for an hour', async () => {
    await store().put('a', bytes('one'));
    const [path = ''] = files();
    utimesSync(path, 1000, 1000);
    await store().get('a');
    expect(statSync(path).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('bounds', () => {
  const KILOBYTE = 1000;
  /** Does not pack. */
  const noise = (seed: number): Uint8Array => {
    let state = seed + 1;
    return Uint8Array.from({ length: KILOBYTE }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state % 256;
    });
  };

  it('removes what was used least recently until the rest fits', async () => {
    const kept = store();
    for (let index = 0; index < 10; index += 1) await kept.put(String(index), noise(index));
    const path = await pathOf(kept, '3');
    for (const each of files()) utimesSync(each, 1000, 1000);
    utimesSync(path, 5000, 5000);
    const removed = await pruneRecords(folder, 2.5 * KILOBYTE);
    expect(removed.fileCount).toBe(8);
    expect(await kept.get('3')).toBeDefined();
    expect(files()).toHaveLength(2);
  });

  it('stays within its bound however much is written', async () => {
    const kept = store(8 * KILOBYTE);
    for (let index = 0; index < 40; index += 1) await kept.put(String(index), noise(index));
    const total = files().reduce((sum, path) => sum + statSync(path).size, 0);
    expect(total).toBeLessThan(8.6 * KILOBYTE);
    expect(warnings).toEqual([]);
  });

  it.each<[string, number, number]>([
    ['is left whole where it was made for the record', 8 * KILOBYTE, 1],
    ['is pruned at once where the record is larger than its bound', KILOBYTE / 2, 0],
  ])('a folder that was not there %s', async (_name, maxBytes, count) => {
    rmSync(folder, { recursive: true });
    await store(maxBytes).put('a', noise(1));
    expect(files()).toHaveLength(count);
    expect(existsSync(join(folder, 'last-pruned'))).toBe(true);
  });

  it('removes what a killed write left behind', async () => {
    await store().put('a', bytes('one'));
    const shard = join(files()[0] ?? '', '..');
    const gone = spawnSync(process.execPath, ['-e', 'console.log(process.pid)']);
    const [host = ''] = processMark().split('-');
    const stray = join(shard, `.tmp-${host}-${gone.stdout.toString().trim()}-00`);
    writeFileSync(stray, 'half');
    await pruneRecords(folder, KILOBYTE);
    expect(existsSync(stray)).toBe(false);
  });

  async function pathOf(kept: RecordStore, key: string): Promise<string> {
    const before = new Map(files().map((path) => [path, statSync(path).mtimeMs]));
    for (const path of before.keys()) utimesSync(path, 1000, 1000);
    await kept.get(key);
    return files().find((path) => statSync(path).mtimeMs > 2_000_000) ?? '';
  }
});

describe('clearRecords', () => {
  it('removes records and nothing else, and says what it freed', async () => {
    await store().put('a', bytes('one'));
    await store().put('b', bytes('two'));
    const sizeBytes = files().reduce((sum, path) => sum + statSync(path).size, 0);
    const strange = join(files()[0] ?? '', '..', 'notes.txt');
    writeFileSync(strange, 'mine');
    expect(await clearRecords(folder)).toEqual({ fileCount: 2, sizeBytes });
    expect(readFileSync(strange, 'utf8')).toBe('mine');
    rmSync(join(strange, '..'), { recursive: true });
    expect(await clearRecords(folder)).toEqual({ fileCount: 0, sizeBytes: 0 });
    expect(existsSync(folder)).toBe(false);
  });

  it('is at peace with a folder that is not there', async () => {
    expect(await clearRecords(join(folder, 'none'))).toEqual({ fileCount: 0, sizeBytes: 0 });
  });
});

describe('several processes', () => {
  const module = new URL('record-store.ts', import.meta.url).href;
  const script = (body: string): string[] => [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    `import { openRecordStore, clearRecords } from ${JSON.stringify(module)};
     const folder = ${JSON.stringify(folder)};
     const log = { warn: (text) => console.error(text), debug: () => undefined };
     const store = openRecordStore(folder, { log, maxBytes: 200_000 });
     ${body}`,
  ];

  it(
    'read and write the same keys without error, also while others clear',
    { timeout: 120_000 },
    async () => {
      const body = `
      for (let round = 0; round < 60; round += 1) {
        const key = 'k' + (round % 7);
        const found = await store.get(key);
        if (found !== undefined && found.toString() !== key.repeat(5000)) throw new Error('wrong');
        await store.put(key, Buffer.from(key.repeat(5000)));
        if (round % 20 === 19) await clearRecords(folder);
      }`;
      const runs = Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, script(body), {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        let said = '';
        child.stderr.on('data', (text: Buffer) => (said += text.toString()));
        const [code] = (await once(child, 'close')) as [number | null];
        return { code, said };
      });
      for (const run of await Promise.all(runs)) expect(run).toEqual({ code: 0, said: '' });
    },
  );

  it(
    'a write that is killed leaves the old record or the new one',
    { timeout: 120_000 },
    async () => {
      const body = `for (let at = 0; ; at += 1) await store.put('k', Buffer.from(String(at).repeat(1000)));`;
      await store().put('k', bytes('0'.repeat(1000)));
      for (let round = 0; round < 3; round += 1) {
        const child = spawn(process.execPath, script(body), { stdio: 'ignore' });
        const before = statSync(files()[0] ?? '').ino;
        while (statSync(files()[0] ?? '').ino === before)
          await new Promise((done) => setTimeout(done, 5));
        child.kill('SIGKILL');
        await once(child, 'close');
        const found = (await store().get('k'))?.toString() ?? '';
        expect(found).toMatch(/^(\d+)(?:\1){999}$/);
      }
    },
  );
});

function flipLastBit(path: string): void {
  const content = readFileSync(path);
  content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
  writeFileSync(path, content);
}

function becomeFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
