/** Streams one layer of an image: checks its digests, decompresses it, reads its tar. */

import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Context } from '../../../core/base/context.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import {
  COMPRESSION_MAGIC_BYTES,
  decompress,
  detectCompression,
  type Compression,
} from '../../../formats/archive/decompress.ts';
import {
  createLayerTarReader,
  seekLayerTar,
  type UnpackBudget,
  type LayerTarCounts,
} from '../../../formats/archive/tar/layer-tar.ts';
import type { Digest, LayerVisitor } from '../../../core/model/artifact/artifact.ts';
import {
  contentMismatch,
  createDigestCheck,
  type DigestCheck,
} from '../../../formats/crypto/digest/digest-check.ts';
import { PieceRing, type RandomAccessBytes, type StoredBytes } from '../stored-bytes.ts';

/** A layer as its image stores it. */
export interface StoredLayer {
  /** In errors, as in `layer 2 of 5 of "app.tar"`. */
  readonly name: string;
  /** In progress displays, as in `layer 2/5`. */
  readonly shortName: string;
  readonly bytes: StoredBytes;
  readonly blobDigest: Digest | undefined;
  readonly diffId: Digest;
  /** A manifest of compared digest names what is stored. */
  readonly isNamed: boolean;
}

/** Options for walking a layer. */
export interface WalkPlan {
  readonly budget: UnpackBudget;
  /**
   * Whether no decision depends on the result: a digest that another one implies is not computed,
   * and of layers stored uncompressed only the headers and wanted bodies are read. Compressed and
   * remote layers are compared in any case.
   */
  readonly mayTrust: boolean;
}

/** The outcome of walking one layer. */
export interface WalkResult {
  readonly counts: LayerTarCounts;
  /** Whether all bytes were compared with the digest that names them. */
  readonly isChecked: boolean;
}

/**
 * Gives every entry to `visit`. Unless `mayTrust` allows less, all bytes are read and compared with
 * both digests, also behind the end of the tar.
 *
 * @throws AssayError `CONTENT_MISMATCH`; `DAMAGED` where the bytes have their digest and still are
 * no layer.
 */
export async function walkStoredLayer(
  layer: StoredLayer,
  visit: LayerVisitor,
  plan: WalkPlan,
  context: Context,
): Promise<WalkResult> {
  const compression = detectCompression(await layer.bytes.head(COMPRESSION_MAGIC_BYTES));
  const placed =
    plan.mayTrust && compression === 'none' ? await layer.bytes.openPlaced?.() : undefined;
  if (placed !== undefined) {
    return { counts: await seekLayer(layer, visit, { plan, placed }, context), isChecked: false };
  }
  const checks = digestChecks(layer, plan.mayTrust && layer.isNamed);
  // The zstd readers keep pieces of their input for longer.
  const ring = compression === 'zstd' ? undefined : new PieceRing();
  const again = compression === 'none' ? layer.bytes.again?.() : undefined;
  const chunks = layer.bytes.chunks(ring);
  const input = countedInput(layer, chunks, { ...checks, context });
  const reader = createLayerTarReader(visit, {
    layerName: layer.name,
    budget: plan.budget,
    ...(again !== undefined && { again }),
  });
  const { unpackedCheck } = checks;
  const take = (piece: Uint8Array): void => {
    unpackedCheck?.update(piece);
    reader.write(piece);
  };
  try {
    await decompress(input, take, layer.name, { isNamed: checks.storedChecks.length > 0 });
    const counts = reader.end();
    await readRest(chunks, checks.storedChecks);
    verifyAll(layer, checks, compression);
    return { counts, isChecked: true };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // Wrong bytes are the better explanation of a layer that cannot be read.
    await readRest(chunks, checks.storedChecks);
    for (const check of checks.storedChecks) check.verify();
    throw damagedLayer(layer, error);
  } finally {
    await chunks.return(undefined);
  }
}

/** Reads what is wanted of a layer that is stored plain, and compares nothing. */
async function seekLayer(
  layer: StoredLayer,
  visit: LayerVisitor,
  { plan, placed }: { readonly plan: WalkPlan; readonly placed: RandomAccessBytes },
  context: Context,
): Promise<LayerTarCounts> {
  const { name: layerName } = layer;
  const tar = {
    sizeBytes: layer.bytes.sizeBytes,
    isLasting: placed.isLasting,
    readAt: placed.readAt.bind(placed),
  };
  try {
    const steps = seekLayerTar(tar, visit, { layerName, budget: plan.budget });
    for (let step = steps.next(); ; step = steps.next()) {
      throwIfInterrupted(context.signal);
      if (step.done === true) return step.value;
      await nextTurn();
    }
  } catch (error) {
    throw error instanceof ParseError ? damagedLayer(layer, error) : error;
  } finally {
    await placed.close();
  }
}

function damagedLayer({ name }: StoredLayer, error: ParseError): AssayError {
  return new AssayError('DAMAGED', `${name} is damaged: ${error.reason}`, { cause: error });
}

interface LayerChecks {
  readonly storedChecks: readonly DigestCheck[];
  readonly unpackedCheck: DigestCheck | undefined;
  /** The configuration names other bytes than the manifest, which is so of what is compressed. */
  readonly hasTwoNames: boolean;
}

/** @throws AssayError `CONTENT_MISMATCH` */
function verifyAll(layer: StoredLayer, checks: LayerChecks, compression: Compression): void {
  for (const check of checks.storedChecks) check.verify();
  checks.unpackedCheck?.verify();
  if (!checks.hasTwoNames && compression !== 'none') {
    throw contentMismatch(`the uncompressed ${layer.name}`, layer.diffId, 'another digest');
  }
}

/**
 * Returns the digest checks of a layer. An uncompressed layer's diff id is its blob digest, so that
 * one digest covers both. `isStoredEnough`: the stored bytes are named, and a different diff id in
 * the configuration may pass.
 */
function digestChecks(
  { name, blobDigest, diffId }: StoredLayer,
  isStoredEnough: boolean,
): LayerChecks {
  const hasTwoNames = blobDigest !== diffId;
  return {
    storedChecks: blobDigest === undefined ? [] : [createDigestCheck(blobDigest, name)],
    unpackedCheck:
      hasTwoNames && !(isStoredEnough && blobDigest !== undefined)
        ? createDigestCheck(diffId, `the uncompressed ${name}`)
        : undefined,
    hasTwoNames,
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
