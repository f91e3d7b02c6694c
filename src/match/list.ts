/** All matchers; the first that accepts a package looks it up. Small and always needed, so loaded at once. */

import { distribution } from './distribution.ts';
import { general } from './general.ts';
import type { Matcher } from './matcher.ts';
import { program } from './program.ts';

export const MATCHERS: readonly Matcher[] = [distribution, program, general];
