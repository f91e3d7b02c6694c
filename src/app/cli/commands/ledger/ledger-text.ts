/** The answer of `assay ledger verify` for people, and its exit code. */

import { pluralize } from '../../../../core/base/pluralize.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import {
  BROKEN_STATES,
  MISSING_STATES,
  type LedgerOutcome,
  type LedgerRow,
  type LedgerState,
} from '../../../../tasks/pin/verify-ledger/outcome.ts';

const WORDS: Readonly<Record<LedgerState, string>> = {
  'bad-line': 'BAD LINE',
  moved: 'MOVED',
  incomparable: 'NOT COMPARABLE',
  refused: 'REFUSED',
  gone: 'GONE',
  unresolved: 'no answer',
  accepted: 'accepted',
  moves: 'moved (allowed)',
  'not-asked': 'not asked',
  unchanged: 'unchanged',
};

/** Returns the exit code: 7 if something is not what it was, 3 if something cannot be had. */
export function ledgerExitCode({ rows }: LedgerOutcome): number {
  if (rows.some(({ state }) => BROKEN_STATES.has(state))) return EXIT_CODES.untrustedSource;
  return rows.some(({ state }) => MISSING_STATES.has(state)) ? EXIT_CODES.target : EXIT_CODES.pass;
}

/** Returns the whole text, with a line end. References that have not changed are only counted. */
export function ledgerText(outcome: LedgerOutcome, exitCode: number): string {
  const shown = outcome.rows.filter(({ state }) => state !== 'unchanged' && state !== 'not-asked');
  const counts = (['unchanged', 'not-asked'] as const).flatMap((state) => {
    const count = outcome.rows.filter((row) => row.state === state).length;
    return count === 0 ? [] : [`${count} ${WORDS[state]}`];
  });
  const total = `${pluralize(outcome.referenceCount, 'reference')} in ${outcome.ledger}`;
  const end =
    exitCode === EXIT_CODES.pass ? 'nothing has moved that must not move' : ENDS[exitCode];
  const lines = [
    ...shown.flatMap(rowLines),
    ...outcome.notices,
    `${[total, ...counts].join(', ')}: ${end ?? ''}`,
  ];
  return `${lines.map(stripControl).join('\n')}\n`;
}

const ENDS: Readonly<Record<number, string>> = {
  [EXIT_CODES.untrustedSource]: 'FAIL (exit code 7)',
  [EXIT_CODES.target]: 'some references have no answer (exit code 3)',
};

function rowLines(row: LedgerRow): readonly string[] {
  const { state, kind, ref, platform, expected, expectedSince, found, from, ruleLine } = row;
  const what = [kind, ref, platform].filter((part) => part !== undefined).join(' ');
  const rule = ruleLine === undefined ? '' : ` (rule in line ${ruleLine})`;
  const hasBoth = expected !== undefined && found !== undefined;
  const place = found === undefined && from !== undefined ? `, in ${from}` : '';
  return [
    `${WORDS[state]}  ${what}: ${row.message}${rule}${place}`,
    ...(hasBoth ? [`  was ${expected}, first seen ${expectedSince ?? ''}`] : []),
    ...(hasBoth ? [`  now ${found}${from === undefined ? '' : `, from ${from}`}`] : []),
    ...(row.advice === undefined ? [] : [`  ${row.advice}`]),
  ];
}
