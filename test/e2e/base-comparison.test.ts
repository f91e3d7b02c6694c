/**
 * `assay base` from a registry, where shared layers are counted; over the bench images, beside a
 * script that shares no code with Assay; and beside what another scanner reported about official
 * images.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BaseComparison, ComparedImage } from '../../src/core/model/report/base-comparison.ts';
import { TOOL_KINDS } from '../../src/core/model/artifact/contents.ts';
import { BASE_IMAGES, baseImage } from '../support/base-images.ts';
import { benchImages, BenchScan, missingBenchImages } from '../support/bench-images.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { layoutFolder, missingForRegistry, startRegistry } from '../support/registry.ts';
import { runHere } from '../support/run-here.ts';
import { sharedPath } from '../support/shared.ts';
import { ociFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

let command: BuiltCommand;
let cwd: string;

beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-base-'));
});

afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true, force: true });
});

function imagesOf(text: string): readonly ComparedImage[] {
  return (JSON.parse(text) as BaseComparison).images.filter((one) => one.kind === 'image');
}

describe.skipIf(missingForRegistry)(`images of a registry${needs(missingForRegistry)}`, () => {
  it.each([
    ['with a cache directory', (): string => path.join(cwd, 'cache')],
    ['without one that can be written', (): string => path.join(cwd, 'file/cache')],
  ])('share layers, each fetched once: %s', async (_, cacheDir) => {
    writeFileSync(path.join(cwd, 'file'), '');
    await using registry = await startRegistry();
    const digests = new Set<string>();
    for (const name of BASE_IMAGES) {
      const image = baseImage(name);
      for (const { digest } of image.layers) digests.add(digest);
      const layout = layoutFolder(path.join(cwd, `${name}.oci`), ociFiles([{ image, tag: 'v1' }]));
      registry.push(`${layout}:v1`, `team/${name}:1`);
    }
    const before = registry.requests().length;
    const names = BASE_IMAGES.map((name) => `${registry.host}/team/${name}:1`);
    const flags = ['--scanners', 'packages', '--insecure', '--image-src', 'remote', '-f', 'json'];
    const { stdout, exitCode } = await runHere(
      ['base', ...names, ...flags, '--cache-dir', cacheDir()],
      { cwd },
    );
    expect(exitCode).toBe(0);
    const images = imagesOf(stdout);
    expect(images.map(({ name }) => name)).toEqual(names);
    const fetched = registry
      .requests()
      .slice(before)
      .filter((line) => /^GET \S+\/blobs\//u.test(line))
      .filter((line) => [...digests].some((digest) => line.includes(digest)))
      .map((line) => /sha256:[0-9a-f]{64}/u.exec(line)?.[0]);
    // The layer of the app is one of all three images.
    expect(fetched.toSorted()).toEqual([...digests].toSorted());
    expect(digests.size).toBe(5);
    for (const [index, { pinned }] of images.entries()) {
      expect(pinned).toMatch(
        new RegExp(`^${registry.host}/team/${BASE_IMAGES[index] ?? ''}[:@]`, 'u'),
      );
    }
  });

  it('are compared beside one that is not there, with exit code 3', async () => {
    await using registry = await startRegistry();
    const image = baseImage('slim');
    const layout = layoutFolder(path.join(cwd, 'one.oci'), ociFiles([{ image, tag: 'v1' }]));
    registry.push(`${layout}:v1`, 'team/slim:1');
    const names = [`${registry.host}/team/slim:2`, `${registry.host}/team/slim:1`];
    const flags = ['--scanners', 'packages', '--insecure', '--image-src', 'remote'];
    const { stdout, exitCode } = await runHere(['base', ...names, ...flags], { cwd });
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('Not available\n')]);
  });
});

/** What a reference scan says about an image, and where `assay base` says it. */
const COUNTERPARTS: Readonly<Record<string, (image: ComparedImage) => unknown>> = {
  image: ({ name }) => name,
  os: ({ system }) => system?.id,
  arch: ({ platform }) => platform?.architecture,
  size_mb: ({ compressedBytes }) => compressedBytes,
  size_bytes: ({ compressedBytes }) => compressedBytes,
  layers: ({ layerCount }) => layerCount,
  packages: ({ packageCount }) => packageCount,
  scan_time: ({ judgedAt }) => judgedAt,
  'summary.critical': ({ findings }) => findings?.bySeverity.critical,
  'summary.high': ({ findings }) => findings?.bySeverity.high,
  'summary.medium': ({ findings }) => findings?.bySeverity.medium,
  'summary.low': ({ findings }) => findings?.bySeverity.low,
  'summary.total': ({ findings }) => findings?.total,
  'vulnerabilities.0': ({ vulnerabilities: [first] }) => first?.name,
  'vulnerabilities.1': ({ vulnerabilities: [first] }) => first?.severity,
  'vulnerabilities.2': ({ vulnerabilities: [first] }) => first?.package,
  'vulnerabilities.3': ({ vulnerabilities: [first] }) => first?.version,
};

const reference = sharedPath('feeds/reference/base-image-scans-2026-02-18.json');

describe.skipIf(reference === undefined)(
  'scans of official images by others (needs ../shared)',
  () => {
    it('have no field without a counterpart', async () => {
      const { images } = JSON.parse(readFileSync(reference ?? '', 'utf8')) as {
        readonly images: readonly Readonly<Record<string, unknown>>[];
      };
      expect(images).toHaveLength(9);
      const fields = new Set(images.flatMap((image) => fieldsOf(image)));
      expect([...fields].sort()).toEqual(Object.keys(COUNTERPARTS).sort());
      const image = await matchedImage();
      for (const [field, counterpart] of Object.entries(COUNTERPARTS)) {
        expect([field, counterpart(image)]).toEqual([field, expect.anything()]);
      }
    });
  },
);

/** Names of fields, those of objects and of rows behind a dot. */
function fieldsOf(image: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(image).flatMap(([name, value]) => {
    const inner: unknown = Array.isArray(value) ? (value as readonly unknown[])[0] : value;
    return typeof inner === 'object' && inner !== null
      ? Object.keys(inner).map((key) => `${name}.${key}`)
      : [name];
  });
}

/** An image with a finding. */
async function matchedImage(): Promise<ComparedImage> {
  const advisory = {
    id: 'GHSA-aaaa-aaaa-aaaa',
    modified: '2024-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'lodash' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
    ],
  };
  const files = new Map([['advisory.json', Buffer.from(JSON.stringify(advisory))]]);
  layoutFolder(path.join(cwd, 'advisories'), files);
  layoutFolder(
    path.join(cwd, 'matched.oci'),
    ociFiles([{ image: baseImage('slim'), tag: 'v1', isPlatformListed: true }]),
  );
  const flags = ['--offline', '--advisories', 'advisories', '-f', 'json'];
  const { stdout } = await runHere(['base', 'oci:matched.oci', ...flags], { cwd });
  const [image] = imagesOf(stdout);
  if (image === undefined) throw new Error('no image was compared');
  return image;
}

const NAMES = ['trixie-full', 'trixie-python', 'trixie-slim', 'bookworm-slim', 'alpine-3.20'];
const IMAGES = process.env['ASSAY_TEST_BENCH_IMAGES'] ?? '';
/** The day of the comparison, on which Alpine 3.20 is no longer maintained. */
const DAY = '2026-11-28';

/** What the script works out for an image. */
interface ScriptFacts {
  readonly [name: string]: unknown;
  readonly lostPackages: readonly (readonly [string, string])[];
  readonly lostTools: Readonly<Record<string, readonly string[]>>;
}

const missing = missingBenchImages() ?? missingTool('python3');
describe.skipIf(missing !== undefined)(`bench images${needs(missing)}`, () => {
  const scans = new Map<string, BenchScan>();
  let expected: Readonly<Record<string, ScriptFacts>>;

  beforeAll(async () => {
    expect(benchImages()).toEqual(expect.arrayContaining(NAMES));
    for (const name of NAMES) scans.set(name, await BenchScan.ofImage(command, name));
    const script = fileURLToPath(new URL('../support/base-check.py', import.meta.url));
    const images = NAMES.map((name) => ({
      name,
      report: path.join(scans.get(name)?.folder ?? '', 'report.json'),
      layout: path.join(IMAGES, 'oci', name),
    }));
    const input = JSON.stringify({ images, now: DAY });
    expected = JSON.parse(
      execFileSync('python3', [script], { input, encoding: 'utf8', maxBuffer: 1e9 }),
    ) as typeof expected;
  }, 600_000);

  afterAll(() => {
    for (const scan of scans.values()) scan[Symbol.dispose]();
  });

  const forms: readonly (readonly [string, (name: string) => string])[] = [
    ['layouts', (name) => path.join(IMAGES, 'oci', name)],
    ['stored reports', (name) => path.join(scans.get(name)?.folder ?? '', 'report.json')],
    ['archives of docker save', (name) => path.join(IMAGES, 'save', `${name}.tar`)],
  ];

  it.each(forms)(
    'are compared as an independent script does: %s',
    async (form, operand) => {
      const [scan] = scans.values();
      const args = ['base', ...NAMES.map(operand), '-f', 'json', '--as-of', `${DAY}T12:00:00Z`];
      const outcome = await scan?.run(args);
      expect([outcome?.exitCode, outcome?.stderr]).toEqual([0, '']);
      const images = imagesOf(outcome?.stdout ?? '');
      const hasManifest = form !== 'archives of docker save';
      for (const [index, name] of NAMES.entries()) {
        const image = images[index];
        if (image === undefined) throw new Error(`no column for ${name}`);
        expect({ name, ...expected[name] }).toMatchObject({ name, ...factsOf(image) });
        const own = expected[name];
        if (!hasManifest) continue;
        // Without compressed sizes, which the archives do not have, the set may be another one.
        expect([image.compressedBytes, image.pareto.isMember]).toEqual([
          own?.['compressed'],
          own?.['pareto'],
        ]);
      }
    },
    300_000,
  );

  it.each(NAMES)('have the sizes that skopeo prints: %s', (name) => {
    const layout = `oci:${path.join(IMAGES, 'oci', name)}`;
    const printed = execFileSync('skopeo', ['inspect', layout], { encoding: 'utf8' });
    const { LayersData: layers } = JSON.parse(printed) as {
      readonly LayersData: readonly { readonly Size: number }[];
    };
    const total = layers.reduce((sum, { Size: size }) => sum + size, 0);
    expect(expected[name]?.['compressed']).toBe(total);
  });
});

/** The facts of an image in the form of the script. */
function factsOf(image: ComparedImage): object {
  const { findings, losses } = image;
  return {
    packages: image.packageCount,
    layers: image.layerCount,
    supportedUntil: image.endOfLife?.supportedUntil,
    gaps: image.gaps.map(({ kind }) => kind),
    total: findings?.total ?? null,
    fixable: findings?.fixable ?? null,
    critical: findings?.bySeverity.critical ?? null,
    high: findings?.bySeverity.high ?? null,
    exploited: findings?.exploited ?? null,
    unpacked: image.unpackedBytes,
    lostTools: Object.fromEntries(
      TOOL_KINDS.map((kind) => [kind, (losses?.tools[kind] ?? []).map(({ name }) => name)]),
    ),
    lostPackages: (losses?.packages ?? [])
      .map(({ ecosystem, name }) => [systemOr(ecosystem), name])
      .sort((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1)),
    addedPackages: losses?.addedPackageCount ?? 0,
  };
}

function systemOr(ecosystem: string): string {
  return ecosystem === 'debian' || ecosystem === 'alpine' ? 'os' : ecosystem;
}
