/**
 * The form of a bundle: the whole advisory base as one file that can be signed, copied and
 * verified.
 *
 * A ustar archive without compression, in one form only: for each member a plain header (mode 0644,
 * owner 0, time 0), its bytes, zeros up to the block; two zero blocks at the end and nothing after
 * them.
 *
 *     bundle.json       what is in it: canonical JSON (RFC 8785), the bytes that are signed
 *     signatures.json   Ed25519 signatures of these bytes, and their digest
 *     manifest.json     the manifest of the base
 *     <sha256>.adv      its block files, in the order of their names
 *
 * `bundle.json` names all files after `signatures.json` in their order, with digests and sizes. So
 * every byte of the archive is signed, digested or fixed: whatever is changed, added, moved or cut
 * off is noticed.
 *
 * The rules of the version and of the expiry are those of The Update Framework 1.0 (section 5):
 * never backwards, and never after the last day.
 */

import { createHash } from 'node:crypto';
import { compareText } from '../../../core/base/compare.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  readStrings,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { MANIFEST_NAME } from '../../store/store-manifest.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { ED25519_SIGNATURE_BYTES } from '../../../trust/signing/ed25519-key.ts';

/** The name of the manifest within a bundle. */
export const BUNDLE_MANIFEST = 'bundle.json';
/** The name of the signatures within a bundle. */
export const BUNDLE_SIGNATURES = 'signatures.json';

const FORMAT = 'assay-advisory-bundle';
/** Raised when an older program could not read the bundle rightly. */
const FORMAT_VERSION = 1;

/**
 * A file for each feed and release makes about a hundred; all are open at once while they come in.
 */
const MAX_BUNDLE_FILES = 500;
/** Signers of one bundle; teams have a handful of keys. */
export const MAX_SIGNATURES = 64;

/** A file of a bundle, by name, size and digest. */
export interface BundledFile {
  /** The manifest of the base, or a block file. */
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 in lowercase hexadecimal. */
  readonly sha256: string;
}

/** The signed manifest of a bundle. It fixes every byte of the bundle. */
export interface BundleManifest {
  /** Grows with each new content. */
  readonly version: number;
  /**
   * Instant of the newest data; it is not the time of the export, so that the same base gives the
   * same bundle.
   */
  readonly createdAt: string;
  /** Instant from which on it is refused; absent: never. */
  readonly expiresAt?: string;
  /** The manifest of the base first, then the block files sorted by name. */
  readonly files: readonly BundledFile[];
}

/** A signature over the manifest of a bundle. */
export interface BundleSignature {
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/**
 * Largest file size that a plain tar header can hold; a block file of 400,000 advisories has a
 * fiftieth of it.
 */
const MAX_FILE_BYTES = 8 * 1024 * 1024 * 1024 - 1;
const BLOCK_FILE = /^(?<sha256>[0-9a-f]{64})\.adv$/;
const SHA256 = /^[0-9a-f]{64}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Returns the bytes that are signed; keys stand in the order of the alphabet. */
export function formatBundleManifest(manifest: BundleManifest): Buffer {
  const { createdAt, expiresAt, files, version } = manifest;
  const value = {
    createdAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    files: files.map(({ name, sha256, sizeBytes }) => ({ name, sha256, sizeBytes })),
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    version,
  };
  return Buffer.from(JSON.stringify(value));
}

/**
 * Reads a manifest in exactly the form of {@link formatBundleManifest}. @throws AssayError
 * `ADVISORY_DATA_UNVERIFIED`
 */
export function readBundleManifest(path: string, bytes: Uint8Array): BundleManifest {
  const root = readObject(path, BUNDLE_MANIFEST, bytes);
  if (root['format'] !== FORMAT)
    throw bundleError(path, `has a "${BUNDLE_MANIFEST}" of another program`);
  if (root['formatVersion'] !== FORMAT_VERSION) {
    throw bundleError(
      path,
      `has the unknown format version ${JSON.stringify(root['formatVersion'])}`,
    );
  }
  const { createdAt = '', expiresAt } = readStrings(root, ['createdAt', 'expiresAt']);
  const manifest = {
    version: readCount(path, 'version', root['version']),
    createdAt: checkInstant(path, createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: checkInstant(path, expiresAt) }),
    files: readFiles(path, root['files']),
  };
  if (!formatBundleManifest(manifest).equals(bytes)) {
    throw bundleError(path, `has a "${BUNDLE_MANIFEST}" that is not canonical`);
  }
  return manifest;
}

/** Returns `signatures.json` over the given bytes of `bundle.json`. */
export function formatSignatures(
  signed: Uint8Array,
  signatures: readonly BundleSignature[],
): Buffer {
  const rows = signatures
    .map(({ keyId, signature }) => ({
      keyId,
      signature: Buffer.from(signature).toString('base64'),
    }))
    .sort((a, b) => compareText(a.keyId, b.keyId));
  return Buffer.from(JSON.stringify({ sha256: sha256Hex(signed), signatures: rows }));
}

/**
 * Returns the signatures, not yet verified; each key signs once.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, also where `signed` does not have the digest that
 * is named
 */
export function readSignatures(
  path: string,
  bytes: Uint8Array,
  signed: Uint8Array,
): readonly BundleSignature[] {
  const root = readObject(path, BUNDLE_SIGNATURES, bytes);
  if (root['sha256'] !== sha256Hex(signed)) {
    throw bundleError(path, `has a "${BUNDLE_MANIFEST}" that does not have its digest`);
  }
  const rows = root['signatures'];
  if (!isJsonArray(rows) || rows.length > MAX_SIGNATURES) {
    throw bundleError(path, `has no list of at most ${MAX_SIGNATURES} signatures`);
  }
  const signatures = rows.map((row) => readSignature(path, row));
  const isOnce = new Set(signatures.map(({ keyId }) => keyId)).size === signatures.length;
  if (!isOnce || !formatSignatures(signed, signatures).equals(bytes)) {
    throw bundleError(path, `has a "${BUNDLE_SIGNATURES}" that is not canonical`);
  }
  return signatures;
}

/** Returns the error for a malformed bundle. */
export function bundleError(path: string, what: string, cause?: unknown): AssayError {
  return new AssayError('ADVISORY_DATA_UNVERIFIED', `the bundle "${path}" ${what}`, {
    hint: 'Nothing was changed. Get the bundle again from those who made it.',
    cause,
  });
}

/** Returns the SHA-256 digest of bytes in lowercase hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function readObject(path: string, member: string, bytes: Uint8Array): Fields {
  try {
    return readJson(member, bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw bundleError(path, `has a "${member}" that cannot be read: ${error.reason}`, error);
  }
}

function readFiles(path: string, value: JsonValue | undefined): readonly BundledFile[] {
  if (!isJsonArray(value)) throw bundleError(path, 'names no files');
  if (value.length > MAX_BUNDLE_FILES) {
    throw bundleError(path, `names ${value.length} files, more than ${MAX_BUNDLE_FILES}`);
  }
  const files = value.map((row) => readFile(path, row));
  const [first, ...blocks] = files.map(({ name }) => name);
  if (first !== MANIFEST_NAME) throw bundleError(path, `does not begin with "${MANIFEST_NAME}"`);
  for (const [index, name] of blocks.entries()) {
    if (BLOCK_FILE.test(name) && (blocks[index - 1] ?? '') < name) continue;
    throw bundleError(path, `names the file "${name}", which has no place there`);
  }
  return files;
}

function readFile(path: string, value: JsonValue): BundledFile {
  const fields = isJsonObject(value) ? value : {};
  const { name = '', sha256 = '' } = readStrings(value, ['name', 'sha256']);
  if (!SHA256.test(sha256)) throw bundleError(path, `names the file "${name}" without its digest`);
  const own = BLOCK_FILE.exec(name)?.groups?.['sha256'];
  if (own !== undefined && own !== sha256) {
    throw bundleError(path, `names the file "${name}" with another digest`);
  }
  const sizeBytes = readCount(path, 'sizeBytes', fields['sizeBytes']);
  if (sizeBytes > MAX_FILE_BYTES) throw bundleError(path, `names the file "${name}" as too large`);
  return { name, sha256, sizeBytes };
}

function readSignature(path: string, value: JsonValue): BundleSignature {
  const { keyId = '', signature: text = '' } = readStrings(value, ['keyId', 'signature']);
  const signature = Buffer.from(text, 'base64');
  if (!SHA256.test(keyId) || signature.length !== ED25519_SIGNATURE_BYTES) {
    throw bundleError(path, 'has a signature that is none of Ed25519');
  }
  return { keyId, signature };
}

function readCount(path: string, field: string, value: JsonValue | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw bundleError(path, `has a bad "${field}": ${JSON.stringify(value)}`);
}

function checkInstant(path: string, text: string): string {
  if (INSTANT.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw bundleError(path, `has a bad instant: "${text}"`);
}
