/** The flag of the trust file, and the way to it. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { readsImplicitFiles } from '../../../config/implicit-config.ts';
import type { FoundTrustFile } from '../../../../trust/trust-file/find-trust-file.ts';
import { nearestTrustFile } from '../../../../trust/trust-file/nearest-trust-file.ts';
import type { Session } from '../../commands/command.ts';

/** `--trust`: the trust file. */
export const TRUST_FLAG: Flag = {
  name: 'trust',
  value: 'FILE|REVISION:PATH',
  group: 'Trust',
  help: 'read this trust file, also from a git revision; none reads none (default: the nearest assay.trust.yaml, unless --config is given)',
};

/**
 * Finds the trust file of a run. `judged` is the directory that is judged, absolute; absent for
 * images.
 *
 * @throws AssayError `CONFIG_INVALID` if it cannot be read, or is none
 */
export async function openTrustFile(
  { flags, io, context }: Pick<Session, 'flags' | 'io' | 'context'>,
  judged?: string,
): Promise<FoundTrustFile | undefined> {
  const named = flags.text('trust');
  const isInFile = flags.from('trust') === 'assay.yaml' || flags.from('trust') === 'trivy.yaml';
  const isNamedByUser = named !== undefined && !(isInFile && readsImplicitFiles(flags));
  if (named === 'none' && !isNamedByUser) {
    const where = flags.where('trust') ?? 'the configuration';
    throw new AssayError(
      'CONFIG_INVALID',
      `${where}: "trust: none" switches the trust file off, which only a configuration may that is named`,
      {
        hint: 'Name the file: -c assay.yaml. Or take the key out, and give --trust none.',
      },
    );
  }
  const { findTrustFile } = await import('../../../../trust/trust-file/find-trust-file.ts');
  return findTrustFile(
    {
      cwd: io.cwd,
      env: io.env,
      ...(named !== undefined && { named }),
      isNamedByUser,
      searches: readsImplicitFiles(flags),
      ...(judged !== undefined && { judged }),
    },
    context,
  );
}

/**
 * Finds the trust file of a scan of images or of their reports. Without a trust file, the code that
 * reads one is not loaded.
 *
 * @throws AssayError `CONFIG_INVALID` if it cannot be read, or is none
 */
export async function openScanTrust(
  session: Pick<Session, 'flags' | 'io' | 'context'>,
): Promise<FoundTrustFile | undefined> {
  const { flags, io } = session;
  const mayBeFound = readsImplicitFiles(flags) && nearestTrustFile(io.cwd) !== undefined;
  return flags.isOn('trust') || mayBeFound ? openTrustFile(session) : undefined;
}
