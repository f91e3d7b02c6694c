/** Java: archives, and the files of Maven, Gradle and sbt. */

import type { CatalogerRow } from '../cataloger.ts';

export const JAVA_ROWS: readonly CatalogerRow[] = [];
