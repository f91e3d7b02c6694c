/** Flags of bundles: who signs, who is trusted, how long it holds. */

import { resolve } from 'node:path';

import type { Expiry, TrustRequest } from '../advisory-db/bundle-types.ts';
import type { Session } from './command.ts';
import type { Flag } from '../config/flag.ts';
import { badValue, readInstant } from '../config/values.ts';
import { readDuration } from '../config/values.ts';

/** `db import` and `db verify` take these. */
export const VERIFY_FLAGS: readonly Flag[] = [
  {
    name: 'verify-key',
    value: 'FILE',
    group: 'Advisory data',
    help: 'Ed25519 public key (PEM) that must have signed the bundle; repeat or separate by commas',
  },
  {
    name: 'threshold',
    value: 'N',
    group: 'Advisory data',
    help: 'how many of the keys must have signed (default: all)',
  },
];

export const FORGET_KEYS_FLAG: Flag = {
  name: 'forget-keys',
  group: 'Advisory data',
  help: 'take what is unsigned, older, or signed by other keys than the base was loaded with',
};

/** `db export` takes these. */
export const EXPORT_FLAGS: readonly Flag[] = [
  {
    name: 'sign-key',
    value: 'FILE',
    group: 'Advisory data',
    help: 'Ed25519 private key (PEM) to sign with; repeat or separate by commas; ASSAY_KEY_PASSWORD opens encrypted ones',
  },
  {
    name: 'expires',
    value: 'DURATION|DATE',
    group: 'Advisory data',
    help: 'when importing is refused: so long after the newest data was loaded (default: 30d), a date, or never',
  },
  {
    name: 'bundle-version',
    value: 'N',
    group: 'Advisory data',
    help: 'version that must not go backwards (default: the second of the newest data, as in 20260131120000)',
  },
];

/** For the reader of command lines, which must know what takes a value. */
export const BUNDLE_FLAGS: readonly Flag[] = [...VERIFY_FLAGS, ...EXPORT_FLAGS, FORGET_KEYS_FLAG];

const DEFAULT_EXPIRES = '30d';
const DATE_START = /^\d{4}-/u;
const COUNT = /^[1-9]\d{0,15}$/u;

/** Whose signatures count. @throws AssayError `USAGE` */
export function readTrustFlags({ flags, io }: Session): TrustRequest {
  const threshold = readCount('threshold', flags.text('threshold'));
  return {
    verifyKeys: flags.list('verify-key').map((path) => resolve(io.cwd, path)),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** `undefined`: never. @throws AssayError `USAGE` */
export function readExpiry({ flags }: Session): Expiry | undefined {
  const text = flags.text('expires') ?? DEFAULT_EXPIRES;
  if (text === 'never') return undefined;
  if (!DATE_START.test(text)) return { afterMs: readDuration('expires', text) };
  return { at: new Date(readInstant('expires', text)).toISOString() };
}

/** @throws AssayError `USAGE` */
export function readBundleVersion({ flags }: Session): number | undefined {
  return readCount('bundle-version', flags.text('bundle-version'));
}

function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = COUNT.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw badValue(flag, text, 'Write a number from 1 on.');
}
