/**
 * All readers of binary files, and all readers of texts that record positions, as a fuzzer runs
 * them.
 */

import { COMMIT_TARGETS } from './commits.ts';
import { CONTAINER_TARGETS } from './containers.ts';
import { DATABASE_TARGETS } from './databases.ts';
import { PACKAGE_TARGETS } from './packages.ts';
import { SIGNING_TARGETS } from './signing.ts';
import { STORE_TARGETS } from './store.ts';
import { TEXT_TARGETS } from './texts.ts';
import type { FuzzTarget } from './target.ts';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...COMMIT_TARGETS,
  ...CONTAINER_TARGETS,
  ...DATABASE_TARGETS,
  ...PACKAGE_TARGETS,
  ...SIGNING_TARGETS,
  ...STORE_TARGETS,
  ...TEXT_TARGETS,
];
