/**
 * Images that buildah builds from real bases: the origin of every package is that of the base
 * scanned alone and of the app's own layers. And npm as images have it: what its removal clears is
 * what was predicted.
 */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { bundledTools } from '../../src/core/model/package/bundled-tools.ts';
import { originWord } from '../../src/core/model/artifact/origin.ts';
import type { ArtifactResult, Report } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { podmanStorage } from '../support/daemons.ts';
import { debianRoot, imageFromTar } from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { affects, anAdvisory, below } from '../support/model.ts';
import { rendered } from '../support/rendered.ts';
import { sharedPath } from '../support/shared.ts';
import { needs, toolPath } from '../support/tools.ts';

const ALPINE = sharedPath('samples/alpine/alpine-minirootfs-3.20.3-x86_64.tar.gz');
const missing =
  missingForInterop('buildah', 'skopeo', 'umoci', 'mmdebstrap', 'dpkg-deb', 'npm', 'chroot') ??
  (process.getuid?.() === 0 ? undefined : 'root') ??
  (ALPINE === undefined ? 'samples/alpine' : undefined);

let folder = '';
let env: Record<string, string | undefined> = {};
const call = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

type Change = (root: string) => void;

/** Builds an image with a layer for each change; returns its layout. */
function build(name: string, base: string, changes: readonly Change[]): string {
  let from = `localhost/${base}`;
  const layout = path.join(folder, name);
  for (const [index, change] of changes.entries()) {
    const container = call('buildah', 'from', '--pull-never', from);
    change(call('buildah', 'mount', container));
    call('buildah', 'umount', container);
    from = `localhost/${name}-${index}`;
    call('buildah', 'commit', '--quiet', '--format', 'oci', container, from);
    call('buildah', 'rm', container);
  }
  call(
    'skopeo',
    'copy',
    '--quiet',
    '--insecure-policy',
    `containers-storage:${from}`,
    `oci:${layout}:latest`,
  );
  return layout;
}

function storeBase(name: string, ociFolder: string): void {
  call(
    'skopeo',
    'copy',
    '--quiet',
    '--insecure-policy',
    `oci:${ociFolder}:latest`,
    `containers-storage:localhost/${name}`,
  );
}

async function scanned(
  layout: string,
  base?: string,
  affected: readonly string[] = [],
): Promise<Report> {
  const advisories = affected.map((name) =>
    anAdvisory(`GHSA-${name.replace('/', '-')}`, {
      affected: [affects(name, [below('9999')])],
      ratings: [{ severity: 'high', by: 'test' }],
    }),
  );
  const at = '2026-01-01T00:00:00Z';
  const coverage = { feed: 'test', recordCount: 1, dataAt: at, fetchedAt: at };
  const reader = createMemoryReader(advisories, () => [coverage]);
  const target = (reference: string): { reference: string; kind: 'image'; isPath: true } => ({
    ...{ reference, kind: 'image', isPath: true },
  });
  return scan(
    {
      targets: [target(layout)],
      ...(base !== undefined && { bases: { known: [target(base)] } }),
      advisories: { open: () => Promise.resolve(reader) },
    },
    quietContext(),
  );
}

async function resultOf(...asked: Parameters<typeof scanned>): Promise<ArtifactResult> {
  const [result] = (await scanned(...asked)).results;
  if (result === undefined) throw new Error('no result');
  return result;
}

const put = (root: string, file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const npmModule =
  (file: string, name: string, version: string): Change =>
  (root) =>
    put(root, `${file}/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
const wheel: Change = (root) =>
  put(
    root,
    'usr/lib/python3/site-packages/six-1.16.0.dist-info/METADATA',
    'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n',
  );

const APK = 'lib/apk/db/installed';
const changeApk =
  (change: (stanzas: readonly string[]) => readonly string[]): Change =>
  (root) => {
    const file = path.join(root, APK);
    const stanzas = readFileSync(file, 'utf8').trimEnd().split('\n\n');
    writeFileSync(file, `${change(stanzas).join('\n\n')}\n\n`);
  };
const isOf = (name: string) => (stanza: string) => stanza.split('\n').includes(`P:${name}`);
const upgradeZlib = changeApk((all) =>
  all.map((one) => (isOf('zlib')(one) ? one.replace(/^V:.*$/mu, 'V:9.9.9-r0') : one)),
);
const removeZlib: Change = (root) => {
  changeApk((all) => all.filter((one) => !isOf('zlib')(one)))(root);
  for (const file of readdirSync(path.join(root, 'lib'))) {
    if (file.startsWith('libz.')) rmSync(path.join(root, 'lib', file));
  }
};
let zlib = '';
const rememberZlib = changeApk((all) => {
  zlib = all.find(isOf('zlib')) ?? '';
  return all.filter((one) => !isOf('zlib')(one));
});
const restoreZlib = changeApk((all) => [...all, zlib]);

/** Makes a package with dpkg-deb and installs it with the dpkg of the root. */
const installDeb =
  (name: string, version: string): Change =>
  (root) => {
    const tree = path.join(folder, `deb-${name}-${version}`);
    put(
      tree,
      'DEBIAN/control',
      `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: test\n`,
    );
    put(tree, `usr/share/doc/${name}/note`, version);
    call('dpkg-deb', '--root-owner-group', '--build', tree, path.join(root, 'new.deb'));
    call('chroot', root, 'dpkg', '--force-all', '-i', '/new.deb');
    rmSync(path.join(root, 'new.deb'));
  };
const purgeDeb: Change = (root) =>
  void call('chroot', root, 'dpkg', '--force-all', '--purge', 'tzdata');

const NPM = 'usr/local/lib/node_modules/npm';
const installNpm: Change = (root) => {
  const from = path.resolve(realpathSync(toolPath('npm') ?? ''), '../..');
  cpSync(from, path.join(root, NPM), { recursive: true });
};

describe.skipIf(missing !== undefined)(`images of buildah${needs(missing)}`, () => {
  const bases = new Map<string, string>();
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-origin-'));
    env = { ...process.env, ...podmanStorage(path.join(folder, 'storage')) };
    const alpine = imageFromTar(folder, 'alpine', ALPINE ?? '').ociFolder;
    storeBase('alpine', alpine);
    bases.set('alpine', alpine);
    bases.set('node', build('node', 'alpine', [installNpm]));
    call('buildah', 'tag', 'localhost/node-0', 'localhost/node');
  }, 300_000);
  /** The layout of a base; Debian's is large, and made when it is needed. */
  const baseLayout = (name: string): string => {
    const known = bases.get(name);
    if (known !== undefined) return known;
    const debian = imageFromTar(folder, 'debian', debianRoot('trixie')).ociFolder;
    storeBase('debian', debian);
    bases.set('debian', debian);
    return debian;
  };
  afterAll(() => {
    call('buildah', 'rm', '--all');
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<
    [
      string,
      string,
      readonly Change[],
      {
        readonly app: readonly string[];
        readonly both?: readonly string[];
        readonly gone?: readonly string[];
      },
    ]
  >([
    ['npm modules', 'alpine', [npmModule('app', 'lodash', '4.17.20')], { app: ['lodash'] }],
    ['a Python package', 'alpine', [wheel], { app: ['six'] }],
    ['an upgrade of the base', 'alpine', [upgradeZlib], { app: ['zlib'] }],
    ['a removal from the base', 'alpine', [removeZlib], { app: [], gone: ['zlib'] }],
    ['what was removed and comes back', 'alpine', [rememberZlib, restoreZlib], { app: ['zlib'] }],
    [
      'two layers',
      'alpine',
      [wheel, npmModule('app', 'lodash', '4.17.20')],
      { app: ['lodash', 'six'] },
    ],
    ['files without packages', 'alpine', [(root) => put(root, 'srv/data', 'x')], { app: [] }],
    [
      'an upgrade and a new package by dpkg',
      'debian',
      [
        (root) => {
          installDeb('tzdata', '9999-1')(root);
          installDeb('assay-demo', '1')(root);
        },
      ],
      { app: ['tzdata', 'assay-demo'] },
    ],
    ['a removal by dpkg', 'debian', [purgeDeb], { app: [], gone: ['tzdata'] }],
    [
      'npm modules beside those of npm',
      'node',
      [npmModule('app', 'lodash', '4.17.20')],
      { app: ['lodash'] },
    ],
    [
      'a module that npm has too',
      'node',
      [
        (root) => {
          const own = path.join(root, NPM, 'node_modules/semver');
          cpSync(own, path.join(root, 'app/node_modules/semver'), { recursive: true });
        },
      ],
      { app: [], both: ['semver'] },
    ],
    [
      'a mode of the base changed',
      'node',
      [(root) => chmodSync(path.join(root, NPM, 'node_modules/semver/package.json'), 0o600)],
      { app: [], both: ['semver'] },
    ],
  ])('%s', async (name, base, changes, { app, both = [], gone = [] }) => {
    const baseFolder = baseLayout(base);
    const layout = build(name.toLowerCase().replaceAll(' ', '-'), base, changes);
    const alone = await resultOf(baseFolder);
    const result = await resultOf(layout, baseFolder);
    expect(result.artifact.image?.baseLayerCount).toBe(alone.artifact.layers.length);
    const baseIds = new Set(alone.inventory.packages.map(({ id }) => id));
    const wrong = result.inventory.packages.filter((pkg) => {
      const isOfApp = app.includes(pkg.name);
      const expected = both.includes(pkg.name) ? 'base and app' : isOfApp ? 'app' : 'base';
      return originWord(result.artifact, pkg) !== expected || (!isOfApp && !baseIds.has(pkg.id));
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
    const names = new Set(result.inventory.packages.map((pkg) => pkg.name));
    expect([...app, ...both].filter((one) => !names.has(one))).toEqual([]);
    expect(gone.filter((one) => names.has(one))).toEqual([]);
    expect(result.artifact.image?.baseBy?.map(({ by }) => by)).toContain('label');
  });

  it('npm without its directory has the findings that were predicted', async () => {
    const affected = ['tar', 'semver', 'minimatch', 'lodash', 'npm'];
    const layout = build('npm-app', 'node', [npmModule('app', 'lodash', '4.17.20')]);
    const report = await scanned(layout, bases.get('node'), affected);
    const [before] = report.results;
    if (before === undefined) throw new Error('no result');
    const [npm, ...others] = bundledTools(before.inventory.packages, before.artifact);
    expect([npm?.name, npm?.cure, others]).toEqual(['npm', `RUN rm -rf /${NPM}`, []]);
    const ids = new Set(npm?.removed.map(({ id }) => id));
    const cleared = before.findings.filter(
      (one) => one.kind === 'vulnerability' && ids.has(one.packageId),
    );
    expect(cleared.length).toBeGreaterThan(2);
    expect(await rendered(report, 'table')).toContain(`this clears ${cleared.length}`);
    const cured = build('npm-cured', 'npm-app-0', [
      (root) => {
        const paths = (npm?.cure ?? '').replace('RUN rm -rf ', '').split(' ');
        call('chroot', root, 'rm', '-rf', ...paths);
      },
    ]);
    const after = await resultOf(cured, bases.get('node'), affected);
    expect(after.findings.length).toBe(before.findings.length - cleared.length);
    expect(after.findings.map(({ id }) => id).sort()).toEqual(
      before.findings
        .filter((one) => !cleared.includes(one))
        .map(({ id }) => id)
        .sort(),
    );
  });
});
