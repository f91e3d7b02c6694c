/** The attestations of versions of npm: when they are verified, and what is known of them. */

import type { VersionFacts } from '../../scan/policy/version-facts.ts';
import {
  createAttestationChecks,
  type AttestationChecks,
} from '../attestations/attestation-checks.ts';
import type { AttestationCheck } from '../attestations/verify-statement.ts';
import type { ServiceOptions } from '../service-options.ts';
import type { SideDocuments, SideRequest } from '../side-documents.ts';
import { usedDigest } from '../store/file-digests.ts';
import { verifiedAgain } from '../attestations/verified-again.ts';
import { PUBLISHED_HERE } from './publish/hosted-packages.ts';
import type { RegistryKeys } from './registry-keys.ts';
import { attestationsPath } from './render.ts';
import type { PackageView, VersionView } from './view.ts';

/** Attestations of versions. */
export interface VersionAttestations extends Pick<AttestationChecks, 'countOf'> {
  /**
   * Begins to fetch the attestations of a version, and returns a function that verifies them for
   * the file with this SHA-512. `undefined`: there is nothing to verify.
   */
  prepare(
    view: PackageView,
    row: VersionView,
  ): ((sha512: string) => Promise<AttestationCheck>) | undefined;
  /** Returns the result for a version whose file was requested; `undefined` if none is known. */
  knownOf(name: string, row: AttestedRow): AttestationCheck | undefined;
  /** Returns the facts of a version that are known by now. */
  factsOf(name: string, row: AttestedRow): Pick<VersionFacts, 'attestationProblem'>;
  /** Verifies what is stored. `undefined`: there is nothing to verify. */
  storedCheck(view: PackageView, row: VersionView): Promise<AttestationCheck | undefined>;
}

type AttestedRow = Pick<VersionView, 'version' | 'digests'>;

interface Parts {
  readonly roots: ServiceOptions['roots'];
  readonly side: SideDocuments;
  readonly keys: RegistryKeys;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Returns the request for the document with the attestations of a version. */
export function attestationsRequest(
  { name, uplink }: Pick<PackageView, 'name' | 'uplink'>,
  { version, digests }: AttestedRow,
): SideRequest {
  return {
    key: `attestations ${name}@${version}`,
    url: new URL(attestationsPath(name, version), uplink).href,
    uplink,
    freshMs: Number.POSITIVE_INFINITY,
    file: usedDigest(digests),
  };
}

/** Opens the attestations of a service. */
export function openVersionAttestations({ roots, side, keys, now }: Parts): VersionAttestations {
  const checks = createAttestationChecks(now);
  const verify = async (
    { name, uplink }: PackageView,
    { version, attested }: VersionView,
    of: {
      readonly sha512: string;
      readonly bytes: Uint8Array | undefined;
      readonly mayWait: boolean;
    },
  ): Promise<AttestationCheck> => {
    const { checkNpmAttestations } = await import('./npm-attestations.ts');
    const statedType = attested?.provenance;
    const stated = {
      name,
      version,
      sha512: of.sha512,
      ...(statedType !== undefined && { statedType }),
    };
    const judging = {
      roots: (await roots?.load()) ?? [],
      keys: await keys.of(uplink, of.mayWait),
      now: now(),
    };
    return checkNpmAttestations(of.bytes, stated, judging);
  };
  return {
    countOf: (name) => checks.countOf(name),
    prepare: (view, row) => {
      if (roots === undefined || !isAttested(view, row)) return undefined;
      const key = keyOf(view.name, row);
      const request = attestationsRequest(view, row);
      const asked = checks.isKnown(key) ? undefined : side.get(request);
      // An error is one of the verification, which begins later.
      asked?.catch(() => undefined);
      return (sha512) =>
        checks.check({ package: view.name, key }, () =>
          verifiedAgain(asked, request, side, (bytes) =>
            verify(view, row, { sha512, bytes, mayWait: true }),
          ),
        );
    },
    knownOf: (name, row) => checks.knownOf(keyOf(name, row)),
    factsOf: (name, row) => {
      const problem = checks.problemOf(keyOf(name, row));
      return problem === undefined ? {} : { attestationProblem: problem };
    },
    storedCheck: async (view, row) => {
      if (roots === undefined || !isAttested(view, row)) return undefined;
      const sha512 = row.digests.find((one) => one.startsWith(SHA512))?.slice(SHA512.length);
      const bytes = await side.stored(attestationsRequest(view, row));
      if (bytes === undefined || sha512 === undefined) {
        return { state: 'unchecked', reason: 'its attestations were not fetched yet' };
      }
      // The caller judges the version again by the result.
      return checks.check({ package: view.name, key: keyOf(view.name, row) }, () =>
        verify(view, row, { sha512, bytes, mayWait: false }),
      );
    },
  };
}

function isAttested({ uplink }: PackageView, { attested }: VersionView): boolean {
  return attested !== undefined && uplink !== PUBLISHED_HERE;
}

const SHA512 = 'sha512:';

/** The strongest digest names the file. */
function keyOf(name: string, { version, digests }: AttestedRow): string {
  return `${name}@${version} ${digests[0] ?? ''}`;
}
