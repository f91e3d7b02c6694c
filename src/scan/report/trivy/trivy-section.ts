/**
 * A section of trivy's table: title, total, rows, and the tree of dependents.
 *
 * Source: output of `trivy convert --format table`, version 0.44, for generated reports. Rows with
 * equal id, name, version and path are one; the greatest text of the fixed version remains. Rows
 * are sorted by name and version as text, then by severity.
 */

import { createColors } from 'picocolors';

import { baseName } from '../../../core/base/artifact-path.ts';
import { compareText } from '../../../core/base/compare.ts';
import { groupBy } from '../../../core/base/maps.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import { SEVERITIES, severityRank } from '../../../core/model/severity/severity.ts';
import { severityName } from '../findings/finding-rows.ts';
import { countSeverities, totalText } from '../table/table-sections.ts';
import { trivyGrid, type TrivyPaints } from './trivy-grid.ts';
import { trivyTree, type TrivyTreePackage } from './trivy-tree.ts';

/** A vulnerability of a package at one place, with the fields of trivy's JSON. */
export interface TrivyTableRow {
  readonly id: string;
  /** `ID` of the package within its result. */
  readonly packageId: string;
  readonly name: string;
  /** `PkgPath`; empty where the result is a file itself. */
  readonly path: string;
  readonly installed: string;
  readonly fixed: string;
  readonly status: string;
  readonly severity: Severity;
  /** `Title`, else `Description`. */
  readonly title: string;
  /** `PrimaryURL`; may be empty. */
  readonly url: string;
}

/** A result of trivy's JSON. */
export interface TrivySection {
  readonly target: string;
  readonly class: 'os-pkgs' | 'lang-pkgs';
  readonly type: string;
  readonly rows: readonly TrivyTableRow[];
  /** All packages of the result, for the tree; read only where it is drawn. */
  readonly packages: Iterable<TrivyTreePackage>;
}

/** Options for drawing a section. */
export interface TrivySectionView {
  readonly color: boolean;
  readonly dependencyTree: boolean;
  readonly shownSeverities: readonly Severity[];
  /** Columns of the terminal; absent where the table is not for one. */
  readonly blockWidth?: number;
}

const HEADS = [
  'Library',
  'Vulnerability',
  'Severity',
  'Status',
  'Installed Version',
  'Fixed Version',
  'Title',
] as const;
const SEVERITY_COLUMN = HEADS.indexOf('Severity');
const TITLE_COLUMN = HEADS.indexOf('Title');

const MAX_TITLE_WORDS = 12;
/**
 * A longer cell is cut, because names and versions come from artifacts and may be of any length.
 */
const MAX_CELL = 4000;

/** Draws a section in pieces. Results without findings have a title and a total of 0. */
export function* trivySection(section: TrivySection, view: TrivySectionView): Generator<string> {
  const rows = distinctRows(section.rows);
  const title =
    section.class === 'os-pkgs' ? section.target : `${section.target} (${section.type})`;
  yield `\n${trivyTitle(title, view.color)}${totalOf(rows, view)}\n\n`;
  if (rows.length > 0) {
    yield* trivyGrid(HEADS, rows.map(cellsOf), view.color ? colorPaints() : undefined);
  }
  if (view.dependencyTree) {
    yield trivyTree(section.target, section.packages, countsById(rows, view));
  }
}

/** Returns the rows of a section as trivy counts them, in its order. */
export function distinctRows(rows: readonly TrivyTableRow[]): readonly TrivyTableRow[] {
  const byKey = new Map<string, TrivyTableRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.id, row.name, row.installed, row.path]);
    const known = byKey.get(key);
    if (known === undefined || compare(row.fixed, known.fixed) > 0) byKey.set(key, row);
  }
  return [...byKey.values()].sort(
    (a, b) =>
      compare(a.name, b.name) ||
      compare(a.installed, b.installed) ||
      severityRank(b.severity) - severityRank(a.severity) ||
      compare(a.id, b.id) ||
      compare(a.path, b.path),
  );
}

/** Returns the title of a section with the line below it. */
export function trivyTitle(text: string, color: boolean): string {
  const title = stripControl(text);
  if (color) {
    const { bold, underline } = createColors(true);
    return `${underline(bold(title))}\n\n`;
  }
  // The line below a title is as long as its bytes.
  return `${title}\n${'='.repeat(Buffer.byteLength(title))}\n`;
}

function totalOf(
  rows: readonly TrivyTableRow[],
  { shownSeverities }: Pick<TrivySectionView, 'shownSeverities'>,
): string {
  return totalText(countSeverities(rows), shownSeverities);
}

/** Returns `UNKNOWN: 0, LOW: 1, ...` for each id of a package with findings. */
function countsById(
  rows: readonly TrivyTableRow[],
  { shownSeverities }: Pick<TrivySectionView, 'shownSeverities'>,
): ReadonlyMap<string, string> {
  const byId = groupBy(rows, (row) => row.packageId);
  const shown = SEVERITIES.filter((one) => shownSeverities.includes(one));
  return new Map(
    [...byId].map(([id, list]) => {
      const counts = countSeverities(list);
      const named = SEVERITIES.filter((one) => shown.includes(one) || counts.has(one));
      return [id, named.map((one) => `${severityName(one)}: ${counts.get(one) ?? 0}`).join(', ')];
    }),
  );
}

function cellsOf(row: TrivyTableRow): readonly string[] {
  const file = row.path === '' ? '' : ` (${fileName(row.path)})`;
  return [
    cell(row.name + file),
    cell(row.id),
    severityName(row.severity),
    row.status,
    cell(row.installed),
    cell(row.fixed),
    titleOf(row),
  ];
}

function titleOf({ title, url }: TrivyTableRow): string {
  const words = title.slice(0, MAX_CELL).split(' ');
  const text =
    words.length >= MAX_TITLE_WORDS ? `${words.slice(0, MAX_TITLE_WORDS).join(' ')}...` : title;
  // Descriptions have several lines, and so can an address from an advisory.
  const whole = text === '' ? url : `${text}\n${url}`;
  return whole.split(/\r?\n/).map(cell).join('\n').trim();
}

/** Returns one harmless line of bounded length. */
function cell(text: string): string {
  return stripControl(text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text);
}

function fileName(path: string): string {
  const bare = path.replace(/\/+$/u, '');
  return bare === '' ? '/' : baseName(bare);
}

/** Returns the colors of a terminal. */
function colorPaints(): TrivyPaints {
  const { dim, bold, red, redBright, yellow, blue, cyan } = createColors(true);
  const bySeverity = new Map<string, (line: string) => string>([
    ['CRITICAL', red],
    ['HIGH', redBright],
    ['MEDIUM', yellow],
    ['LOW', blue],
    ['UNKNOWN', cyan],
  ]);
  return {
    frame: dim,
    head: bold,
    cell: (line, column) => {
      if (column === SEVERITY_COLUMN) return bySeverity.get(line)?.(line) ?? line;
      return column === TITLE_COLUMN && line.startsWith('https://') ? blue(line) : line;
    },
  };
}

const SURROGATE = /[\ud800-\udfff]/;

/** Orders by bytes of UTF-8, which differs from the order of code units above U+FFFF only. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return compareText(a, b);
}
