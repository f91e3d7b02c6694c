/** Running suites, and the floor below which their scores may not fall. */

import { join } from 'node:path';
import type { Suite, SuiteResult } from './suite.ts';

/** Scores that were reached once, by suite. */
export type Floor = Readonly<Record<string, { readonly passed: number; readonly total: number }>>;

/** Suites whose id is one of the names or begins with one; all without names. */
export function selectSuites(suites: readonly Suite[], names: readonly string[]): readonly Suite[] {
  if (names.length === 0) return suites;
  return suites.filter(({ id }) => names.some((name) => id.startsWith(name)));
}

/**
 * Runs suites one after another; those without cases in the folder are left out. A suite that
 * breaks is a result with one miss, because it judged nothing.
 */
export async function* runSuites(
  suites: readonly Suite[],
  folder: string,
  feedsFolder = join(folder, '../feeds'),
): AsyncGenerator<SuiteResult> {
  for (const suite of suites) {
    try {
      const result = await suite.run(folder, feedsFolder);
      if (result !== undefined) yield result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      yield { suite: suite.id, passed: 0, total: 1, misses: [{ case: 'the suite', reason }] };
    }
  }
}

/** One line for the score, then the first misses. */
export function describeResult(result: SuiteResult, missCount: number): string {
  const lines = [`${result.suite} ${result.passed}/${result.total}`];
  for (const miss of result.misses.slice(0, missCount)) {
    lines.push(`  ${shorten(miss.case)}: ${shorten(miss.reason)}`);
  }
  const hidden = result.misses.length - missCount;
  if (hidden > 0) lines.push(`  and ${hidden} more`);
  const notCovered = result.notCovered ?? [];
  if (notCovered.length > 0) lines.push(`  not covered: ${notCovered.length} cases`);
  return lines.join('\n');
}

/**
 * What is wrong with the scores, measured by the floor; empty when nothing is. Shares are compared,
 * not counts.
 */
export function belowFloor(results: readonly SuiteResult[], floor: Floor): readonly string[] {
  return results.flatMap(({ suite, passed, total }) => {
    const least = floor[suite];
    if (least === undefined || passed * least.total >= least.passed * total) return [];
    return [`${suite} fell to ${passed}/${total} from ${least.passed}/${least.total}`];
  });
}

/**
 * The floor with better scores taken over and new suites added; it never sinks. Keys are sorted.
 */
export function raisedFloor(results: readonly SuiteResult[], floor: Floor): Floor {
  const raised = new Map(Object.entries(floor));
  for (const { suite, passed, total } of results) {
    const least = raised.get(suite);
    if (least === undefined || passed * least.total >= least.passed * total) {
      raised.set(suite, { passed, total });
    }
  }
  return Object.fromEntries([...raised].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
