import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { storeIn } from '../../../../test/support/kept-records.ts';
import { DEFAULT_LIMITS, quietContext, type Context } from '../../../core/base/context.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { encodeCachedAnalysis, reviveCachedAnalysis } from '../../../core/codec/cache-codec.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { scan, type ScanRequest } from '../index.ts';

let folder = '';
const records = new Map<string, Uint8Array>();
const store = storeIn(records);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-tree-cache-'));
  records.clear();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, body: string | Uint8Array): void {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, body);
}

const lock = (...names: readonly string[]): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(
      names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]),
    ),
  });

interface Asked {
  readonly path?: string;
  readonly kind?: Artifact['kind'];
  readonly skipFiles?: readonly string[];
  readonly request?: Partial<ScanRequest>;
  readonly context?: Partial<Context>;
}

async function scanned(asked: Asked = {}): Promise<ArtifactResult> {
  const { path = '.', kind = 'directory', skipFiles = [], request, context } = asked;
  const target = { reference: join(folder, path), kind, skipFiles };
  const report = await scan(
    { targets: [target], allowEmpty: true, cache: store, ...request },
    quietContext(context),
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return result;
}

const names = ({ inventory }: ArtifactResult): readonly string[] =>
  inventory.packages.map(({ name }) => name);

const MARK = 'a package that only the record has';

/** Changes the record of the analysis, so that a result that stands on it shows. */
function markRecords(): void {
  for (const [key, record] of records) {
    if (!key.startsWith('["analysis"')) continue;
    const { tree, analysis } = reviveCachedAnalysis(
      JSON.parse(Buffer.from(record).toString('utf8')),
    );
    const packages = analysis.inventory.packages.map((pkg) => ({ ...pkg, name: MARK }));
    const marked = { ...analysis, inventory: { ...analysis.inventory, packages } };
    records.set(key, Buffer.from(JSON.stringify(encodeCachedAnalysis({ tree, analysis: marked }))));
  }
}

/** Whether a scan stands on what an earlier one has kept. */
async function isKnown(asked: Asked = {}): Promise<boolean> {
  markRecords();
  return names(await scanned(asked)).includes(MARK);
}

describe('a folder that was scanned before', () => {
  beforeEach(async () => {
    write('package-lock.json', lock('one', 'two'));
    write('src/index.js', 'export {}');
    write('bin/run', '#!/bin/sh\n');
    chmodSync(join(folder, 'bin/run'), 0o755);
    symlinkSync('run', join(folder, 'bin/link'));
    write('node_modules/one/package.json', JSON.stringify({ name: 'one', version: '1.0.0' }));
    write('node_modules/one/index.js', 'export {}');
    await scanned();
  });

  it('is not read anew', async () => {
    expect(await isKnown()).toBe(true);
  });

  it.each<[string, () => void]>([
    ['a source is written', () => write('src/index.js', 'export const a = 1;')],
    ['times change', () => utimesSync(join(folder, 'package-lock.json'), 1, 1)],
    ['a file is written as it was', () => write('package-lock.json', lock('one', 'two'))],
  ])('is known where only %s', async (_title, change) => {
    change();
    expect(await isKnown()).toBe(true);
  });

  it.each<[string, () => void]>([
    [
      'a lockfile has other bytes of the same length',
      () => write('package-lock.json', lock('one', 'owt')),
    ],
    ['a lockfile is longer', () => write('package-lock.json', lock('one', 'two', 'three'))],
    ['a lockfile comes', () => write('src/package-lock.json', lock('four'))],
    ['a lockfile goes', () => rmSync(join(folder, 'package-lock.json'))],
    [
      'a lockfile is called otherwise',
      () => renameSync(join(folder, 'package-lock.json'), join(folder, 'x.json')),
    ],
    [
      'a lockfile becomes a link',
      () => {
        renameSync(join(folder, 'package-lock.json'), join(folder, 'x.json'));
        symlinkSync('x.json', join(folder, 'package-lock.json'));
      },
    ],
    [
      'a lockfile becomes a folder',
      () => {
        rmSync(join(folder, 'package-lock.json'));
        mkdirSync(join(folder, 'package-lock.json'));
      },
    ],
    [
      'a link leads elsewhere',
      () => {
        rmSync(join(folder, 'bin/link'));
        symlinkSync('../src', join(folder, 'bin/link'));
      },
    ],
    ['a folder comes', () => mkdirSync(join(folder, 'empty'))],
    ['a source comes', () => write('src/more.js', '')],
    ['a file can be run', () => chmodSync(join(folder, 'src/index.js'), 0o755)],
    ['a program is changed', () => write('bin/run', '#!/bin/bas')],
    ['a program cannot be run', () => chmodSync(join(folder, 'bin/run'), 0o644)],
    [
      'an installed file is longer',
      () => write('node_modules/one/index.js', 'export const a = 1;'),
    ],
    [
      'the manifest of an installed package is changed',
      () => write('node_modules/one/package.json', '{"name":"one"}'),
    ],
  ])('is read anew where %s', async (_title, change) => {
    change();
    expect(await isKnown()).toBe(false);
  });

  it.each<[string, Asked]>([
    ['--verify', { request: { verify: 'none' } }],
    ['--distro', { request: { distro: { id: 'debian', versionId: '12' } } }],
    ['--skip-files', { skipFiles: ['src/*'] }],
    ['--file-patterns', { request: { filePatterns: ['npm:x.json'] } }],
    ['--detection-priority', { request: { detectionPriority: 'comprehensive' } }],
    ['--removed-pkgs', { request: { includeRemoved: true } }],
    ['kind of target', { kind: 'rootfs' }],
    ['limit', { context: { limits: { ...DEFAULT_LIMITS, maxFileBytes: 1_000_000 } } }],
    ['place', { path: 'node_modules' }],
  ])('is read anew with another %s', async (_title, asked) => {
    expect(await isKnown(asked)).toBe(false);
  });

  it('is known by another name of the same place', async () => {
    expect(await isKnown({ path: 'src/..' })).toBe(true);
  });

  it('is known to a gate, which compares what it always would', async () => {
    const gate = { policy: { failOnTamper: true } };
    expect(await isKnown({ request: gate })).toBe(true);
  });

  it.each(['', '{', '{}', '[]', 'null', '{"digest":""}'])(
    'is read anew where what was kept is %j',
    async (text) => {
      const before = await scanned();
      for (const key of records.keys()) records.set(key, Buffer.from(text));
      expect(await scanned()).toEqual(before);
      expect(await isKnown()).toBe(true);
    },
  );

  it('is read anew where a record belongs to another state of it', async () => {
    const first = new Map(records);
    write('package-lock.json', lock('one', 'three'));
    await scanned();
    for (const [key, record] of first) if (key.startsWith('["analysis"')) records.set(key, record);
    expect(names(await scanned())).toEqual(['one', 'three']);
  });

  it('leaves what was found of an earlier state to the state that is there', async () => {
    write('package-lock.json', lock('three'));
    const count = records.size;
    await scanned();
    expect(records.size).toBe(count);
  });
});

describe('a file by itself', () => {
  it('is not read anew, until it changes', async () => {
    write('package-lock.json', lock('one'));
    const asked = { path: 'package-lock.json', kind: 'file' } as const;
    await scanned(asked);
    expect(await isKnown(asked)).toBe(true);
    write('package-lock.json', lock('one', 'two'));
    expect(await isKnown(asked)).toBe(false);
  });
});

describe('nothing is kept', () => {
  it.each<[string, () => void]>([
    [
      'a link leads to what is read',
      () => {
        write('real.json', lock('one'));
        symlinkSync('real.json', join(folder, 'package-lock.json'));
      },
    ],
    [
      'a file is larger than what may be read',
      () => {
        write('package-lock.json', lock('one').padEnd(5000));
      },
    ],
  ])('where %s', async (_title, make) => {
    make();
    const context = { limits: { ...DEFAULT_LIMITS, maxFileBytes: 4000 } };
    const first = await scanned({ context });
    expect(records.size).toBe(0);
    expect(await scanned({ context })).toEqual(first);
  });

  it.skipIf(process.getuid?.() === 0)(
    'where something cannot be read (needs another user than root)',
    async () => {
      write('package-lock.json', lock('one'));
      write('closed/file', '');
      chmodSync(join(folder, 'closed'), 0);
      await scanned();
      chmodSync(join(folder, 'closed'), 0o700);
      expect(records.size).toBe(0);
    },
  );

  it('where a file changes while the folder is read', async () => {
    write('a/package-lock.json', lock('one'));
    write('b/package-lock.json', lock('two'));
    let isGone = false;
    const progress = (): void => {
      if (!isGone) rmSync(join(folder, 'b'), { recursive: true, force: true });
      isGone = true;
    };
    for (let index = 0; index < 300; index += 1) write(`a/x/${index}`, '');
    await scanned({ context: { progress } });
    expect(isGone).toBe(true);
    write('b/package-lock.json', lock('two'));
    expect(names(await scanned())).toEqual(['one', 'two']);
  });
});

describe('whatever is changed', () => {
  const BODIES = [lock('one'), lock('one', 'two'), '{', '', '{"name":"app","version":"1.0.0"}'];
  const path = fc.constantFrom(
    'package-lock.json',
    'package.json',
    'a/package-lock.json',
    'a/b',
    'b',
    'node_modules/one/package.json',
    'node_modules/one/x',
  );
  const change = fc.record({
    path,
    body: fc.constantFrom(...BODIES, undefined),
    mode: fc.constantFrom(0o644, 0o755),
  });

  it('is told as a run tells it that knows nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
        records.clear();
        for (const { path: at, body, mode } of changes) {
          if (body === undefined) rmSync(join(folder, at), { recursive: true, force: true });
          else {
            write(at, body);
            chmodSync(join(folder, at), mode);
          }
          const warm = await scanned();
          expect(await scanned()).toEqual(warm);
          const kept = new Map(records);
          records.clear();
          expect(await scanned()).toEqual(warm);
          records.clear();
          for (const [key, record] of kept) records.set(key, record);
        }
      }),
      { numRuns: 30 },
    );
  });
});
