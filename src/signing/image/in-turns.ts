import { inParallel } from '../../base/parallel.ts';

const AT_ONCE = 8;

/** Maps at most eight items at a time, and returns the results in the order of the items. */
export async function inTurns<From, To>(
  all: readonly From[],
  map: (one: From) => Promise<To>,
): Promise<readonly To[]> {
  const mapped: To[] = [];
  await inParallel(AT_ONCE, [...all.entries()], async ([at, one]) => {
    mapped[at] = await map(one);
  });
  return mapped;
}
