/**
 * Results of layers between runs of the built command: many at once, killed, on a full disk,
 * damaged, from a registry.
 */

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { scriptedRegistry, storeLayout } from '../support/registry-server.ts';
import { runHere } from '../support/run-here.ts';
import { missingSmallMount, mountSmall } from '../support/small-mount.ts';
import { dockerArchive, makeImage, ociFiles, tarOf } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

let command: BuiltCommand;
let cwd = '';
const LAYERS = [layerOf('base', 3000), layerOf('libs', 2000), layerOf('app', 1000)];

beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-layers-'));
  const image = makeImage(LAYERS);
  writeFileSync(path.join(cwd, 'app.tar'), tarOf(ociFiles([{ image, tag: 'latest' }])));
});
afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true, force: true });
});

/** Many executables, and packages of the name. */
function layerOf(name: string, fileCount: number): TarMember[] {
  const packages = new Map<string, object>([['', {}]]);
  for (let index = 0; index < 50; index += 1) {
    packages.set(`node_modules/${name}-${index}`, { version: `1.0.${index}` });
  }
  const lock = { lockfileVersion: 3, packages: Object.fromEntries(packages) };
  return [
    { path: `${name}/package-lock.json`, body: JSON.stringify(lock) },
    ...Array.from({ length: fileCount }, (_, index) => ({
      path: `usr/lib/${name}/file-${index}`,
      body: `${name} ${index}`,
      mode: 0o755,
    })),
  ];
}

function argsOf(
  cache: string,
  { target = './app.tar', flags = [] }: ScanOptions = {},
): readonly string[] {
  const common = ['--scanners', 'packages', '-o', 'json', '--cache-dir', cache];
  return ['image', target, ...common, ...flags];
}
interface ScanOptions {
  readonly target?: string;
  readonly flags?: readonly string[];
}

/** Scans in the process of the test. */
function scan(cache: string, options?: ScanOptions): Promise<CommandOutcome> {
  return runHere(argsOf(cache, options), { cwd });
}

/** Scans in a process, which can be killed. */
function scanApart(
  cache: string,
  onStart?: NonNullable<Parameters<typeof runBuilt>[2]['onStart']>,
): Promise<CommandOutcome> {
  return runBuilt(command, argsOf(cache), { cwd, ...(onStart && { onStart }) });
}

/** What a report says, without when and from where its layers came. */
function said({ exitCode, stdout, stderr }: CommandOutcome): object {
  const report = JSON.parse(stdout) as Report;
  const { packages } = report.results[0]?.inventory ?? { packages: [] };
  return { exitCode, stderr, packages, diagnostics: report.results[0]?.diagnostics };
}

function digestsOf({ stdout }: CommandOutcome): string | undefined {
  return (JSON.parse(stdout) as Report).results[0]?.layerDigests;
}

interface Report {
  readonly results: readonly {
    readonly layerDigests?: string;
    readonly inventory: { readonly packages: readonly unknown[] };
    readonly diagnostics: readonly unknown[];
  }[];
}

function filesBelow(cache: string): string[] {
  const folder = path.join(cwd, cache, 'layers');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(name).isFile());
}
const recordsIn = (cache: string): string[] =>
  filesBelow(cache).filter((name) => name.endsWith('.rec'));

describe('results of layers', () => {
  it('are shared by ten processes on one empty cache', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, () => scanApart('ten')));
    const expected = said(await scan('one'));
    expect(expected).toMatchObject({ exitCode: 0, stderr: '' });
    for (const run of runs) expect(said(run)).toEqual(expected);
    // Three layers and the image; nothing half-written is left.
    expect(recordsIn('ten')).toHaveLength(4);
    expect(filesBelow('ten').filter((name) => name.includes('.tmp-'))).toEqual([]);
    // The bundle and the sources do not share results.
    const warm = await scanApart('ten');
    expect(said(warm)).toEqual(expected);
    expect(digestsOf(warm)).toBe('byManifest');
  }, 240_000);

  it('survive runs that are killed at any moment', async () => {
    const expected = said(await scan('one'));
    for (const delayMs of [150, 300, 450, 600, 750, 900]) {
      await scanApart('killed', (child) => setTimeout(() => child.kill('SIGKILL'), delayMs));
    }
    expect(said(await scanApart('killed'))).toEqual(expected);
    expect(said(await scanApart('killed'))).toEqual(expected);
  }, 240_000);

  it('are made again where they are damaged', async () => {
    const expected = said(await scan('damaged'));
    for (const name of recordsIn('damaged')) truncateSync(name, statSync(name).size - 7);
    const again = await scan('damaged');
    expect(said(again)).toEqual(expected);
    expect(digestsOf(again)).toBe('checked');
    expect(digestsOf(await scan('damaged'))).toBe('byManifest');
  }, 240_000);

  it('cost one warning where they cannot be kept', async () => {
    writeFileSync(path.join(cwd, 'file'), '');
    const run = await scan('file');
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(
      /^WARN {2}results are not kept for the next run: cannot write ".*": ENOTDIR\n$/u,
    );
    expect(digestsOf(run)).toBe('checked');
  }, 60_000);

  it('are not for a gate to believe where only the archive names its layers', async () => {
    const image = makeImage(LAYERS, { forms: ['plain'] });
    const archive = writeTar(dockerArchive([{ image, tags: ['app:1'] }]));
    writeFileSync(path.join(cwd, 'save.tar'), archive);
    const quick = { target: './save.tar', flags: ['--verify', 'none'] };
    expect(digestsOf(await scan('save', quick))).toBe('notChecked');
    expect(digestsOf(await scan('save', quick))).toBe('notChecked');
    expect(digestsOf(await scan('save', { target: './save.tar' }))).toBe('checked');
    expect(digestsOf(await scan('save', { target: './save.tar' }))).toBe('checked');
  }, 60_000);
});

const noMount = missingSmallMount();
describe.skipIf(noMount !== undefined)(`a full disk${needs(noMount)}`, () => {
  it('costs one warning and nothing else', async () => {
    const cache = path.join(cwd, 'small');
    expect(mountSmall(cache, '64k')).toBe(true);
    try {
      const run = await scan('small');
      expect(run.exitCode).toBe(0);
      expect(
        run.stderr.match(/^WARN {2}results are not kept for the next run: no room/gmu),
      ).toHaveLength(1);
      expect(filesBelow('small').filter((name) => name.includes('.tmp-'))).toEqual([]);
      expect((JSON.parse(run.stdout) as Report).results[0]?.inventory.packages).toHaveLength(150);
    } finally {
      spawnSync('umount', [cache]);
    }
  }, 60_000);
});

describe('an image in a registry', () => {
  it('is asked for by its manifest and configuration alone once its layers are known', async () => {
    using registry = await scriptedRegistry();
    const image = makeImage(LAYERS);
    storeLayout(registry, 'app', ociFiles([{ image, tag: '1' }]));
    const target = `${registry.host}/app:1`;
    const layerRequests = (): string[] =>
      registry.requests.filter((line) => image.layers.some(({ digest }) => line.includes(digest)));
    const flags = ['--image-src', 'remote', '--insecure'];
    const cold = await scan('remote', { target, flags });
    expect(cold.exitCode).toBe(0);
    expect(layerRequests().length).toBeGreaterThanOrEqual(3);
    const asked = layerRequests().length;
    const warm = await scan('remote', { target, flags });
    expect(said(warm)).toEqual(said(cold));
    expect(layerRequests().slice(asked)).toEqual([]);
    expect(digestsOf(warm)).toBe('byManifest');
  }, 60_000);
});
