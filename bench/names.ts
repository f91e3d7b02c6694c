/**
 * Names: the comparison of those of a large lockfile beside reading it, in one process over code
 * that the build has made.
 */

import type * as Readers from '../src/rules/detect/origin/readers/npm-locks.ts';
import type * as Imitations from '../src/trust/names/imitation.ts';
import type * as Lists from '../src/trust/names/load-names.ts';
import { medianOf, type Bench } from './measure.ts';

const PACKAGES = 10_000;
/** Comparing the names may take this many times the reading. */
const WANTED = 1.5;
const PATH = '/package-lock.json';

/**
 * Measures both in turns, in milliseconds of the processor. The list of npm is indexed once in a
 * process, which counts for the first round.
 */
export async function nameSearch(rounds: number): Promise<Bench> {
  const built = (module: string): string =>
    new URL(`../dist/lib/${module}.js`, import.meta.url).href;
  const { readPackageLock } = (await import(
    built('detect/origin/readers/npm-locks')
  )) as typeof Readers;
  const { findImitation } = (await import(built('names/imitation'))) as typeof Imitations;
  const { loadNames } = (await import(built('names/load-names'))) as typeof Lists;
  const text = lockfile();
  const bytes = Buffer.from(text);
  const read = (): ReturnType<typeof readPackageLock> =>
    readPackageLock({ path: PATH, bytes, text, read: () => undefined, gap: () => undefined });
  const before = millis();
  const names = await loadNames('npm');
  const index = millis() - before;
  const reading: number[] = [];
  const comparing: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = millis();
    const uses = read();
    const middle = millis();
    for (const use of uses) if (use.kind === 'package' && names) findImitation(use.name, names);
    reading.push(middle - start);
    comparing.push(millis() - middle);
  }
  const [reads, compares] = [medianOf(reading), medianOf(comparing)];
  return {
    bench: `names of a lockfile with ${PACKAGES} unknown packages`,
    of: 'indexing the list and comparing names / reading the lockfile',
    ratio: (index + compares) / reads,
    target: WANTED,
    detail: { indexMs: index, compareMs: compares, readMs: reads },
  };
}

function millis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function lockfile(): string {
  const packages = Array.from({ length: PACKAGES }, (_, index) => {
    const name = `package-${index}-${((index * 7919) % 99_991).toString(36)}`;
    const row = {
      version: `1.0.${index}`,
      resolved: `https://registry.example/${name}/-/${name}-1.0.${index}.tgz`,
      integrity: `sha512-${'A'.repeat(86)}==`,
    };
    return [`node_modules/${name}`, row] as const;
  });
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(packages) }, null, 2);
}
