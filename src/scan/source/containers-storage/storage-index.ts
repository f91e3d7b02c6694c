/**
 * The images and layers that a storage lists.
 *
 * Source: containers/storage, `images.go` and `layers.go`: `<driver>-images/images.json` lists
 * images, with their manifests and configurations as files of "big data" beside;
 * `<driver>-layers/layers.json` lists layers, each with its parent. Both are replaced as a whole,
 * so they are read without their locks.
 */

import { join } from 'node:path';

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsonValue,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { readWhole, storedFile } from '../stored-bytes.ts';
import type { StorageRoot } from './storage-conf.ts';

/** An image as the storage lists it. */
export interface ListedStorageImage {
  readonly root: StorageRoot;
  readonly id: string;
  readonly names: readonly string[];
  /** Digests of its id, of its manifests and of the indexes they came from. */
  readonly digests: readonly Digest[];
  /** The uppermost; absent for an image without layers, and for a list of images. */
  readonly topLayer: string | undefined;
  /** Names of its files; {@link readBigData} reads one. */
  readonly bigData: readonly string[];
}

/** A layer as the storage lists it. */
export interface ListedLayer {
  readonly root: StorageRoot;
  readonly id: string;
  readonly parent: string | undefined;
  /** Digest of the uncompressed tar. */
  readonly diffDigest: Digest | undefined;
  readonly diffBytes: number;
}

/** Lists of machines with tens of thousands of layers. */
const MAX_LIST_BYTES = 128 * 1024 * 1024;
const MAX_BIG_DATA_BYTES = 16 * 1024 * 1024;
/** File systems refuse longer names; of all others the name is the key. */
const PLAIN_NAME = /^[a-z0-9.]+$/u;
const ID = /^[0-9a-f]{64}$/u;

/**
 * Lists the images of a storage with their names and digests.
 *
 * @throws AssayError `ACCESS_DENIED`, `DAMAGED`
 */
export async function listImages(root: StorageRoot): Promise<readonly ListedStorageImage[]> {
  const rows = await readRows(join(root.folder, `${root.driver}-images/images.json`));
  return rows.map((row) => {
    const bigDataDigests = row['big-data-digests'];
    const digests = [
      `sha256:${idOf(row)}`,
      row['digest'],
      ...(isJsonObject(bigDataDigests)
        ? Object.entries(bigDataDigests)
            .filter(([key]) => key.startsWith('manifest'))
            .map(([, digest]) => digest)
        : []),
    ];
    return {
      root,
      id: idOf(row),
      names: texts(row, 'names'),
      digests: [...new Set(digests.flatMap((digest) => parseDigest(digest) ?? []))],
      topLayer: textOf(row, 'layer'),
      bigData: texts(row, 'big-data-names'),
    };
  });
}

/** Returns the layers by id. @throws AssayError `ACCESS_DENIED`, `DAMAGED` */
export async function listLayers(
  roots: readonly StorageRoot[],
): Promise<ReadonlyMap<string, ListedLayer>> {
  const layers = new Map<string, ListedLayer>();
  for (const root of roots) {
    for (const list of ['layers.json', 'volatile-layers.json']) {
      for (const row of await readRows(join(root.folder, `${root.driver}-layers`, list))) {
        const id = idOf(row);
        if (layers.has(id)) continue;
        const diffBytes = row['diff-size'];
        layers.set(id, {
          root,
          id,
          parent: textOf(row, 'parent'),
          diffDigest: parseDigest(row['diff-digest']),
          diffBytes: typeof diffBytes === 'number' ? diffBytes : 0,
        });
      }
    }
  }
  return layers;
}

/**
 * Returns `undefined` where the image has no such file.
 * @throws AssayError `ACCESS_DENIED`, `LIMIT_EXCEEDED`
 */
export async function readBigData(
  { root, id }: ListedStorageImage,
  key: string,
): Promise<Uint8Array | undefined> {
  const name = PLAIN_NAME.test(key) ? key : `=${Buffer.from(key).toString('base64')}`;
  if (name.includes('/')) return undefined;
  const path = join(root.folder, `${root.driver}-images`, id, name);
  const stored = await storedFile(path);
  return stored && readWhole(stored, `"${path}"`, MAX_BIG_DATA_BYTES);
}

/** Returns an empty list where the list is not there. */
async function readRows(path: string): Promise<readonly JsonObject[]> {
  const stored = await storedFile(path);
  if (stored === undefined) return [];
  const bytes = await readWhole(stored, `"${path}"`, MAX_LIST_BYTES);
  if (bytes.length === 0) return [];
  let json: JsonValue;
  try {
    json = readJsonValue(path, bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('DAMAGED', error.message, { cause: error });
  }
  if (!isJsonArray(json) || !json.every(isJsonObject)) {
    throw new AssayError('DAMAGED', `"${path}" is not a list of objects`);
  }
  return json.filter((row) => ID.test(textOf(row, 'id') ?? ''));
}

/** Checked when the list was read: it becomes a part of paths. */
function idOf(row: JsonObject): string {
  return textOf(row, 'id') ?? '';
}

function textOf(row: JsonObject, key: string): string | undefined {
  const value = row[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(row: JsonObject, key: string): readonly string[] {
  const value = row[key];
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
