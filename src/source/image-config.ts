/**
 * What an image's configuration says.
 *
 * Source: OCI image specification, "Image Configuration". Refuses configurations without the list of layers, fields of
 * another type than the specification gives them, which no runtime would accept, and what `oci/image-document.ts` refuses.
 */

import { AssayError } from '../base/errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../format/json.ts';
import type { Digest, ImageFacts, Platform } from '../model/artifact.ts';
import { parseDigest } from '../format/digest-check.ts';
import { readImageDocument } from '../oci/image-document.ts';

export interface ImageConfig {
  /** `undefined` where it is not said. */
  readonly platform: Platform | undefined;
  /** Digests of the uncompressed layers, oldest first. */
  readonly diffIds: readonly Digest[];
  /** For each layer the command that made it; empty where the history does not have one command a layer. */
  readonly commands: readonly (string | undefined)[];
  /** As {@link ImageFacts.baseHint}. */
  readonly baseHint: ImageFacts['baseHint'];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly user: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt: string | undefined;
}

/** Reads the bytes of a configuration. `name` says in errors what it belongs to. @throws AssayError `DAMAGED` */
export function parseImageConfig(bytes: Uint8Array, name: string): ImageConfig {
  return readImageConfig(readImageDocument(bytes, 'config', `the configuration of ${name}`), name);
}

/** `name` says in errors what the configuration belongs to. @throws AssayError `DAMAGED` */
export function readImageConfig(json: JsonValue, name: string): ImageConfig {
  const reader: FieldReader = new FieldReader(name);
  const config = reader.object(json, 'it');
  const rootfs = config['rootfs'];
  if (!isJsonObject(rootfs)) reader.refuse('it lists no layers, so it is no container image');
  const diffIds = reader.list(rootfs['diff_ids'], 'rootfs.diff_ids').map((text) => {
    return (
      parseDigest(text) ?? reader.refuse('"rootfs.diff_ids" holds something that is no digest')
    );
  });
  const run = config['config'] ?? {};
  const settings = reader.object(run, 'config');
  const createdAt = reader.text(config['created'], 'created');
  return {
    platform: readPlatform(config),
    diffIds,
    commands: readCommands(config['history'], diffIds.length),
    baseHint: readBaseHint(config['history'], diffIds.length),
    env: reader.texts(settings['Env'], 'config.Env'),
    entrypoint: reader.texts(settings['Entrypoint'], 'config.Entrypoint'),
    user: reader.text(settings['User'], 'config.User') ?? '',
    labels: reader.textMap(settings['Labels'], 'config.Labels'),
    createdAt,
  };
}

/** The `os`, `architecture` and `variant` of a configuration or of a descriptor's platform. */
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

/** Entries marked `empty_layer` made no layer. A history that does not fit the layers says nothing about them. */
function readCommands(
  history: JsonValue | undefined,
  layerCount: number,
): readonly (string | undefined)[] {
  if (!isJsonArray(history)) return [];
  const withLayer = history.filter(isJsonObject).filter((item) => item['empty_layer'] !== true);
  if (withLayer.length !== layerCount) return [];
  return withLayer.map((item) => {
    const command = item['created_by'];
    return typeof command === 'string' && command !== '' ? command : undefined;
  });
}

/** What an image starts; docker's older builder writes its own shell in front. */
const STARTS = /^(?:\/bin\/sh -c #\(nop\) {1,2})?(?:CMD|ENTRYPOINT) /u;
/** The first layer of Debian's own images, whose command no instruction sets. */
const DEBIAN_ROOT = '# debian.sh ';

/**
 * Guesses the layers of the base image. The history of an image begins with that of its base, and most images end with
 * the command that they start: the last such command below the image's own layers may close the base. A second `CMD`
 * of the same build, as of an earlier stage, looks the same. `undefined` where there is no such command, or where the
 * history does not fit the layers.
 */
function readBaseHint(history: JsonValue | undefined, layerCount: number): ImageFacts['baseHint'] {
  if (!isJsonArray(history)) return undefined;
  const steps = history.filter(isJsonObject).map((item) => ({
    hasLayer: item['empty_layer'] !== true,
    command: typeof item['created_by'] === 'string' ? item['created_by'] : '',
  }));
  if (steps.filter(({ hasLayer }) => hasLayer).length !== layerCount) return undefined;
  const last = steps.findLastIndex(({ hasLayer }) => hasLayer);
  const below = steps.slice(0, Math.max(last, 0));
  const end = below.findLastIndex(({ hasLayer, command }) => !hasLayer && STARTS.test(command));
  if (end < 0) return hint(below[0]?.command.startsWith(DEBIAN_ROOT) === true ? 1 : 0);
  const count = below.slice(0, end).filter(({ hasLayer }) => hasLayer).length;
  return hint(count);
}

function hint(layerCount: number): ImageFacts['baseHint'] {
  return layerCount === 0 ? undefined : { layerCount, by: 'history' };
}

class FieldReader {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  refuse(reason: string): never {
    throw new AssayError('DAMAGED', `the configuration of ${this.#name} cannot be used: ${reason}`);
  }

  object(value: JsonValue | undefined, field: string): JsonObject {
    return isJsonObject(value) ? value : this.refuse(`"${field}" is no object`);
  }

  list(value: JsonValue | undefined, field: string): readonly JsonValue[] {
    if (value === undefined || value === null) return [];
    return isJsonArray(value) ? value : this.refuse(`"${field}" is no list`);
  }

  text(value: JsonValue | undefined, field: string): string | undefined {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : this.refuse(`"${field}" is no text`);
  }

  texts(value: JsonValue | undefined, field: string): readonly string[] {
    return this.list(value, field).map((item) => this.text(item, field) ?? '');
  }

  textMap(value: JsonValue | undefined, field: string): ReadonlyMap<string, string> {
    if (value === undefined || value === null) return new Map();
    const entries = Object.entries(this.object(value, field));
    return new Map(entries.map(([key, item]) => [key, this.text(item, field) ?? '']));
  }
}
