/**
 * Peer dependencies that Yarn finds unmet. It goes on all the same, and Assay does not force what
 * they forbid.
 */

import { stripControl } from '../../../../core/base/strip-control.ts';
import type { ManagerEnd } from '../../run-manager.ts';

/**
 * Yarn 1: `has incorrect peer dependency`. Yarn 2 to 4: message YN0060, and YN0002 for one that is
 * missing.
 */
const PROBLEM = /has (?:incorrect|unmet) peer dependency|YN0060|YN0002/u;

/** Returns the problems of a run that the run before the steps did not have. */
export function newPeerProblems(
  before: ManagerEnd | undefined,
  after: ManagerEnd,
): readonly string[] {
  const old = new Set(problemsOf(before));
  return problemsOf(after).filter((line) => !old.has(line));
}

function problemsOf(end: ManagerEnd | undefined): readonly string[] {
  return `${end?.stdout ?? ''}\n${end?.stderr ?? ''}`
    .split('\n')
    .filter((line) => PROBLEM.test(line))
    .map((line) =>
      stripControl(line)
        .replace(/^warning |^➤ YN\d+: [│└·] /u, '')
        .trim(),
    );
}
