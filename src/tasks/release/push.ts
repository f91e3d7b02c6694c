/**
 * Releases an image: scans it, and only after a pass copies it to a registry or an OCI layout,
 * signs it, and writes its tag last. What the tag leads to is complete and was judged, wherever a
 * push ends.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { ImageRepository } from '../../clients/oci/client.ts';
import type { ImageContent } from '../../clients/oci/content-store.ts';
import { isGate } from '../../scan/policy/gate.ts';
import { NO_POLICY } from '../../scan/policy/options.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';
import { scanImage, type ImageJudge } from '../../scan/pipeline/scan-image.ts';
import { attestImage, type Attestation } from '../../trust/signing/image/attest-image.ts';
import type { SignableManifest } from '../../trust/signing/image/image-manifests.ts';
import { signManifests, type WrittenForm } from '../../trust/signing/image/sign-image.ts';
import type { RepositoryName } from '../../trust/signing/image/image-signature.ts';
import type { Signatory } from '../../trust/signing/signature.ts';
import { readAttached } from './attached-content.ts';
import { copyAttached } from './copy-attached.ts';
import { copyContent, type CopyCounts } from './copy-content.ts';
import { checkTag } from './target-tag.ts';
import { withWhatIsThere } from './push-error.ts';
import type { PushPlace } from './push-place.ts';
import { policyOf, VERDICT_PREDICATE, writeVerdictPredicate } from './verdict-predicate.ts';

/** An image, where it goes, and what has to hold. */
export interface PushRequest {
  /**
   * The image, the gate that it has to pass, and what the trust file says about the push. Its
   * policy is a gate.
   */
  readonly scan: RunRequest;
  readonly place: PushPlace;
  /** A tag that leads to another image is not moved. */
  readonly isTagKept: boolean;
  /**
   * Opens what signs the index and every manifest below it, after the copy: certificates are valid
   * for minutes. Absent: nothing is signed.
   */
  readonly openSignatory?: () => Promise<Signatory>;
  /** Called with it before anything is signed. What it throws ends the push without a tag. */
  readonly confirmSignatory?: (signatory: Signatory) => void;
  /** Judges the image by how its source stores it, before the verdict. */
  readonly judgeStored?: ImageJudge['judgeStored'];
  /**
   * Judges what is at the place before the tag is written. What it throws ends the push without a
   * tag.
   */
  readonly confirmPlace?: (repository: ImageRepository, root: Digest) => Promise<void>;
  /** Opens the place of signatures that are copied with the image; absent: none are copied. */
  readonly openSignatures?: (content: Pick<ImageContent, 'repository'>) => Promise<ImageRepository>;
  /**
   * Writes the documents about one image from a report on it alone. They are attached only if the
   * image is signed.
   */
  readonly documents: (report: Report) => Promise<readonly AttachedDocument[]>;
}

/** A document about an image. */
export type AttachedDocument = Pick<Attestation, 'predicateType' | 'predicate'>;

/** The verdict, and the image if it was pushed. */
export interface PushOutcome {
  readonly report: Report;
  /** Absent if the verdict is no pass, or for a dry run. */
  readonly pushed?: PushedImage;
}

/** An image at its place. */
export interface PushedImage extends CopyCounts {
  /** Digest that the tag points to. */
  readonly digest: Digest;
  /**
   * Manifests with signatures, attestations and others that were copied from the source; absent if
   * none were to be copied.
   */
  readonly copiedCount?: number;
  readonly signatureCount: number;
  readonly attestationCount: number;
}

/** Longer than another signer needs between reading a tag and writing it. */
const SIGNER_WAIT_MS = { registry: 1000, layout: 100 } as const;

/**
 * Pushes an image that passes.
 *
 * @throws AssayError `USAGE` without a gate; the errors of scanning, copying and signing, with the
 * state of the destination
 */
export function pushImage(request: PushRequest, context: Context): Promise<PushOutcome> {
  const { scan, judgeStored } = request;
  const { policy } = scan;
  if (policy === undefined || !isGate({ ...NO_POLICY, command: '', ...policy })) {
    throw new AssayError('USAGE', 'a push needs a gate, and none is given');
  }
  const judged = { ...scan, ...(judgeStored !== undefined && { judgeStored }) };
  return scanImage(judged, context, async ({ report, policy: decisive, content }) => {
    const { status, isDryRun } = report.verdict;
    if (status !== 'pass' || isDryRun === true) return { report };
    const decided = { ...request, scan: withPolicy(scan, decisive) };
    const pushed = await release(await content(), report, { request: decided, context });
    return { report, pushed };
  });
}

function withPolicy(scan: RunRequest, policy: RunRequest['policy']): RunRequest {
  return policy === undefined ? scan : { ...scan, policy };
}

async function release(
  content: ImageContent,
  report: Report,
  { request, context }: { readonly request: PushRequest; readonly context: Context },
): Promise<PushedImage> {
  const { place, isTagKept } = request;
  const { kind, repository, tag } = place;
  const root = content.manifests.at(-1);
  if (root === undefined) throw new RangeError('an image without a manifest');
  const counts: CopyCounts = { there: 0, mounted: 0, uploaded: 0, uploadedBytes: 0 };
  try {
    await checkTag(place, { digest: root.digest, isTagKept });
    const signatures = await request.openSignatures?.(content);
    const attached = signatures && (await readAttached(content, signatures));
    await place.begin?.();
    await copyContent(content, place, { context, counts });
    if (attached !== undefined) {
      context.progress({ kind: 'phase', name: 'copying signatures' });
      const { signal } = context;
      const patience = { waitMs: SIGNER_WAIT_MS[kind], signal };
      for (const other of await copyAttached(attached, repository, patience)) {
        context.log.warn(`the tag "${other}" has another bill of materials already, which stays`);
      }
    }
    const { signatureCount, attestationCount } = await signAndAttest(
      { content, report, root: root.digest },
      { request, context },
    );
    await request.confirmPlace?.(repository, root.digest);
    // Another push can have written the tag since the first check.
    await checkTag(place, { digest: root.digest, isTagKept });
    context.progress({ kind: 'phase', name: `writing the tag ${tag}` });
    await repository.putManifest(tag, root);
    return {
      ...{ ...counts, digest: root.digest, signatureCount, attestationCount },
      ...(attached !== undefined && { copiedCount: attached.length }),
    };
  } catch (error) {
    throw withWhatIsThere(error, { place, counts, blobCount: content.blobs.length });
  }
}

/** An image that is signed, and what is said about it. */
interface Signed {
  readonly content: ImageContent;
  readonly report: Report;
  /** Digest that the tag points to. */
  readonly root: Digest;
}

/** The signer, and the place of signatures. */
interface Signing extends PushPlace {
  readonly name: RepositoryName;
  readonly signatory: Signatory;
}

async function signAndAttest(
  signed: Signed,
  { request, context }: { readonly request: PushRequest; readonly context: Context },
): Promise<Pick<PushedImage, 'signatureCount' | 'attestationCount'>> {
  const { place, openSignatory } = request;
  if (openSignatory === undefined) return { signatureCount: 0, attestationCount: 0 };
  const { name } = place;
  if (name === undefined) throw new RangeError('signatures need the name of a repository');
  context.progress({ kind: 'phase', name: 'signing and attesting' });
  const attestations = await attestationsOf(signed, request, name);
  const signatory = await openSignatory();
  request.confirmSignatory?.(signatory);
  const signing: Signing = { ...place, name, signatory };
  const [signatureCount] = await Promise.all([
    sign(signed.content, signing, context),
    attest(attestations, signing, context),
  ]);
  return { signatureCount, attestationCount: attestations.length };
}

async function sign(
  { manifests }: ImageContent,
  { kind, repository, name, signatory }: Signing,
  context: Context,
): Promise<number> {
  const forms: readonly WrittenForm[] = signatory.isForTags ? ['sig', 'bundle'] : ['bundle'];
  const signed = await signManifests(manifests.map(signableOf), {
    ...{ repository, name, forms, signatory },
    annotations: new Map(),
    now: context.now(),
    waitMs: SIGNER_WAIT_MS[kind],
    signal: context.signal,
  });
  return signed.length;
}

async function attest(
  attestations: readonly Attestation[],
  { kind, repository, name, signatory }: Signing,
  context: Context,
): Promise<void> {
  await attestImage(attestations, {
    ...{ repository, name, signatory },
    forms: [signatory.isForTags ? 'att' : 'bundle'],
    isReplacing: true,
    now: context.now(),
    waitMs: SIGNER_WAIT_MS[kind],
    signal: context.signal,
  });
}

/** Returns the verdict on the index and on each image, and the documents about each image. */
async function attestationsOf(
  { content, report, root }: Signed,
  { documents, scan }: PushRequest,
  { domain, path }: RepositoryName,
): Promise<readonly Attestation[]> {
  const manifests = new Map(content.manifests.map((one) => [one.digest, signableOf(one)]));
  const manifestOf = (digest: Digest): SignableManifest => {
    const manifest = manifests.get(digest);
    if (manifest === undefined) throw new RangeError('an image without a manifest');
    return manifest;
  };
  const attestations: Attestation[] = [];
  const policy = policyOf(scan);
  for (const digest of new Set([root, ...content.images])) {
    const image = { repository: `${domain}/${path}`, digest };
    const predicate = writeVerdictPredicate(report, policy, image);
    const predicateType = VERDICT_PREDICATE;
    attestations.push({ image: manifestOf(digest), predicateType, predicate });
  }
  for (const [index, digest] of content.images.entries()) {
    const result = report.results[index];
    if (result === undefined) throw new RangeError('an image without a result');
    const written = await documents({ ...report, results: [result] });
    attestations.push(...written.map((one) => ({ image: manifestOf(digest), ...one })));
  }
  return attestations;
}

function signableOf({
  digest,
  mediaType,
  bytes,
}: ImageContent['manifests'][number]): SignableManifest {
  return { digest, mediaType, sizeBytes: bytes.length };
}
