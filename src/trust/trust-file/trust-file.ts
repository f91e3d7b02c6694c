/**
 * The content of the trust file: the people and sources that an organization trusts. Read once,
 * used by every command.
 */

import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { ClaimName } from './claims.ts';
import type { RepositoryPattern } from './repository-pattern.ts';

/** A large organization's file has some 200 KB. */
export const MAX_TRUST_FILE_BYTES = 4 * 1024 * 1024;

/** The place of an entry, as in `assay.trust.yaml:12`. */
export interface Placed {
  readonly where: string;
}

/**
 * A trust file. What is absent is not restricted, except that keys and identities only count where
 * they are named.
 */
export interface TrustFile {
  /** The path as it was named or found. */
  readonly name: string;
  /** Registries that images may come from and go to. */
  readonly registries?: PatternRules;
  /** Images that others may be built on. */
  readonly baseImages?: PatternRules;
  readonly packages: ReadonlyMap<Ecosystem, PackageRules>;
  readonly keys: readonly TrustedKey[];
  readonly identities: readonly TrustedIdentity[];
  readonly signatures: readonly SignatureRule[];
  readonly attestations: readonly AttestationRule[];
  readonly commits?: CommitRules;
  readonly trustedRoots: readonly TrustedRoot[];
  /** The line that requires of all signatures of images to name the repository; absent: none. */
  readonly requiresRepository?: string;
}

/** Patterns that are allowed and denied. What is denied is so whatever allows it. */
export interface PatternRules {
  /** Absent: everything that is not denied. */
  readonly allowed?: readonly RepositoryPattern[];
  readonly denied: readonly (RepositoryPattern & Placed & { readonly reason?: string })[];
}

/** Sources of packages of one ecosystem. */
export interface PackageRules {
  /** Addresses that packages may come from; absent: any. */
  readonly sources?: readonly SourceAddress[];
  readonly owned: readonly OwnedNames[];
}

/** The beginning of an address: what lies at or below it. */
export interface SourceAddress extends Placed {
  /** The address as it was written. */
  readonly text: string;
  readonly protocol: string;
  /** Lower case, with a port that is not the default. */
  readonly host: string;
  /** Begins and ends with a slash. */
  readonly path: string;
}

/** Package names that belong to the organization. */
export interface OwnedNames extends Placed {
  /** Names in which `*` stands for any characters. */
  readonly names: readonly string[];
  /** The only permitted sources of these names. */
  readonly sources: readonly SourceAddress[];
}

/** From when to when something counts, in milliseconds since the Unix epoch. */
export interface Validity {
  readonly validFrom?: number;
  /** The first instant at which it no longer counts. */
  readonly validUntil?: number;
  readonly revoked?: Revocation;
}

/** A revoked key or identity counts for nothing, whenever it signed. */
export interface Revocation {
  readonly reason: string;
  /** When, for people; absent: not written down. */
  readonly at?: number;
}

/** A signer of images and attestations. */
export interface TrustedSigner extends Validity, Placed {
  /** Unique among keys and identities. */
  readonly name: string;
  /**
   * Repositories that it counts for; empty only for identities that sign commits and nothing else.
   */
  readonly scopes: readonly RepositoryPattern[];
}

/** Text in the file, or the name of a file beside it. */
export type Material = { readonly text: string } | { readonly file: string };

/** A key that is trusted. */
export interface TrustedKey extends TrustedSigner {
  /** A public key in any form that `signing/` reads. */
  readonly material: Material;
}

/** A text that must be equal, or match a pattern as a whole. */
export type TextRule = { readonly exact: string } | { readonly pattern: string };

/** An identity that a certificate authority confirms. */
export interface TrustedIdentity extends TrustedSigner {
  /** Subject of the certificate: an e-mail address or a URI. */
  readonly identity: TextRule;
  /** The one who confirmed the identity. */
  readonly issuer: TextRule;
  /** Further claims of the certificate, all of which must be equal. */
  readonly claims: ReadonlyMap<ClaimName, string>;
}

/** The number of signatures that a repository needs. */
export interface SignatureRule extends Placed {
  readonly scopes: readonly RepositoryPattern[];
  /** So many different signers. */
  readonly threshold: number;
  /** Whether signatures must name the repository, also bundles. */
  readonly requiresRepository?: true;
  /** Names of keys and identities; absent: all whose scopes contain the repository. */
  readonly signers?: readonly string[];
}

/** An attestation that a repository needs. */
export interface AttestationRule extends Placed {
  readonly scopes: readonly RepositoryPattern[];
  /** A predicate type: a short name of `attestation-types.ts`, or a URI. */
  readonly type: string;
  /** The predicate type in full. */
  readonly predicateType: string;
  readonly signers?: readonly string[];
  readonly maxAgeMs?: number;
  /** Result of a verification summary, as `PASSED`. */
  readonly result?: string;
  readonly conditions: readonly PredicateCondition[];
}

/** A condition on one field of a predicate. A field that is missing does not meet it. */
export interface PredicateCondition extends Placed {
  /** Names from the predicate down. */
  readonly path: readonly string[];
  readonly sign: ConditionSign;
  readonly value: string;
}

/** Comparison of a condition; `matches` is a pattern in which `*` stands for any characters. */
export type ConditionSign = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'matches';

/** The accepted signers of commits, and the conditions. */
export interface CommitRules {
  readonly signers: readonly CommitSigner[];
  /** Certificate authorities of SSH certificates. */
  readonly authorities: readonly CommitAuthority[];
  /** X.509 roots of S/MIME signatures. */
  readonly roots: readonly Material[];
  /** The treatment of a signature by a key that expired after it signed. */
  readonly expiredKey: 'allow-if-valid-then' | 'deny';
  /** The author must be the signer as well. */
  readonly isAuthorChecked: boolean;
  /** Commits that are not signed and end the walk: history before them is not judged. */
  readonly startingPoints: readonly StartingPoint[];
  readonly forges: readonly ForgeRule[];
  /**
   * Repositories that images are pushed to only if the commits are verified that they claim to be
   * built from.
   */
  readonly requiredFor: readonly RepositoryPattern[];
}

/** A person or a machine that commits. */
export interface CommitSigner extends Validity, Placed {
  readonly name: string;
  /** Addresses of the committer in which `*` stands for any characters; never empty. */
  readonly emails: readonly string[];
  /** Lines of OpenSSH, OpenPGP keys or certificates. */
  readonly keys: readonly Material[];
  /** Names of `identities`, for gitsign. */
  readonly identities: readonly string[];
}

/** An authority that signs SSH keys of persons. */
export interface CommitAuthority extends Validity, Placed {
  readonly name: string;
  /** Principals in which `*` stands for any characters. */
  readonly principals: readonly string[];
  readonly key: Material;
}

/** A commit whose history is not judged. */
export interface StartingPoint extends Placed {
  /** 40 or 64 hexadecimal digits. */
  readonly commit: string;
  readonly reason: string;
  /** The first instant at which it no longer counts. */
  readonly expires: number;
}

/** Merges that a forge makes and signs with a key of its own. */
export interface ForgeRule extends Placed {
  readonly name: string;
  readonly emails: readonly string[];
  readonly keys: readonly Material[];
  /** Kinds of merges that count. */
  readonly merges: readonly ('merge' | 'squash' | 'rebase')[];
}

/** A trusted root of Sigstore: authorities and logs of keyless signatures. */
export interface TrustedRoot extends Placed {
  /**
   * The file beside the trust file; absent: the root of the public instance that comes with Assay.
   */
  readonly file?: string;
}
