/** Streams one layer of an image: checks its digests, decompresses it, reads its tar. */

import type { Context } from '../base/context.ts';
import { AssayError, ParseError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { decompress } from '../format/decompress.ts';
import {
  createLayerTarReader,
  type LayerBudget,
  type LayerTarCounts,
} from '../format/layer-tar.ts';
import type { Digest, LayerVisitor } from '../model/artifact.ts';
import { contentMismatch, createDigestCheck, type DigestCheck } from '../format/digest-check.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** A layer as its image stores it. */
export interface StoredLayer {
  /** In errors, as in `layer 2 of 5 of "app.tar"`. */
  readonly name: string;
  /** In progress displays, as in `layer 2/5`. */
  readonly shortName: string;
  readonly bytes: StoredBytes;
  readonly blobDigest: Digest | undefined;
  readonly diffId: Digest;
}

/**
 * Gives every entry to `visit`. All bytes are read and compared with both digests, also behind the end of the tar.
 *
 * @throws AssayError `CONTENT_MISMATCH`; `DAMAGED` where the bytes have their digest and still are no layer.
 */
export async function walkStoredLayer(
  layer: StoredLayer,
  visit: LayerVisitor,
  budget: LayerBudget,
  context: Context,
): Promise<LayerTarCounts> {
  const { storedChecks, unpackedCheck } = digestChecks(layer);
  const chunks = layer.bytes.chunks();
  const input = countedInput(layer, chunks, { storedChecks, context });
  const reader = createLayerTarReader(visit, { layerName: layer.name, budget });
  const take = (piece: Uint8Array): void => {
    unpackedCheck?.update(piece);
    reader.write(piece);
  };
  try {
    const compression = await decompress(input, take, layer.name);
    const counts = reader.end();
    await readRest(chunks, storedChecks);
    for (const check of storedChecks) check.verify();
    unpackedCheck?.verify();
    if (unpackedCheck === undefined && compression !== 'none') {
      throw contentMismatch(`the uncompressed ${layer.name}`, layer.diffId, 'another digest');
    }
    return counts;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // Wrong bytes are the better explanation of a layer that cannot be read.
    await readRest(chunks, storedChecks);
    for (const check of storedChecks) check.verify();
    throw new AssayError('DAMAGED', `${layer.name} is damaged: ${error.reason}`, { cause: error });
  } finally {
    await chunks.return(undefined);
  }
}

/** What is stored plain has its diff id as it is, so that one digest says both. */
function digestChecks({ name, blobDigest, diffId }: StoredLayer): {
  readonly storedChecks: readonly DigestCheck[];
  readonly unpackedCheck: DigestCheck | undefined;
} {
  return {
    storedChecks: blobDigest === undefined ? [] : [createDigestCheck(blobDigest, name)],
    unpackedCheck:
      blobDigest === diffId ? undefined : createDigestCheck(diffId, `the uncompressed ${name}`),
  };
}

/** Ends with its taker and leaves `chunks` open, whose rest belongs to the digest. */
async function* countedInput(
  layer: StoredLayer,
  chunks: AsyncGenerator<Uint8Array>,
  to: { readonly storedChecks: readonly DigestCheck[]; readonly context: Context },
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for (;;) {
    throwIfInterrupted(to.context.signal);
    const next = await chunks.next();
    if (next.done === true) return;
    for (const check of to.storedChecks) check.update(next.value);
    doneBytes += next.value.length;
    to.context.progress({
      kind: 'bytes',
      what: layer.shortName,
      doneBytes,
      totalBytes: layer.bytes.sizeBytes,
    });
    yield next.value;
  }
}

async function readRest(
  chunks: AsyncGenerator<Uint8Array>,
  checks: readonly DigestCheck[],
): Promise<void> {
  for await (const chunk of chunks) for (const check of checks) check.update(chunk);
}
