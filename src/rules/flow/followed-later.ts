/** Functions that nothing calls, which are followed when the body of the file has ended. */

import type { Expression } from './form.ts';
import type { ClassValue, Closure, Frame } from './value/value.ts';

/** A function that is followed if nothing calls it. */
export interface Entry {
  readonly closure: Closure;
  /** The decorators above it. */
  readonly decorators: readonly Expression[];
  /** The class whose method it is. */
  readonly type?: ClassValue;
}

/** Returns the entry of a function that is followed later; its variables are kept until then. */
export function captured(closure: Closure): Entry {
  for (let at: Frame | undefined = closure.frame; at !== undefined; at = at.parent) {
    at.isCaptured = true;
  }
  return { closure, decorators: closure.code.decorators };
}
