/**
 * A record of the last import that was verified with keys. It is stored in the base's directory, so
 * that an older bundle or one of other signers cannot replace it unnoticed.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAST_VERIFIED_NAME } from '../../store/base-fingerprint.ts';
import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { writeFileAtomically } from '../../../core/base/cache-directory.ts';
import { AssayError, errnoOf, errorMessage } from '../../../core/base/errors.ts';
import { isMissing } from '../../../core/base/exists.ts';

const NAME = LAST_VERIFIED_NAME;
const FORMAT = 'assay-last-verified';
const FORMAT_VERSION = 1;
/** It takes some 300 bytes. */
const MAX_BYTES = 1024 * 1024;
/** Ends the hints. */
export const FORGET_KEYS_HINT = 'If the change is meant, import once with --forget-keys.';

/** A bundle that was imported with keys. */
export interface VerifiedImport {
  readonly version: number;
  /** SHA-256 of the manifest of the base in it, and so of all that it held. */
  readonly content: string;
  /** Ids of all keys that were trusted, sorted. */
  readonly keyIds: readonly string[];
}

/**
 * Returns `undefined` where nothing was imported with keys. @throws AssayError
 * `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`
 */
export async function readLastVerified(folder: string): Promise<VerifiedImport | undefined> {
  const path = join(folder, NAME);
  let text: string;
  try {
    text = (await readBoundedFile(path, { maxBytes: MAX_BYTES })).toString('utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (isMissing(error)) return undefined;
    const reason = error instanceof AssayError ? error.message : (errno ?? errorMessage(error));
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${reason}`, { cause: error });
  }
  const value = parse(text);
  if (value !== undefined) return value;
  throw new AssayError('ADVISORY_DATA_UNVERIFIED', `the file "${path}" cannot be read`, {
    hint: `It says which keys the base was loaded with. ${FORGET_KEYS_HINT}`,
  });
}

/**
 * Records the version and keys of the bundle that was imported last, so that an older one is
 * refused.
 */
export async function writeLastVerified(folder: string, verified: VerifiedImport): Promise<void> {
  const { version, content, keyIds } = verified;
  const value = { format: FORMAT, formatVersion: FORMAT_VERSION, version, content, keyIds };
  const text = `${JSON.stringify(value, undefined, 1)}\n`;
  await writeFileAtomically(join(folder, NAME), Buffer.from(text));
}

/** Removes the record of the last verified import. */
export async function forgetLastVerified(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
}

function parse(text: string): VerifiedImport | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { format, formatVersion, version, content, keyIds } = fields;
  if (format !== FORMAT || formatVersion !== FORMAT_VERSION) return undefined;
  if (typeof version !== 'number' || typeof content !== 'string') return undefined;
  return isTexts(keyIds) && keyIds.length > 0 ? { version, content, keyIds } : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
