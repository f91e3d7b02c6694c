/** The file that is signed or verified. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage } from '../../../../core/base/errors.ts';
import type { Session } from '../command.ts';

/**
 * The content is held in memory, because Ed25519 signs it as a whole; release archives stay far
 * below.
 */
const MAX_BLOB_BYTES = 1024 * 1024 * 1024;

/** Returns the one argument. @throws AssayError `USAGE` */
export function oneFile({ args }: Session, command: string): string {
  const [file, more] = args;
  if (file !== undefined && more === undefined) return file;
  throw new AssayError('USAGE', file === undefined ? 'no file given' : 'more than one file given', {
    hint: `Write: assay ${command} FILE`,
  });
}

/**
 * Returns the content of a file. @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `LIMIT_EXCEEDED`
 */
export async function readBlob({ io }: Session, file: string): Promise<Buffer> {
  try {
    return await readBoundedFile(resolve(io.cwd, file), { maxBytes: MAX_BLOB_BYTES });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      throw new AssayError('NOT_FOUND', `there is no file "${file}"`, {
        hint: `It was looked for at "${resolve(io.cwd, file)}".`,
        cause: error,
      });
    }
    const code = error instanceof AssayError ? error.code : 'ACCESS_DENIED';
    throw new AssayError(code, `cannot read "${file}": ${errorMessage(error)}`, {
      hint: 'Files of more than 1 GiB can be signed through their digest: sign a file with checksums.',
      cause: error,
    });
  }
}
