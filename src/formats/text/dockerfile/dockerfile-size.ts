/** The size up to which Dockerfiles are read. */

import { AssayError } from '../../../core/base/errors.ts';

/**
 * A parsed instruction takes some 10 KB of memory and 0.1 ms, and a file of this size has 50,000
 * instructions. Generated Dockerfiles have some hundred KB.
 */
const MAX_BYTES = 1024 * 1024;

/** Refuses a Dockerfile that is too large to be parsed. @throws AssayError `LIMIT_EXCEEDED` */
export function refuseLargeDockerfile({ length }: Uint8Array): void {
  if (length <= MAX_BYTES) return;
  const size = `${length} bytes, of which ${MAX_BYTES} are allowed`;
  throw new AssayError('LIMIT_EXCEEDED', `the Dockerfile is too large: ${size}`);
}
