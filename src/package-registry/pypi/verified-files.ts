/** The provenance of files of Python projects: when it is verified, and what is known of it. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { VersionFacts } from '../../scan/policy/version-facts.ts';
import {
  createAttestationChecks,
  type AttestationChecks,
} from '../attestations/attestation-checks.ts';
import { verifiedAgain } from '../attestations/verified-again.ts';
import type { AttestationCheck } from '../attestations/verify-statement.ts';
import type { ServiceOptions } from '../service-options.ts';
import type { SideDocuments, SideRequest } from '../side-documents.ts';
import { usedDigest } from '../store/file-digests.ts';
import type { StoredContent } from '../store/content-store.ts';
import { refuseClearText } from './files.ts';
import type { FileView, ProjectView } from './view.ts';

/** The provenance of files. */
export interface FileAttestations extends Pick<AttestationChecks, 'countOf'> {
  /**
   * Begins to fetch the provenance of a file, and returns a function that verifies it. `undefined`:
   * there is nothing to verify.
   */
  prepare(
    view: ProjectView,
    file: FileView,
  ): ((content: StoredContent) => Promise<AttestationCheck>) | undefined;
  /** Returns the result for a file that was requested; `undefined` if none is known. */
  knownOf(name: string, file: AttestedFile): AttestationCheck | undefined;
  /** Returns the facts of a file that are known by now. */
  factsOf(name: string, file: AttestedFile): Pick<VersionFacts, 'attestationProblem'>;
  /** Verifies what is stored. `undefined`: there is nothing to verify. */
  storedCheck(view: ProjectView, file: FileView): Promise<AttestationCheck | undefined>;
}

type AttestedFile = Pick<FileView, 'fileName' | 'listed'>;

interface Parts {
  readonly roots: ServiceOptions['roots'];
  readonly side: SideDocuments;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Returns the request for the provenance of a file. @throws AssayError `NETWORK` without TLS */
export function provenanceRequest(
  { name, uplink }: Pick<ProjectView, 'name' | 'uplink'>,
  { fileName, listed: { digests } }: AttestedFile,
  provenance: URL,
): SideRequest {
  refuseClearText(provenance, new URL(uplink), `the attestations of ${fileName}`);
  return {
    key: `provenance ${name} ${fileName}`,
    url: provenance.href,
    uplink,
    freshMs: Number.POSITIVE_INFINITY,
    file: usedDigest(digests),
  };
}

/** Opens the provenance of a service. */
export function openFileAttestations({ roots, side, now }: Parts): FileAttestations {
  const checks = createAttestationChecks(now);
  const verify = async (
    { name }: ProjectView,
    { version, fileName }: FileView,
    of: { readonly sha256: string; readonly bytes: Uint8Array | undefined },
  ): Promise<AttestationCheck> => {
    const { checkPypiAttestations } = await import('./file-attestations.ts');
    const judging = { roots: (await roots?.load()) ?? [], now: now() };
    return checkPypiAttestations(of.bytes, { name, version, fileName, sha256: of.sha256 }, judging);
  };
  return {
    countOf: (name) => checks.countOf(name),
    prepare: (view, file) => {
      const { provenance, digests } = file.listed;
      if (roots === undefined || provenance === undefined) return undefined;
      const key = keyOf(view.name, file);
      const ask = async (): Promise<Uint8Array | undefined> =>
        side.get(provenanceRequest(view, file, provenance));
      const asked = checks.isKnown(key) ? undefined : ask();
      // An error is one of the verification, which begins later.
      asked?.catch(() => undefined);
      return (content) =>
        checks.check({ package: view.name, key }, async () => {
          const request = provenanceRequest(view, file, provenance);
          const sha256 = sha256Of(digests) ?? (await sha256OfFile(content.path));
          return verifiedAgain(asked, request, side, (bytes) =>
            verify(view, file, { sha256, bytes }),
          );
        });
    },
    knownOf: (name, file) => checks.knownOf(keyOf(name, file)),
    factsOf: (name, file) => {
      const problem = checks.problemOf(keyOf(name, file));
      return problem === undefined ? {} : { attestationProblem: problem };
    },
    storedCheck: async (view, file) => {
      const { provenance, digests } = file.listed;
      if (roots === undefined || provenance === undefined) return undefined;
      const sha256 = sha256Of(digests);
      const bytes = await side.stored(provenanceRequest(view, file, provenance));
      if (bytes === undefined || sha256 === undefined) {
        return { state: 'unchecked', reason: 'its provenance was not fetched yet' };
      }
      // The caller judges the file again by the result.
      return checks.check({ package: view.name, key: keyOf(view.name, file) }, () =>
        verify(view, file, { sha256, bytes }),
      );
    },
  };
}

const SHA256 = 'sha256:';

function sha256Of(digests: readonly Digest[]): string | undefined {
  return digests.find((one) => one.startsWith(SHA256))?.slice(SHA256.length);
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

function keyOf(name: string, { fileName, listed: { digests } }: AttestedFile): string {
  return [name, fileName, ...digests].join(' ');
}
