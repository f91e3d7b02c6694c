/** All products that say in a text which version they are. */

import { LIBRARIES } from './libraries.ts';
import type { BinaryClassifier } from './classifier.ts';
import { RUNTIMES } from './runtimes.ts';
import { SERVERS } from './servers.ts';
import { TOOLCHAINS } from './toolchains.ts';
import { TOOLS } from './tools.ts';

/**
 * The classifiers of all products. Ids are unique, and a file is compared with each that its name
 * fits.
 */
export const BINARY_CLASSIFIERS: readonly BinaryClassifier[] = [
  ...RUNTIMES,
  ...TOOLCHAINS,
  ...SERVERS,
  ...TOOLS,
  ...LIBRARIES,
];
