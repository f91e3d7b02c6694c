/** The trusted root of keyless signatures: a file, else the public root of Sigstore. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import type { TrustedRoot } from '../../../signing/keyless/trusted-root.ts';
import type { Session } from '../../commands/command.ts';

/** The file with a trusted root. */
export const TRUSTED_ROOT_FLAG: Flag = {
  name: 'trusted-root',
  value: 'FILE',
  group: 'Trust',
  help: 'trusted root of keyless signatures, as `cosign trusted-root create` writes it (default: the public root of Sigstore)',
};

/** Roots of private instances take some kilobytes, the public one seven. */
const MAX_ROOT_BYTES = 4 * 1024 * 1024;

/** Reads the root that `--trusted-root` names. @throws AssayError `CONFIG_INVALID` if it cannot be used */
export async function readTrustedRootOption({
  flags,
  io,
  context,
}: Pick<Session, 'flags' | 'io' | 'context'>): Promise<TrustedRoot> {
  const { publicTrustedRoot, readTrustedRoot } =
    await import('../../../signing/keyless/trusted-root.ts');
  const file = flags.text('trusted-root');
  if (file === undefined) return publicTrustedRoot(context.now());
  let bytes: Buffer;
  try {
    bytes = await readBoundedFile(resolve(io.cwd, file), { maxBytes: MAX_ROOT_BYTES });
  } catch (error) {
    throw new AssayError('CONFIG_INVALID', `cannot read "${file}": ${errorMessage(error)}`, {
      hint: 'Give the file of a trusted root with --trusted-root.',
      cause: error,
    });
  }
  return readTrustedRoot(bytes, file);
}
