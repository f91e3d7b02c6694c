/**
 * Counts the skipped tests of a run by the reason that their titles contain, as `needs` of
 * `tools.ts` writes it. The closing lines of `npm test` and of `.ci/run` are made from the counts.
 */

import type { Reporter, TestModule, Vitest } from 'vitest/node';

import { remedyOf } from './tool-packages.ts';

/** Reasons may contain parentheses of their own. */
const REASON = /\(needs (?<reason>(?:[^()]|\([^()]*\))+)\)/gu;

/** A title without a reason. */
const NO_REASON = 'another reason';

/** Returns the reason in the full title of a skipped test. The innermost of several counts. */
export function reasonOf(title: string): string {
  return [...title.matchAll(REASON)].at(-1)?.groups?.['reason'] ?? NO_REASON;
}

/** Returns a full title without its reasons, which is the same in a run that executes the test. */
export function withoutNeeds(title: string): string {
  return title.replace(REASON, '').replaceAll(/ {2,}/gu, ' ').trim();
}

/** Returns how many tests each reason skipped, the most first. */
export function countReasons(titles: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const title of titles) {
    const reason = reasonOf(title);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

/** Returns one line for each reason, with what to install for it. */
export function reasonLines(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].map(([reason, count]) => {
    const remedy = remedyOf(reason);
    const what = reason === NO_REASON ? 'without a reason in the title' : reason;
    return `${String(count).padStart(8)}  ${what}${remedy === undefined ? '' : `: ${remedy}`}`;
  });
}

/** A reporter of vitest that ends a run with what was skipped, and what to install for it. */
export class SkippedTests implements Reporter {
  /** With a filter of titles, most tests are skipped because they are not asked for. */
  #isFiltered = false;

  onInit({ config }: Vitest): void {
    this.#isFiltered = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const titles: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) titles.push(test.fullName);
    }
    if (titles.length === 0 || this.#isFiltered) return;
    console.log(`\nSkipped tests: ${titles.length}. By what they need:`);
    for (const line of reasonLines(countReasons(titles))) console.log(line);
  }
}
