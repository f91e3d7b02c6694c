/** Programs that no package manager installed, known by what they say of themselves. */

import type { CatalogerRow } from '../cataloger.ts';

export const BINARY_ROWS: readonly CatalogerRow[] = [];
