/** The result of `assay ledger verify`: what became of each reference. */

import type { LedgerKind } from '../../../trust/ledger/ledger.ts';
import type { ResolutionProblem } from '../resolvers.ts';

/**
 * The result for a reference. `moved`: it never moves, and names another digest. `incomparable`: it
 * never moves, and has only a digest of another algorithm. `moves`: it may move, and has.
 * `accepted`: a move that this run accepted. `gone`: the registry or repository no longer has it.
 * `refused`: the answer cannot be trusted. `unresolved`: no answer. `not-asked`: no request was
 * sent. `bad-line`: a line of the file cannot be used.
 */
export type LedgerState = (typeof LEDGER_STATES)[number];

/** All states, the ones that decide the exit code first. */
export const LEDGER_STATES = [
  ...(['bad-line', 'moved', 'incomparable', 'refused', 'gone', 'unresolved'] as const),
  ...(['accepted', 'moves', 'not-asked', 'unchanged'] as const),
] as const;

/** Returns the state of a reference that was not resolved. */
export function failedState({ id, status }: ResolutionProblem): 'gone' | 'unresolved' | 'refused' {
  return id === 'not-found' ? 'gone' : status;
}

/** A reference, or a line, and what became of it. */
export interface LedgerRow {
  readonly state: LedgerState;
  /** Absent for bad lines. */
  readonly kind?: LedgerKind;
  /** The reference in full; of a bad line, the file and the number of the line. */
  readonly ref: string;
  readonly platform?: string;
  /** The digest that the ledger expects. */
  readonly expected?: string;
  /** When that was seen first. */
  readonly expectedSince?: string;
  /** The other digest. */
  readonly found?: string;
  /** The origin of the other digest. */
  readonly from?: string;
  /** A sentence without a period at its end. */
  readonly message: string;
  /** The advice: a sentence. */
  readonly advice?: string | undefined;
  /** The line of the rule that decided whether it may move. */
  readonly ruleLine?: number;
}

/** The result of a run. */
export interface LedgerOutcome {
  readonly ledger: string;
  /** References of the ledger. */
  readonly referenceCount: number;
  readonly rows: readonly LedgerRow[];
  /** Omissions, for people. */
  readonly notices: readonly string[];
}

/** States that fail a run because something is not what it was. */
export const BROKEN_STATES: ReadonlySet<LedgerState> = new Set([
  'bad-line',
  'moved',
  'incomparable',
  'refused',
]);
/** States that fail a run because something cannot be had. */
export const MISSING_STATES: ReadonlySet<LedgerState> = new Set(['gone', 'unresolved']);
