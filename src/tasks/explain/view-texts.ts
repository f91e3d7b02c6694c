/**
 * The notation of ranges, places and ages in look-ups; pure text helpers that their tables share.
 */

import { pluralize } from '../../core/base/pluralize.ts';
import type { VersionRange } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import { displayWidth, terminalText, wrapWhole } from '../../scan/report/text/terminal-text.ts';
import { formatColumns } from '../../scan/report/text/plain-columns.ts';

const DAY_MS = 86_400_000;
const MAX_RANGES = 3;
const MAX_VERSION = 60;
/** Width of texts where the terminal has none of its own. */
const DEFAULT_WIDTH = 100;

/** Names an ecosystem, as in `Debian 12`, `Node.js`. */
export function ecosystemText(ecosystem: Ecosystem, release: string | undefined): string {
  const { label } = ECOSYSTEMS[ecosystem];
  return release === undefined ? label : `${label} ${terminalText(release, 20)}`;
}

/** Formats a range, as in `>= 1.0, < 1.2.6`; empty for a range that only names a further fix. */
export function rangeText({ introduced, fixed, lastAffected, limit }: VersionRange): string {
  if (introduced === fixed) return '';
  const bounds = [
    ...(introduced === '0' ? [] : [`>= ${introduced}`]),
    ...(fixed === undefined ? [] : [`< ${fixed}`]),
    ...(lastAffected === undefined ? [] : [`<= ${lastAffected}`]),
    ...(limit === undefined || limit === '*' ? [] : [`< ${limit}`]),
  ];
  return bounds.length === 0 ? 'all versions' : terminalText(bounds.join(', '), 3 * MAX_VERSION);
}

/** Returns all ranges, and how many versions are listed one by one. */
export function affectedText(ranges: readonly VersionRange[], versions: readonly string[]): string {
  const texts = ranges.map(rangeText).filter((text) => text !== '');
  const listed = versions.length === 0 ? [] : [listedVersionsText(versions)];
  const shown = [...texts.slice(0, MAX_RANGES), ...(texts.length === 0 ? listed : [])];
  const more = texts.length - MAX_RANGES;
  return shown.join(' or ') + (more > 0 ? ` and ${more} more` : '');
}

/** Returns the versions named one by one: the only one, or how many. */
export function listedVersionsText(versions: readonly string[]): string {
  const [first = ''] = versions;
  return versions.length === 1
    ? terminalText(first, MAX_VERSION)
    : `${versions.length} listed versions`;
}

/** Returns the day of an instant. */
export function dayOf(instant: string): string {
  return terminalText(instant.slice(0, 10));
}

/** Formats an age, as in `3 days`; empty for a text that is no instant or lies ahead. */
export function ageOf(instant: string, now: number): string {
  const days = Math.floor((now - Date.parse(instant)) / DAY_MS);
  if (!Number.isFinite(days) || days < 0) return '';
  return pluralize(days, 'day');
}

/** Returns a line with a label of its own column, wrapped. */
export function labelled(label: string, text: string, width = DEFAULT_WIDTH): readonly string[] {
  const indent = 16;
  return wrapWhole(text, Math.max(width - indent, 30)).map(
    (line, index) => (index === 0 ? label : '').padEnd(indent) + line,
  );
}

/** Returns a heading with lines below it, and an empty one before; nothing where there are none. */
export function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines];
}

/** Returns the rows as indented lines; the first row is the head. */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  return formatColumns(rows)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `  ${line}`);
}

const MAX_TEXT = 2000;
const MAX_PARAGRAPHS = 12;
/** Marks of code in Markdown. */
const FENCE = /^`{3}/;

/** Returns a long text as wrapped, indented lines; cut after some paragraphs. */
export function wrapProse(text: string, width = DEFAULT_WIDTH): readonly string[] {
  const paragraphs = text
    .slice(0, MAX_TEXT)
    .split(/\r?\n/)
    .map((paragraph) => terminalText(paragraph, MAX_TEXT))
    .filter((paragraph) => paragraph !== '' && !FENCE.test(paragraph));
  const isCut = text.length > MAX_TEXT || paragraphs.length > MAX_PARAGRAPHS;
  const lines = paragraphs
    .slice(0, MAX_PARAGRAPHS)
    .flatMap((paragraph) => wrapWhole(paragraph, Math.max(width - 2, 30)));
  return [...lines, ...(isCut ? ['(cut; all of it in json)'] : [])].map((line) => `  ${line}`);
}

/** Returns a title and a line below it. */
export function heading(text: string): readonly string[] {
  return [text, '='.repeat(Math.min(displayWidth(text), DEFAULT_WIDTH))];
}
