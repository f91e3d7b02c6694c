/** New and fixed findings since a baseline. */

import { indexBy } from '../../../core/base/maps.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { severityRank } from '../../../core/model/severity/severity.ts';
import { severityName } from '../findings/finding-rows.ts';
import { tableLines, type TableColumn } from '../text/aligned-rows.ts';
import { DEFAULT_WIDTH } from '../reporter.ts';
import { hangingIndent } from './table-sections.ts';
import { terminalText, wrap } from '../text/terminal-text.ts';

/** Findings named one by one, of each kind; json has all. */
const MAX_NAMED = 20;

interface Row {
  readonly severity: Finding['severity'];
  readonly name: string;
  readonly what: string;
}

/** Returns an empty list without a baseline. */
export function baselineLines(
  { baseline, results }: Report,
  width = DEFAULT_WIDTH,
): readonly string[] {
  if (baseline === undefined) return [];
  const { name, reference, judgedAt, newIds, unchangedCount, fixed, doubt } = baseline;
  const wanted = new Set(newIds);
  const added = results.flatMap(({ findings, inventory }) => {
    const packages = indexBy(inventory.packages, 'id');
    return findings
      .filter(({ id }) => wanted.has(id))
      .map((finding) => rowOf(finding, (id) => packages.get(id)?.name ?? id));
  });
  const gone = fixed.map((past) => ({
    severity: past.severity,
    name: past.name,
    what: `${past.package} ${past.version}`,
  }));
  const counts = `${newIds.length} new, ${fixed.length} fixed, ${unchangedCount} unchanged`;
  const of = reference === name ? '' : `${terminalText(reference, 200)}, `;
  return [
    ...wrap(
      `Since the baseline ${terminalText(name, 200)} (${of}${terminalText(judgedAt.slice(0, 10))}): ${counts}`,
      width,
    ),
    ...rowLines('new', added, { total: newIds.length, width }),
    ...rowLines('fixed', gone, { total: gone.length, width }),
    ...(doubt === undefined ? [] : doubtLines(doubt, width)),
  ];
}

function rowOf(finding: Finding, nameOf: (packageId: string) => string): Row {
  const { severity } = finding;
  switch (finding.kind) {
    case 'vulnerability': {
      const what = `${nameOf(finding.packageId)} ${finding.matchedVersion}`;
      return { severity, name: finding.advisoryId, what };
    }
    case 'rule':
      return { severity, name: finding.rule, what: finding.location.path };
    case 'integrity':
      return {
        severity,
        name: finding.contradiction.kind,
        what: finding.contradiction.location.path,
      };
  }
}

const COLUMNS: readonly TableColumn[] = [
  { head: 'State' },
  { head: 'Severity' },
  { head: 'Finding' },
  { head: 'Package' },
];

function rowLines(
  label: string,
  rows: readonly Row[],
  { total, width }: { readonly total: number; readonly width: number },
): readonly string[] {
  const shown = rows
    .toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
    .slice(0, MAX_NAMED)
    .map(({ severity, name, what }) => [
      label,
      severityName(severity),
      terminalText(name, 120),
      terminalText(what, 200),
    ]);
  const lines = tableLines({ columns: COLUMNS, width, indent: 2 }, shown);
  // Findings of severities that are not shown are counted, and not named.
  const more = total - shown.length;
  return more > 0 ? [...lines, `  and ${more} more ${label}`] : lines;
}

function doubtLines(doubt: string, width: number): readonly string[] {
  return hangingIndent('  Note: ', terminalText(doubt, 400), width);
}
