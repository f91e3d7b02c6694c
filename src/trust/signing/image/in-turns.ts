import { inParallel } from '../../../core/base/parallel.ts';

const AT_ONCE = 8;

/**
 * Maps at most eight items at a time, or as many as are given, and returns the results in the order
 * of the items.
 */
export async function inTurns<From, To>(
  all: readonly From[],
  map: (one: From) => Promise<To>,
  atOnce = AT_ONCE,
): Promise<readonly To[]> {
  const mapped: To[] = [];
  await inParallel(atOnce, [...all.entries()], async ([at, one]) => {
    mapped[at] = await map(one);
  });
  return mapped;
}
