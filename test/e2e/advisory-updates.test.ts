import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { startFeedServer } from '../support/feed-server.ts';
import { runHere } from '../support/run-here.ts';
import { missingSmallMount, mountSmall } from '../support/small-mount.ts';
import { makeImage, ociFiles, tarOf } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';
import { zip } from '../support/zip.ts';

const RECORDS = 2000;

let command: BuiltCommand;
let root = '';

beforeAll(async () => {
  command = await builtCommand();
  root = mkdtempSync(path.join(tmpdir(), 'assay-updates-'));
  mkdirSync(path.join(root, 'app'));
  const lock = {
    lockfileVersion: 3,
    packages: { '': { name: 'app' }, 'node_modules/pkg-7': { version: '1.0.0' } },
  };
  writeFileSync(path.join(root, 'app/package-lock.json'), JSON.stringify(lock));
  writeFileSync(path.join(root, 'app/package.json'), '{"name":"app"}');
  putMirror('first', RECORDS);
  putMirror('second', RECORDS + 500);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  command[Symbol.dispose]();
});

/** Prose that packs badly, so that files have a size that takes time. */
function prose(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 60 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state.toString(36);
  }).join(' ');
}

function putMirror(name: string, count: number): void {
  const folder = path.join(root, name, 'osv/npm');
  mkdirSync(folder, { recursive: true });
  const members = Array.from({ length: count }, (_item, index) => ({
    name: `GHSA-${index}.json`,
    body: JSON.stringify({
      id: `GHSA-${index}`,
      modified: '2025-05-05T00:00:00Z',
      summary: `about ${index}`,
      details: prose(index),
      affected: [{ package: { ecosystem: 'npm', name: `pkg-${index}` }, versions: ['1.0.0'] }],
    }),
  }));
  writeFileSync(path.join(folder, 'all.zip'), zip(members));
}

/** Runs a command line in the process of the test. */
function assay(...args: readonly string[]): Promise<CommandOutcome> {
  return runHere(args, { cwd: root });
}

/** Runs a command line in a process of its own. */
function apart(...args: readonly string[]): Promise<CommandOutcome> {
  return runBuilt(command, args, { cwd: root });
}

function update(mirror: string, cache: string, run = assay): Promise<CommandOutcome> {
  return run('db', 'update', '--mirror', mirror, '--cache-dir', cache);
}

function scan(cache: string, run = assay): Promise<CommandOutcome> {
  return run('fs', 'app', '--cache-dir', cache, '--offline', '-q', '-f', 'json');
}

function strays(cache: string): readonly string[] {
  return readdirSync(path.join(root, cache, 'advisories')).filter(
    (name) => !/^(?:[0-9a-f]{64}\.adv|manifest\.json|fetched\.json)$/u.test(name),
  );
}

function expectFinding(outcome: CommandOutcome): void {
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  expect(outcome.stdout).toContain('"GHSA-7"');
}

/** Without where its layers came from. */
function resultsOf(stdout: string): unknown {
  const { results } = JSON.parse(stdout) as { readonly results: readonly object[] };
  return results.map((result) => ({ ...result, layerDigests: undefined }));
}

describe('the advisory base', () => {
  it('survives five kills at any moment, and the next update leaves nothing of them', async () => {
    expect((await update('first', 'killed')).exitCode).toBe(0);
    const began = performance.now();
    cpSync(path.join(root, 'killed'), path.join(root, 'timed'), { recursive: true });
    await update('second', 'timed', apart);
    const fullMs = performance.now() - began;
    for (const share of [0.35, 0.5, 0.65, 0.8, 0.95]) {
      const delayMs = fullMs * (share + Math.random() * 0.1);
      await runBuilt(command, ['db', 'update', '--mirror', 'second', '--cache-dir', 'killed'], {
        cwd: root,
        onStart: (child) => setTimeout(() => child.kill('SIGKILL'), delayMs),
      });
      expectFinding(await scan('killed'));
    }
    expect((await update('second', 'killed')).exitCode).toBe(0);
    expect(strays('killed')).toEqual([]);
    expectFinding(await scan('killed'));
  }, 180_000);

  it('serves ten scans while two updates run', async () => {
    await update('first', 'shared');
    const updates = [update('second', 'shared', apart), update('second', 'shared', apart)];
    const scans = await Promise.all(Array.from({ length: 10 }, () => scan('shared', apart)));
    for (const outcome of scans) expectFinding(outcome);
    for (const outcome of await Promise.all(updates)) {
      expect(outcome).toMatchObject({ exitCode: 0 });
      expect(outcome.stderr).toMatch(/^(?:INFO +another update is running[^\n]*\n)?$/u);
    }
    expect(strays('shared')).toEqual([]);
  }, 180_000);

  it('serves ten scans of an image whose layers nobody knows while two updates run', async () => {
    await update('first', 'image');
    const members = [
      {
        path: 'app/package-lock.json',
        body: readFileSync(path.join(root, 'app/package-lock.json')),
      },
      { path: 'app/package.json', body: '{"name":"app"}' },
    ];
    const layers = [members, [{ path: 'srv/data', body: prose(1).repeat(5000) }]];
    writeFileSync(
      path.join(root, 'image.tar'),
      tarOf(ociFiles([{ image: makeImage(layers), tag: '1' }])),
    );
    const args = ['image', './image.tar', '--cache-dir', 'image', '--offline', '-q', '-f', 'json'];
    const updates = [update('second', 'image', apart), update('second', 'image', apart)];
    const scans = await Promise.all(Array.from({ length: 10 }, () => apart(...args)));
    for (const outcome of scans) expectFinding(outcome);
    const results = scans.map(({ stdout }) => resultsOf(stdout));
    for (const result of results) expect(result).toEqual(results[0]);
    for (const outcome of await Promise.all(updates)) expect(outcome.exitCode).toBe(0);
    expect(strays('image')).toEqual([]);
    expectFinding(await assay(...args));
  }, 180_000);

  it('is fetched once for ten first scans at the same time', async () => {
    await using server = await startFeedServer(path.join(root, 'first'));
    const first = ['fs', 'app', '--cache-dir', 'together', '--mirror', server.url, '-f', 'json'];
    const scans = await Promise.all(Array.from({ length: 10 }, () => apart(...first)));
    for (const outcome of scans) {
      expect(outcome.exitCode).toBe(0);
      expect(outcome.stdout).toContain('"GHSA-7"');
    }
    expect(server.requests).toEqual([{ path: 'osv/npm/all.zip', status: 200 }]);
    expect(strays('together')).toEqual([]);
  }, 180_000);

  it('is not there, with the cause and exit code 4, where the network fails', async () => {
    const mirror = ['--mirror', 'http://127.0.0.1:9/'];
    const updated = await assay('db', 'update', ...mirror, '--cache-dir', 'none');
    expect(updated.exitCode).toBe(4);
    expect(updated.stderr).toContain('cannot get "http://127.0.0.1:9/osv/');
    expect(updated.stderr).toContain('--mirror URL|DIR');
    const scanned = await assay('fs', 'app', ...mirror, '--cache-dir', 'none');
    expect(scanned.exitCode).toBe(4);
    expect(scanned.stderr).toContain('no advisory data for osv npm: cannot get');
  }, 60_000);
});

const noMount = missingSmallMount();
describe.skipIf(noMount !== undefined)(`a full disk${needs(noMount)}`, () => {
  it('keeps the old data, says so, and is left without strays', async () => {
    const cache = path.join(root, 'small');
    expect(mountSmall(cache, '1m')).toBe(true);
    try {
      putMirror('tiny', 100);
      putMirror('huge', 9000);
      // A directory cannot be unmounted while a process has files of it open.
      expect((await update('tiny', 'small', apart)).exitCode).toBe(0);
      const outcome = await update('huge', 'small', apart);
      expect(outcome.exitCode).toBe(4);
      expect(outcome.stderr).toMatch(/^ERROR no room left to write/u);
      expect(outcome.stderr).toContain('--cache-dir DIR');
      expect(strays('small')).toEqual([]);
      expectFinding(await scan('small', apart));
    } finally {
      spawnSync('umount', [cache]);
    }
  }, 120_000);
});
