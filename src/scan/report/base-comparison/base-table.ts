/**
 * Images side by side for people: a column for each image, a row for each fact. Where the columns
 * do not fit the width, the images are spread over several blocks of the same rows.
 */

import type { BaseComparison } from '../../../core/model/report/base-comparison.ts';
import { firstImageName, lossTexts, paretoText } from './base-losses.ts';
import { notRecommendedText, recommendationTexts } from './base-recommendations.ts';
import { baseRows, hasLowerBounds, type BaseRow } from './base-rows.ts';
import { displayWidth, terminalText, wrap, wrapWhole } from '../text/terminal-text.ts';

/** The width of a table that is not shown in a terminal. */
export const BASE_TABLE_WIDTH = 100;

const GAP = 2;
/** Width of `Findings as of`; longer labels take two lines. */
const LABEL_WIDTH = 14;
/** A version of a C library, such as `2.41-12+deb13u5`, takes one line. */
const LEAST_COLUMN = 15;
const MOST_COLUMN = 34;

/** Returns lines without line ends. */
export function baseTableLines(
  comparison: BaseComparison,
  width = BASE_TABLE_WIDTH,
): readonly string[] {
  const { shared, names } = shortNames(comparison.images.map(({ name }) => name));
  const images = comparison.images.map((one, at) => ({ ...one, name: names[at] ?? one.name }));
  const named = { ...comparison, images };
  return [
    ...blocks(baseRows(named), names, width),
    ...notes(named, shared, width),
    ...losses(named, width),
    ...recommended(named, width),
    ...references(named),
    ...unavailable(named, width),
  ];
}

/**
 * Returns the displayed names: without the directories or the registry that all of them begin with.
 */
function shortNames(names: readonly string[]): {
  readonly shared: string;
  readonly names: readonly string[];
} {
  const clean = names.map((name) => terminalText(name, 300));
  const [first = '', ...others] = clean;
  let end = others.length === 0 ? 0 : first.lastIndexOf('/') + 1;
  const isShared = (name: string): boolean => name.startsWith(first.slice(0, end));
  // Every name has characters behind the shared part, so that no column is without one.
  while (end > 0 && !clean.every((name) => isShared(name) && name.length > end)) {
    // A search from before the start would find the first character again.
    end = end < 2 ? 0 : first.lastIndexOf('/', end - 2) + 1;
  }
  return { shared: first.slice(0, end), names: clean.map((name) => name.slice(end)) };
}

function blocks(
  rows: readonly BaseRow[],
  names: readonly string[],
  width: number,
): readonly string[] {
  const room = width - LABEL_WIDTH;
  const most = Math.max(1, Math.floor(room / (LEAST_COLUMN + GAP)));
  const blockCount = Math.ceil(names.length / most);
  const size = Math.ceil(names.length / blockCount);
  const column = Math.min(MOST_COLUMN, Math.floor(room / size) - GAP);
  const lines: string[] = [];
  for (let start = 0; start < names.length; start += size) {
    const end = start + size;
    const line = (label: string, cells: readonly (readonly string[])[]): void => {
      lines.push(...cellLines(wrap(label, LABEL_WIDTH), cells, column));
    };
    line(
      '',
      names.slice(start, end).map((name) => brokenName(name, column)),
    );
    for (const { label, cells } of rows) {
      line(
        label,
        cells.slice(start, end).map((cell) => wrap(cell, column)),
      );
    }
    lines.push('');
  }
  return lines;
}

/** Returns the lines of one row, each cell as lines of its own. */
function cellLines(
  label: readonly string[],
  cells: readonly (readonly string[])[],
  column: number,
): readonly string[] {
  const height = Math.max(label.length, ...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, at) => {
    const texts = cells.map((cell) => padded(cell[at] ?? '', column));
    return [padded(label[at] ?? '', LABEL_WIDTH), ...texts].join(' '.repeat(GAP)).trimEnd();
  });
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Marks behind which a name may be broken. */
const SEPARATORS = ['/', ':', '@', '-', '_', '.'] as const;

/**
 * Returns a name as lines, broken behind a separator where one is, so that it can be read and
 * typed.
 */
function brokenName(name: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = name;
  while (displayWidth(rest) > width) {
    const head = rest.slice(0, width);
    const at = Math.max(...SEPARATORS.map((mark) => head.lastIndexOf(mark))) + 1;
    const end = at > width / 3 ? at : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...lines, rest];
}

/** A start that needs no mention. */
const PLAIN_START = /^(?:\.{0,2}\/)?$/;

function notes(comparison: BaseComparison, shared: string, width: number): readonly string[] {
  const sentences = [
    ...(PLAIN_START.test(shared) ? [] : [`All names begin with ${shared}`]),
    paretoText(comparison),
    hasLowerBounds(comparison)
      ? 'A count with + is a lower bound: gaps may hide findings (assay image shows them).'
      : undefined,
    ...comparison.notes.map((note) => terminalText(note, 600)),
  ].filter((sentence) => sentence !== undefined);
  return sentences.flatMap((sentence) => wrapWhole(sentence, width));
}

function losses(comparison: BaseComparison, width: number): readonly string[] {
  const texts = lossTexts(comparison);
  if (texts.length === 0) return [];
  const first = terminalText(firstImageName(comparison) ?? '', 300);
  return [
    '',
    `Against ${first}`,
    ...texts.flatMap(({ name, text }) => [
      `  ${terminalText(name, 300)}`,
      ...wrap(text, width - 4).map((line) => `    ${line}`),
    ]),
  ];
}

function recommended(comparison: BaseComparison, width: number): readonly string[] {
  const texts = recommendationTexts(comparison);
  const left = notRecommendedText(comparison);
  if (texts.length === 0 && left === '') return [];
  return [
    '',
    ...(texts.length === 0 ? [] : ['Recommended']),
    ...texts.flatMap(({ kind, name, text, pinned }) => [
      `  ${terminalText(name, 300)}: ${kind}`,
      ...wrap(text, width - 4).map((line) => `    ${line}`),
      `    ${terminalText(pinned, 400)}`,
    ]),
    ...(left === '' ? [] : wrapWhole(terminalText(left, 2000), width)),
  ];
}

/** Returns the references to paste; they are longer than a line may be, and stay whole. */
function references({ images }: BaseComparison): readonly string[] {
  const lines = images.flatMap((one) =>
    one.kind === 'image' ? [`  ${terminalText(one.pinned ?? noDigest(one), 400)}`] : [],
  );
  return lines.length === 0 ? [] : ['', 'Digests', ...lines];
}

function noDigest({ name, configDigest }: { name: string; configDigest?: string }): string {
  const id = configDigest === undefined ? '' : ` (image id ${configDigest})`;
  return `${name}: unknown${id}`;
}

function unavailable({ images }: BaseComparison, width: number): readonly string[] {
  const lines = images.flatMap((one) => {
    if (one.kind === 'image') return [];
    const { message, hint } = one.error;
    const texts = [message, ...(hint?.split('\n') ?? [])].map((text) => terminalText(text, 600));
    return [
      `  ${terminalText(one.name, 300)}`,
      ...texts.flatMap((text) => wrapWhole(text, width - 4)).map((line) => `    ${line}`),
    ];
  });
  return lines.length === 0 ? [] : ['', 'Not available', ...lines];
}
