/**
 * Writes signatures of images in both forms: the `.sig` tag, which skopeo, podman and cosign 2 read, and a bundle that
 * refers to the image.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md` and `specs/BUNDLE_SPEC.md`; OCI distribution specification,
 * "Pushing Manifests with Subject" and "Referrers Tag Schema".
 */

import { AssayError } from '../../base/errors.ts';
import { sha256Of } from '../../format/digest-check.ts';
import type { Digest } from '../../model/artifact.ts';
import type { ImageRepository, StoredManifest } from '../../oci/client.ts';
import { readManifest } from '../../oci/index.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../oci/media-types.ts';
import { BUNDLE_TYPE } from '../bundle-parts.ts';
import { writeBundle, type Signatory } from '../signature.ts';
import { findSignatures, signatureTag } from './find-signatures.ts';
import {
  namesRepository,
  SIGNATURE_PREDICATE,
  SIMPLE_SIGNING_TYPE,
  writeSignatureStatement,
  writeSimpleSigning,
  type RepositoryName,
  type SignedClaim,
} from './image-signature.ts';
import type { SignableManifest } from './image-manifests.ts';
import { inTurns } from './in-turns.ts';
import { layerAddition, rawOf, storeBlob, type RawDescriptor } from './attached.ts';
import { addToTags, putAgain, type Patience, type TagAddition } from './shared-tags.ts';

/** Forms that are written. */
export type WrittenForm = 'sig' | 'bundle';

/** What is signed, and how. */
export interface SignRequest extends Patience {
  readonly repository: ImageRepository;
  /** What the signatures name. */
  readonly name: RepositoryName;
  readonly annotations: ReadonlyMap<string, string>;
  readonly forms: readonly WrittenForm[];
  readonly signatory: Signatory;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** One signature. */
export interface WrittenSignature {
  readonly digest: Digest;
  readonly form: WrittenForm;
  /** The tag or the digest of the manifest that holds it. */
  readonly place: string;
  /** The same key had signed the same before; nothing was written. */
  readonly wasThere: boolean;
}

const EMPTY = Buffer.from('{}');
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';

/**
 * Signs each of some manifests. What the same key has signed before is left as it is. All signatures are made before the
 * first one is stored.
 */
export async function signManifests(
  manifests: readonly SignableManifest[],
  request: SignRequest,
): Promise<readonly WrittenSignature[]> {
  const signed = (await inTurns(manifests, (one) => signManifest(one, request))).flat();
  const stored = await inTurns(signed, (one) => one.store());
  const additions = stored.flatMap(({ addition }) => (addition === undefined ? [] : [addition]));
  await addToTags(request.repository, additions, request);
  return stored.map(({ written }) => written);
}

/** A signature that is made and not stored. */
interface Signed {
  store(): Promise<Stored>;
}

interface Stored {
  readonly written: WrittenSignature;
  /** What is left to write. */
  readonly addition?: TagAddition;
}

async function signManifest(
  manifest: SignableManifest,
  request: SignRequest,
): Promise<readonly Signed[]> {
  const { digest } = manifest;
  const { name, annotations, forms, signatory, repository } = request;
  const claim: SignedClaim = { digest, repository: `${name.domain}/${name.path}`, annotations };
  const known = await knownForms(claim, request);
  const signed: Signed[] = [];
  for (const form of forms) {
    const place = known.get(form);
    if (place !== undefined) {
      const written = { digest, form, place, wasThere: true };
      signed.push({ store: () => Promise.resolve({ written }) });
    } else if (form === 'sig') {
      const bytes = writeSimpleSigning(claim);
      const made = await signatory.sign({ kind: 'message', content: bytes });
      const signature = Buffer.from(made.signature).toString('base64');
      const annotations = { [SIGNATURE_ANNOTATION]: signature, ...made.annotations };
      const tag = signatureTag(digest);
      const written = { digest, form, place: tag, wasThere: false };
      const document = { mediaType: SIMPLE_SIGNING_TYPE, bytes, annotations };
      const addition = layerAddition({ tag, documents: [document] }, repository);
      signed.push({ store: () => Promise.resolve({ written, addition }) });
    } else {
      const payload = writeSignatureStatement(claim);
      const sha256 = digest.slice('sha256:'.length);
      const statement = { kind: 'statement', payload, sha256 } as const;
      const bundle = writeBundle(statement, await signatory.sign(statement));
      signed.push({ store: () => storeBundle(manifest, bundle, request) });
    }
  }
  return signed;
}

/** Where this key has signed the same already. */
async function knownForms(
  claim: SignedClaim,
  { repository, signatory, name }: SignRequest,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  if (signatory.made === undefined) return known;
  const { signatures } = await findSignatures(repository, claim.digest as Digest);
  for (const { form, place, read } of signatures) {
    if ('problem' in read || !signatory.made(read.signed, read.signature)) continue;
    const isSame = read.claims.some(
      (one) =>
        one.digest === claim.digest &&
        namesRepository(one, name) &&
        isEqual(one.annotations, claim.annotations),
    );
    if (isSame) known.set(form, place);
  }
  return known;
}

function isEqual(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

async function storeBundle(
  image: SignableManifest,
  bundle: Buffer,
  { repository, now }: SignRequest,
): Promise<Stored> {
  const annotations = {
    'org.opencontainers.image.created': new Date(now).toISOString(),
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': SIGNATURE_PREDICATE,
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: BUNDLE_TYPE,
    config: { mediaType: EMPTY_TYPE, digest: sha256Of(EMPTY), size: 2 },
    layers: [
      {
        mediaType: BUNDLE_TYPE,
        digest: sha256Of(bundle),
        size: bundle.length,
      },
    ],
    subject: { mediaType: image.mediaType, digest: image.digest, size: image.sizeBytes },
    annotations,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = sha256Of(bytes);
  const put = await putAgain(repository, digest, async () => {
    for (const blob of [EMPTY, bundle]) await storeBlob(repository, blob);
    return { bytes, mediaType: OCI_MANIFEST };
  });
  const written = { digest: image.digest, form: 'bundle', place: digest, wasThere: false } as const;
  if (put.hasSubject) return { written };
  const entry = {
    mediaType: OCI_MANIFEST,
    digest,
    size: bytes.length,
    artifactType: BUNDLE_TYPE,
    annotations,
  };
  return { written, addition: referrerAddition(image.digest, entry) };
}

/** Where a registry does not list referrers by itself, a tag does. */
function referrerAddition(
  subject: Digest,
  entry: RawDescriptor & { readonly size: number },
): TagAddition {
  const tag = subject.replace(':', '-');
  const listed = (stored: StoredManifest | undefined): readonly RawDescriptor[] => {
    if (stored === undefined) return [];
    if (readManifest(stored.bytes, stored.mediaType, `"${tag}"`).kind !== 'index') {
      throw new AssayError('DAMAGED', `the tag "${tag}" holds an image, and no list of referrers`, {
        hint: 'Delete the tag, or sign with --form sig.',
      });
    }
    return rawOf(stored.bytes).manifests ?? [];
  };
  return {
    tag,
    isHeldBy: (stored) => listed(stored).some(({ digest }) => digest === entry.digest),
    addTo: (stored) => {
      const manifests = [...listed(stored), entry];
      const before =
        stored === undefined ? { schemaVersion: 2, mediaType: OCI_INDEX } : rawOf(stored.bytes);
      const bytes = Buffer.from(JSON.stringify({ ...before, manifests }));
      return Promise.resolve({ bytes, mediaType: OCI_INDEX });
    },
  };
}
