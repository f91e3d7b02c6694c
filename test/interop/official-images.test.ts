/**
 * Images that are laid out as official ones are: what a gate says of them, and that nothing of a
 * package manager's or runtime's own files is a gap, a contradiction or a finding without an owner.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdvisoryBase } from '../../src/advisories/store/open-advisory-base.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { importIntoBase } from '../../src/advisories/base/index.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { debianRoot } from '../support/images.ts';
import {
  builtPython,
  distrolessLayer,
  goLayer,
  javaLayer,
  nodeLayer,
  pythonLayer,
} from '../support/official-images.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { imageOfTars, ociFiles, writeFiles } from '../support/stored-images.ts';
import { missingTool, needs, run } from '../support/tools.ts';

const FEEDS = [
  'debian-tracker/tracker/data/json',
  'osv/npm',
  'osv/PyPI',
  'osv/Maven',
  'osv/Go',
  'nodejs-core',
];
const feeds = FEEDS.flatMap((name) => sharedPath(`feeds/${name}`) ?? []);
/** Inside the support of Debian 13. */
const DAY = '2026-11-01';
/** Installers take their time on a busy machine. */
const MAKING_MS = 600_000;

const missing =
  feeds.length < FEEDS.length
    ? '../shared'
    : (missingForInterop('mmdebstrap', 'tar') ?? (process.getuid?.() === 0 ? undefined : 'root'));

/** What is expected of an image besides the findings of its system. */
interface Scene {
  readonly name: string;
  readonly missing: string | undefined;
  /** The tar archives of its layers. */
  readonly layers: () => readonly string[];
  /** Packages that must be found, as `ecosystem/name`. */
  readonly packages: readonly string[];
  /** Packages that are owned by one of the system, with or without findings. */
  readonly owned?: readonly string[];
  /**
   * Diagnostics that are no gaps, besides {@link NOTES}; `docs/ordinary-images.md` has the reason
   * for each.
   */
  readonly notes?: readonly RegExp[];
}

/** Of any image: what its data lacks and what its makers no longer maintain. */
const NOTES: readonly RegExp[] = [
  /^\d+ findings? (?:has|have) no severity in the data that is loaded/,
  /^(?:node|go|python) [\d.]+ has not been maintained by its project since /,
];

let folder: string;

describe.skipIf(missing !== undefined)(`images like official ones${needs(missing)}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-official-'));
    const base = path.join(folder, 'advisories');
    await importIntoBase({ folder: base, paths: feeds }, quietContext());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const java = sharedPath('samples/java') ?? '';
  const scenes: readonly Scene[] = [
    {
      name: 'node',
      missing: missingTool('npm'),
      layers: () => [debianRoot('trixie'), layerOf('node', nodeLayer)],
      packages: ['npm/npm', 'npm/corepack', 'npm/yarn', 'npm/express', 'npm/body-parser'],
      notes: [
        /^package\.json without name or version @\/.*\/node_modules\/.*\/(?:commonjs|esm|cjs|mjs)\//,
        /^4 dependencies name a range and no version @\/.*\/node-gyp\/gyp\/pyproject\.toml$/,
      ],
    },
    {
      name: 'python',
      missing: builtPython() === undefined ? 'a Python that was built from its sources' : undefined,
      layers: () => [debianRoot('trixie'), layerOf('python', pythonLayer)],
      packages: ['pypi/pip', 'pypi/setuptools', 'pypi/certifi'],
      notes: [
        /^2 requirements without a version; what is installed counts @\/app\/requirements\.txt$/,
      ],
    },
    {
      name: 'java',
      missing: undefined,
      layers: () => [
        debianRoot('trixie', 'minbase', ['openjdk-21-jre-headless']),
        layerOf('java', (root) =>
          javaLayer(root, [
            path.join(java, 'commons-text-1.13.1.jar'),
            path.join(java, 'commons-fileupload.jar'),
          ]),
        ),
      ],
      packages: ['maven/org.apache.commons:commons-text', 'maven/com.example:app'],
      owned: ['jrt-fs:jrt-fs'],
      notes: [
        /^1 package of a language is shipped by packages of the distribution/,
        /^(?<jar>\/usr\/share\/ca-certificates-java\/.*\.jar) says neither name nor version of itself @\k<jar>$/,
      ],
    },
    {
      name: 'go',
      missing: missingTool('go'),
      layers: () => [layerOf('go', goLayer)],
      packages: ['go/stdlib'],
    },
    {
      name: 'distroless',
      missing: undefined,
      layers: () => [layerOf('distroless', (root) => distrolessLayer(root, unpackedDebian()))],
      packages: ['debian/libc6', 'debian/tzdata'],
    },
  ];

  it.each(scenes)(
    '$name',
    async ({ name, missing: absent, layers, packages, owned = [], notes = [] }) => {
      if (absent !== undefined) {
        console.log(`${name}: skipped${needs(absent)}`);
        return;
      }
      const layout = path.join(folder, `${name}.oci`);
      const tars = layers().map((file) => readFileSync(file));
      writeFiles(
        layout,
        ociFiles([{ image: imageOfTars(tars, { forms: ['plain'] }), tag: 'latest' }]),
      );
      const result = await scanned(layout);
      const found = result.inventory.packages.map((pkg) => `${pkg.ecosystem}/${pkg.name}`);
      expect(found).toEqual(expect.arrayContaining([...packages]));
      expectClean(result);
      const shipped = result.inventory.packages.filter(({ ownedBy }) => ownedBy !== undefined);
      expect(shipped.map((pkg) => pkg.name)).toEqual(owned);
      const texts = result.diagnostics.map(({ message, location }) =>
        location === undefined ? message : `${message} @${location.path}`,
      );
      const known = [...NOTES, ...notes];
      expect(texts.filter((text) => !known.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    MAKING_MS,
  );
});

function layerOf(name: string, make: (root: string) => void): string {
  const root = path.join(folder, `${name}.root`);
  mkdirSync(root);
  make(root);
  const tar = path.join(folder, `${name}.tar`);
  run('tar', ['-C', root, '--numeric-owner', '--owner=0', '--group=0', '-cf', tar, '.']);
  rmSync(root, { recursive: true });
  return tar;
}

function unpackedDebian(): string {
  const root = path.join(folder, 'debian.root');
  mkdirSync(root);
  run('tar', ['-C', root, '--exclude=./dev/*', '-xf', debianRoot('trixie')]);
  return root;
}

async function scanned(layout: string): Promise<ArtifactResult> {
  const advisories = openAdvisoryBase(path.join(folder, 'advisories'));
  const { results } = await scan(
    { targets: [{ reference: layout, kind: 'image' }], advisories },
    quietContext({ now: () => Date.parse(DAY) }),
  );
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function expectClean(result: ArtifactResult): void {
  const { packages, contradictions = [] } = result.inventory;
  const refuted = packages.filter(({ evidence }) => evidence.contradictions.length > 0);
  expect(refuted.map(({ name, evidence }) => [name, evidence.contradictions])).toEqual([]);
  expect(contradictions).toEqual([]);
  expect(result.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
}
