/** Go, Rust, C and C++: what is compiled in, and what pins it. */

import type { CatalogerRow } from '../cataloger.ts';

export const NATIVE_ROWS: readonly CatalogerRow[] = [];
