/** A target as a command line names it. */

import type { ScanRequest } from './request.ts';

/** A target as the command names it; `kind` is absent where it is to be guessed. */
export type Target = Pick<
  ScanRequest['targets'][number],
  'reference' | 'kind' | 'revision' | 'skipDirs' | 'isPath' | 'archive'
>;
