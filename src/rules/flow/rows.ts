/** Short ways to write the rows of models. */

import type { GuardModel } from './models.ts';

/** Returns a row with the same value for each name of a list with blanks. */
export function rows<T>(value: T, keys: string): readonly (readonly [string, T])[] {
  return keys
    .split(/\s+/u)
    .filter(Boolean)
    .map((key) => [key, value] as const);
}

/** Returns a guard that holds when the condition holds. */
export function guard(
  checks: GuardModel['checks'],
  clears: number,
  more: Partial<GuardModel> = {},
): GuardModel {
  return { checks, clears, holdsWhen: true, ...more };
}
