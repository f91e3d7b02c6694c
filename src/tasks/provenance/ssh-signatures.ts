/**
 * SSH signatures of commits: by a key of the trust file, or by a key with a certificate of one of
 * its authorities.
 *
 * Source: openssh-portable, `PROTOCOL.sshsig`, `PROTOCOL.certkeys`, `PROTOCOL.u2f`;
 * gitformat-signature (the namespace is `git`). A security key must have been touched, unless its
 * certificate allows otherwise. A certificate must name the committer, since one without names
 * would be valid for every committer.
 */

import { ParseError } from '../../core/base/errors.ts';
import {
  readSshPublicKey,
  sshFingerprint,
  type SshPublicKey,
} from '../../formats/crypto/ssh/public-key.ts';
import {
  certifiedType,
  readSshCertificate,
  sshKeyType,
  type SshCertificate,
} from '../../formats/crypto/ssh/certificate.ts';
import { checkSshSignature, type SecurityKeyFlags } from '../../formats/crypto/ssh/signature.ts';
import { readSshsig, sshsigMessage, type Sshsig } from '../../formats/crypto/ssh/sshsig.ts';
import { kindOf } from '../../trust/signing/key-kind.ts';
import { matchesText } from '../../trust/trust-file/repository-pattern.ts';
import {
  comparableEmail,
  periodProblem,
  type KeyHolder,
  type SignatureReading,
  type SigningKey,
} from './signing-key.ts';

/** An authority of SSH certificates in the trust file. */
export interface SshAuthority extends KeyHolder {
  /** Principals that it may certify, in which `*` stands for any characters; in lower case. */
  readonly principals: readonly string[];
}

/** A key of SSH that is safe to use, with the entries of the trust file that it belongs to. */
export interface HeldSshKey {
  readonly key: SshPublicKey;
  readonly holders: readonly KeyHolder[];
}

/** The SSH keys of a trust file, by fingerprint. */
export interface SshTrust {
  readonly keys: ReadonlyMap<string, HeldSshKey>;
  readonly authorities: ReadonlyMap<string, readonly SshAuthority[]>;
}

const NAMESPACE = 'git';
/** A critical option that is checked here; all others restrict logins. */
const VERIFY_REQUIRED = 'verify-required';
const NO_TOUCH_REQUIRED = 'no-touch-required';

/** Finds the key that made a signature over a payload. Any bytes are answered, none throws. */
export function readSshSignature(
  bytes: Uint8Array,
  payload: Uint8Array,
  trust: SshTrust,
): SignatureReading {
  try {
    const signature = readSshsig('signature', bytes);
    if (signature.namespace !== NAMESPACE) {
      const name = signature.namespace.slice(0, 60);
      return { kind: 'ssh', problem: `was made for "${name}" and not for "${NAMESPACE}"` };
    }
    const isCertificate = certifiedType(sshKeyType(signature.publicKey)) !== undefined;
    return isCertificate
      ? readCertified(signature, payload, trust)
      : readPlain(signature, payload, trust);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { kind: 'ssh', problem: `cannot be read: ${error.reason}` };
  }
}

function unreadable(what: string): ParseError {
  return new ParseError('signature', what);
}

/** A key of the trust file was read and checked when that was loaded. */
function readPlain(signature: Sshsig, payload: Uint8Array, trust: SshTrust): SignatureReading {
  const fingerprint = sshFingerprint(signature.publicKey);
  const held = trust.keys.get(fingerprint);
  const key = held?.key ?? readSshPublicKey(signature.publicKey, unreadable);
  const problem =
    (held === undefined ? weakness(key) : undefined) ??
    signatureProblem(key, signature, { payload, isTouchNeeded: true });
  if (problem !== undefined) return { kind: 'ssh', fingerprint, problem };
  return { key: plainKey(fingerprint, held?.holders ?? []) };
}

/** Returns the reason why a key is weak enough that anyone could sign with it. */
function weakness({ keyObject }: SshPublicKey): string | undefined {
  const facts = kindOf(keyObject);
  return 'problem' in facts ? `was made with a key that ${facts.problem}` : undefined;
}

function plainKey(fingerprint: string, holders: readonly KeyHolder[]): SigningKey {
  return {
    kind: 'ssh',
    fingerprint,
    holders,
    revokedBy: holders.filter(({ revoked }) => revoked !== undefined),
    problemAt: () => undefined,
  };
}

/** Returns the reason why a signature is not one of the key. */
function signatureProblem(
  key: SshPublicKey,
  signature: Sshsig,
  needs: {
    readonly payload: Uint8Array;
    readonly isTouchNeeded: boolean;
    readonly isUserVerificationNeeded?: boolean;
  },
): string | undefined {
  const check = checkSshSignature(
    key,
    signature.signature,
    sshsigMessage(signature, needs.payload),
  );
  if (!check.isValid) return check.problem;
  return check.flags === undefined ? undefined : flagsProblem(check.flags, needs);
}

function flagsProblem(
  { isTouched, isUserVerified }: SecurityKeyFlags,
  needs: { readonly isTouchNeeded: boolean; readonly isUserVerificationNeeded?: boolean },
): string | undefined {
  if (needs.isTouchNeeded && !isTouched) {
    return 'was made by a security key that nobody touched';
  }
  if (needs.isUserVerificationNeeded === true && !isUserVerified) {
    return 'was made by a security key that did not verify its user, and the certificate requires it';
  }
  return undefined;
}

function readCertified(signature: Sshsig, payload: Uint8Array, trust: SshTrust): SignatureReading {
  const certificate = readSshCertificate(signature.publicKey, (what) =>
    unreadable(`of its certificate ${what}`),
  );
  const { key, authority, criticalOptions, extensions, validFrom, validUntil } = certificate;
  const { fingerprint } = key;
  const found = { kind: 'ssh-certificate', fingerprint } as const;
  const unknown = [...criticalOptions.keys()].find((name) => name !== VERIFY_REQUIRED);
  if (unknown !== undefined) {
    const option = unknown.slice(0, 60);
    return { ...found, problem: `has a certificate with the critical option "${option}"` };
  }
  const weak = kindOf(authority.keyObject);
  if ('problem' in weak) return { ...found, problem: `has an authority whose key ${weak.problem}` };
  const problem =
    weakness(key) ??
    signatureProblem(key, signature, {
      payload,
      isTouchNeeded: !extensions.has(NO_TOUCH_REQUIRED),
      isUserVerificationNeeded: criticalOptions.has(VERIFY_REQUIRED),
    });
  if (problem !== undefined) return { ...found, problem };
  const authorities = trust.authorities.get(authority.fingerprint) ?? [];
  if (authorities.length === 0) {
    const by = authority.fingerprint;
    return { ...found, problem: `has a certificate of the authority ${by}, which is not allowed` };
  }
  // A key that an entry revokes does not count because an authority vouches for it.
  const owners = [...(trust.keys.get(fingerprint)?.holders ?? []), ...authorities];
  return {
    key: {
      ...found,
      holders: authorities.map((one) => certifiedHolder(one, certificate)),
      revokedBy: owners.filter(({ revoked }) => revoked !== undefined),
      problemAt: (instant) => {
        const period = periodProblem({ from: validFrom, until: validUntil }, instant);
        return period === undefined ? undefined : `has a certificate that ${period}`;
      },
    },
  };
}

/** Returns an authority, for those whom the certificate names and the authority may certify. */
function certifiedHolder(authority: SshAuthority, { principals }: SshCertificate): KeyHolder {
  const names = new Set(
    principals
      .map(comparableEmail)
      .filter((name) => name !== undefined)
      .filter((name) => authority.principals.some((pattern) => matchesText(pattern, name))),
  );
  return { ...authority, mayUse: (email) => names.has(email) };
}
