/** The keys that may have signed an image, and how many of them must have. */

import { resolve } from 'node:path';

import { AssayError } from '../../../base/errors.ts';
import { readCount } from '../../../config/values.ts';
import type { SignatureRequirement } from '../../../signing/image/image-outcome.ts';
import type { RepositoryName } from '../../../signing/image/image-signature.ts';
import type { VerifyingKey } from '../../../signing/judgment.ts';
import { readPublicKey } from '../../../signing/public-key.ts';
import { loadTrustedKeys } from '../../../signing/trusted-keys.ts';
import { signatureRules, signersFor } from '../../../trust/decisions.ts';
import type { FoundTrustFile } from '../../../trust/find-trust-file.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import type { Session } from '../command.ts';

/** Whose signatures count. */
export interface Verifiers {
  readonly keys: readonly VerifyingKey[];
  /** All of which must be met. */
  readonly requirements: readonly SignatureRequirement[];
  readonly warnings: readonly string[];
}

/**
 * Returns the keys for a repository, from `--verify-key`, else from the trust file; `undefined` stands for an image of which
 * nobody says the repository.
 *
 * @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
export async function verifiersFor(
  session: Session,
  repository: RepositoryName | undefined,
): Promise<Verifiers> {
  const { flags, io } = session;
  const text = flags.text('threshold');
  const asked = text === undefined ? undefined : readCount('threshold', text);
  const paths = [...new Set(flags.list('verify-key'))];
  const found = await openTrustFile(session);
  if (paths.length === 0) return trustedVerifiers(found, { repository, asked });
  const known = found === undefined ? [] : await loadTrustedKeys(found);
  const byId = new Map<string, VerifyingKey>();
  for (const path of paths) {
    const publicKey = await readPublicKey(resolve(io.cwd, path));
    // What the trust file says of a key holds wherever the key comes from: a revoked one counts for nothing.
    const entry = known.find((key) => key.publicKey.id === publicKey.id);
    byId.set(publicKey.id, { ...entry, name: path, publicKey });
  }
  const threshold = asked ?? byId.size;
  refuseThreshold(threshold, byId.size);
  return { keys: [...byId.values()], requirements: [{ threshold }], warnings: [] };
}

async function trustedVerifiers(
  found: FoundTrustFile | undefined,
  {
    repository,
    asked,
  }: { readonly repository: RepositoryName | undefined; readonly asked: number | undefined },
): Promise<Verifiers> {
  if (found === undefined) {
    throw new AssayError('USAGE', 'no key is given, and there is no trust file', {
      hint: 'Give a public key: --verify-key team.pub. Or name a trust file: --trust FILE',
    });
  }
  const { trust, warning } = found;
  const keys = signersFor(await loadTrustedKeys(found), repository);
  const identities = signersFor(trust.identities, repository);
  if (keys.length === 0 && identities.length === 0) {
    const what =
      repository === undefined
        ? 'of "**"'
        : `that contains "${repository.domain}/${repository.path}"`;
    throw new AssayError('CONFIG_INVALID', `no key of "${trust.name}" has a scope ${what}`, {
      hint: 'Add the repository to the scopes of a key, or give --verify-key FILE.',
    });
  }
  const keyNames = new Set(keys.map(({ name }) => name));
  const rules = signatureRules(trust, repository);
  const requirements: SignatureRequirement[] = rules.map(({ threshold, signers, where }) => ({
    threshold,
    where,
    ...(signers !== undefined && { signers }),
    needsCertificate: !(signers ?? [...keyNames]).some((name) => keyNames.has(name)),
  }));
  if (asked !== undefined || requirements.length === 0) {
    const threshold = asked ?? 1;
    refuseThreshold(threshold, keys.length + identities.length);
    requirements.push({ threshold, needsCertificate: keys.length === 0 });
  }
  return { keys, requirements, warnings: warning === undefined ? [] : [warning] };
}

function refuseThreshold(threshold: number, count: number): void {
  if (threshold <= count) return;
  throw new AssayError(
    'USAGE',
    `--threshold ${threshold} is more than the ${count} keys that are given`,
    { hint: 'A key counts once, under whatever names it is given.' },
  );
}
