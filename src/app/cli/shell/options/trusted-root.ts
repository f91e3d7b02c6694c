/** The trusted root of keyless signatures: a file, else the public root of Sigstore. */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import type { TrustedRoot } from '../../../../trust/signing/keyless/trusted-root.ts';
import type { RootSources } from '../../../../trust/signing/trusted-roots.ts';
import type { Session } from '../../commands/command.ts';

/** The file with a trusted root. */
export const TRUSTED_ROOT_FLAG: Flag = {
  name: 'trusted-root',
  value: 'FILE',
  group: 'Trust',
  help: "verify keyless signatures by this trusted root, as `cosign trusted-root create` writes it (default: Sigstore's public root)",
};

/** Roots of private instances take some kilobytes, the public one seven. */
const MAX_ROOT_BYTES = 4 * 1024 * 1024;

/**
 * Reads the root that `--trusted-root` names, else the public one. @throws AssayError
 * `CONFIG_INVALID` if it cannot be used
 */
export async function readTrustedRootOption(
  session: Pick<Session, 'flags' | 'io' | 'context'>,
): Promise<TrustedRoot> {
  const { publicTrustedRoot, readTrustedRoot } =
    await import('../../../../trust/signing/keyless/trusted-root.ts');
  const named = await readNamedRoot(session);
  if (named === undefined) return publicTrustedRoot(session.context.now());
  return readTrustedRoot(named.bytes, named.name);
}

/**
 * Reads the file of `--trusted-root`; `undefined` without the flag. @throws AssayError
 * `CONFIG_INVALID`
 */
export async function readNamedRoot({
  flags,
  io,
}: Pick<Session, 'flags' | 'io'>): Promise<RootSources['named']> {
  const name = flags.text('trusted-root');
  if (name === undefined) return undefined;
  try {
    const bytes = await readBoundedFile(resolve(io.cwd, name), { maxBytes: MAX_ROOT_BYTES });
    return { name, bytes };
  } catch (error) {
    throw new AssayError('CONFIG_INVALID', `cannot read "${name}": ${errorMessage(error)}`, {
      hint: 'Give the file of a trusted root with --trusted-root.',
      cause: error,
    });
  }
}
