/**
 * The keys of cached results. Everything that a result depends on is in its key, so that results never go out of date: a
 * result is found, or it is not. See `docs/decisions/0008-layer-cache.md`.
 */

import type { DetectionPriority, Limits } from '../../base/context.ts';
import { buildId } from '../../base/build-info.ts';
import { catalogersOf } from '../../catalog/list.ts';
import type { Artifact, Digest } from '../../model/artifact.ts';
import type { Distro } from '../../model/package.ts';
import type { ClaimedProgram } from '../../model/program.ts';
import type { LayerIdentity, SourceRequest } from '../../source/source.ts';
import type { VerifyDepth } from '../request.ts';

/** How an artifact is read: what the results of its layers depend on besides their bytes. */
export interface AnalysisPlan {
  readonly kind: Artifact['kind'];
  /** It also decides which digests of files are taken. */
  readonly verify: VerifyDepth;
  readonly target: Pick<SourceRequest, 'skipDirs' | 'skipFiles'>;
  readonly filePatterns: readonly string[];
  readonly includeRemoved: boolean;
  readonly limits: Limits;
  readonly detection: DetectionPriority;
  /**
   * Whether what a named layer unpacks to is compared with the configuration's name for it as well: a gate takes no
   * result of a run that has left this out.
   */
  readonly comparesBoth: boolean;
}

/** A layer, as far as keys go. */
export interface KeyedLayer {
  readonly name: Pick<LayerIdentity, 'digest' | 'of'>;
  /** What the image's configuration claims; a walk compares it, so a record answers for this claim alone. */
  readonly diffId: Digest | undefined;
}

/** Makes the keys of one artifact's results. */
export interface CacheKeys {
  /** A record leaves out what only matters to layers above others, so the lowest layer has records of its own. */
  record(layer: KeyedLayer, isLowest: boolean): string;
  /** `question` is what the second walk was for: plain data, the same text for the same question. */
  answer(layer: KeyedLayer, isLowest: boolean, question: object): string;
  /** Oldest layer first. `claims`: what the image's environment says of programs. */
  analysis(
    layers: readonly KeyedLayer[],
    distro: Distro | undefined,
    claims: readonly ClaimedProgram[],
  ): string;
  /** Of a folder or file on this disk, by its absolute path: where results stand that are good for one content alone. */
  place(path: string): string;
}

export function cacheKeys(reading: AnalysisPlan): CacheKeys {
  const { kind, verify, target, limits, detection, filePatterns, includeRemoved, comparesBoth } =
    reading;
  const plan = {
    build: buildId(),
    kind,
    catalogers: catalogersOf(kind).map(({ id, version }) => `${id} ${version}`),
    verify,
    skip: [target.skipDirs, target.skipFiles],
    asks: [filePatterns, includeRemoved],
    // Where files wait until they are read changes nothing of what is read.
    limits: { ...limits, maxMemoryBytes: 0 },
    detection,
  };
  const key = (what: string, ...parts: readonly unknown[]): string =>
    JSON.stringify([what, plan, ...parts]);
  const layerPart = ({ name, diffId }: KeyedLayer): readonly (string | null)[] => [
    name.of === 'stored' && !comparesBoth ? 'stored alone' : name.of,
    name.digest,
    diffId ?? null,
  ];
  return {
    record: (layer, isLowest) => key('layer', layerPart(layer), isLowest),
    answer: (layer, isLowest, question) => key('answer', layerPart(layer), isLowest, question),
    analysis: (layers, distro, claims) =>
      key('analysis', layers.map(layerPart), distro ?? null, claims),
    place: (path) => key('place', path),
  };
}
