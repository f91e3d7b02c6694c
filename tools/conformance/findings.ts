/** Findings of a scan against those that a case expects. */

import type { AffectedStatus } from '../../src/core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../src/core/model/finding/finding.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';

/** One vulnerability of a case's `expected.json`; what is null there is not compared. */
export interface ExpectedFinding {
  readonly id: string;
  readonly package: string;
  readonly installed: string;
  readonly fixedList: readonly string[];
  readonly status: string | null;
  readonly severity: string | null;
  /** File or heading under which the case's tool lists it. */
  readonly target?: string;
  readonly purl?: string;
}

/** A finding with the package that it is of. */
export interface Found {
  readonly finding: VulnerabilityFinding;
  readonly pkg: Package;
  /** Other ids of the same vulnerability. */
  readonly aliases: readonly string[];
}

const STATUS_WORDS: Readonly<Record<AffectedStatus, string>> = {
  affected: 'affected',
  fixed: 'fixed',
  notAffected: 'not_affected',
  willNotFix: 'will_not_fix',
  deferred: 'fix_deferred',
  endOfLife: 'end_of_life',
  unimportant: 'affected',
  underInvestigation: 'under_investigation',
};

/** Statuses of a package without a fix that no publisher of OSV writes. */
const UNPUBLISHED: ReadonlySet<string | null> = new Set([
  'will_not_fix',
  'fix_deferred',
  'end_of_life',
  'under_investigation',
]);

/**
 * The expected status; `null`, which is not compared, where Assay has `affected` for one that no
 * record contains.
 */
function publishedStatus(found: AffectedStatus, { status }: ExpectedFinding): string | null {
  return found === 'affected' && UNPUBLISHED.has(status) ? null : status;
}

const SEPARATORS = /[-_.]+/g;

/** Vulnerabilities of all artifacts, as a report shows them. */
export function foundIn(report: Report): readonly Found[] {
  return applyDisplayFilter(report).results.flatMap(({ findings, suppressed, inventory }) => {
    const packages = new Map(inventory.packages.map((pkg) => [pkg.id, pkg]));
    const hidden = new Set(suppressed.map(({ findingId }) => findingId));
    return findings.flatMap((finding) => {
      if (hidden.has(finding.id)) return [];
      const pkg = finding.kind === 'vulnerability' ? packages.get(finding.packageId) : undefined;
      if (finding.kind !== 'vulnerability' || pkg === undefined) return [];
      const aliases = report.advisories.get(finding.advisoryId)?.aliases ?? [];
      return [{ finding, pkg, aliases }];
    });
  });
}

/** What is missing, too much or told otherwise; `undefined` when all is right. */
export function compareFindings(
  found: readonly Found[],
  expected: readonly ExpectedFinding[],
): string | undefined {
  const left = [...found];
  const faults: string[] = [];
  for (const want of onceEach(expected, found)) {
    const index = bestFor(left, want);
    const [got] = index === undefined ? [] : left.splice(index, 1);
    if (got === undefined) faults.push(`missing ${want.id} of ${want.package} ${want.installed}`);
    else faults.push(...differences(got, want));
  }
  for (const { finding, pkg } of left) {
    faults.push(`unexpected ${finding.advisoryId} of ${pkg.name} ${pkg.version}`);
  }
  return faults.length === 0 ? undefined : faults.join('; ');
}

/**
 * Expected findings without those that one of Assay's stands for: of several lockfiles that name a
 * package in one version Assay lists the package once, with all of them as its places. A lockfile
 * that is not among these is missed.
 */
function onceEach(
  expected: readonly ExpectedFinding[],
  found: readonly Found[],
): readonly ExpectedFinding[] {
  const seen = new Set<string>();
  return expected.filter((want) => {
    const key = JSON.stringify([want.id, want.package, want.installed, want.fixedList]);
    const isAgain = seen.has(key);
    seen.add(key);
    const target = `/${want.target ?? ''}`;
    return !(isAgain && found.some((got) => isMeant(got, want) && isAt(got, target)));
  });
}

function isAt({ pkg }: Found, path: string): boolean {
  return pkg.locations.length > 1 && pkg.locations.some((location) => location.path === path);
}

/** A vulnerability may go by another of its ids. */
function isMeant({ finding, pkg, aliases }: Found, want: ExpectedFinding): boolean {
  return [finding.advisoryId, ...aliases].includes(want.id) && sameName(pkg.name, want.package);
}

/** Names differ in case and hyphens between tools. */
function sameName(a: string, b: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll(SEPARATORS, '-');
  return plain(a) === plain(b);
}

/**
 * Of those with the same id and package the one that fits best, as one package may have several
 * architectures.
 */
function bestFor(found: readonly Found[], want: ExpectedFinding): number | undefined {
  let best: { readonly index: number; readonly faults: number } | undefined;
  for (const [index, got] of found.entries()) {
    if (!isMeant(got, want)) continue;
    const faults = differences(got, want).length;
    if (best === undefined || faults < best.faults) best = { index, faults };
  }
  return best?.index;
}

function differences({ finding, pkg }: Found, want: ExpectedFinding): readonly string[] {
  const what = `${want.id} of ${want.package}`;
  const compare = (field: string, got: string, wanted: string | null): readonly string[] =>
    wanted === null || got === wanted
      ? []
      : [`${what}: ${field} ${got || 'none'}, not ${wanted || 'none'}`];
  return [
    ...compare('installed', pkg.version, want.installed),
    ...compare(
      'fixed',
      listed(finding.fixedVersions, pkg),
      listed(want.fixedList.flatMap(fixOf), pkg),
    ),
    ...compare('severity', finding.severity.toUpperCase(), want.severity),
    ...compare('status', STATUS_WORDS[finding.status], publishedStatus(finding.status, want)),
  ];
}

/**
 * Some cases list requirements: `>= 2.1.3` says that 2.1.3 has the fix, `< 3.0.0` only where that
 * line ends.
 */
function fixOf(written: string): readonly string[] {
  return written.startsWith('<') ? [] : [written.replace(/^(?:>=|~>)\s*/, '')];
}

/** Versions of Go are compared without their `v`, which some records write and others do not. */
function listed(versions: readonly string[], { ecosystem }: Package): string {
  const plain = versions.map((one) => (ecosystem === 'go' ? one.replace(/^v/, '') : one));
  return [...new Set(plain)].sort().join(', ');
}
