/** The exit code of a run of `assay pin`. Documented in `docs/pin.md`. */

import { obstacleRow } from './obstacles.ts';
import type { PinOutcome, ReferenceRow } from './outcome.ts';

/** A reason for an exit code other than 0; the deciding one comes first. */
export type PinCause = 'refused' | 'findings' | 'unresolved' | 'incomplete';

/** Returns the causes of a run, the one that decides the exit code first; none for a pass. */
export function pinCauses(outcome: PinOutcome): readonly PinCause[] {
  const { references, failures, files, mode } = outcome;
  if (mode === 'check') {
    return [
      ...(references.some(isMutable) ? (['findings'] as const) : []),
      ...(failures.length > 0 ? (['incomplete'] as const) : []),
    ];
  }
  const has = (state: ReferenceRow['state']): boolean =>
    references.some((row) => row.state === state);
  const isLying = references.some(({ notes }) => notes.some(({ id }) => id === 'lying-comment'));
  const isLeft = failures.length > 0 || files.some(({ state }) => state === 'failed');
  return [
    ...(has('refused') ? (['refused'] as const) : []),
    ...(has('rejected') || isLying ? (['findings'] as const) : []),
    ...(has('unresolved') || isLeft ? (['unresolved'] as const) : []),
  ];
}

/** Returns whether a reference can name other content later, and no comment exempts it. */
export function isMutable({ state, obstacle }: ReferenceRow): boolean {
  if (state === 'mutable') return true;
  return (
    state === 'blocked' && obstacle !== undefined && obstacleRow(obstacle).isElsewhere !== true
  );
}
