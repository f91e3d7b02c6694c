/**
 * The keys and identities that may have signed an image or a file, and how many of them must have.
 */

import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { readCount } from '../../../config/values.ts';
import type { RepositoryName } from '../../../../trust/signing/image/image-signature.ts';
import type { TrustedSigners, VerifyingKey } from '../../../../trust/signing/judgment.ts';
import {
  verifyingIdentity,
  type VerifyingIdentity,
} from '../../../../trust/signing/keyless/verifying-identity.ts';
import { readPublicKey } from '../../../../trust/signing/public-key.ts';
import type { SignatureRequirement } from '../../../../trust/signing/signature-outcome.ts';
import { loadTrustedKeys } from '../../../../trust/signing/trusted-keys.ts';
import { trustedRoots } from '../../../../trust/signing/trusted-roots.ts';
import {
  attestationRules,
  repositoryRequirement,
  signatureRules,
  signersFor,
} from '../../../../trust/trust-file/decisions.ts';
import type { FoundTrustFile } from '../../../../trust/trust-file/find-trust-file.ts';
import type { AttestationRule, TrustFile } from '../../../../trust/trust-file/trust-file.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import type { Session } from '../command.ts';
import { readIdentity } from './identity-options.ts';
import { readDemands, readGivenRoot } from './proof-demands.ts';

/** The signers whose signatures count, and the rules that they must meet. */
export interface Verifiers {
  readonly signers: TrustedSigners;
  /** All of which must be met. */
  readonly requirements: readonly SignatureRequirement[];
  /** Rules of the trust file on attestations; empty if the command line names the signers. */
  readonly attestationRules: readonly AttestationRule[];
  readonly warnings: readonly string[];
  /** Whether flags name the signers. */
  readonly isGiven: boolean;
  /** The line of the trust file that requires of signatures to name the repository. */
  readonly requiresRepository?: string;
}

/** The flags by which a command line names signers. */
export interface SignerChoice {
  /** False where the flags of identities have another meaning. */
  readonly hasIdentity: boolean;
  /** Whether signers of the command line must have signed as cosign verifies by default. */
  readonly asksAsCosign?: boolean;
  /**
   * Whether a trust file without a signer for the repository is an answer: no signature counts.
   * Absent: it is an error.
   */
  readonly allowsNoSigner?: boolean;
}

/** What is asked beside the trust file. */
interface AskedSigners extends Pick<SignerChoice, 'allowsNoSigner'> {
  /** A threshold that is required beside the rules. */
  readonly threshold?: number | undefined;
}

/**
 * The verified subject: a file, or the images of a repository, which is `undefined` if it is
 * unknown.
 */
export type SignedSubject = 'file' | { readonly repository: RepositoryName | undefined };

/**
 * Returns the signers of the command line (`--verify-key`, `--certificate-identity`), else those of
 * the trust file. For files and unknown repositories only signers with the scope `**` count.
 *
 * @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
export async function verifiersFor(
  session: Session,
  subject: SignedSubject,
  choice: SignerChoice = { hasIdentity: true, asksAsCosign: true },
): Promise<Verifiers> {
  const asked = readThreshold(session);
  const found = await openTrustFile(session);
  const rootSources = { named: await readGivenRoot(session), now: session.context.now() };
  const { asksAsCosign = false } = choice;
  const given = await givenSigners(session, found, choice);
  if (given !== undefined) {
    const { keys, identities, isRestricted } = given;
    const count = keys.length + identities.length;
    const threshold = asked ?? count;
    refuseThreshold(threshold, count);
    // A file that was only found may restrict the signers of the command line, and must not confirm
    // them.
    const trust = found?.warning === undefined ? found : undefined;
    const required =
      found === undefined ? undefined : repositoryRequirement(found.trust, repositoryOf(subject));
    return {
      signers: {
        keys,
        identities,
        roots: trustedRoots({ ...rootSources, trust }),
        ...(asksAsCosign && { demands: readDemands(session, true) }),
      },
      requirements: [{ threshold, needsCertificate: keys.length === 0 }],
      attestationRules: [],
      isGiven: true,
      warnings: isRestricted || required !== undefined ? warningsOf(found) : [],
      ...(required !== undefined && { requiresRepository: required }),
    };
  }
  const { allowsNoSigner = false } = choice;
  const more = { threshold: asked, allowsNoSigner };
  return trustFileVerifiers(session, requiredTrustFile(found), subject, more);
}

/**
 * Returns the signers of a trust file for a subject, and its rules.
 *
 * @throws AssayError `CONFIG_INVALID` if no signer counts for the subject
 */
export async function trustFileVerifiers(
  session: Pick<Session, 'flags' | 'io' | 'context'>,
  file: FoundTrustFile,
  subject: SignedSubject,
  { threshold: asked, allowsNoSigner = false }: AskedSigners = {},
): Promise<Verifiers> {
  const rootSources = { named: await readGivenRoot(session), now: session.context.now() };
  const repository = repositoryOf(subject);
  const keys = signersFor(await loadTrustedKeys(file), repository);
  const revoked = file.trust.identities.filter((one) => one.revoked !== undefined);
  // What is revoked counts for nothing, also for repositories that only another entry is for.
  const restrictions = revoked.map(verifyingIdentity);
  const identities = signersFor(file.trust.identities, repository).map((one) => {
    return { ...verifyingIdentity(one), restrictions };
  });
  const count = keys.length + identities.length;
  const none = count === 0 ? noSigner(file.trust, subject) : undefined;
  const isAnswer = allowsNoSigner && repository !== undefined && hasSigners(file.trust);
  if (none !== undefined && !isAnswer) throw none;
  const required = repositoryRequirement(file.trust, repository);
  return {
    signers: {
      keys,
      identities,
      roots: trustedRoots({ ...rootSources, trust: file }),
      demands: readDemands(session, false),
    },
    requirements: requirementsOf(file.trust, {
      repository,
      asked,
      count,
      hasKeys: keys.length > 0 || count === 0,
    }),
    attestationRules: attestationRules(file.trust, repository),
    warnings: [
      ...warningsOf(file),
      ...(none === undefined ? [] : [`${none.message}. ${none.hint ?? ''}`]),
    ],
    isGiven: false,
    ...(required !== undefined && { requiresRepository: required }),
  };
}

function hasSigners({ keys, identities }: TrustFile): boolean {
  return keys.length + identities.length > 0;
}

function repositoryOf(subject: SignedSubject): RepositoryName | undefined {
  return subject === 'file' ? undefined : subject.repository;
}

function readThreshold({ flags }: Session): number | undefined {
  const text = flags.text('threshold');
  return text === undefined ? undefined : readCount('threshold', text);
}

/** Returns the signers of the command line; `undefined` if it names none. */
async function givenSigners(
  session: Session,
  found: FoundTrustFile | undefined,
  { hasIdentity }: SignerChoice,
): Promise<
  | (Pick<TrustedSigners, 'keys' | 'identities'> & {
      /** Whether the trust file restricts one of them, or may. */
      readonly isRestricted: boolean;
    })
  | undefined
> {
  const paths = [...new Set(session.flags.list('verify-key'))];
  const identity = hasIdentity ? await readIdentity(session) : undefined;
  if (paths.length === 0 && identity === undefined) return undefined;
  const { keys, isRestricted } = await givenKeys(session, paths, found);
  const restrictions = (found?.trust.identities ?? []).map(verifyingIdentity);
  const identities: readonly VerifyingIdentity[] =
    identity === undefined ? [] : [{ ...identity, restrictions }];
  const mayRestrict = identities.length > 0 && found !== undefined;
  return { keys, identities, isRestricted: isRestricted || mayRestrict };
}

async function givenKeys(
  { io }: Session,
  paths: readonly string[],
  found: FoundTrustFile | undefined,
): Promise<{ readonly keys: readonly VerifyingKey[]; readonly isRestricted: boolean }> {
  const known = found === undefined || paths.length === 0 ? [] : await loadTrustedKeys(found);
  const byId = new Map<string, VerifyingKey>();
  let isRestricted = false;
  for (const path of paths) {
    const publicKey = await readPublicKey(resolve(io.cwd, path));
    // The entry of the trust file holds wherever the key comes from: a revoked key counts for
    // nothing.
    const entry = known.find((key) => key.publicKey.id === publicKey.id);
    isRestricted ||= entry !== undefined;
    byId.set(publicKey.id, { ...entry, name: path, publicKey });
  }
  return { keys: [...byId.values()], isRestricted };
}

function requiredTrustFile(found: FoundTrustFile | undefined): FoundTrustFile {
  if (found !== undefined) return found;
  throw new AssayError('USAGE', 'no key and no identity is given, and there is no trust file', {
    hint: 'Give a public key: --verify-key team.pub. Or an identity: --certificate-identity NAME --certificate-oidc-issuer URL. Or name a trust file: --trust FILE',
  });
}

function noSigner(trust: TrustFile, subject: SignedSubject): AssayError {
  const start = `no key and no identity of "${trust.name}" has`;
  if (subject === 'file') {
    return new AssayError('CONFIG_INVALID', `${start} the scope "**"`, {
      hint: 'A file belongs to no repository, so only signers for everything count. Give --verify-key FILE, or add the scope.',
    });
  }
  const { repository } = subject;
  const what =
    repository === undefined
      ? 'the scope "**"'
      : `a scope that contains "${repository.domain}/${repository.path}"`;
  return new AssayError('CONFIG_INVALID', `${start} ${what}`, {
    hint: 'Add the repository to the scopes of a signer, or give --verify-key FILE.',
  });
}

/** Returns the rules of a trust file, which hold whatever the command line asks in addition. */
function requirementsOf(
  trust: TrustFile,
  {
    repository,
    asked,
    count,
    hasKeys,
  }: {
    readonly repository: RepositoryName | undefined;
    readonly asked: number | undefined;
    readonly count: number;
    /** Whether a key may sign where a rule names no signers. */
    readonly hasKeys: boolean;
  },
): readonly SignatureRequirement[] {
  const isKey = (name: string): boolean => trust.keys.some((key) => key.name === name);
  const rules = signatureRules(trust, repository).map(({ threshold, signers, where }) => ({
    threshold,
    where,
    ...(signers !== undefined && { signers }),
    needsCertificate: signers === undefined ? !hasKeys : !signers.some(isKey),
  }));
  if (asked === undefined && rules.length > 0) return rules;
  const threshold = asked ?? 1;
  if (count > 0) refuseThreshold(threshold, count);
  return [...rules, { threshold, needsCertificate: !hasKeys }];
}

function warningsOf(found: FoundTrustFile | undefined): readonly string[] {
  return found?.warning === undefined ? [] : [found.warning];
}

function refuseThreshold(threshold: number, count: number): void {
  if (threshold <= count) return;
  throw new AssayError(
    'USAGE',
    `--threshold ${threshold} is more than the ${count} keys and identities that are given`,
    { hint: 'A signer counts once, under whatever names it is given.' },
  );
}
