/**
 * CSV (RFC 4180) with a header: a row for each finding, also for those that were set aside, and for each gap.
 *
 * Spreadsheets take cells that begin with `=`, `+`, `-`, `@`, a tab or a carriage return for formulas. Such a cell gets an apostrophe in
 * front, and so does one that begins with an apostrophe: readers that drop one leading apostrophe get the exact text.
 */

import { GAP_NAMES } from '../model/gap-names.ts';
import type { ArtifactResult, Report } from '../model/report.ts';
import { STATUS_NAMES } from '../model/status.ts';
import { platformText } from './artifact-identity.ts';
import { findingTitle } from './finding-text.ts';
import {
  actionFilter,
  findingName,
  findingPlaces,
  findingVersion,
  fixedVersions,
  listedFindings,
  type ListedFinding,
} from './listed-findings.ts';
import type { Reporter } from './reporter.ts';
import { pinnedReference, reasonText, suppressedBy } from './sections.ts';
import { textPieces } from './text-pieces.ts';
import { plain } from './words.ts';

export const csv: Reporter = {
  id: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  render: (report) => textPieces(lines(report)),
};

/** In this order. New columns are added at the end. */
const COLUMNS = [
  'artifact',
  'digest',
  'platform',
  'kind',
  'severity',
  'id',
  'aliases',
  'ecosystem',
  'package',
  'installed',
  'fixed',
  'status',
  'evidence',
  'path',
  'line',
  'layer',
  'title',
  'severityBy',
  'exploited',
  'epss',
  'setAsideBy',
  'reason',
  'decides',
  'new',
  'purl',
] as const;

type Cells = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>>;

function* lines(report: Report): Generator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  const decides = report.verdict.status === 'notAsked' ? () => false : actionFilter(report);
  const newIds = report.baseline && new Set(report.baseline.newIds);
  for (const result of report.results) {
    const { artifact } = result;
    const head = {
      artifact: artifact.reference,
      digest: pinnedReference(artifact) ?? artifact.image?.configDigest,
      platform: platformText(artifact),
    };
    for (const listed of listedFindings(result, report)()) {
      yield line({
        ...head,
        ...findingCells(listed),
        decides: decides(listed) ? 'yes' : 'no',
        new: newIds && (newIds.has(listed.finding.id) ? 'yes' : 'no'),
      });
    }
    for (const cells of gapCells(result)) yield line({ ...head, ...cells });
  }
}

function* gapCells({ diagnostics }: ArtifactResult): Generator<Cells> {
  for (const { gap, message, location } of diagnostics) {
    if (gap === undefined) continue;
    yield {
      kind: 'gap',
      id: GAP_NAMES[gap],
      path: location?.path,
      line: location?.line,
      layer: location && location.layer + 1,
      title: message,
    };
  }
}

function findingCells(listed: ListedFinding): Cells {
  const { finding, pkg, suppressed } = listed;
  const [place] = findingPlaces(listed);
  return {
    kind: finding.kind === 'integrity' ? 'contradiction' : finding.kind,
    severity: finding.severity,
    id: findingName(finding),
    ecosystem: pkg?.ecosystem,
    package: pkg?.name,
    installed: findingVersion(listed),
    fixed: fixedVersions(finding).join(' '),
    evidence: pkg?.evidence.level,
    path: place?.path,
    line: place?.line,
    layer: place && place.layer + 1,
    title: findingTitle(listed),
    setAsideBy: suppressed && suppressedBy(suppressed.by),
    reason: suppressed && reasonText(suppressed),
    purl: pkg?.id,
    ...advisoryCells(listed),
  };
}

function advisoryCells({ finding, advisory }: ListedFinding): Cells {
  if (finding.kind !== 'vulnerability') return {};
  return {
    aliases: advisory?.aliases.join(' '),
    status: STATUS_NAMES[finding.status],
    severityBy: finding.severityBy,
    exploited: advisory?.exploited?.since,
    epss: advisory?.epss,
  };
}

function line(cells: Cells): string {
  let text = '';
  for (const column of COLUMNS) {
    const cell = cells[column];
    if (column !== COLUMNS[0]) text += ',';
    if (cell !== undefined) text += typeof cell === 'number' ? String(cell) : quoted(cell);
  }
  return `${text}\r\n`;
}

/** A bound for what a spreadsheet shows in one cell (32,767 characters). */
const MAX_CELL = 2000;
const FORMULA = /^[=+\-@'\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

function quoted(value: string): string {
  const text = plain(value, MAX_CELL);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
