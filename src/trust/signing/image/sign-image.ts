/**
 * Writes signatures of images in both forms: the `.sig` tag, which skopeo, podman and cosign 2
 * read, and a bundle that refers to the image.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md`.
 */

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../../clients/oci/client.ts';
import { COSIGN_ANNOTATIONS } from '../cosign-annotations.ts';
import { writeBundle, type Signatory } from '../signature.ts';
import { layerAddition } from './attached.ts';
import { storeBundle } from './bundle-referrer.ts';
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
import { addToTags, type Patience, type TagAddition } from './shared-tags.ts';

/** Forms that are written. */
export type WrittenForm = 'sig' | 'bundle';

/** The content to sign, and the options. */
export interface SignRequest extends Patience {
  readonly repository: ImageRepository;
  /** The repository that the signatures name. */
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

/**
 * Signs each of some manifests. What the same key has signed before is left as it is. All
 * signatures are made before the first one is stored.
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
  /** The addition that is still to be written. */
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
      const annotations = { [COSIGN_ANNOTATIONS.signature]: signature, ...made.annotations };
      const tag = signatureTag(digest);
      const written = { digest, form, place: tag, wasThere: false };
      const document = { mediaType: SIMPLE_SIGNING_TYPE, bytes, annotations };
      const addition = layerAddition({ tag, documents: [document] }, repository);
      signed.push({ store: () => Promise.resolve({ written, addition }) });
    } else {
      const payload = writeSignatureStatement(claim);
      const sha256 = digest.slice('sha256:'.length);
      const statement = { kind: 'statement', payload, sha256 } as const;
      const bytes = writeBundle(statement, await signatory.sign(statement));
      const bundle = { bytes, predicateType: SIGNATURE_PREDICATE, now: request.now };
      signed.push({
        store: async () => {
          const { place, addition } = await storeBundle(manifest, bundle, repository);
          const written = { digest, form, place, wasThere: false };
          return { written, ...(addition !== undefined && { addition }) };
        },
      });
    }
  }
  return signed;
}

/** Returns the forms in which this key has signed the same already. */
async function knownForms(
  claim: SignedClaim,
  { repository, signatory, name }: SignRequest,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  if (signatory.made === undefined) return known;
  const { found } = await findSignatures(repository, claim.digest as Digest);
  for (const { form, place, read } of found) {
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
