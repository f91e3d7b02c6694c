/**
 * Writes attestations of images in the tag `sha256-DIGEST.att`, which cosign reads. An attestation replaces those of the same
 * predicate type that the same key has made.
 *
 * Source: sigstore/cosign, `specs/ATTESTATION_SPEC.md`; in-toto/attestation, `spec/v1/statement.md`;
 * secure-systems-lab/dsse, `envelope.md`.
 */

import { groupBy } from '../../base/maps.ts';
import { isJsonArray, isJsonObject, readJson } from '../../format/json.ts';
import type { Digest } from '../../model/artifact.ts';
import type { ImageRepository } from '../../oci/client.ts';
import {
  base64Of,
  preAuthEncoding,
  STATEMENT_PAYLOAD_TYPE,
  STATEMENT_TYPE,
} from '../bundle-parts.ts';
import { envelopeOf, type Signatory } from '../signature.ts';
import { layerAddition, type LayerDocument, type RawDescriptor } from './attached.ts';
import type { RepositoryName } from './image-signature.ts';
import { inTurns } from './in-turns.ts';
import { addToTags, type Patience } from './shared-tags.ts';

/** A claim about an image. */
export interface Attestation {
  /** The image or index that it is about. */
  readonly digest: Digest;
  /** A URI. */
  readonly predicateType: string;
  /** A JSON document, which is signed byte for byte. */
  readonly predicate: Uint8Array;
}

/** Who attests, and where. */
export interface AttestRequest extends Patience {
  readonly repository: ImageRepository;
  /** The name of the subject. */
  readonly name: RepositoryName;
  readonly signatory: Signatory;
}

const ENVELOPE_TYPE = 'application/vnd.dsse.envelope.v1+json';
const MAX_ENVELOPE_BYTES = 128 * 1024 * 1024;
const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature';
const PREDICATE_ANNOTATION = 'predicateType';

/** Signs attestations and stores them. All are signed before the first one is stored. */
export async function attestImage(
  attestations: readonly Attestation[],
  request: AttestRequest,
): Promise<void> {
  const { repository } = request;
  const images = [...groupBy(attestations, ({ digest }) => digest)];
  const additions = await inTurns(images, async ([digest, about]) => {
    const types = new Set(about.map(({ predicateType }) => predicateType));
    return layerAddition(
      {
        tag: `${digest.replace(':', '-')}.att`,
        documents: await inTurns(about, (one) => writeDocument(one, request)),
        kept: (layers) => withoutOwn(layers, types, request),
      },
      repository,
    );
  });
  await addToTags(repository, additions, request);
}

async function writeDocument(
  attestation: Attestation,
  { name, signatory }: AttestRequest,
): Promise<LayerDocument> {
  const { digest, predicateType } = attestation;
  const sha256 = digest.slice('sha256:'.length);
  const payload = writeStatement(attestation, name);
  const { signature, annotations } = await signatory.sign({ kind: 'statement', payload, sha256 });
  return {
    mediaType: ENVELOPE_TYPE,
    bytes: Buffer.from(JSON.stringify(envelopeOf(payload, signature))),
    annotations: {
      [SIGNATURE_ANNOTATION]: '',
      [PREDICATE_ANNOTATION]: predicateType,
      ...annotations,
    },
  };
}

/** The predicate is not parsed: its bytes are part of what is signed. */
function writeStatement(
  { digest, predicateType, predicate }: Attestation,
  { domain, path }: RepositoryName,
): Buffer {
  const subject = [
    { name: `${domain}/${path}`, digest: { sha256: digest.slice('sha256:'.length) } },
  ];
  const head = JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType });
  return Buffer.concat([
    Buffer.from(`${head.slice(0, -1)},"predicate":`),
    predicate,
    Buffer.from('}'),
  ]);
}

async function withoutOwn(
  layers: readonly RawDescriptor[],
  types: ReadonlySet<string>,
  { repository, signatory }: Pick<AttestRequest, 'repository' | 'signatory'>,
): Promise<readonly RawDescriptor[]> {
  const isOwn = await inTurns(layers, async ({ digest, annotations }) => {
    if (!types.has(annotations?.[PREDICATE_ANNOTATION] ?? '')) return false;
    const descriptor = {
      ...{ mediaType: ENVELOPE_TYPE, digest: digest as Digest, sizeBytes: undefined },
      ...{ urls: [], annotations: new Map<string, string>() },
    };
    return isMadeBy(signatory, await repository.readBlob(descriptor, MAX_ENVELOPE_BYTES));
  });
  return layers.filter((_, at) => isOwn[at] !== true);
}

/** What is no envelope was made by others. */
function isMadeBy(signatory: Signatory, bytes: Uint8Array): boolean {
  let envelope;
  try {
    envelope = readJson('attestation', bytes);
  } catch {
    return false;
  }
  const payload = base64Of(envelope['payload']);
  const { signatures } = envelope;
  if (payload === undefined || !isJsonArray(signatures)) return false;
  const signed = preAuthEncoding(STATEMENT_PAYLOAD_TYPE, payload);
  return signatures.some((one) => {
    const signature = isJsonObject(one) ? base64Of(one['sig']) : undefined;
    return signature !== undefined && signatory.made?.(signed, signature) === true;
  });
}
