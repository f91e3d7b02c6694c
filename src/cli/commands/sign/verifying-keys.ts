/** The keys that may have signed an image or a file, and how many of them must have. */

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
import type { TrustFile } from '../../../trust/trust-file.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import type { Session } from '../command.ts';

/** The keys whose signatures count, and the rules that they must meet. */
export interface Verifiers {
  readonly keys: readonly VerifyingKey[];
  /** All of which must be met. */
  readonly requirements: readonly SignatureRequirement[];
  readonly warnings: readonly string[];
}

/**
 * Returns the keys for the images of a repository, from `--verify-key`, else from the trust file. `undefined` stands for an
 * unknown repository, for which only signers with the scope `**` count.
 *
 * @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
export async function verifiersFor(
  session: Session,
  repository: RepositoryName | undefined,
): Promise<Verifiers> {
  const asked = readThreshold(session);
  const found = await openTrustFile(session);
  const named = await namedVerifiers(session, found, asked);
  if (named !== undefined) return named;
  const file = requiredTrustFile(found);
  const { trust } = file;
  const keys = signersFor(await loadTrustedKeys(file), repository);
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
  const requirements = requirementsOf(trust, {
    repository,
    asked,
    count: keys.length + identities.length,
  }).map((one) => ({
    ...one,
    needsCertificate: !(one.signers ?? [...keyNames]).some((name) => keyNames.has(name)),
  }));
  return { keys, requirements, warnings: warningsOf(file) };
}

/**
 * Returns the keys for a file, from `--verify-key`, else those of the trust file with the scope `**`.
 *
 * @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
export async function verifiersForFile(session: Session): Promise<Verifiers> {
  const asked = readThreshold(session);
  const found = await openTrustFile(session);
  const named = await namedVerifiers(session, found, asked);
  if (named !== undefined) return named;
  const file = requiredTrustFile(found);
  const { trust } = file;
  const keys = signersFor(await loadTrustedKeys(file), undefined);
  if (keys.length === 0) {
    throw new AssayError('CONFIG_INVALID', `no key of "${trust.name}" has the scope "**"`, {
      hint: 'A file belongs to no repository, so only keys for everything count. Give --verify-key FILE, or add the scope.',
    });
  }
  const requirements = requirementsOf(trust, { repository: undefined, asked, count: keys.length });
  return { keys, requirements, warnings: warningsOf(file) };
}

function readThreshold({ flags }: Session): number | undefined {
  const text = flags.text('threshold');
  return text === undefined ? undefined : readCount('threshold', text);
}

/** Returns the keys of `--verify-key`; `undefined` if the flag is not given. */
async function namedVerifiers(
  { flags, io }: Session,
  found: FoundTrustFile | undefined,
  asked: number | undefined,
): Promise<Verifiers | undefined> {
  const paths = [...new Set(flags.list('verify-key'))];
  if (paths.length === 0) return undefined;
  const known = found === undefined ? [] : await loadTrustedKeys(found);
  const byId = new Map<string, VerifyingKey>();
  let isChanged = false;
  for (const path of paths) {
    const publicKey = await readPublicKey(resolve(io.cwd, path));
    // The entry of the trust file holds wherever the key comes from: a revoked key counts for nothing.
    const entry = known.find((key) => key.publicKey.id === publicKey.id);
    isChanged ||= entry !== undefined;
    byId.set(publicKey.id, { ...entry, name: path, publicKey });
  }
  const threshold = asked ?? byId.size;
  refuseThreshold(threshold, byId.size);
  return {
    keys: [...byId.values()],
    requirements: [{ threshold }],
    warnings: isChanged ? warningsOf(found) : [],
  };
}

function requiredTrustFile(found: FoundTrustFile | undefined): FoundTrustFile {
  if (found !== undefined) return found;
  throw new AssayError('USAGE', 'no key is given, and there is no trust file', {
    hint: 'Give a public key: --verify-key team.pub. Or name a trust file: --trust FILE',
  });
}

/** Returns the rules of a trust file, which hold whatever the command line asks in addition. */
function requirementsOf(
  trust: TrustFile,
  {
    repository,
    asked,
    count,
  }: {
    readonly repository: RepositoryName | undefined;
    readonly asked: number | undefined;
    readonly count: number;
  },
): readonly SignatureRequirement[] {
  const rules = signatureRules(trust, repository).map(({ threshold, signers, where }) => ({
    threshold,
    where,
    ...(signers !== undefined && { signers }),
  }));
  if (asked === undefined && rules.length > 0) return rules;
  const threshold = asked ?? 1;
  refuseThreshold(threshold, count);
  return [...rules, { threshold }];
}

function warningsOf(found: FoundTrustFile | undefined): readonly string[] {
  return found?.warning === undefined ? [] : [found.warning];
}

function refuseThreshold(threshold: number, count: number): void {
  if (threshold <= count) return;
  throw new AssayError(
    'USAGE',
    `--threshold ${threshold} is more than the ${count} keys that are given`,
    { hint: 'A key counts once, under whatever names it is given.' },
  );
}
