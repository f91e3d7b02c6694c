/**
 * One header of RPM's database as a package: its identity, its files, and whether the header is
 * what its packager made.
 *
 * Source: rpm.org, "RPM Tags". Names and versions are written as `rpm-identity.ts` says. Keys
 * (`gpg-pubkey`) are no packages.
 */

import { headerDigests } from '../../../formats/binary/rpm/rpm-digest.ts';
import { RPM_TAG, type RpmHeader } from '../../../formats/binary/rpm/rpm-header.ts';
import type { OpenPgpKey } from '../../../formats/crypto/openpgp/openpgp-keys.ts';
import { verifyHeaderSignature } from '../../../formats/binary/rpm/rpm-signature.ts';
import type {
  CatalogedPackage,
  SelfCheck,
  VersionClaim,
} from '../../../core/model/catalog/catalog.ts';
import { MODULES_QUALIFIER } from '../../../core/model/advisory/applicability.ts';
import { rpmFiles } from './rpm-files.ts';
import { GPG_KEY_PACKAGE, sourceOfRpm, withEpoch } from './rpm-identity.ts';

/** Rpm's text for the architecture of a key, and for a field that a macro left empty. */
const NO_VALUE = '(none)';
/** Longer vendors are no vendor. */
const MAX_VENDOR_LENGTH = 200;

/** A package, or why there is none; neither for keys. */
export interface RpmPackage {
  readonly cataloged?: CatalogedPackage;
  /** The problem of an unreadable part. */
  readonly problem?: string;
}

/**
 * Turns a header of rpm's database into a package. Entries of imported keys yield neither a
 * package nor a problem.
 *
 * @param keys those that the user trusts
 */
export function rpmPackage(header: RpmHeader, keys: readonly OpenPgpKey[]): RpmPackage {
  const name = header.text(RPM_TAG.name) ?? '';
  if (name === GPG_KEY_PACKAGE) return {};
  const version = versionOf(header);
  if (name === '' || version === undefined) return { problem: `"${name}": no name or version` };
  const { files, problem } = rpmFiles(header);
  const source = sourceOf(header);
  const qualifiers = qualifiersOf(header);
  const license = header.text(RPM_TAG.license) ?? '';
  const selfChecks = checksOf(header, keys);
  const versionClaims = claimsOf(header, version);
  return {
    cataloged: {
      name,
      version,
      ...(source !== undefined && { source }),
      ...(qualifiers.size > 0 && { qualifiers }),
      ...(license !== '' && { licenses: [license] }),
      ...(files !== undefined && { ownedFiles: files }),
      ...(selfChecks.length > 0 && { selfChecks }),
      ...(versionClaims.length > 0 && { versionClaims }),
    },
    ...(problem !== undefined && { problem: `"${name}": ${problem}` }),
  };
}

function versionOf(header: RpmHeader): string | undefined {
  const version = header.text(RPM_TAG.version) ?? '';
  const release = header.text(RPM_TAG.release) ?? '';
  if (version === '') return undefined;
  return withEpoch(`${version}${release === '' ? '' : `-${release}`}`, epochOf(header));
}

/** Returns an empty text where the header gives none. */
function epochOf(header: RpmHeader): string {
  return String(header.numbers(RPM_TAG.epoch)[0] ?? '');
}

function sourceOf(header: RpmHeader): CatalogedPackage['source'] {
  return sourceOfRpm(header.text(RPM_TAG.sourceRpm) ?? '', epochOf(header));
}

function qualifiersOf(header: RpmHeader): ReadonlyMap<string, string> {
  const qualifiers = new Map<string, string>();
  for (const [key, tag] of [
    ['arch', RPM_TAG.arch],
    [MODULES_QUALIFIER, RPM_TAG.modularityLabel],
    ['vendor', RPM_TAG.vendor],
  ] as const) {
    const value = header.text(tag)?.trim() ?? '';
    if (value === '' || value === NO_VALUE || value.length > MAX_VENDOR_LENGTH) continue;
    qualifiers.set(key, value);
  }
  return qualifiers;
}

/** A header without digests of itself has none of these; nothing follows from that. */
function checksOf(header: RpmHeader, keys: readonly OpenPgpKey[]): readonly SelfCheck[] {
  const checks: SelfCheck[] = headerDigests(header).map(({ algorithm, stated, found }) => ({
    by: `${algorithm === 'sha256' ? 'SHA-256' : 'SHA-1'} of the rpm header`,
    kind: 'header',
    ...(stated === found
      ? { outcome: 'match' }
      : { outcome: 'mismatch', claimed: `${algorithm}:${stated}`, found: `${algorithm}:${found}` }),
  }));
  const signature = verifyHeaderSignature(header, keys);
  if (signature.outcome === 'good') {
    const { fingerprint, userId } = signature.key;
    const by = `signature of the rpm header by ${userId === '' ? fingerprint : userId}`;
    checks.push({ by, kind: 'header', outcome: 'proven' });
  } else if (signature.outcome === 'bad') {
    checks.push({
      by: 'signature of the rpm header',
      kind: 'header',
      outcome: 'mismatch',
      claimed: `signed by key ${signature.keyId ?? 'unknown'}`,
      found: 'the signature is not of this header',
    });
  }
  checks.push(...addedChecks(header));
  return checks;
}

/**
 * Fields that are never added to a package on installation. An entry behind the signed part would
 * win over the signed one.
 */
const SIGNED_FIELDS: readonly (readonly [string, number])[] = [
  ['name', RPM_TAG.name],
  ['architecture', RPM_TAG.arch],
  ['source package', RPM_TAG.sourceRpm],
  ['module', RPM_TAG.modularityLabel],
];

function addedChecks(header: RpmHeader): readonly SelfCheck[] {
  if (header.region === undefined) return [];
  const { asBuilt } = header;
  const checks: SelfCheck[] = [];
  for (const [field, tag] of SIGNED_FIELDS) {
    const claimed = header.text(tag) ?? '';
    const found = asBuilt.text(tag) ?? '';
    if (claimed === found) continue;
    checks.push({
      by: `${field} in the signed part of the rpm header`,
      kind: 'header',
      outcome: 'mismatch',
      claimed,
      found,
    });
  }
  const digests = RPM_TAG.fileDigests;
  const built = asBuilt.texts(digests);
  if (header.texts(digests).some((digest, index) => digest !== built[index])) {
    checks.push({
      by: 'file digests in the signed part of the rpm header',
      kind: 'header',
      outcome: 'mismatch',
      claimed: 'other digests of files',
      found: 'digests that the packager made',
    });
  }
  return checks;
}

function claimsOf(header: RpmHeader, version: string): readonly VersionClaim[] {
  const built = header.region && versionOf(header.asBuilt);
  if (built === undefined || built === version) return [];
  return [{ by: 'signed part of the rpm header', version: built, weight: 'binding' }];
}
