/** The presentation of tables: their flags, the terminal and the environment. */

import {
  DEFAULT_WIDTH,
  type FindingGrouping,
  type ReportView,
} from '../../../scan/report/reporter.ts';
import type { Session } from '../commands/command.ts';
import { badValue, readChoices } from '../../config/values.ts';
import { TABLE_FLAGS } from '../shell/options/report-flags.ts';

/** Findings of an artifact that fit a screen. */
const ROWS_OF_TERMINAL = 20;
/** Columns of a terminal that does not say how many it has. */
const USUAL_WIDTH = 80;
/** Severity and id take 31 columns. */
const LEAST_WIDTH = 40;
const MOST_WIDTH = 1000;

/** The flags for tables; absent: not given. */
export interface TableFlags {
  readonly group?: FindingGrouping;
  readonly rows?: number;
  readonly width?: number;
}

/** Reads `--group`, `--rows` and `--width`. @throws AssayError `USAGE` */
export function readTableFlags({ flags }: Pick<Session, 'flags'>): TableFlags {
  if (!flags.hasAny(TABLE_FLAGS)) return {};
  const group = flags.text('group');
  const rows = flags.text('rows');
  const width = flags.text('width');
  return {
    ...(group !== undefined && { group: readGroup(group) }),
    ...(rows !== undefined && { rows: readRows(rows) }),
    ...(width !== undefined && { width: readWidth(width) }),
  };
}

/** Returns the names of flags that only tables obey, as far as they are given. */
export function tableFlagsGiven({ flags }: Pick<Session, 'flags'>): readonly string[] {
  return TABLE_FLAGS.map(({ name }) => name).filter((name) => flags.text(name) !== undefined);
}

/** Returns how a table is shown on standard output, or in a file. @throws AssayError `USAGE` */
export function tableView(
  session: Session,
  isStandardOutput: boolean,
): Pick<ReportView, 'group' | 'rows' | 'width' | 'isTerminal' | 'hasLinks'> {
  const { io } = session;
  const isTerminal = isStandardOutput && io.stdout.isTTY === true;
  const { group, rows, width } = readTableFlags(session);
  const shownRows = rows ?? (isTerminal ? ROWS_OF_TERMINAL : Number.POSITIVE_INFINITY);
  return {
    width: width ?? surroundingWidth(session, isTerminal),
    ...(group !== undefined && { group }),
    ...(Number.isFinite(shownRows) && { rows: shownRows }),
    isTerminal,
    hasLinks: isTerminal && hasLinks(io.env),
  };
}

/**
 * Returns the same for tables of other tools, which are as wide as their texts outside of
 * terminals, unless a width is given.
 *
 * @throws AssayError `USAGE`
 */
export function compatibleView(
  session: Session,
  isStandardOutput: boolean,
): Pick<ReportView, 'width' | 'isTerminal'> {
  const { columns, isTTY } = session.io.stdout;
  const isTerminal = isStandardOutput && isTTY === true;
  const width = readTableFlags(session).width ?? (isTerminal ? columns : undefined);
  return { isTerminal, ...(width !== undefined && { width }) };
}

/** A terminal knows its columns better than a variable that was set before the window changed. */
export function surroundingWidth(
  { io }: Pick<Session, 'io'>,
  isTerminal: boolean,
  usual = DEFAULT_WIDTH,
): number {
  const columns = isTerminal ? (io.stdout.columns ?? 0) : 0;
  const given = columns > 0 ? columns : variableWidth(io.env['COLUMNS']);
  return Math.max(given ?? (isTerminal ? USUAL_WIDTH : usual), LEAST_WIDTH);
}

function variableWidth(text = ''): number | undefined {
  const count = /^\d{1,4}$/u.test(text) ? Number(text) : 0;
  return count > 0 ? Math.min(count, MOST_WIDTH) : undefined;
}

/** Terminals that show the sequences of links as text. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['dumb', 'linux']);

function hasLinks(env: Readonly<Record<string, string | undefined>>): boolean {
  return !WITHOUT_LINKS.has(env['TERM'] ?? '');
}

const GROUPS: ReadonlyMap<string, FindingGrouping> = new Map([
  ['package', 'package'],
  ['cve', 'cve'],
  ['origin', 'origin'],
  ['fix', 'fix'],
]);

function readGroup(text: string): FindingGrouping {
  return readChoices('group', [text], GROUPS)[0] ?? 'package';
}

function readRows(text: string): number {
  if (text.toLowerCase() === 'all') return Number.POSITIVE_INFINITY;
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw badValue('rows', text, 'Write a whole number, or all.');
}

function readWidth(text: string): number {
  const width = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
  if (width >= LEAST_WIDTH && width <= MOST_WIDTH) return width;
  throw badValue('width', text, `Write a number of columns from ${LEAST_WIDTH} to ${MOST_WIDTH}.`);
}
