import {
  appendFileSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { LOG_NAME, OLD_LOG_NAME, openRegistryLog } from './registry-log.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = (): readonly unknown[] =>
  readFileSync(path.join(folder, LOG_NAME), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return 'cut off';
      }
    });

it('has every line, in order, without the logins of addresses', async () => {
  {
    using log = await openRegistryLog(folder);
    for (let at = 0; at < 1000; at += 1) log.add({ at, url: 'https://u:secret@a.test/' });
  }
  expect(lines()).toHaveLength(1000);
  expect(lines()[999]).toMatchObject({ at: 999 });
  expect(readFileSync(path.join(folder, LOG_NAME), 'utf8')).not.toContain('secret');
});

it('has its lines before it is closed', async () => {
  using log = await openRegistryLog(folder);
  await log.written();
  log.add({ at: 1 });
  log.add({ at: 2 });
  await log.written();
  expect(lines()).toEqual([{ at: 1 }, { at: 2 }]);
  log.add({ at: 3 });
  await log.written();
  expect(lines()).toHaveLength(3);
});

it('is renamed when it is full', async () => {
  writeFileSync(path.join(folder, LOG_NAME), '');
  truncateSync(path.join(folder, LOG_NAME), 64 * 1024 * 1024);
  using log = await openRegistryLog(folder);
  log.add({ at: 1 });
  await log.written();
  log.add({ at: 2 });
  await log.written();
  expect(lines()).toEqual([{ at: 2 }]);
  const old = readFileSync(path.join(folder, OLD_LOG_NAME), 'latin1');
  expect(old.endsWith('\n{"at":1}\n')).toBe(true);
});

it('goes on behind a line that was cut off', async () => {
  appendFileSync(path.join(folder, LOG_NAME), '{"at":1}\n{"at":');
  {
    using log = await openRegistryLog(folder);
    log.add({ at: 2 });
  }
  expect(lines()).toEqual([{ at: 1 }, 'cut off', { at: 2 }]);
});

it('waits for a place to write to, and counts what was dropped meanwhile', async () => {
  const file = path.join(folder, LOG_NAME);
  // A directory in place of the file stands for a disk that takes nothing.
  mkdirSync(file);
  {
    using log = await openRegistryLog(folder);
    const long = 'x'.repeat(1000);
    for (let at = 0; at < 1200; at += 1) log.add({ at, long });
    await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(file, { recursive: true });
    log.add({ at: 'later' });
  }
  const rows = lines();
  const dropped = rows.find((row) => row instanceof Object && 'dropped' in row);
  expect(rows[0]).toMatchObject({ at: 0 });
  const kept = rows.length - 1;
  expect(dropped).toEqual({ dropped: 1201 - kept });
  expect(kept).toBeGreaterThan(1000);
});
