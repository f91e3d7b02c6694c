/**
 * The manifest of the advisory base: which sets there are, and in which files. It is the only file
 * that changes; it is replaced by renaming, so a reader sees the base before or after a change and
 * nothing between.
 */

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { readBoundedFileSync } from '../../core/base/bounded-file.ts';
import { compareText } from '../../core/base/compare.ts';
import { AssayError, errnoOf, errorMessage } from '../../core/base/errors.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { isEcosystem, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import { damagedDataError } from './damaged-data-error.ts';

/** The base name of the manifest that lists the sets of a base. */
export const MANIFEST_NAME = 'manifest.json';
/** A set takes some 400 bytes, and there are some hundred. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const FORMAT = 'assay-advisory-base';
/** Raised when an older program could not read the base rightly. */
const VERSION = 3;

/**
 * The data of one feed for one ecosystem or release, or for vulnerabilities by id if it names no
 * ecosystem.
 */
export interface StoredSet {
  readonly feed: string;
  readonly license: string;
  readonly ecosystem?: Ecosystem;
  readonly release?: string;
  readonly recordCount: number;
  /** 0 for a set of vulnerabilities by id. */
  readonly packageCount: number;
  /** Instant of the data, as the publisher states it. */
  readonly dataAt: string;
  readonly fetchedAt: string;
  /**
   * When its publisher was last seen to have nothing newer; absent where it came from a mirror or a
   * file.
   */
  readonly currentAt?: string;
  /** Name of its file. */
  readonly file: string;
  readonly sizeBytes: number;
}

/** The manifest of an advisory base. */
export interface StoreManifest {
  /** Sorted by {@link setKey}, each key once. */
  readonly sets: readonly StoredSet[];
}

const FILE_NAME = /^[0-9a-f]{64}\.adv$/;

/**
 * Returns the identity of a set: feed, ecosystem, release; the last two are empty where it gives
 * facts by id.
 */
export function setKey(set: { readonly feed: string } & Partial<AdvisoryNeed>): string {
  return [set.feed, set.ecosystem ?? '', set.release ?? ''].join('/');
}

/**
 * Returns `undefined` where `folder` holds no base. @throws AssayError `ADVISORY_DATA_UNVERIFIED`,
 * `ACCESS_DENIED`
 */
export function readStoreManifest(folder: string): StoreManifest | undefined {
  const path = join(folder, MANIFEST_NAME);
  let text: string;
  try {
    text = readBoundedFileSync(path, { maxBytes: MAX_MANIFEST_BYTES }).toString('utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    const reason = error instanceof AssayError ? error.message : (errno ?? errorMessage(error));
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${reason}`, { cause: error });
  }
  return parseManifest(path, text);
}

/** Returns the manifest's text; the same sets give the same text. */
export function formatManifest(sets: readonly StoredSet[]): string {
  const sorted = sets.map(canonicalSet).sort((a, b) => compareText(setKey(a), setKey(b)));
  const body = { format: FORMAT, version: VERSION, sets: sorted };
  return `${JSON.stringify({ ...body, sum: sumOf(sorted) }, undefined, 1)}\n`;
}

/**
 * Returns the sets that a manifest's text names; `path` is what errors call it. @throws AssayError
 * `ADVISORY_DATA_UNVERIFIED`
 */
export function parseManifest(path: string, text: string): StoreManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damagedDataError(path, 'cannot be read', error);
  }
  if (typeof value !== 'object' || value === null)
    throw damagedDataError(path, 'is not a manifest');
  const { format, version, sets, sum } = value as Readonly<Record<string, unknown>>;
  if (format !== FORMAT || !Array.isArray(sets)) throw damagedDataError(path, 'is not a manifest');
  if (version !== VERSION) {
    const age = Number(version) < VERSION ? 'an older' : 'a newer';
    throw damagedDataError(
      path,
      `was written by ${age} Assay (version ${String(version)} of its form)`,
    );
  }
  const read = sets.map((set) => readSet(path, set));
  if (sum !== sumOf(read)) throw damagedDataError(path, 'does not have its checksum');
  return { sets: read };
}

function readSet(path: string, value: unknown): StoredSet {
  const set = (value ?? {}) as Readonly<Record<string, unknown>>;
  const text = (field: string): string => {
    const item = set[field];
    if (typeof item !== 'string') throw damagedDataError(path, `has a set without "${field}"`);
    return item;
  };
  const count = (field: string): number => {
    const item = set[field];
    if (typeof item !== 'number') throw damagedDataError(path, `has a set without "${field}"`);
    return item;
  };
  const ecosystem = set['ecosystem'] === undefined ? undefined : text('ecosystem');
  if (ecosystem !== undefined && !isEcosystem(ecosystem))
    throw damagedDataError(path, `speaks of the ecosystem "${ecosystem}"`);
  const file = text('file');
  if (!FILE_NAME.test(file)) throw damagedDataError(path, `names the file "${file}"`);
  return canonicalSet({
    feed: text('feed'),
    license: text('license'),
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(set['release'] === undefined ? {} : { release: text('release') }),
    recordCount: count('recordCount'),
    packageCount: count('packageCount'),
    dataAt: text('dataAt'),
    fetchedAt: text('fetchedAt'),
    ...(set['currentAt'] === undefined ? {} : { currentAt: text('currentAt') }),
    file,
    sizeBytes: count('sizeBytes'),
  });
}

/** Returns the fields in fixed order, because the checksum is taken of their JSON. */
function canonicalSet(set: StoredSet): StoredSet {
  return {
    feed: set.feed,
    license: set.license,
    ...(set.ecosystem === undefined ? {} : { ecosystem: set.ecosystem }),
    ...(set.release === undefined ? {} : { release: set.release }),
    recordCount: set.recordCount,
    packageCount: set.packageCount,
    dataAt: set.dataAt,
    fetchedAt: set.fetchedAt,
    ...(set.currentAt === undefined ? {} : { currentAt: set.currentAt }),
    file: set.file,
    sizeBytes: set.sizeBytes,
  };
}

/** Returns the sets of a manifest as text; equal sets give equal text. */
export function serializeSets(sets: readonly StoredSet[]): string {
  return JSON.stringify(sets.map(canonicalSet));
}

/**
 * Returns the CRC-32 of the sets. A digest here would add no protection, because an attacker who
 * edits the sets can recompute it. Signed bundles and files that are named by their digests protect
 * against that.
 */
function sumOf(sets: readonly StoredSet[]): number {
  return crc32(JSON.stringify(sets));
}
