/**
 * Writes attestations of images in both forms: the tag `sha256-DIGEST.att`, which cosign reads, and
 * a bundle that refers to the image. On request an attestation replaces those of the same form that
 * have the same predicate type and the same key.
 *
 * Source: sigstore/cosign, `specs/ATTESTATION_SPEC.md`; in-toto/attestation,
 * `spec/v1/statement.md`; secure-systems-lab/dsse, `envelope.md`.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { groupBy } from '../../../core/base/maps.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../../clients/oci/client.ts';
import { ENVELOPE_TYPE, MAX_ATTESTATION_BYTES, STATEMENT_TYPE } from '../bundle-parts.ts';
import { COSIGN_ANNOTATIONS } from '../cosign-annotations.ts';
import {
  envelopeOf,
  writeBundle,
  type Signable,
  type Signatory,
  type Signature,
} from '../signature.ts';
import { layerAddition, type LayerDocument, type RawDescriptor } from './attached.ts';
import { storeBundle } from './bundle-referrer.ts';
import type { SignableManifest } from './image-manifests.ts';
import type { RepositoryName } from './image-signature.ts';
import { inTurns } from './in-turns.ts';
import { attestationAt, isOwnEnvelope, ownBundles, removeBundles } from './own-attestations.ts';
import { addToTags, type Patience, type TagAddition } from './shared-tags.ts';

/** A claim about an image. */
export interface Attestation {
  /** The image or index that it is about. */
  readonly image: SignableManifest;
  /** A URI. */
  readonly predicateType: string;
  /** A JSON document, which is signed byte for byte. */
  readonly predicate: Uint8Array;
}

/** Forms that are written. */
export type AttestationForm = 'att' | 'bundle';

/** The signer, the repository, and the forms that are written. */
export interface AttestRequest extends Patience {
  readonly repository: ImageRepository;
  /** The name of the subject. */
  readonly name: RepositoryName;
  readonly signatory: Signatory;
  readonly forms: readonly AttestationForm[];
  /** Whether older attestations of the same types, the same key and these forms are removed. */
  readonly isReplacing: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** One attestation that was written. */
export interface WrittenAttestation {
  readonly digest: Digest;
  readonly predicateType: string;
  readonly form: AttestationForm;
  /** The tag or the digest of the manifest that contains it. */
  readonly place: string;
}

/** Returns the tag in which cosign keeps the attestations of a manifest. */
export function attestationTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.att`;
}

/** Signs attestations and stores them. All are signed before the first one is stored. */
export async function attestImage(
  attestations: readonly Attestation[],
  request: AttestRequest,
): Promise<readonly WrittenAttestation[]> {
  const { repository, forms, now } = request;
  const signed = await inTurns(attestations, (one) => signAttestation(one, request));
  const written: WrittenAttestation[] = [];
  const additions: TagAddition[] = [];
  if (forms.includes('att')) {
    for (const [digest, all] of groupBy(signed, ({ image }) => image.digest)) {
      const tag = attestationTag(digest);
      additions.push(tagAddition(tag, all, request));
      for (const { predicateType } of all) {
        written.push({ digest, predicateType, form: 'att', place: tag });
      }
    }
  }
  const replaced = await replacedBundles(signed, request);
  if (forms.includes('bundle')) {
    const stored = await inTurns(signed, async ({ image, predicateType, what, made }) => {
      const bundle = { bytes: writeBundle(what, made), predicateType, now };
      const { place, addition } = await storeBundle(
        image,
        { ...bundle, without: replaced.get(image.digest) },
        repository,
      );
      replaced.get(image.digest)?.delete(place);
      return { place, addition, digest: image.digest, predicateType };
    });
    for (const { place, addition, digest, predicateType } of stored) {
      if (addition !== undefined) additions.push(addition);
      written.push({ digest, predicateType, form: 'bundle', place });
    }
  }
  await addToTags(repository, additions, request);
  for (const [digest, all] of replaced) await removeBundles(digest, all, repository);
  return written;
}

/** Returns the bundles that new ones replace, by their image. */
async function replacedBundles(
  signed: readonly SignedAttestation[],
  { repository, signatory, forms, isReplacing }: AttestRequest,
): Promise<ReadonlyMap<Digest, Set<Digest>>> {
  const replaced = new Map<Digest, Set<Digest>>();
  if (!isReplacing || !forms.includes('bundle')) return replaced;
  for (const [digest, all] of groupBy(signed, ({ image }) => image.digest)) {
    const types = new Set(all.map(({ predicateType }) => predicateType));
    const own = await ownBundles(digest, { types, signatory }, repository);
    if (own.size > 0) replaced.set(digest, own);
  }
  return replaced;
}

/** An attestation that is signed and not stored. */
interface SignedAttestation extends Pick<Attestation, 'image' | 'predicateType'> {
  readonly what: Extract<Signable, { readonly kind: 'statement' }>;
  readonly made: Signature;
}

async function signAttestation(
  attestation: Attestation,
  { name, signatory }: AttestRequest,
): Promise<SignedAttestation> {
  const { image, predicateType } = attestation;
  const payload = writeStatement(attestation, name);
  const sha256 = image.digest.slice('sha256:'.length);
  const what = { kind: 'statement', payload, sha256 } as const;
  const envelopeBytes = JSON.stringify(envelopeOf(payload, Buffer.alloc(0))).length;
  if (envelopeBytes > MAX_ATTESTATION_BYTES) {
    throw new AssayError(
      'LIMIT_EXCEEDED',
      `the attestation has ${envelopeBytes} bytes, and at most ${MAX_ATTESTATION_BYTES} are read`,
      { hint: 'Attest a smaller document.' },
    );
  }
  return { image, predicateType, what, made: await signatory.sign(what) };
}

function tagAddition(
  tag: string,
  signed: readonly SignedAttestation[],
  { repository, signatory, isReplacing }: AttestRequest,
): TagAddition {
  const types = new Set(signed.map(({ predicateType }) => predicateType));
  return layerAddition(
    {
      tag,
      documents: signed.map(documentOf),
      ...(isReplacing && {
        kept: (layers) => withoutOwn(layers, types, { repository, signatory }),
      }),
    },
    repository,
  );
}

function documentOf({ predicateType, what, made }: SignedAttestation): LayerDocument {
  return {
    mediaType: ENVELOPE_TYPE,
    bytes: Buffer.from(JSON.stringify(envelopeOf(what.payload, made.signature))),
    annotations: {
      [COSIGN_ANNOTATIONS.signature]: '',
      [COSIGN_ANNOTATIONS.predicateType]: predicateType,
      ...made.annotations,
    },
  };
}

/** The predicate is not parsed: its bytes are part of what is signed. */
function writeStatement(
  { image, predicateType, predicate }: Attestation,
  { domain, path }: RepositoryName,
): Buffer {
  const subject = [
    { name: `${domain}/${path}`, digest: { sha256: image.digest.slice('sha256:'.length) } },
  ];
  const head = JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType });
  return Buffer.concat([
    Buffer.from(`${head.slice(0, -1)},"predicate":`),
    predicate,
    Buffer.from('}'),
  ]);
}

/** The annotation of the type only saves the reading of other layers. */
async function withoutOwn(
  layers: readonly RawDescriptor[],
  types: ReadonlySet<string>,
  { repository, signatory }: Pick<AttestRequest, 'repository' | 'signatory'>,
): Promise<readonly RawDescriptor[]> {
  const removed = await inTurns(layers, async ({ digest, annotations }) => {
    if (!types.has(annotations?.[COSIGN_ANNOTATIONS.predicateType] ?? '')) return false;
    const descriptor = {
      ...{ mediaType: ENVELOPE_TYPE, digest: digest as Digest, sizeBytes: undefined },
      ...{ urls: [], annotations: new Map<string, string>() },
    };
    return isOwnEnvelope(await attestationAt(repository, descriptor), { types, signatory });
  });
  return layers.filter((_, at) => removed[at] !== true);
}
