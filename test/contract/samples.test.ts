/**
 * Every shared sample with an expected list is met exactly by a whole scan: no package is missing,
 * none is too many. A new list without a rule here fails, so that it cannot be forgotten.
 */

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import type { Artifact } from '../../src/core/model/artifact/artifact.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import { sharedPath } from '../support/shared.ts';
import { missingTool, needs } from '../support/tools.ts';

const samples = sharedPath('samples');
const folders: string[] = [];

interface Rule {
  /** Of the list's path below the samples. */
  readonly lists: RegExp;
  /** `name@version` as expected and as found, in any order. */
  read(path: string): Promise<readonly (readonly [readonly string[], readonly string[]])[]>;
}

interface Row {
  readonly name: string;
  readonly version: string;
}

const RULES: readonly Rule[] = [
  { lists: /^alpine\/.*\.expected\.json$/, read: readAlpine },
  { lists: /^dpkg\/(?:debian|distroless|dev-machine)/, read: readDpkg },
  { lists: /^rpm\//, read: readRpm },
  { lists: /^npm\//, read: readNpm },
  { lists: /^binaries\//, read: readPrograms },
  { lists: /^java\//, read: readJars },
  // Verdicts on content, not lists of packages: `tampering-samples.test.ts` holds each of them.
  { lists: /^dpkg\/mini-rootfs\//, read: readVerdicts },
];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const missing = samples === undefined ? '../shared' : missingTool('tar');
describe.skipIf(missing !== undefined)(
  `samples with an expected list${needs(missing)}`,
  async () => {
    const root = samples ?? '';
    const names = samples === undefined ? [] : await readdir(root, { recursive: true });
    const lists = names.filter((name) => name.endsWith('expected.json')).sort();

    it('are all there', () => expect(lists.length).toBeGreaterThan(39));

    it.each(lists)(
      '%s',
      async (list) => {
        const rule = RULES.find(({ lists: pattern }) => pattern.test(list));
        if (rule === undefined) throw new Error(`no rule for ${list}`);
        for (const [expected, found] of await rule.read(join(root, list))) {
          expect([...found].sort()).toEqual([...expected].sort());
        }
      },
      300_000,
    );
  },
);

async function packagesOf(
  reference: string,
  kind: Artifact['kind'] | undefined,
): Promise<readonly Package[]> {
  const target = kind === undefined ? { reference } : { reference, kind };
  const request = {
    targets: [target],
    verify: 'none' as const,
    includeDevDependencies: true,
    allowEmpty: true,
  };
  const { results } = await scan(request, quietContext());
  return results.flatMap(({ inventory }) => inventory.packages);
}

function namesOf(rows: readonly Row[]): readonly string[] {
  return rows.map(({ name, version }) => `${name}@${version}`);
}

async function jsonOf<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-samples-'));
  folders.push(folder);
  return folder;
}

/** A file of a sample, unpacked where it is packed, under the name that it has in a system. */
async function put(root: string, path: string, from: string): Promise<void> {
  const bytes = await readFile(from);
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), from.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

async function readAlpine(list: string): ReturnType<Rule['read']> {
  const root = await scratch();
  const archive = list.replace('.expected.json', '.tar.gz');
  await promisify(execFile)('tar', ['-xzf', archive, '-C', root, '--exclude', './dev']);
  const packages = await packagesOf(root, 'rootfs');
  return [[namesOf(await jsonOf<Row[]>(list)), namesOf(packages)]];
}

async function readDpkg(list: string): ReturnType<Rule['read']> {
  const folder = dirname(list);
  let root = folder;
  if (basename(folder) === 'dev-machine') {
    root = await scratch();
    await put(root, 'var/lib/dpkg/status', join(folder, 'var/lib/dpkg/status.gz'));
  }
  const expected =
    await jsonOf<(Row & { readonly arch: string; readonly status?: string })[]>(list);
  const installed = expected.filter(({ status = 'x installed' }) => status.endsWith(' installed'));
  const packages = await packagesOf(root, 'rootfs');
  const found = packages.filter(({ foundBy }) => foundBy.startsWith('debian/'));
  return [
    [
      installed.map(({ name, version, arch }) => `${name}@${version} ${arch}`),
      found.map(
        ({ name, version, qualifiers }) => `${name}@${version} ${qualifiers.get('arch') ?? ''}`,
      ),
    ],
  ];
}

interface RpmRow extends Row {
  readonly epoch: number | null;
  readonly release: string;
}

async function readRpm(list: string): ReturnType<Rule['read']> {
  const root = await scratch();
  const files = await readdir(dirname(list));
  const database = files.find((name) => name !== 'expected.json') ?? '';
  const path = `var/lib/rpm/${database.replace(/\.gz$/, '')}`;
  await put(root, path, join(dirname(list), database));
  const expected = (await jsonOf<RpmRow[]>(list)).map(({ name, epoch, version, release }) => {
    const before = epoch === null || epoch === 0 ? '' : `${epoch}:`;
    return `${name}@${before}${version}-${release}`;
  });
  return [[expected, namesOf(await packagesOf(root, 'rootfs'))]];
}

const LOCKFILE = /^\/(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock)$/;

/**
 * The lists of pnpm take the path of a folder for a name or a version, and those of bun leave
 * folders out.
 */
async function readNpm(list: string): ReturnType<Rule['read']> {
  const folder = dirname(list);
  const rows = await jsonOf<Row[]>(list);
  const packages = await packagesOf(folder, 'directory');
  const found = packages.filter(({ locations }) =>
    locations.some(({ path }) => LOCKFILE.test(path)),
  );
  const isFolder = ({ name, version }: Row): boolean =>
    /^(?:pnpm|bun)/.test(basename(folder)) &&
    (`${name}${version}`.includes('file:') || name === 'localdir' || version === '');
  return [
    [namesOf(rows.filter((row) => !isFolder(row))), namesOf(found.filter((row) => !isFolder(row)))],
  ];
}

interface GoList {
  readonly all: readonly (readonly [string, string, string])[];
}
type RustList = Readonly<Record<string, readonly (readonly [string, string])[]>>;

async function readPrograms(list: string): ReturnType<Rule['read']> {
  const folder = dirname(list);
  const expected = await jsonOf<GoList | RustList>(list);
  const pairs: (readonly [readonly string[], readonly string[]])[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.gz'))) {
    const root = await scratch();
    const name = file.replace(/\.gz$/, '');
    await put(root, `usr/bin/${name}`, join(folder, file));
    await chmod(join(root, 'usr/bin', name), 0o755);
    const packages = await packagesOf(root, 'rootfs');
    const libraries = packages.filter(({ relationship }) => relationship !== 'root');
    pairs.push(
      isGoList(expected)
        ? [
            expected.all.map(([module, version]) => goName(module, version)),
            libraries.map((one) => goName(one.name, one.version)),
          ]
        : [
            (expected[name] ?? []).map(([crate, version]) => `${crate}@${version}`),
            namesOf(packages),
          ],
    );
  }
  return pairs;
}

function isGoList(list: GoList | RustList): list is GoList {
  return Array.isArray((list as Partial<GoList>).all);
}

/** The list has the toolchain's own word for its version. */
function goName(module: string, version: string): string {
  return `${module}@${module === 'stdlib' ? version.replace(/^go/, '') : version}`;
}

type Coordinates = readonly [group: string, artifact: string, version: string];
/** Of an edited one what it claims. */
type JarList = Readonly<
  Record<string, readonly Coordinates[] | { readonly claims: readonly Coordinates[] }>
>;

async function readJars(list: string): ReturnType<Rule['read']> {
  const pairs: (readonly [readonly string[], readonly string[]])[] = [];
  for (const [file, expected] of Object.entries(await jsonOf<JarList>(list))) {
    const packages = await packagesOf(join(dirname(list), file), undefined);
    const rows = 'claims' in expected ? expected.claims : expected;
    const wanted = rows.map(([group, artifact, version]) => `${group}:${artifact}@${version}`);
    pairs.push([wanted, namesOf(packages)]);
  }
  return pairs;
}

async function readVerdicts(list: string): ReturnType<Rule['read']> {
  const verdicts = Object.keys(await jsonOf<Readonly<Record<string, string>>>(list));
  const test = await readFile(new URL('../e2e/tampering-samples.test.ts', import.meta.url), 'utf8');
  const held = verdicts.filter((name) => test.includes(name.replace('.tar.gz', '')));
  return [[verdicts, held]];
}
