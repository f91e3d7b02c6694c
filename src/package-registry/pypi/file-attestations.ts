/**
 * Verifies the provenance of a file of a Python project.
 *
 * Source: Python Packaging User Guide, "Index hosted attestations" (PEP 740), "Attestation
 * verification"; PyPI documentation, "Integrity API" (publishers of the kinds `GitHub`, `GitLab`
 * and `Google`); sigstore/fulcio, `docs/oid-info.md` (12: repository of the source, 18: the
 * workflow). An attestation is rewritten as a bundle of Sigstore.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
} from '../../formats/text/json/json.ts';
import { versionOfFile } from '../../clients/package-index/simple-index.ts';
import { BUNDLE_TYPE, STATEMENT_PAYLOAD_TYPE } from '../../trust/signing/bundle-parts.ts';
import type { VerifiedSigner } from '../../trust/signing/keyless/verify-bundle.ts';
import { compareVersions } from '../../core/version/index.ts';
import {
  MAX_ATTESTATIONS,
  signerName,
  verifyStatementBundle,
  type AttestationCheck,
  type AttestationJudging,
  type AttestedFile,
} from '../attestations/verify-statement.ts';

/** A file with its provenance. */
export interface AttestedPypiFile {
  /** Name of the project, normalized. */
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
}

type Wrong = { readonly state: 'wrong' | 'unchecked'; readonly reason: string };

/** Verifies the provenance of a file. `bytes` is `undefined` if its index has none. */
export function checkPypiAttestations(
  bytes: Uint8Array | undefined,
  file: AttestedPypiFile,
  judging: AttestationJudging,
): AttestationCheck {
  if (bytes === undefined) {
    return { state: 'unchecked', reason: 'its index states provenance and does not serve it' };
  }
  const bundles = bundlesIn(bytes);
  if (typeof bundles === 'string') return wrong(bundles);
  const signers = new Set<string>();
  let open: Wrong | undefined;
  for (const { publisher, attestation } of bundles) {
    const result = checkOne(attestation, publisher, { file, judging });
    if (typeof result === 'string') signers.add(result);
    else if (result.state === 'wrong') return result;
    else open ??= result;
  }
  return open ?? { state: 'verified', signers: [...signers] };
}

interface Listed {
  readonly publisher: JsonObject;
  readonly attestation: JsonObject;
}

function bundlesIn(bytes: Uint8Array): readonly Listed[] | string {
  const unknown = 'its provenance has no form that is known';
  let document: JsonObject;
  try {
    const { root, duplicateKeys } = readJsonDocument('provenance', bytes);
    if (duplicateKeys.length > 0) return 'its provenance has a key twice';
    document = root;
  } catch {
    return 'its provenance is not JSON';
  }
  const { version, attestation_bundles: groups } = document;
  if (version !== 1 || !isJsonArray(groups)) return unknown;
  const listed: Listed[] = [];
  for (const group of groups) {
    if (!isJsonObject(group)) return unknown;
    const { publisher, attestations } = group;
    if (!isJsonObject(publisher) || !isJsonArray(attestations)) return unknown;
    for (const attestation of attestations) {
      if (!isJsonObject(attestation)) return unknown;
      listed.push({ publisher, attestation });
      if (listed.length > MAX_ATTESTATIONS)
        return `it has more than ${MAX_ATTESTATIONS} attestations`;
    }
  }
  return listed.length === 0 ? 'its provenance contains no attestation' : listed;
}

/** Returns the name of the signer, or what is wrong. */
function checkOne(
  attestation: JsonObject,
  publisher: JsonObject,
  of: { readonly file: AttestedPypiFile; readonly judging: AttestationJudging },
): string | Wrong {
  const { file, judging } = of;
  const bundle = bundleOf(attestation);
  if (bundle === undefined) return wrong('one of its attestations has no form that is known');
  const attested: AttestedFile = {
    subject: { sha256: file.sha256 },
    isNamed: (name) => isSameFile(name, file),
  };
  const found = verifyStatementBundle(bundle, attested, judging);
  if ('problem' in found) return wrong(`one of its attestations ${found.problem}`);
  const isHis = PUBLISHERS.get(readStrings(publisher, ['kind']).kind ?? '');
  if (isHis === undefined) {
    return {
      state: 'unchecked',
      reason: 'one of its attestations is of a kind of publisher that is not known',
    };
  }
  const signer = signerName(found.signer);
  if (isHis(found.signer, publisher)) return signer;
  return wrong(
    `one of its attestations was made by ${signer}, and its index names another publisher`,
  );
}

/** Returns an attestation as a bundle of Sigstore. */
function bundleOf({
  version,
  verification_material: material,
  envelope,
}: JsonObject): JsonObject | undefined {
  if (version !== 1 || !isJsonObject(material)) return undefined;
  const { certificate } = readStrings(material, ['certificate']);
  const { statement, signature } = readStrings(envelope, ['statement', 'signature']);
  const { transparency_entries: entries, timestamps } = material;
  const stamps = isJsonArray(timestamps) ? timestamps : [];
  if (certificate === undefined || statement === undefined || signature === undefined)
    return undefined;
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: {
      certificate: { rawBytes: certificate },
      tlogEntries: isJsonArray(entries) ? entries : [],
      timestampVerificationData: {
        rfc3161Timestamps: stamps.map((signedTimestamp) => ({ signedTimestamp })),
      },
    },
    dsseEnvelope: {
      payload: statement,
      payloadType: STATEMENT_PAYLOAD_TYPE,
      signatures: [{ sig: signature }],
    },
  };
}

/** A statement can name a file by other letters than the index, with the same meaning. */
function isSameFile(text: string, { name, version, fileName }: AttestedPypiFile): boolean {
  if (text === fileName) return true;
  const suffix = /\.(?:whl|tar\.gz|zip)$/u.exec(fileName)?.[0];
  const named = versionOfFile(text, name);
  return (
    suffix !== undefined &&
    text.endsWith(suffix) &&
    named !== undefined &&
    compareVersions('pypi', named, version) === 0
  );
}

const SOURCE_REPOSITORY = 12;
const BUILD_CONFIG = 18;

type PublisherTest = (signer: VerifiedSigner, publisher: JsonObject) => boolean;

/** Whether a certificate is that of a publisher, by its kind. */
const PUBLISHERS: ReadonlyMap<string, PublisherTest> = new Map([
  ['GitHub', isGitHub],
  ['GitLab', isGitLab],
  ['Google', isGoogle],
]);

function isGitHub({ issuer, claims }: VerifiedSigner, publisher: JsonObject): boolean {
  const { repository, workflow } = readStrings(publisher, ['repository', 'workflow']);
  if (repository === undefined || workflow === undefined) return false;
  const source = `https://github.com/${repository}`;
  const isIssued = issuer === 'https://token.actions.githubusercontent.com';
  return isIssued && isBuiltBy(claims, source, `/.github/workflows/${workflow}@`);
}

function isGitLab({ issuer, claims }: VerifiedSigner, publisher: JsonObject): boolean {
  const { repository, workflow_filepath: path } = readStrings(publisher, [
    ...(['repository', 'workflow_filepath'] as const),
  ]);
  if (repository === undefined || path === undefined) return false;
  const source = `https://gitlab.com/${repository}`;
  return issuer === 'https://gitlab.com' && isBuiltBy(claims, source, `//${path}@`);
}

function isGoogle({ issuer, names }: VerifiedSigner, publisher: JsonObject): boolean {
  const { email } = readStrings(publisher, ['email']);
  return issuer === 'https://accounts.google.com' && email !== undefined && names.includes(email);
}

/** Forges ignore case in the names of repositories. */
function isBuiltBy(claims: VerifiedSigner['claims'], source: string, workflow: string): boolean {
  const config = claims.get(BUILD_CONFIG)?.toLowerCase();
  return (
    claims.get(SOURCE_REPOSITORY)?.toLowerCase() === source.toLowerCase() &&
    config?.startsWith(`${source}${workflow}`.toLowerCase()) === true
  );
}

function wrong(reason: string): { readonly state: 'wrong'; readonly reason: string } {
  return { state: 'wrong', reason };
}
