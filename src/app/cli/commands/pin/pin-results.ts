/**
 * The results of `assay pin` for programs that show results in code: one message for each reference
 * that needs attention.
 */

import { join } from 'node:path';

import { isMutable } from '../../../../tasks/pin/exit-code.ts';
import { obstacleRow } from '../../../../tasks/pin/obstacles.ts';
import type { PinOutcome, ReferenceRow } from '../../../../tasks/pin/outcome.ts';
import { cureOf } from './pin-text.ts';

/** The importance of a result. */
export type ResultLevel = 'error' | 'warning' | 'note';

/** A reference or file that needs attention. */
export interface PinResult {
  /** Stable id of the rule, as in `pin/mutable-image`. */
  readonly rule: string;
  /** The finding of the rule, as a clause. */
  readonly title: string;
  readonly level: ResultLevel;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Cause and cure, in sentences. */
  readonly message: string;
}

/** Returns the results in the order of paths and places, then what could not be read. */
export function pinResults(outcome: PinOutcome): readonly PinResult[] {
  const results = outcome.references.flatMap((row) => resultOf(row, outcome.folder));
  const failures = outcome.failures.map(({ path, line = 1, column = 1, message }): PinResult => ({
    rule: 'pin/unreadable',
    title: 'a file cannot be read for references',
    level: 'warning',
    path: join(outcome.folder, path),
    line,
    column,
    message: `${path} is not read: ${message}.`,
  }));
  return [...results, ...failures];
}

function resultOf(row: ReferenceRow, folder: string): readonly PinResult[] {
  const { path, line, column, state, value, kind, reason = '', advice = '', notes } = row;
  // Programs that show results take paths from the working directory.
  const base = { path: join(folder, path), line, column };
  const sentence = `${reason}. ${advice}`.trim();
  const noted = notes
    .filter(({ id }) => id === 'lying-comment' || id === 'gone')
    .map(({ id, message }): PinResult => ({
      ...base,
      rule: `pin/${id}`,
      title: NOTE_TITLES[id] ?? id,
      level: 'error',
      message: `${message}.`,
    }));
  switch (state) {
    case 'mutable':
    case 'pin': {
      const message = `"${value}" can name other content later. ${cureOf(row, folder)}`;
      const title = MUTABLE_TITLES[kind];
      return [{ ...base, rule: `pin/mutable-${kind}`, title, level: 'error', message }, ...noted];
    }
    case 'blocked': {
      const id = row.obstacle ?? 'not-a-reference';
      const level = isMutable(row) ? 'error' : 'note';
      const { title } = obstacleRow(id);
      return [{ ...base, rule: `pin/${id}`, title, level, message: sentence }, ...noted];
    }
    case 'unresolved':
    case 'refused':
    case 'rejected': {
      const title = STATE_TITLES[state];
      return [
        { ...base, rule: `pin/${state}`, title, level: 'error', message: sentence },
        ...noted,
      ];
    }
    case 'pinned':
    case 'update':
    case 'waiting':
    case 'exempt':
    case 'excluded':
      return noted;
  }
}

const MUTABLE_TITLES: Readonly<Record<ReferenceRow['kind'], string>> = {
  image: 'an image has no digest',
  action: 'an action is not pinned to a commit',
  'git-repository': 'a repository is not pinned to a commit',
  requirement: 'a requirement has no hash',
};

const STATE_TITLES = {
  unresolved: 'a reference cannot be resolved',
  refused: 'the answer for a reference cannot be trusted',
  rejected: 'a newer digest does not pass the gate',
} as const;

const NOTE_TITLES: Readonly<Partial<Record<string, string>>> = {
  'lying-comment': 'a comment names another version than its commit has',
  gone: 'the registry no longer has a pinned digest',
};
