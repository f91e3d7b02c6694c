/**
 * Decides which of the named images is the base of an image, by their layers alone. Pure.
 *
 * An image is a base if all its layers are the lowest layers of the other image, which has further
 * layers above them. Of several, the one with the most layers is the nearest. Where the user names
 * images, only those decide. An image of the same repository is an earlier build, and an image with
 * all the layers is the same build under another name: neither is a base.
 */

import type {
  Artifact,
  BaseStatement,
  Digest,
  ImageFacts,
  Layer,
} from '../../../core/model/artifact/artifact.ts';

/** An image that may be a base, opened or not. */
export interface BaseCandidate extends Pick<BaseStatement, 'by' | 'name'> {
  /** The digest that is named with it. */
  readonly digest?: Digest;
  /** The image, or a sentence that says why it could not be had. */
  readonly image: ComparedImage | string;
  /** A note beyond equal or different, such as that a digest is gone and the tag was compared. */
  readonly reason?: string;
}

/** The compared parts of an image. */
export interface ComparedImage {
  readonly diffIds: readonly (Digest | undefined)[];
  /** Repositories in full that the image is known to be in. */
  readonly repositories: ReadonlySet<string>;
  readonly digest?: Digest;
}

/** Facts that comparing adds to an image. */
export type BaseFacts = Pick<ImageFacts, 'baseLayerCount' | 'baseBy'>;

/**
 * Compares an image with all candidates. `repositories` are those that the image itself is known to
 * be in.
 */
export function compareBases(
  layers: readonly Pick<Layer, 'diffId'>[],
  repositories: ReadonlySet<string>,
  candidates: readonly BaseCandidate[],
): BaseFacts {
  const statements = uniqueStatements(
    candidates.map((candidate) => statementOf(layers, repositories, candidate)),
  );
  // Where the user names images, the claims of others extend no base.
  const isAnyKnown = candidates.some(({ by }) => by === 'known');
  const equal = statements.filter(({ comparison }) => comparison === 'equal');
  const counts = equal
    .filter(({ by }) => by === 'known' || !isAnyKnown)
    .map(({ layerCount = 0 }) => layerCount);
  const baseLayerCount = Math.max(0, ...counts);
  if (baseLayerCount === 0) return statements.length === 0 ? {} : { baseBy: statements };
  const deciding = equal.filter(({ layerCount }) => layerCount === baseLayerCount);
  const others = statements.filter((one) => !deciding.includes(one));
  // Of several images with the same layers, the one that a label names is listed first.
  deciding.sort((a, b) => Number(b.by === 'label') - Number(a.by === 'label'));
  return { baseLayerCount, baseBy: [...deciding, ...others] };
}

/** Returns an image with the facts of a comparison in place of those of an earlier one. */
export function withBaseFacts(artifact: Artifact, facts: BaseFacts): Artifact {
  if (artifact.image === undefined) return artifact;
  const image: { -readonly [Field in keyof ImageFacts]: ImageFacts[Field] } = { ...artifact.image };
  delete image.baseLayerCount;
  delete image.baseBy;
  return { ...artifact, image: { ...image, ...facts } };
}

function statementOf(
  layers: readonly Pick<Layer, 'diffId'>[],
  repositories: ReadonlySet<string>,
  { by, name, digest: named, image, reason }: BaseCandidate,
): BaseStatement {
  if (typeof image === 'string') {
    return {
      by,
      name,
      ...(named !== undefined && { digest: named }),
      comparison: 'notCompared',
      reason: image,
    };
  }
  const digest = named ?? image.digest;
  const layerCount = equalLayerCount(layers, image.diffIds);
  const compared = { by, name, ...(digest !== undefined && { digest }) };
  const told = (text: string | undefined): { readonly reason?: string } =>
    text === undefined ? {} : { reason: text };
  if (layerCount < image.diffIds.length || layerCount === 0) {
    return { ...compared, comparison: 'different', layerCount, ...told(reason) };
  }
  if ([...image.repositories].some((one) => repositories.has(one))) {
    const why = 'it is of the same repository, so it is another build of this image';
    return { ...compared, comparison: 'sameRepository', layerCount, ...told(why) };
  }
  if (layerCount === layers.length) {
    const why =
      'it has all the layers of this image, so it is the same image or another build of it';
    return { ...compared, comparison: 'different', layerCount, ...told(why) };
  }
  return { ...compared, comparison: 'equal', layerCount, ...told(reason) };
}

/** Returns the number of layers that are the same, from the bottom. */
function equalLayerCount(
  layers: readonly Pick<Layer, 'diffId'>[],
  diffIds: readonly (Digest | undefined)[],
): number {
  const different = diffIds.findIndex(
    (diffId, index) => diffId === undefined || diffId !== layers[index]?.diffId,
  );
  return different < 0 ? diffIds.length : different;
}

function uniqueStatements(statements: readonly BaseStatement[]): readonly BaseStatement[] {
  return [
    ...new Map(
      statements.map((one) => [JSON.stringify([one.by, one.name, one.digest]), one]),
    ).values(),
  ];
}
