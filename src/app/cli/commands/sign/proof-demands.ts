/**
 * What signatures must have beside a trusted signer. The flags are those of cosign. If the command
 * line names the signers, it asks what the same command line of cosign asks: signatures with keys
 * are over SHA-256, and a trusted root that is named must confirm them.
 *
 * Source: cosign 3, `cosign verify --help` and `cosign verify-blob --help`.
 */

import { resolve } from 'node:path';

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { badValue } from '../../../config/values.ts';
import type { SeparateProof } from '../../../../trust/signing/blob-signature.ts';
import type { ProofDemands } from '../../../../trust/signing/judgment.ts';
import { SIGNATURE_HASHES } from '../../../../trust/signing/public-key.ts';
import type { RootSources } from '../../../../trust/signing/trusted-roots.ts';
import { readNamedRoot } from '../../shell/options/trusted-root.ts';
import type { Session } from '../command.ts';

const HASH_FLAG = 'signature-digest-algorithm';
const CHAIN_FLAG = 'certificate-chain';
/** A chain or a timestamp takes some kilobytes. */
const MAX_PROOF_BYTES = 1024 * 1024;

/** Flags about the proof beside a signature. */
export const PROOF_FLAGS: readonly Flag[] = [
  {
    name: HASH_FLAG,
    value: 'HASH',
    group: 'Trust',
    help: `require this hash in signatures with ECDSA and RSA keys: ${SIGNATURE_HASHES.join(', ')} (default: sha256 for keys that flags name)`,
  },
  {
    name: 'use-signed-timestamps',
    group: 'Trust',
    help: 'require a timestamp of an authority of the trusted root',
  },
  {
    name: CHAIN_FLAG,
    value: 'FILE',
    group: 'Trust',
    help: 'trust this chain of certificates (PEM, root last) in place of a trusted root; nothing needs a log or a timestamp then',
  },
  {
    name: 'allow-certificate-chain',
    group: 'Trust',
    help: 'accept bundles of v0.3 with a chain of certificates',
  },
];

/** Flags for what lies beside the signature of a file. */
export const SEPARATE_FLAGS: readonly Flag[] = [
  {
    name: 'certificate',
    value: 'FILE',
    group: 'Trust',
    help: 'read the certificate of a signature in base64 from this file',
  },
  {
    name: 'rfc3161-timestamp',
    value: 'FILE',
    group: 'Trust',
    help: 'read the timestamp of a signature in base64 or of an older bundle from this file',
  },
];

/**
 * Returns what signatures must have. `isNamed` says that the command line names the signers.
 * @throws AssayError `USAGE`
 */
export function readDemands({ flags }: Pick<Session, 'flags'>, isNamed: boolean): ProofDemands {
  const text = flags.text(HASH_FLAG);
  const hash = SIGNATURE_HASHES.find((one) => one === text);
  if (text !== undefined && hash === undefined) {
    throw badValue(HASH_FLAG, text, `Possible values: ${SIGNATURE_HASHES.join(', ')}.`);
  }
  const usual = isNamed ? 'sha256' : undefined;
  return {
    hash: hash ?? usual,
    keysNeedRoot: isNamed && flags.text('trusted-root') !== undefined,
    needsTimestamp: flags.isOn('use-signed-timestamps'),
    prefersClock: isNamed,
    allowsChain: flags.isOn('allow-certificate-chain'),
  };
}

/**
 * Reads the root that the command line names: `--trusted-root`, or `--certificate-chain`.
 * @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
export async function readGivenRoot(
  session: Pick<Session, 'flags' | 'io'>,
): Promise<RootSources['named']> {
  const { flags, io } = session;
  const name = flags.text(CHAIN_FLAG);
  const named = await readNamedRoot(session);
  if (name === undefined) return named;
  if (named !== undefined) {
    throw new AssayError('USAGE', '--trusted-root and --certificate-chain are given together', {
      hint: 'Keep one of the two: a trusted root contains the certificates of its authorities.',
    });
  }
  return { name, bytes: await readProofFile(io.cwd, CHAIN_FLAG, name), isChain: true };
}

/** Reads the files beside a signature in base64. @throws AssayError `CONFIG_INVALID` */
export async function readSeparateProof({
  flags,
  io,
}: Pick<Session, 'flags' | 'io'>): Promise<SeparateProof> {
  const textOf = async (flag: string): Promise<string | undefined> => {
    const name = flags.text(flag);
    if (name === undefined) return undefined;
    return (await readProofFile(io.cwd, flag, name)).toString('latin1');
  };
  return { certificate: await textOf('certificate'), timestamp: await textOf('rfc3161-timestamp') };
}

async function readProofFile(cwd: string, flag: string, name: string): Promise<Buffer> {
  try {
    return await readBoundedFile(resolve(cwd, name), { maxBytes: MAX_PROOF_BYTES });
  } catch (error) {
    throw new AssayError('CONFIG_INVALID', `cannot read "${name}": ${errorMessage(error)}`, {
      hint: `Name a file: --${flag} FILE`,
      cause: error,
    });
  }
}
