/** Reads the flags of bundles: signing keys, trusted keys, expiry and version. */

import { resolve } from 'node:path';

import type { Expiry, TrustRequest } from '../../../../advisories/base/bundle/bundle-types.ts';
import type { Session } from '../command.ts';
import { badValue, readInstant } from '../../../config/values.ts';
import { readDuration } from '../../../config/values.ts';

const DEFAULT_EXPIRES = '30d';
const DATE_START = /^\d{4}-/u;
const COUNT = /^[1-9]\d{0,15}$/u;

/** Reads the trusted keys and the required signatures. @throws AssayError `USAGE` */
export function readTrustFlags({ flags, io }: Session): TrustRequest {
  const threshold = readCount('threshold', flags.text('threshold'));
  return {
    verifyKeys: flags.list('verify-key').map((path) => resolve(io.cwd, path)),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** Reads the expiry; `undefined`: never. @throws AssayError `USAGE` */
export function readExpiry({ flags }: Session): Expiry | undefined {
  const text = flags.text('expires') ?? DEFAULT_EXPIRES;
  if (text === 'never') return undefined;
  if (!DATE_START.test(text)) return { afterMs: readDuration('expires', text) };
  return { at: new Date(readInstant('expires', text)).toISOString() };
}

/**
 * Reads `--bundle-version`; absent without the flag.
 *
 * @throws AssayError `USAGE`
 */
export function readBundleVersion({ flags }: Session): number | undefined {
  return readCount('bundle-version', flags.text('bundle-version'));
}

function readCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = COUNT.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw badValue(flag, text, 'Write a number from 1 on.');
}
