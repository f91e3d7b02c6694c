/**
 * Catalogers against other people's cases: `parsers/{trivy,scalibr}/AREA/CASE`.
 *
 * The area chooses the rows of `scan/catalog/list.ts`; an area without one is not covered. `parsers`
 * wants the exact multiset of names and versions, or, of a broken file, an error or a diagnostic
 * and no packages. `parsers-fields` compares what the cases say besides: development, relationship,
 * line and groups, one case at a time. Of groups, `dev`, `test` (which is Maven's word for it) and
 * `optional` are compared; `bundled` says how a package is shipped and Assay has no field for it.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { quietContext, type DetectionPriority } from '../../src/core/base/context.ts';
import type { CatalogerRow } from '../../src/scan/catalog/cataloger.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { ecosystemOfPurl } from '../../src/core/model/purl/purl-package.ts';
import type {
  CatalogFile,
  CatalogResult,
  CatalogedPackage,
} from '../../src/core/model/catalog/catalog.ts';
import { zip } from '../../test/support/zip.ts';
import { attempt, messageOf } from './cases.ts';
import { withoutLeftOut } from './left-out.ts';
import { choiceOf, mayTakeRanges, type RowChoice } from './parser-areas.ts';
import type { Suite, SuiteResult } from './suite.ts';

/** Rows that take name and version from the path of a file, so that a case needs the origin's. */
const READ_BY_PATH: ReadonlySet<string> = new Set([
  'homebrew/cask',
  'homebrew/keg',
  'homebrew/keg-folder',
  'nix/store-path',
]);

interface ExpectedPackage {
  readonly name: string;
  /** Absent where a case has none. */
  readonly version?: string;
  readonly dev?: boolean;
  readonly relationship?: string;
  readonly line?: number;
  readonly groups?: readonly string[];
  /** Of packages in bills of materials; absent where these name one by a CPE. */
  readonly purlType?: string;
}

interface Expected {
  /** Path in the origin's repository. */
  readonly input?: string;
  readonly area: string;
  readonly error: boolean;
  readonly packages: readonly ExpectedPackage[];
}

/** One case that was run; `outcome` is absent where no row reads its area. */
type Judged = { readonly name: string; readonly area: string } & (
  | { readonly expected: Expected; readonly outcome?: Outcome }
  // The case itself cannot be read or run.
  | { readonly failure: string }
);

interface Outcome {
  readonly packages: readonly CatalogedPackage[];
  readonly hasDiagnostic: boolean;
  readonly rowId?: string;
  /** What was read is a bill of materials. */
  readonly isOfDocument: boolean;
  /** Message of what the reader threw. */
  readonly error?: string;
  readonly normalize: (name: string) => string;
  readonly wantedVersionOf: (version: string) => string;
  /** In which versions are compared: scalibr lists RPM packages without their epoch. */
  readonly versionOf: (version: string) => string;
}

export const parserSuites: readonly Suite[] = [
  { id: 'parsers', run: (folder) => runSuite(folder, 'parsers', judgePackages) },
  { id: 'parsers-fields', run: (folder) => runSuite(folder, 'parsers-fields', judgeFields) },
];

/**
 * Why a case is missed, `undefined` when it passes, `'skip'` when it says nothing about the suite.
 */
type Judge = (expected: Expected, outcome: Outcome) => string | undefined | { readonly skip: true };

async function runSuite(
  folder: string,
  suite: string,
  judge: Judge,
): Promise<SuiteResult | undefined> {
  const cases = await readCases(join(folder, 'parsers'));
  if (cases.length === 0) return undefined;
  const misses: { case: string; reason: string }[] = [];
  const notCovered = new Map<string, number>();
  let total = 0;
  for (const one of cases) {
    const { name, area } = one;
    if ('failure' in one) {
      total += 1;
      misses.push({ case: name, reason: one.failure });
      continue;
    }
    const { expected, outcome } = one;
    if (outcome === undefined) {
      notCovered.set(area, (notCovered.get(area) ?? 0) + 1);
      continue;
    }
    const reason = attempt(() => judge(expected, outcome));
    if (typeof reason === 'object') continue;
    total += 1;
    if (reason !== undefined) misses.push({ case: name, reason });
  }
  return {
    suite,
    passed: total - misses.length,
    total,
    misses,
    notCovered: [...notCovered].map(([area, count]) => `${area} (${count})`),
  };
}

async function readCases(folder: string): Promise<readonly Judged[]> {
  const cases: Judged[] = [];
  for (const path of await filesBelow(folder)) {
    if (!path.endsWith('/expected.json')) continue;
    const caseFolder = path.slice(0, -'/expected.json'.length);
    const name = relative(folder, caseFolder);
    const area = name.split('/').slice(0, -1).join('/');
    try {
      const expected = JSON.parse(await readFile(path, 'utf8')) as Expected;
      const choice = choiceOf(area);
      const outcome = choice && (await runCase(join(caseFolder, 'input'), expected, choice));
      cases.push({ name, area, expected, ...(outcome && { outcome }) });
    } catch (error) {
      cases.push({ name, area, failure: messageOf(error) });
    }
  }
  return cases;
}

/** All files below a folder, sorted; none where there is no such folder. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function runCase(
  input: string,
  expected: Expected,
  choice: RowChoice,
): Promise<Outcome | undefined> {
  const outcome = await runWith(input, { expected, choice, priority: 'precise' });
  if (outcome === undefined || !mayTakeRanges(expected.area)) return outcome;
  if (judgePackages(expected, outcome) === undefined) return outcome;
  const other = await runWith(input, { expected, choice, priority: 'comprehensive' });
  return other !== undefined && isBetter(expected, other, outcome) ? other : outcome;
}

function isBetter(expected: Expected, one: Outcome, other: Outcome): boolean {
  const missOf = (outcome: Outcome): number => judgePackages(expected, outcome)?.length ?? 0;
  return missOf(one) < missOf(other);
}

async function runWith(
  input: string,
  {
    expected,
    choice,
    priority,
  }: {
    readonly expected: Expected;
    readonly choice: RowChoice;
    readonly priority: DetectionPriority;
  },
): Promise<Outcome | undefined> {
  const packages: CatalogedPackage[] = [];
  let hasDiagnostic = false;
  let error: string | undefined;
  let row: CatalogerRow | undefined;
  const files = await filesBelow(input);
  for (const path of files) {
    const bytes = await readFile(path);
    // A single input has lost its folder; the origin's path still has it.
    const origin = files.length === 1 ? `/${expected.input ?? relative(input, path)}` : path;
    const id = choice(origin, bytes);
    if (id === undefined) return undefined;
    row = CATALOGERS.find((candidate) => candidate.id === id);
    if (row === undefined) throw new Error(`no row "${id}" in the list of catalogers`);
    try {
      const place = READ_BY_PATH.has(row.id) ? origin : `/${relative(input, path)}`;
      const file = asReal(row, place, bytes);
      const result = await readWith(row, file, priority);
      packages.push(...result.packages);
      hasDiagnostic ||= (result.diagnostics ?? []).length > 0;
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }
  const normalize = normalizeFor(row);
  return {
    packages,
    hasDiagnostic,
    ...(row !== undefined && { rowId: row.id }),
    isOfDocument: row?.id === 'sbom/document',
    normalize,
    ...versionFormsOf(row),
    ...(error !== undefined && { error }),
  };
}

/** Of a package URL of Maven one origin gives the artifact without its group. */
function normalizeFor(row: CatalogerRow | undefined): (name: string) => string {
  if (row?.ecosystem === 'pypi') return normalizePython;
  return row?.id === 'sbom/document' ? (name) => name.replace(/^.*:/, '') : same;
}

function versionFormsOf(
  row: CatalogerRow | undefined,
): Pick<Outcome, 'versionOf' | 'wantedVersionOf'> {
  // One of the origins leaves out the `v` of Go's versions.
  if (row?.ecosystem === 'go') return { versionOf: withoutV, wantedVersionOf: withoutV };
  if (row?.ecosystem === 'julia') return { versionOf: same, wantedVersionOf: emptyForUnknown };
  return { versionOf: row?.id === 'rpm/rpmdb' ? withoutEpoch : same, wantedVersionOf: same };
}

function same(version: string): string {
  return version;
}

/** How one of the origins writes that there is no version. */
function emptyForUnknown(version: string): string {
  return version === 'unknown' ? '' : version;
}

function withoutV(version: string): string {
  return version.replace(/^v(?=\d)/, '');
}

/** The cases of Java archives are a manifest alone, which their origin packs before it reads it. */
function asReal(
  row: CatalogerRow,
  path: string,
  bytes: Uint8Array,
): { path: string; bytes: Uint8Array } {
  if (row.id !== 'maven/jar' || !path.endsWith('/MANIFEST.MF')) return { path, bytes };
  const body = Buffer.from(bytes).toString('utf8');
  return { path: '/archive.jar', bytes: zip([{ name: 'META-INF/MANIFEST.MF', body }]) };
}

async function readWith(
  row: CatalogerRow,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  detectionPriority: DetectionPriority,
): Promise<CatalogResult> {
  const file: CatalogFile = {
    path,
    sizeBytes: bytes.length,
    bytes: () => Promise.resolve(bytes),
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
  const cataloger = await row.load();
  return cataloger.read(file, { get: () => undefined }, quietContext({ detectionPriority }));
}

function judgePackages(expected: Expected, outcome: Outcome): string | undefined {
  const { packages, normalize, versionOf, wantedVersionOf, error, hasDiagnostic } = outcome;
  if (expected.error) {
    if (error === undefined && !hasDiagnostic) return 'neither error nor diagnostic';
    // A case that lists packages beside its error wants both: the rows that can be read, and word
    // of the others.
    if (expected.packages.length === 0) {
      return packages.length > 0 ? `${packages.length} packages of a broken file` : undefined;
    }
  }
  if (error !== undefined) return error;
  const got = new Map<string, number>();
  const listed = new Set(expected.packages.map(({ name }) => normalize(name)));
  const isListed = ({ name }: CatalogedPackage): boolean => listed.has(normalize(name));
  for (const pkg of withoutLeftOut(expected.area, packages, isListed)) {
    count(got, `${normalize(pkg.name)}@${versionOf(pkg.version)}`, 1);
  }
  for (const pkg of expected.packages.filter(
    (one) => !isProject(one) && !isUnknown(one, outcome),
  )) {
    count(got, `${normalize(pkg.name)}@${wantedVersionOf(pkg.version ?? '')}`, -1);
  }
  const wrong = [...got].filter(([, difference]) => difference !== 0);
  if (wrong.length === 0) return undefined;
  return wrong.map(([key, difference]) => (difference > 0 ? `+${key}` : `-${key}`)).join(' ');
}

function judgeFields(expected: Expected, outcome: Outcome): ReturnType<Judge> {
  const rows = expected.packages.filter(
    (pkg) => hasFields(pkg) && !isProject(pkg) && !isNoted(pkg, outcome),
  );
  if (expected.error || rows.length === 0) return { skip: true };
  const { normalize, versionOf, wantedVersionOf } = outcome;
  const pool = [...outcome.packages];
  for (const want of rows) {
    const same = pool.filter(
      (pkg) =>
        normalize(pkg.name) === normalize(want.name) &&
        versionOf(pkg.version) === wantedVersionOf(want.version ?? ''),
    );
    const found = same.find((pkg) => fieldDifference(want, pkg) === undefined);
    const name = `${want.name}@${want.version ?? ''}`;
    if (found === undefined) {
      const first = same[0];
      return `${name}: ${first === undefined ? 'not found' : (fieldDifference(want, first) ?? '')}`;
    }
    pool.splice(pool.indexOf(found), 1);
  }
  return undefined;
}

/** A written rule: nothing has advisories for JSR, so that its packages are a note. */
function isNoted({ purlType }: ExpectedPackage, outcome: Outcome): boolean {
  return outcome.rowId === 'npm/deno-json' && outcome.hasDiagnostic && purlType === 'JSR';
}

/**
 * A written rule: what has no package URL, or one of an ecosystem that Assay does not know, is not
 * a package but a gap of the document. The origin names such packages by a CPE or by the last part
 * of the URL.
 */
function isUnknown(pkg: ExpectedPackage, outcome: Outcome): boolean {
  const { purlType, name } = pkg;
  if (isNoted(pkg, outcome)) return true;
  if (!outcome.isOfDocument || !outcome.hasDiagnostic) return false;
  if (purlType === undefined) return true;
  return ecosystemOfPurl({ type: purlType.toLowerCase(), name }) === undefined;
}

/**
 * A written rule: the root project of a lockfile is not listed. A case that lists it gives it no
 * version.
 */
function isProject({ relationship, version }: ExpectedPackage): boolean {
  return relationship === 'root' && version === undefined;
}

function hasFields(pkg: ExpectedPackage): boolean {
  return [pkg.dev, pkg.relationship, pkg.line, pkg.groups].some((value) => value !== undefined);
}

function fieldDifference(want: ExpectedPackage, got: CatalogedPackage): string | undefined {
  const isDevelopment = got.scope === 'development';
  const groups = want.groups;
  // Where a case has groups, those say what is development.
  const wantDevelopment =
    groups?.some((group) => group === 'dev' || group === 'test') ?? want.dev === true;
  if (wantDevelopment !== isDevelopment) return `scope ${got.scope ?? 'none'}`;
  if (groups?.includes('optional') === true && got.scope !== 'optional' && !isDevelopment) {
    return `scope ${got.scope ?? 'none'}, want optional`;
  }
  if (want.relationship !== undefined && want.relationship !== got.relationship) {
    return `relationship ${got.relationship ?? 'none'}, want ${want.relationship}`;
  }
  if (want.line !== undefined && want.line !== got.line) {
    return `line ${got.line ?? 'none'}, want ${want.line}`;
  }
  return undefined;
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '');
}

function normalizePython(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
