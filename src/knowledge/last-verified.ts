/**
 * What was last imported with keys: it is remembered in the base's folder, so that nothing older and nothing of others
 * takes its place unnoticed.
 */

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, writeFileAtomically } from '../base/cache-folder.ts';
import { AssayError } from '../base/errors.ts';
import { shortKeyId } from './bundle-trust.ts';

const NAME = 'last-verified.json';
const FORMAT = 'assay-last-verified';
const FORMAT_VERSION = 1;

/** A bundle that was imported with keys. */
export interface VerifiedImport {
  readonly version: number;
  /** SHA-256 of the manifest of the base in it, and so of all that it held. */
  readonly content: string;
  /** Ids of all keys that were trusted, sorted. */
  readonly keyIds: readonly string[];
}

/** What is about to be imported. `signedBy` holds the keys that were verified. */
export type Candidate = Pick<VerifiedImport, 'version' | 'content'> & {
  readonly path: string;
  readonly signedBy: readonly string[];
};

/** `undefined` where nothing was imported with keys. @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED` */
export async function readLastVerified(folder: string): Promise<VerifiedImport | undefined> {
  const path = join(folder, NAME);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${String(errno)}`, {
      cause: error,
    });
  }
  const value = parse(text);
  if (value !== undefined) return value;
  throw new AssayError('ADVISORY_DATA_UNVERIFIED', `the file "${path}" cannot be read`, {
    hint: `It says which keys the base was loaded with. ${FORGET}`,
  });
}

export async function writeLastVerified(folder: string, verified: VerifiedImport): Promise<void> {
  const { version, content, keyIds } = verified;
  const value = { format: FORMAT, formatVersion: FORMAT_VERSION, version, content, keyIds };
  const text = `${JSON.stringify(value, undefined, 1)}\n`;
  await writeFileAtomically(join(folder, NAME), Buffer.from(text));
}

export async function forgetLastVerified(folder: string): Promise<void> {
  await rm(join(folder, NAME), { force: true });
}

/**
 * Refuses what no key vouches for where keys were used before.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`
 */
export function refuseUnverified(last: VerifiedImport | undefined): void {
  if (last === undefined) return;
  throw new AssayError(
    'ADVISORY_DATA_UNVERIFIED',
    `the base was loaded with --verify-key (${shownKeys(last)}), and this import is not verified; the old data stays`,
    { hint: `Give the keys with --verify-key. ${FORGET}` },
  );
}

/**
 * Refuses a verified bundle that is of others, older, or ambiguous.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ADVISORY_DATA_STALE`
 */
export function refuseForeignOrOlder(last: VerifiedImport | undefined, bundle: Candidate): void {
  if (last === undefined) return;
  const { path, version, content, signedBy } = bundle;
  if (!signedBy.some((id) => last.keyIds.includes(id))) {
    throw new AssayError(
      'ADVISORY_DATA_UNVERIFIED',
      `the bundle "${path}" is not signed by the keys that the base was loaded with (${shownKeys(last)}); the old data stays`,
      { hint: `To change keys, let one bundle be signed by old and new ones. ${FORGET}` },
    );
  }
  if (version < last.version) {
    throw new AssayError(
      'ADVISORY_DATA_STALE',
      `the bundle "${path}" is version ${version}, older than version ${last.version} that was imported before; the old data stays`,
      { hint: `Get the newest bundle. ${FORGET}` },
    );
  }
  if (version === last.version && content !== last.content) {
    throw new AssayError(
      'ADVISORY_DATA_UNVERIFIED',
      `the bundle "${path}" has the version ${version} of the last import, and other content; the old data stays`,
      { hint: `Export it again with a higher --bundle-version. ${FORGET}` },
    );
  }
}

const FORGET = 'If the change is meant, import once with --forget-keys.';

function shownKeys({ keyIds }: VerifiedImport): string {
  return keyIds.map(shortKeyId).join(', ');
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
