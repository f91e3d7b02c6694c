/** The trust file of commands that cannot work without one. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { FoundTrustFile } from '../../../../trust/trust-file/find-trust-file.ts';

/** Returns the trust file. @throws AssayError `USAGE` if there is none */
export function requiredTrustFile(found: FoundTrustFile | undefined): FoundTrustFile {
  if (found !== undefined) return found;
  throw new AssayError('USAGE', 'there is no trust file that lists who may sign commits', {
    hint: 'Name one: --trust FILE, or --trust origin/main:assay.trust.yaml. See docs/commits.md.',
  });
}
