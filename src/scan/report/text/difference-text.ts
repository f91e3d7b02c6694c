/** A difference for people. */

import { pluralize } from '../../../core/base/pluralize.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { SEVERITIES, severityRank } from '../../../core/model/severity/severity.ts';
import type {
  DifferenceSide,
  PackageRow,
  PackageChange,
  FindingRow,
  Difference,
} from '../../../core/model/report/difference.ts';

/** Rows named of each kind; json has all. */
const MAX_ROWS = 50;
const MIB = 1024 * 1024;

/** Returns lines without line ends. */
export function differenceLines({
  a,
  b,
  sharedLayerCount,
  packages,
  findings,
}: Difference): readonly string[] {
  const { added, removed, changed } = packages;
  const counts = `${added.length} added, ${removed.length} removed, ${changed.length} changed`;
  const found = `${findings.added.length} new, ${findings.fixed.length} fixed, ${findings.changed.length} of another severity`;
  const layers =
    Math.max(a.layerCount, b.layerCount) > 1 ? [`Layers: ${sharedLayerCount} shared`] : [];
  return [
    ...sideLines(a, b),
    ...layers,
    ...sizeLines(a, b),
    '',
    `Packages: ${counts}, ${packages.unchangedCount} unchanged`,
    ...rows('added', added, packageCells),
    ...rows('removed', removed, packageCells),
    ...rows('changed', changed, changeCells),
    '',
    `Findings: ${found}, ${findings.unchangedCount} unchanged${bySeverity(findings.added)}`,
    ...rows('new', worstFirst(findings.added), findingCells),
    ...rows('fixed', worstFirst(findings.fixed), findingCells),
    ...rows('severity', worstFirst(findings.changed), (row) => [
      `${row.fromSeverity.toUpperCase()} -> ${row.severity.toUpperCase()}`,
      row.name,
      `${row.package} ${row.version}`,
    ]),
  ];
}

function sideLines(a: DifferenceSide, b: DifferenceSide): readonly string[] {
  return [
    ['A', a],
    ['B', b],
  ].map(([label, side]) => sideLine(label as string, side as DifferenceSide));
}

function sideLine(label: string, side: DifferenceSide): string {
  const { name, reference, judgedAt, system, packageCount, findingCount, layerCount } = side;
  const facts = [
    ...(reference === name ? [] : [reference]),
    ...(system === undefined ? [] : [system]),
    pluralize(packageCount, 'package'),
    `${pluralize(findingCount, 'finding')} of ${judgedAt.slice(0, 10)}`,
    ...(layerCount > 1 ? [`${layerCount} layers`] : []),
  ];
  return stripControl(`${label}: ${name} (${facts.join(', ')})`);
}

function sizeLines(
  { sizeBytes: a }: DifferenceSide,
  { sizeBytes: b }: DifferenceSide,
): readonly string[] {
  if (a === undefined || b === undefined) return [];
  const change = b - a;
  const sign = change < 0 ? '-' : '+';
  return [`Size: ${mib(a)} -> ${mib(b)} (${sign}${mib(Math.abs(change))})`];
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

function bySeverity(added: readonly FindingRow[]): string {
  const parts = SEVERITIES.toReversed().flatMap((severity) => {
    const count = added.filter((row) => row.severity === severity).length;
    return count === 0 ? [] : [`${severity.toUpperCase()}: ${count}`];
  });
  return parts.length === 0 ? '' : ` (new: ${parts.join(', ')})`;
}

function worstFirst<Row extends FindingRow>(list: readonly Row[]): readonly Row[] {
  const malicious = (row: Row): number => (row.isMalicious === true ? 1 : 0);
  return list.toSorted(
    (a, b) => malicious(b) - malicious(a) || severityRank(b.severity) - severityRank(a.severity),
  );
}

function packageCells({ ecosystem, name, version, architecture }: PackageRow): readonly string[] {
  return [ecosystem, architecture === undefined ? name : `${name}:${architecture}`, version];
}

function changeCells(change: PackageChange): readonly string[] {
  const { from, to, direction } = change;
  const mark = direction === 'down' ? '  (older)' : '';
  return packageCells({ ...change, version: `${from} -> ${to}${mark}` });
}

function findingCells({
  severity,
  name,
  package: pkg,
  version,
  fixedVersions,
  isMalicious,
}: FindingRow): readonly string[] {
  const [fixed] = fixedVersions;
  const what = `${pkg} ${version}`.trim() + (isMalicious === true ? ' (malicious)' : '');
  return [severity.toUpperCase(), name, fixed === undefined ? what : `${what} -> ${fixed}`];
}

function rows<Row>(
  label: string,
  list: readonly Row[],
  cellsOf: (row: Row) => readonly string[],
): readonly string[] {
  const shown = list.slice(0, MAX_ROWS).map((row) => [label, ...cellsOf(row)].map(stripControl));
  const widths = (shown[0] ?? []).map((_cell, column) =>
    Math.max(...shown.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = shown.map((cells) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  const more = list.length - shown.length;
  return more > 0 ? [...lines, `  and ${more} more ${label}, all in json`] : lines;
}
