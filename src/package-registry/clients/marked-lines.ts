/**
 * Lines of a configuration file that lead a client to the registry. They stand in a marked block,
 * and lines that would contradict them are made comments, so that both can be taken back byte for
 * byte. All formats have comments that begin with `#`.
 */

import { AssayError } from '../../core/base/errors.ts';

/** What is changed in a file. */
export interface MarkedEdit {
  /** Lines of the block, without the marks. */
  readonly lines: readonly string[];
  /** Numbers of lines that become comments, from 0 on. */
  readonly disabled: readonly number[];
  /** Number of the line that the block follows. Absent: the block stands at the end. */
  readonly after?: number;
}

const BEGIN = '# assay registry: begin';
const END = '# assay registry: end';
/**
 * Stands in the first line of a block that had to end the line before it, or that is all of a new
 * file.
 */
const UNENDED = ' (the line before had no end)';
const NEW_FILE = ' (new file)';
const WAS = '# assay registry: was: ';

/** Returns the lines of a text, each with its end. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** Adds a block to a text. `undefined`: there is no file. The text has no block yet. */
export function addBlock(text: string | undefined, edit: MarkedEdit): string {
  const lines = [...linesOf(text ?? '')];
  const end = lines.some((line) => line.endsWith('\r\n')) ? '\r\n' : '\n';
  for (const number of edit.disabled) lines[number] = `${WAS}${lines[number] ?? ''}`;
  const at = edit.after === undefined ? lines.length : edit.after + 1;
  const before = lines[at - 1];
  const isUnended = before !== undefined && !before.endsWith('\n');
  if (isUnended) lines[at - 1] = `${before}${end}`;
  const note = text === undefined ? NEW_FILE : isUnended ? UNENDED : '';
  const block = [`${BEGIN}${note}`, ...edit.lines, END].map((line) => `${line}${end}`);
  return [...lines.slice(0, at), ...block, ...lines.slice(at)].join('');
}

/**
 * Takes all blocks out of a text. `undefined`: there was no file before the block was added, and
 * nothing else is in it now.
 *
 * @throws AssayError `USAGE` for a block without an end
 */
export function removeBlocks(text: string): string | undefined {
  const kept: string[] = [];
  let isInside = false;
  let isNewFile = false;
  let unended: number | undefined;
  for (const line of linesOf(text)) {
    const plain = line.replace(/\r?\n$/u, '');
    if (plain.startsWith(BEGIN)) {
      isInside = true;
      isNewFile = plain.endsWith(NEW_FILE);
      if (plain.endsWith(UNENDED)) unended = kept.length - 1;
    } else if (plain === END) isInside = false;
    else if (!isInside) kept.push(line.startsWith(WAS) ? line.slice(WAS.length) : line);
  }
  if (isInside) {
    throw new AssayError('USAGE', `the line "${BEGIN}" has no line "${END}" behind it`, {
      hint: 'Remove the lines of the registry by hand.',
    });
  }
  // Lines that were added behind the block need the end of the line before it.
  const last = kept.at(-1);
  if (unended === kept.length - 1 && last !== undefined) {
    kept[unended] = last.replace(/\r?\n$/u, '');
  }
  return isNewFile && kept.length === 0 ? undefined : kept.join('');
}

/** Whether a text has a block. */
export function hasBlock(text: string): boolean {
  return linesOf(text).some((line) => line.startsWith(BEGIN));
}
