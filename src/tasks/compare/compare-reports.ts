/**
 * The difference between two reports: packages, findings, sizes. The identity of findings is
 * defined in `core/model/finding/finding-identity.ts`; two packages are the same if ecosystem, name and
 * architecture are. Exceptions have no effect here: suppressed findings are compared too.
 */

import { appendAll } from '../../core/base/append-all.ts';
import { compareText } from '../../core/base/compare.ts';
import { appendTo, indexBy } from '../../core/base/maps.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import { identityKeys } from '../../core/model/finding/finding-identity.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { Report } from '../../core/model/report/report.ts';
import { compareVersions } from '../../core/version/index.ts';
import type {
  DifferenceSide,
  PackageRow,
  PackageChange,
  FindingRow,
  Difference,
} from '../../core/model/report/difference.ts';

/** A report, and how the user named it. */
export interface NamedReport {
  readonly name: string;
  readonly report: Report;
}

/** Compares two reports. Exceptions have no part in it: a suppressed finding is present. */
export function compareReports(a: NamedReport, b: NamedReport): Difference {
  return {
    a: sideOf(a),
    b: sideOf(b),
    sharedLayerCount: sharedLayers(a.report, b.report),
    packages: packageDifference(a.report, b.report),
    findings: findingDifference(a.report, b.report),
  };
}

function sideOf({ name, report }: NamedReport): DifferenceSide {
  const { results, startedAt } = report;
  const layers = results.flatMap(({ artifact }) => artifact.layers);
  const sizes = layers.flatMap(({ compressedBytes }) => compressedBytes ?? []);
  const [system] = results.flatMap(({ inventory }) => inventory.distro ?? []);
  return {
    name,
    reference: results.map(({ artifact }) => artifact.reference).join(', '),
    judgedAt: startedAt,
    ...(system !== undefined && { system: `${system.id} ${system.versionId}`.trim() }),
    packageCount: sum(results.map(({ inventory }) => inventory.packages.length)),
    findingCount: sum(results.map(({ findings }) => findings.length)),
    layerCount: layers.length,
    ...(layers.length > 0 && sizes.length === layers.length && { sizeBytes: sum(sizes) }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Returns the number of shared layers of the first artifacts: a report on several artifacts has no
 * comparable order.
 */
function sharedLayers(a: Report, b: Report): number {
  const [left = [], right = []] = [a, b].map(({ results }) => results[0]?.artifact.layers);
  const different = left.findIndex(({ diffId, blobDigest }, index) => {
    const other = right[index];
    const isSame =
      (diffId !== undefined && diffId === other?.diffId) ||
      (blobDigest !== undefined && blobDigest === other?.blobDigest);
    return !isSame;
  });
  return different === -1 ? Math.min(left.length, right.length) : different;
}

/** The versions of one package on both sides. */
interface Versions {
  readonly first: Package;
  readonly a: Set<string>;
  readonly b: Set<string>;
}

function packageDifference(a: Report, b: Report): Difference['packages'] {
  const byKey = new Map<string, Versions>();
  for (const [side, report] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for (const pkg of report.results.flatMap(({ inventory }) => inventory.packages)) {
      const key = JSON.stringify([pkg.ecosystem, pkg.name, pkg.qualifiers.get('arch')]);
      const versions = byKey.get(key) ?? { first: pkg, a: new Set(), b: new Set() };
      byKey.set(key, versions);
      versions[side].add(pkg.version);
    }
  }
  const added: PackageRow[] = [];
  const removed: PackageRow[] = [];
  const changed: PackageChange[] = [];
  let unchangedCount = 0;
  for (const { first, a: before, b: after } of byKey.values()) {
    const gone = [...before].filter((version) => !after.has(version));
    const come = [...after].filter((version) => !before.has(version));
    unchangedCount += before.size - gone.length;
    const [from, to] = [gone[0], come[0]];
    if (from !== undefined && to !== undefined && gone.length === 1 && come.length === 1) {
      changed.push({ ...nameOf(first), from, to, direction: direction(first.ecosystem, from, to) });
    } else {
      appendAll(
        added,
        come.map((version) => ({ ...nameOf(first), version })),
      );
      appendAll(
        removed,
        gone.map((version) => ({ ...nameOf(first), version })),
      );
    }
  }
  return {
    added: added.sort(byName),
    removed: removed.sort(byName),
    changed: changed.sort(byName),
    unchangedCount,
  };
}

function nameOf({ ecosystem, name, qualifiers }: Package): Omit<PackageRow, 'version'> {
  const architecture = qualifiers.get('arch');
  return { ecosystem, name, ...(architecture !== undefined && { architecture }) };
}

function direction(ecosystem: Ecosystem, from: string, to: string): PackageChange['direction'] {
  const order = compareVersions(ECOSYSTEMS[ecosystem].scheme, from, to);
  if (order === undefined || order === 0) return 'unknown';
  return order < 0 ? 'up' : 'down';
}

interface Named {
  readonly ecosystem: string;
  readonly name: string;
}

function byName(a: Named, b: Named): number {
  return compareText(a.ecosystem, b.ecosystem) || compareText(a.name, b.name);
}

interface Keyed {
  readonly keys: readonly string[];
  readonly row: FindingRow;
}

function findingDifference(a: Report, b: Report): Difference['findings'] {
  const [before, after] = [keyedRows(a), keyedRows(b)];
  const old = indexOf(before);
  const now = indexOf(after);
  const added = after.filter(({ keys }) => !keys.some((key) => old.has(key)));
  const fixed = before.filter(({ keys }) => !keys.some((key) => now.has(key)));
  const stayed = after.filter(({ keys }) => keys.some((key) => old.has(key)));
  const changed = stayed.flatMap(({ keys, row }) => {
    const past = keys.flatMap((key) => old.get(key) ?? []);
    const isSame = past.some(({ severity }) => severity === row.severity);
    const [first] = past;
    return isSame || first === undefined ? [] : [{ ...row, fromSeverity: first.severity }];
  });
  return {
    added: rowsOf(added),
    fixed: rowsOf(fixed),
    changed,
    unchangedCount: stayed.length - changed.length,
  };
}

function keyedRows(report: Report): readonly Keyed[] {
  return report.results.flatMap(({ findings, inventory }) => {
    const packages = indexBy(inventory.packages, 'id');
    return findings.map((finding) => {
      const pkg = finding.kind === 'rule' ? undefined : packages.get(finding.packageId ?? '');
      const advisory =
        finding.kind === 'vulnerability' ? report.advisories.get(finding.advisoryId) : undefined;
      return { keys: identityKeys(finding, pkg, advisory), row: findingRow(finding, pkg) };
    });
  });
}

/** Returns a finding with its package as a row. */
export function findingRow(finding: Finding, pkg: Package | undefined): FindingRow {
  const { kind, severity } = finding;
  switch (finding.kind) {
    case 'vulnerability':
      return {
        kind,
        name: finding.advisoryId,
        severity,
        package: pkg?.name ?? finding.packageId,
        version: finding.matchedVersion,
        fixedVersions: finding.fixedVersions,
        ...(finding.malicious !== undefined && { isMalicious: true }),
      };
    case 'integrity': {
      const { kind: name, location } = finding.contradiction;
      const [what, version] = pkg === undefined ? [location.path, ''] : [pkg.name, pkg.version];
      return { kind, name, severity, package: what, version, fixedVersions: [] };
    }
    case 'rule': {
      const { rule, location } = finding;
      return { kind, name: rule, severity, package: location.path, version: '', fixedVersions: [] };
    }
  }
}

function indexOf(rows: readonly Keyed[]): ReadonlyMap<string, readonly FindingRow[]> {
  const index = new Map<string, FindingRow[]>();
  for (const { keys, row } of rows) for (const key of keys) appendTo(index, key, row);
  return index;
}

/** Returns the rows, each once, in order of name and package. */
function rowsOf(rows: readonly Keyed[]): readonly FindingRow[] {
  const unique = new Map(rows.map(({ row }) => [JSON.stringify(row), row]));
  return [...unique.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.package, b.package),
  );
}
