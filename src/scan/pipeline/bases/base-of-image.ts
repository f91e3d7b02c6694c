/** The base of an image that is not scanned: only manifests and configurations are read. */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Artifact, BaseStatement } from '../../../core/model/artifact/artifact.ts';
import { openSource } from '../../source/open-source.ts';
import type { SourceRequest } from '../../source/source.ts';
import { findBases } from './find-bases.ts';

/**
 * Returns the statement that names the base of an image by a label or by provenance and whose
 * layers are equal. `undefined` where there is none, and where the image cannot be read.
 *
 * @throws AssayError if the run is interrupted
 */
export async function baseOfImage(
  target: SourceRequest,
  context: Context,
): Promise<BaseStatement | undefined> {
  try {
    const artifact = await openedArtifact(target, context);
    if (artifact === undefined) return undefined;
    const scanned = {
      artifact,
      inventory: { inventoryVersion: 1 as const, packages: [] },
      diagnostics: [],
    };
    const [found] = await findBases([{ scanned, target }], { known: [] }, context);
    const { baseLayerCount, baseBy = [] } = found?.artifact.image ?? {};
    if (baseLayerCount === undefined) return undefined;
    return baseBy.find(
      ({ comparison, layerCount }) => comparison === 'equal' && layerCount === baseLayerCount,
    );
  } catch (error) {
    if (error instanceof AssayError && !context.signal.aborted) return undefined;
    throw error;
  }
}

async function openedArtifact(
  target: SourceRequest,
  context: Context,
): Promise<Artifact | undefined> {
  const opened = await openSource(target, context);
  await Promise.all(opened.map((one) => one[Symbol.asyncDispose]()));
  return opened[0]?.artifact;
}
