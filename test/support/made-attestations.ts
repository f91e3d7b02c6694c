/** Attestations that are put together by hand, so that any part of them can be wrong. */

import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto';

import type { ImageRepository } from '../../src/clients/oci/client.ts';
import { OCI_MANIFEST } from '../../src/clients/oci/media-types.ts';
import { putBlob } from './layout-blob.ts';
import { digestOf } from './stored-images.ts';

const DSSE = 'application/vnd.dsse.envelope.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The keys that sign. */
export const MAKER_KEYS = {
  a: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  b: generateKeyPairSync('ed25519'),
  c: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

/** An attestation. */
export interface MadeAttestation {
  readonly key?: keyof typeof MAKER_KEYS;
  /** A second signature in the same envelope. */
  readonly alsoBy?: keyof typeof MAKER_KEYS;
  /** Leaves the envelope without signatures. */
  readonly isUnsigned?: boolean;
  readonly form?: 'att' | 'bundle' | 'referrer';
  /**
   * The artifact type of a referrer with an envelope, and the media type of its layer; the type of
   * envelopes by default.
   */
  readonly referrer?: { readonly artifactType?: string; readonly layerType?: string };
  readonly type?: string;
  readonly subject?: readonly object[];
  /** JSON, or an object. */
  readonly predicate?: string | object;
  readonly statementType?: string;
  readonly payloadType?: string;
  /** Replaces the statement. */
  readonly statement?: string;
  /** Changes the payload after it is signed. */
  readonly change?: (payload: string) => string;
  /** Changes the stored envelope or bundle. */
  readonly stored?: (text: string) => string;
  readonly annotations?: Record<string, string>;
  /** The subject of the manifest of a bundle. */
  readonly attachedTo?: string;
}

/** The image that attestations are about, and what they are if nothing else is given. */
export interface AttestedSubject {
  readonly image: string;
  readonly repository: string;
  readonly type: string;
  readonly predicate: object;
}

/** Returns the subject of a statement. */
export function subjectOf(name: string, digest: string): object {
  return { name, digest: { sha256: digest.slice('sha256:'.length) } };
}

/** Returns the bytes of an envelope or a bundle. */
function documentOf(made: MadeAttestation, usual: AttestedSubject): Buffer {
  const { key = 'a', alsoBy, form = 'att', payloadType = 'application/vnd.in-toto+json' } = made;
  const payload = made.statement ?? statementOf(made, usual);
  const signers = made.isUnsigned === true ? [] : [key, ...(alsoBy === undefined ? [] : [alsoBy])];
  const signatures = signaturesOver(payload, payloadType, signers);
  const stored = Buffer.from(made.change?.(payload) ?? payload);
  const envelope = { payloadType, payload: stored.toString('base64'), signatures };
  const der = MAKER_KEYS[key].publicKey.export({ type: 'spki', format: 'der' });
  const hint = createHash('sha256').update(der).digest('base64');
  const bundle = { mediaType: BUNDLE, verificationMaterial: { publicKey: { hint } } };
  const json = JSON.stringify(form === 'bundle' ? { ...bundle, dsseEnvelope: envelope } : envelope);
  return Buffer.from(made.stored?.(json) ?? json);
}

function statementOf(
  { type, subject, statementType, predicate }: MadeAttestation,
  usual: AttestedSubject,
): string {
  const head = JSON.stringify({
    _type: statementType ?? 'https://in-toto.io/Statement/v1',
    subject: subject ?? [subjectOf(usual.repository, usual.image)],
    predicateType: type ?? usual.type,
  });
  const document = predicate ?? usual.predicate;
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return `${head.slice(0, -1)},"predicate":${text}}`;
}

function signaturesOver(
  payload: string,
  payloadType: string,
  signers: readonly (keyof typeof MAKER_KEYS)[],
): readonly object[] {
  // secure-systems-lab/dsse, protocol.md: PAE.
  const signed = Buffer.from(
    `DSSEv1 ${payloadType.length} ${payloadType} ${Buffer.byteLength(payload)} ${payload}`,
  );
  return signers.map((one) => {
    const { privateKey } = MAKER_KEYS[one];
    const hash = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    return { keyid: '', sig: signBytes(hash, signed, privateKey).toString('base64') };
  });
}

/**
 * Attaches attestations to an image: one tag for those of the form `att`, a referrer for each
 * bundle.
 */
export async function putAttestations(
  repository: Pick<ImageRepository, 'uploadBlob' | 'putManifest'>,
  all: readonly MadeAttestation[],
  usual: AttestedSubject,
): Promise<void> {
  const empty = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    ...(await putBlob(repository, Buffer.from('{}'))),
  };
  const manifestOf = (rest: object): Buffer =>
    Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: empty, ...rest }),
    );
  const layers = [];
  for (const made of all) {
    const layer = await putBlob(repository, documentOf(made, usual));
    if (made.form === undefined || made.form === 'att') {
      layers.push({
        ...layer,
        mediaType: DSSE,
        annotations: { predicateType: made.type ?? usual.type, ...made.annotations },
      });
      continue;
    }
    const { artifactType, layerType } =
      made.form === 'bundle' ? { artifactType: BUNDLE, layerType: BUNDLE } : (made.referrer ?? {});
    const manifest = manifestOf({
      artifactType: artifactType ?? DSSE,
      layers: [{ ...layer, mediaType: layerType ?? DSSE }],
      subject: { mediaType: OCI_MANIFEST, digest: made.attachedTo ?? usual.image, size: 1 },
      annotations: made.annotations ?? {},
    });
    await repository.putManifest(digestOf(manifest), { bytes: manifest, mediaType: OCI_MANIFEST });
  }
  if (layers.length === 0) return;
  const tag = `${usual.image.replace(':', '-')}.att`;
  await repository.putManifest(tag, { bytes: manifestOf({ layers }), mediaType: OCI_MANIFEST });
}
