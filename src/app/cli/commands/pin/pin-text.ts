/**
 * The answer of `assay pin` for people: references by file, then what was left out, and what to do.
 */

import { join } from 'node:path';

import { pluralize } from '../../../../core/base/pluralize.ts';
import { quotedWord } from '../../../../core/base/shell-word.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import { isMutable, type PinCause } from '../../../../tasks/pin/exit-code.ts';
import type { PinOutcome, ReferenceRow, ReferenceState } from '../../../../tasks/pin/outcome.ts';
import { shortValue } from '../../../../tasks/pin/reference-value.ts';

/** The options of the text beside the outcome. */
export interface PinTextOptions {
  readonly exitCode: number;
  readonly causes: readonly PinCause[];
  /** The command that was typed, quoted for a shell. */
  readonly typed: string;
  /** The ledger in which digests were recorded. */
  readonly ledgerPath?: string | undefined;
}

/** The word of each state in front of a reference. */
const WORDS: Readonly<Record<ReferenceState, string>> = {
  pinned: 'pinned',
  mutable: 'mutable',
  pin: 'pin',
  update: 'update',
  waiting: 'waits',
  rejected: 'rejected',
  blocked: 'not pinned',
  exempt: 'exempt',
  excluded: 'excluded',
  unresolved: 'unresolved',
  refused: 'refused',
};
const WORD_WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length));

/** Returns the whole text, with a line end. */
export function pinText(outcome: PinOutcome, options: PinTextOptions): string {
  const lines = [
    ...fileLines(outcome),
    ...failureLines(outcome),
    ...leftOutLines(outcome),
    ...outcome.notices,
    ...endLines(outcome, options),
  ];
  return `${lines.map(stripControl).join('\n')}\n`;
}

/** States of references that a diff does not contain because of an error. */
const FAILED: ReadonlySet<ReferenceState> = new Set(['unresolved', 'refused', 'rejected']);

/** Returns the problems of a run that prints its diff alone, one line each, for standard error. */
export function pinProblems(outcome: PinOutcome): readonly string[] {
  const rows = outcome.references.flatMap((row) => {
    const { path, line, column, state, value, reason, advice, notes } = row;
    const texts = notes.map(({ message }) => message);
    if (FAILED.has(state)) texts.unshift([reason ?? WORDS[state], advice ?? ''].join('. '));
    return texts.map((text) => `${path}:${line}:${column}: ${shortValue(value)}: ${text}`);
  });
  return [...rows, ...failureLines(outcome)].map((line) => stripControl(line).trimEnd());
}

function* fileLines({ references, mode, folder }: PinOutcome): Generator<string> {
  let path: string | undefined;
  for (const row of references) {
    if (row.state === 'pinned' && row.notes.length === 0) continue;
    if (row.path !== path) {
      if (path !== undefined) yield '';
      yield row.path;
      path = row.path;
    }
    yield* rowLines(row, mode === 'check' ? folder : undefined);
  }
  if (path !== undefined) yield '';
}

/**
 * Yields the lines of a row. `folder`: the directory of a check, whose mutable references get a
 * command.
 */
function* rowLines(row: ReferenceRow, folder?: string): Generator<string> {
  const { line, column, kind, state, value, pinned, where, reason, advice, notes, version } = row;
  const change = pinned === undefined ? '' : ` -> ${shortValue(pinned)}`;
  const comment =
    pinned === undefined || version === undefined || kind === 'image' ? '' : `  # ${version}`;
  const place = `${line}:${column}`.padEnd(7);
  const word = WORDS[state].padEnd(WORD_WIDTH);
  yield `  ${place} ${word}  ${shortValue(value)}${change}${comment}  (${where})`;
  const indent = ' '.repeat(10);
  if (reason !== undefined) {
    yield `${indent}${reason}`;
    if (advice !== undefined) yield `${indent}${advice}`;
  }
  for (const { message } of notes) yield `${indent}${message}`;
  for (const found of row.findings ?? []) {
    const fixed = found.fixedVersions[0];
    const cure = fixed === undefined ? '' : `, fixed in ${fixed}`;
    yield `${indent}${found.severity.toUpperCase()} ${found.name} ${found.package} ${found.version}${cure}`;
  }
  if (folder !== undefined && state === 'mutable') yield `${indent}${cureOf(row, folder)}`;
}

/** Returns what to do about a mutable reference that can be pinned. */
export function cureOf({ path }: Pick<ReferenceRow, 'path'>, folder: string): string {
  const joined = join(folder, path);
  // A path that begins with a hyphen would be read as a flag.
  const named = joined.includes('/') && !joined.startsWith('-') ? joined : `./${joined}`;
  return `To pin it: assay pin ${quotedWord(named)} --apply`;
}

function* failureLines({ failures, files }: PinOutcome): Generator<string> {
  for (const { path, line, column, message } of failures) {
    const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
    yield `${path}${place}: not read: ${message}`;
  }
  for (const { path, state, message } of files) {
    if (state === 'failed') yield `${path}: left as it was: ${message ?? ''}`;
  }
}

/** Paths of one kind that a line names. */
const MAX_NAMED = 5;

function* leftOutLines({ leftOut }: PinOutcome): Generator<string> {
  const { directories, excluded, symlinks } = leftOut;
  if (directories.length > 0) {
    yield `Not read: ${pluralize(directories.length, 'directory', 'directories')} of other projects (${named(directories)})`;
  }
  if (excluded.length > 0) {
    yield `Excluded: ${pluralize(excluded.length, 'path')} (${named(excluded)})`;
  }
  if (symlinks.length > 0) {
    yield `Not followed: ${pluralize(symlinks.length, 'symlink')} (${named(symlinks)})`;
  }
}

function named(paths: readonly string[]): string {
  const more = paths.length > MAX_NAMED ? `, and ${paths.length - MAX_NAMED} more` : '';
  return `${paths.slice(0, MAX_NAMED).join(', ')}${more}`;
}

function* endLines(outcome: PinOutcome, options: PinTextOptions): Generator<string> {
  const { references, fileCount, mode, files } = outcome;
  const count = pluralize(references.length, 'reference');
  yield `${count} in ${pluralize(fileCount, 'file')}${stateCounts(references, mode === 'apply')}`;
  if (options.ledgerPath !== undefined) yield `Recorded in ${options.ledgerPath}`;
  if (mode === 'check') {
    yield* checkLines(outcome, options);
    return;
  }
  const written = files.filter(({ state }) => state === 'changed').length;
  const open = files.filter(({ state }) => state === 'changes').length;
  if (mode === 'apply') yield `${pluralize(written, 'file')} written`;
  else if (open > 0) yield `Nothing was written. To write: ${options.typed} --apply`;
  const [cause] = options.causes;
  if (cause !== undefined) yield `${causeText(cause, references)} (exit code ${options.exitCode})`;
}

function causeText(cause: PinCause, references: readonly ReferenceRow[]): string {
  const rejected = references.filter(({ state }) => state === 'rejected').length;
  if (cause !== 'findings' || rejected === 0) return CAUSE_TEXTS[cause];
  return `FAIL  ${pluralize(rejected, 'update')} rejected`;
}

const CAUSE_TEXTS: Readonly<Record<PinCause, string>> = {
  refused: 'FAIL  the answer for a reference cannot be trusted',
  findings: 'FAIL  a comment names another version than its commit has',
  unresolved: 'ERROR  not everything could be resolved, read or written',
  incomplete: 'INCOMPLETE  not all files could be read',
};

function* checkLines(
  { references }: PinOutcome,
  { causes, exitCode, typed }: PinTextOptions,
): Generator<string> {
  const mutable = references.filter(isMutable);
  const [cause] = causes;
  if (cause === undefined) {
    yield 'PASS  no mutable reference';
    return;
  }
  if (cause === 'findings') {
    const verb = mutable.length === 1 ? 'is' : 'are';
    yield `FAIL  ${pluralize(mutable.length, 'reference')} ${verb} mutable (exit code ${exitCode})`;
    const canBePinned = mutable.some(({ state }) => state === 'mutable');
    if (canBePinned) yield `Cure   ${typed.replace(/ --check\b/u, ' --apply')}`;
  } else {
    yield `${CAUSE_TEXTS[cause]} (exit code ${exitCode})`;
  }
  yield `Check  ${typed}`;
}

const COUNTED: readonly ReferenceState[] = [
  ...(['pin', 'update', 'mutable', 'pinned', 'waiting', 'rejected'] as const),
  ...(['blocked', 'exempt', 'excluded', 'unresolved', 'refused'] as const),
];

function stateCounts(references: readonly ReferenceRow[], isApplied: boolean): string {
  const words = isApplied ? { ...COUNT_WORDS, ...APPLIED_WORDS } : COUNT_WORDS;
  const parts = COUNTED.flatMap((state) => {
    const count = references.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${words[state]}`];
  });
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

const COUNT_WORDS: Readonly<Record<ReferenceState, string>> = {
  ...WORDS,
  pin: 'to pin',
  update: 'to update',
  waiting: 'waiting',
  blocked: 'that cannot be pinned',
};

const APPLIED_WORDS = { pin: 'newly pinned', update: 'updated' } as const;
