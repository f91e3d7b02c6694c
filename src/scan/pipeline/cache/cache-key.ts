/**
 * The keys of cached results. Everything that a result depends on is in its key, so that results
 * never go out of date: a result is found, or it is not. See `docs/decisions/0008-layer-cache.md`.
 */

import type { DetectionPriority, Limits } from '../../../core/base/context.ts';
import { buildId } from '../../../core/base/build-info.ts';
import { catalogersOf } from '../../catalog/list.ts';
import type { Artifact, Digest } from '../../../core/model/artifact/artifact.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { ClaimedProgram } from '../../../core/model/program/program.ts';
import type { LayerIdentity, SourceRequest } from '../../source/source.ts';
import type { VerifyDepth } from '../request.ts';

/** The plan for reading an artifact. The results of its layers depend on it and on their bytes. */
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
   * Whether what a named layer unpacks to is compared with the configuration's name for it as well:
   * a gate takes no result of a run that has left this out.
   */
  readonly comparesBoth: boolean;
  /**
   * Detectors of rules that look at the files and the configuration, each with the version of its
   * rules. Without any, the keys are those of a scan of packages.
   */
  readonly detectors: readonly string[];
  /** Whether catalogers run. */
  readonly readsPackages: boolean;
}

/** The parts of a layer's identity that keys contain. */
export interface KeyedLayer {
  readonly name: Pick<LayerIdentity, 'digest' | 'of'>;
  /**
   * The claim of the image's configuration. A walk checks it, so a record is valid for this claim
   * only.
   */
  readonly diffId: Digest | undefined;
}

/** Facts that an analysis takes from the environment of an image. */
export interface EnvironmentFacts {
  /** Programs that the environment names, with their versions. */
  readonly claims: readonly ClaimedProgram[];
  /** Directories of commands that only `PATH` names. */
  readonly commandDirectories: readonly string[];
  /**
   * Image facts that detectors read besides its layers: the digest of its configuration, and its
   * tags.
   */
  readonly image?: readonly string[];
}

/** Makes the keys of one artifact's results. */
export interface CacheKeys {
  /**
   * Returns the key of a record. The record of a lowest layer lacks facts that matter only above
   * other layers, so it has a key of its own.
   */
  record(layer: KeyedLayer, isLowest: boolean): string;
  /**
   * Returns the key of an answer. `question` is the question of the second walk: plain data with
   * the same JSON for the same question.
   */
  answer(layer: KeyedLayer, isLowest: boolean, question: object): string;
  /** Returns the key of an analysis. Layers are given from the oldest. */
  analysis(
    layers: readonly KeyedLayer[],
    distro: Distro | undefined,
    environment: EnvironmentFacts,
  ): string;
  /**
   * Returns the key of a directory or file on this disk, by its absolute path. Results under it are
   * valid for one content only.
   */
  place(path: string): string;
  /** Returns the key of the results for single files of a directory, by its absolute path. */
  files(path: string): string;
}

/** Returns the functions that make the cache keys of one artifact's results. */
export function cacheKeys(reading: AnalysisPlan): CacheKeys {
  const { kind, verify, target, limits, detection, filePatterns, includeRemoved, comparesBoth } =
    reading;
  const { detectors, readsPackages } = reading;
  const plan = {
    build: buildId(),
    kind,
    catalogers: readsPackages
      ? catalogersOf(kind).map(({ id, version }) => `${id} ${version}`)
      : [],
    verify,
    skip: [target.skipDirs, target.skipFiles],
    asks: [filePatterns, includeRemoved],
    // Where files wait until they are read changes nothing of what is read.
    limits: { ...limits, maxMemoryBytes: 0 },
    detection,
    ...(detectors.length > 0 && { detectors }),
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
    analysis: (layers, distro, { claims, commandDirectories, image }) => {
      const parts = [layers.map(layerPart), distro ?? null, claims, commandDirectories];
      return key('analysis', ...parts, ...(image === undefined ? [] : [image]));
    },
    place: (path) => key('place', path),
    files: (path) => key('files', path),
  };
}
