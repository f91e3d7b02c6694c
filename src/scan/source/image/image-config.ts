/**
 * Reader of image configurations.
 *
 * Source: OCI image specification, "Image Configuration". Refuses configurations without the list
 * of layers, an entrypoint of another type than the specification gives it, and everything that
 * `clients/oci/image-document.ts` refuses.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../formats/text/json/json.ts';
import type { Digest, ImageFacts, Platform } from '../../../core/model/artifact/artifact.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import { readImageDocument } from '../../../clients/oci/image-document.ts';

/** The fields of an image's configuration that a report or a scan needs. */
export interface ImageConfig {
  /** `undefined` when the configuration does not name it. */
  readonly platform: Platform | undefined;
  /** Digests of the uncompressed layers, oldest first. */
  readonly diffIds: readonly Digest[];
  /** The command of each layer; empty if the history has another number of layers. */
  readonly commands: readonly (string | undefined)[];
  /** See {@link ImageFacts.baseHint}. */
  readonly baseHint: ImageFacts['baseHint'];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly user: string;
  /** Empty when the configuration does not name it. */
  readonly workingDirectory: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt: string | undefined;
}

/**
 * Reads the bytes of a configuration. `name` says in errors what it belongs to.
 *
 * @throws AssayError `DAMAGED`
 */
export function parseImageConfig(bytes: Uint8Array, name: string): ImageConfig {
  const refuse: (reason: string) => never = (reason) => {
    throw new AssayError('DAMAGED', `the configuration of ${name} cannot be used: ${reason}`);
  };
  // Checks the types of all fields but `Entrypoint`; each may be `null`.
  const config = readImageDocument(bytes, 'config', `the configuration of ${name}`);
  if (!isJsonObject(config)) refuse('"it" is not an object');
  const { rootfs } = config;
  if (!isJsonObject(rootfs)) refuse('it lists no layers, so it is not a container image');
  const diffIds: Digest[] = [];
  for (const text of textsOf(rootfs['diff_ids'])) {
    diffIds.push(
      parseDigest(text) ?? refuse('"rootfs.diff_ids" holds something that is not a digest'),
    );
  }
  const settings = isJsonObject(config['config']) ? config['config'] : {};
  const entrypoint = settings['Entrypoint'] ?? [];
  if (!isJsonArray(entrypoint)) refuse('"config.Entrypoint" is not a list');
  if (entrypoint.some((item) => typeof item !== 'string' && item !== null)) {
    refuse('"config.Entrypoint" is not text');
  }
  const history = readHistory(config['history'], diffIds.length);
  return {
    platform: readPlatform(config),
    diffIds,
    commands: commandsOf(history),
    baseHint: baseHintOf(history),
    env: textsOf(settings['Env']),
    entrypoint: textsOf(entrypoint),
    cmd: commandWords(settings['Cmd']),
    user: textOf(settings['User']) ?? '',
    workingDirectory: textOf(settings['WorkingDir']) ?? '',
    labels: textMapOf(settings['Labels']),
    createdAt: textOf(config['created']),
  };
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.map((item) => textOf(item) ?? '') : [];
}

/** Docker takes a string for a list of one. */
function commandWords(value: JsonValue | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : textsOf(value);
}

function textMapOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (!isJsonObject(value)) return texts;
  for (const [key, item] of Object.entries(value)) texts.set(key, textOf(item) ?? '');
  return texts;
}

/**
 * Returns the `os`, `architecture` and `variant` of a configuration or of a descriptor's platform.
 */
function readPlatform(json: JsonValue | undefined): Platform | undefined {
  if (!isJsonObject(json)) return undefined;
  const { os, architecture, variant } = json;
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  if (os === '' || architecture === '') return undefined;
  return {
    os,
    architecture,
    ...(typeof variant === 'string' && variant !== '' && { variant }),
  };
}

/** One step of the build that made an image. */
interface BuildStep {
  /** False for a step that changed only the configuration. */
  readonly hasLayer: boolean;
  /** Empty when the step does not name it. */
  readonly command: string;
}

/** Reads the steps of a history; none when it has another number of layers than the image. */
export function readHistory(
  history: JsonValue | undefined,
  layerCount: number,
): readonly BuildStep[] {
  if (!isJsonArray(history)) return [];
  const steps = history.filter(isJsonObject).map((item) => ({
    hasLayer: item['empty_layer'] !== true,
    command: textOf(item['created_by']) ?? '',
  }));
  return steps.filter(({ hasLayer }) => hasLayer).length === layerCount ? steps : [];
}

/** Returns the command of each layer; `undefined` for a layer without one. */
function commandsOf(history: readonly BuildStep[]): readonly (string | undefined)[] {
  return history
    .filter(({ hasLayer }) => hasLayer)
    .map(({ command }) => (command === '' ? undefined : command));
}

/** Matches the start command of an image; docker's older builder writes its own shell in front. */
const STARTS = /^(?:\/bin\/sh -c #\(nop\) {1,2})?(?:CMD|ENTRYPOINT) /u;
/** The first layer of Debian's own images, whose command no instruction sets. */
const DEBIAN_ROOT = '# debian.sh ';

/**
 * Guesses the layers of the base image. The history of an image begins with that of its base, and
 * most images end with the command that they start: the last such command below the image's own
 * layers may close the base. A second `CMD` of the same build, as of an earlier stage, looks the
 * same. Returns `undefined` when there is no such command.
 */
function baseHintOf(history: readonly BuildStep[]): ImageFacts['baseHint'] {
  const last = history.findLastIndex(({ hasLayer }) => hasLayer);
  const below = history.slice(0, Math.max(last, 0));
  const end = below.findLastIndex(({ hasLayer, command }) => !hasLayer && STARTS.test(command));
  const isDebianRoot = below[0]?.command.startsWith(DEBIAN_ROOT) === true;
  const layerCount =
    end < 0 ? Number(isDebianRoot) : below.slice(0, end).filter(({ hasLayer }) => hasLayer).length;
  return layerCount === 0 ? undefined : { layerCount, by: 'history' };
}
