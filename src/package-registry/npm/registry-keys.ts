/**
 * The keys that an npm registry signs versions with.
 *
 * Source: npm documentation, "ECDSA registry signatures": `GET /-/npm/v1/keys` has `keys` with
 * `keyid`, `expires` (a date or `null`), `keytype` and `scheme` (`ecdsa-sha2-nistp256`), and `key`
 * (SubjectPublicKeyInfo in base64). Keys of other types are left out.
 */

import { createPublicKey, verify, type KeyObject } from 'node:crypto';

import type { Context } from '../../core/base/context.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import type { SideDocuments } from '../side-documents.ts';

/** A key of a registry. */
export interface RegistryKey {
  readonly keyid: string;
  /**
   * Milliseconds since the Unix epoch, from which on it signs nothing. Absent: it does not expire.
   */
  readonly expiresAt?: number;
  /** The row of the registry. */
  readonly row: JsonObject;
  readonly publicKey: KeyObject;
  /** Whether a signature in DER is one of this key over a text. */
  readonly verify: (text: string, signature: Uint8Array) => boolean;
}

/** The keys of one registry. The same object stands for the same keys. */
export interface KeySet {
  readonly keys: readonly RegistryKey[];
  /** The keys could not be fetched, so that it is not known whether there are some. */
  readonly isUnknown: boolean;
}

/** The keys of registries. */
export interface RegistryKeys {
  /**
   * Returns the keys of a registry. `mayWait`: whether it can be asked; without it only if nothing
   * is known.
   */
  of(uplink: string, mayWait: boolean): Promise<KeySet>;
  /** Returns the rows of all keys that are known by now, each once. */
  known(): readonly JsonObject[];
}

const KEY_START = 'keys ';

/**
 * Whether a document beside those of packages can be stored: one with keys has at least one that
 * can be read.
 */
export function isUsableDocument(key: string, bytes: Uint8Array): boolean {
  return !key.startsWith(KEY_START) || readKeys(bytes).length > 0;
}

const NO_KEYS: KeySet = { keys: [], isUnknown: false };
const UNKNOWN: KeySet = { keys: [], isUnknown: true };
const TYPE = 'ecdsa-sha2-nistp256';
const MAX_KEYS = 64;
/** Keys are announced long before they sign. */
const FRESH_MS = 3_600_000;
/** A registry whose keys could not be fetched is asked again after this time. */
const RETRY_MS = 300_000;

/** Opens the keys of a service. */
export function openRegistryKeys(
  documents: SideDocuments,
  { now, log }: Pick<Context, 'now' | 'log'>,
): RegistryKeys {
  const sets = new Map<string, { readonly set: KeySet; readonly text: string; until: number }>();
  const fetch = async (uplink: string, freshMs: number): Promise<KeySet> => {
    const before = sets.get(uplink);
    const remember = (set: KeySet, text: string, forMs: number): KeySet => {
      sets.set(uplink, { set, text, until: now() + forMs });
      return set;
    };
    try {
      const url = new URL('-/npm/v1/keys', uplink).href;
      const bytes = await documents.get({ key: `${KEY_START}${uplink}`, url, uplink, freshMs });
      const text = Buffer.from(bytes ?? '').toString('utf8');
      if (before?.text === text && !before.set.isUnknown)
        return remember(before.set, text, FRESH_MS);
      const keys = bytes === undefined ? [] : readKeys(bytes);
      return remember(keys.length === 0 ? NO_KEYS : { keys, isUnknown: false }, text, FRESH_MS);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      if (before?.set.isUnknown !== true) {
        log.warn(`the keys of "${uplink}" could not be fetched: ${errorMessage(error)}`);
      }
      // A registry that has no such address answers in many ways.
      const isRefused = error.code === 'REGISTRY_DENIED';
      return remember(isRefused ? NO_KEYS : (before?.set ?? UNKNOWN), before?.text ?? '', RETRY_MS);
    }
  };
  return {
    of: async (uplink, mayWait) => {
      const known = sets.get(uplink);
      if (known !== undefined && (!mayWait || now() < known.until)) return known.set;
      return fetch(uplink, mayWait ? FRESH_MS : Number.POSITIVE_INFINITY);
    },
    known: () => {
      const rows = [...sets.values()].flatMap(({ set }) => set.keys.map(({ row }) => row));
      return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
    },
  };
}

/** Keys that cannot be read are left out: a signature of theirs counts as one of an unknown key. */
function readKeys(bytes: Uint8Array): readonly RegistryKey[] {
  let rows: JsonValue | undefined;
  try {
    rows = readJson('keys', bytes)['keys'];
  } catch {
    return [];
  }
  return (isJsonArray(rows) ? rows.slice(0, MAX_KEYS) : []).flatMap((row) => readKey(row));
}

function readKey(row: JsonValue): readonly RegistryKey[] {
  if (!isJsonObject(row)) return [];
  const { keyid, keytype, scheme, key, expires } = readStrings(row, [
    ...(['keyid', 'keytype', 'scheme', 'key', 'expires'] as const),
  ]);
  if (keyid === undefined || key === undefined || keytype !== TYPE || scheme !== TYPE) return [];
  const expiresAt = expires === undefined ? undefined : Date.parse(expires);
  // A key whose expiry cannot be read could have expired.
  if (expiresAt !== undefined && Number.isNaN(expiresAt)) return [];
  try {
    const publicKey = createPublicKey({
      key: Buffer.from(key, 'base64'),
      format: 'der',
      type: 'spki',
    });
    if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return [];
    return [
      {
        keyid,
        row,
        publicKey,
        ...(expiresAt !== undefined && { expiresAt }),
        verify: (text, signature) => verify('sha256', Buffer.from(text), publicKey, signature),
      },
    ];
  } catch {
    return [];
  }
}
