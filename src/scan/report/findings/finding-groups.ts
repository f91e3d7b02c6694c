/**
 * Findings grouped by vulnerability, origin or fix. Each group has a heading; the most severe group
 * comes first.
 */

import { compareText } from '../../../core/base/compare.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import {
  byWorst,
  comparePackages,
  compareWeights,
  findingTitleText,
  nearestFixText,
  severityName,
  versionText,
  severityWeight,
  type PackageFindings,
} from './finding-rows.ts';
import type {
  Arrangement,
  ColumnId,
  FindingItem,
  ItemGroup,
  TableScope,
} from '../table/table-items.ts';
import { commonOriginText } from '../table/origin-text.ts';
import type { FindingGrouping } from '../reporter.ts';
import { severityCounts } from '../table/table-sections.ts';
import { terminalText } from '../text/terminal-text.ts';

type Grouping = Exclude<FindingGrouping, 'package'>;

const COLUMNS: Readonly<Record<Grouping, readonly ColumnId[]>> = {
  cve: ['library', 'severity', 'evidence', 'installed', 'fixed', 'origin'],
  origin: ['library', 'vulnerability', 'severity', 'evidence', 'installed', 'fixed', 'title'],
  fix: ['library', 'vulnerability', 'severity', 'evidence', 'origin', 'title'],
};

/** Returns the items of a table by package in other groups. */
export function arrangeGroups(
  groups: readonly ItemGroup[],
  { group: grouping, all }: { readonly group: Grouping; readonly all: readonly PackageFindings[] },
  scope: TableScope,
): Arrangement {
  const listed = listedByKey(all, grouping, scope);
  const byKey = new Map<string, FindingItem[]>();
  for (const { items } of groups) {
    for (const item of items) {
      const key = keyOf(item, grouping, scope);
      appendTo(byKey, key, item);
    }
  }
  const sorted = [...byKey]
    .map(([key, items]) => ({
      key,
      items,
      weight: severityWeight(items.map(({ finding }) => finding)),
    }))
    .sort(
      (a, b) =>
        unfixed(a.items, grouping) - unfixed(b.items, grouping) ||
        compareWeights(a.weight, b.weight) ||
        compareText(a.key, b.key),
    );
  return {
    columns: COLUMNS[grouping],
    groups: sorted.map(({ key, items }) => ({
      heading: headingOf({ items, listed: listed.get(key) ?? [] }, grouping, scope),
      // Counts of all findings of a package would mislead here.
      items: items
        .toSorted(compareItems)
        .map(({ pkg, finding }) => ({ pkg, finding, ofPackage: [finding] })),
    })),
  };
}

/** Returns the findings of each group, whether their rows are shown or not. */
function listedByKey(
  all: readonly PackageFindings[],
  grouping: Grouping,
  scope: TableScope,
): ReadonlyMap<string, readonly VulnerabilityFinding[]> {
  const byKey = new Map<string, VulnerabilityFinding[]>();
  for (const { pkg, findings } of all) {
    for (const finding of findings) {
      const key = keyOf({ pkg, finding }, grouping, scope);
      appendTo(byKey, key, finding);
    }
  }
  return byKey;
}

function keyOf(
  { pkg, finding }: Pick<FindingItem, 'pkg' | 'finding'>,
  grouping: Grouping,
  { result }: TableScope,
): string {
  switch (grouping) {
    case 'cve':
      return finding.advisoryId;
    case 'origin':
      return commonOriginText(pkg, result.artifact);
    case 'fix':
      return isFixed(finding)
        ? `${pkg.name} ${finding.matchedVersion} ${nearestFixText(finding)}`
        : nearestFixText(finding);
  }
}

/** Returns 1 for findings that no upgrade clears if the grouping is by upgrade: they come last. */
function unfixed([first]: readonly FindingItem[], grouping: Grouping): number {
  return grouping === 'fix' && first !== undefined && !isFixed(first.finding) ? 1 : 0;
}

function isFixed({ fixedVersions }: VulnerabilityFinding): boolean {
  return fixedVersions.length > 0;
}

/** Rows of a group, and all its findings: rows may be hidden, and a heading counts all. */
interface Group {
  readonly items: readonly FindingItem[];
  readonly listed: readonly VulnerabilityFinding[];
}

function headingOf(
  { items, listed }: Group,
  grouping: Grouping,
  { result, report }: TableScope,
): readonly string[] {
  const [first] = items;
  if (first === undefined) return [];
  const { pkg, finding } = first;
  const counts = severityCounts(listed);
  switch (grouping) {
    case 'cve': {
      const worst = listed.toSorted(byWorst)[0] ?? finding;
      const title = findingTitleText(finding, report);
      return [terminalText(finding.advisoryId, 120), severityName(worst.severity), title];
    }
    case 'origin':
      return [commonOriginText(pkg, result.artifact), `(${counts})`];
    case 'fix': {
      const fix = nearestFixText(finding);
      if (!isFixed(finding)) return [`No fix ${fix}`, `(${counts})`];
      return [
        `${terminalText(pkg.name, 120)} ${versionText(finding, pkg)} -> ${fix}`,
        `(clears ${counts})`,
      ];
    }
  }
}

/** Orders items so that packages stay together, each with its worst finding first. */
function compareItems(a: FindingItem, b: FindingItem): number {
  if (a.pkg === b.pkg) return byWorst(a.finding, b.finding);
  return (
    compareWeights(severityWeight(a.ofPackage), severityWeight(b.ofPackage)) ||
    comparePackages(a.pkg, b.pkg)
  );
}
