/** Protection of a base that was loaded with keys against replacement. */

import { AssayError } from '../../../core/base/errors.ts';
import { shortKeyId } from './bundle-trust.ts';
import { FORGET_KEYS_HINT, type VerifiedImport } from './last-verified.ts';

/** The bundle or base to import. `signedBy` holds the keys that were verified. */
export type ImportCandidate = Pick<VerifiedImport, 'version' | 'content'> & {
  readonly path: string;
  readonly signedBy: readonly string[];
};

/**
 * Refuses what no key vouches for where keys were used before.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`
 */
export function refuseUnverified(last: VerifiedImport | undefined): void {
  if (last === undefined) return;
  throw new AssayError(
    'ADVISORY_DATA_UNVERIFIED',
    `the base was loaded with --verify-key (${shownKeys(last)}), and this import is not verified; the old data stays`,
    { hint: `Give the keys with --verify-key. ${FORGET_KEYS_HINT}` },
  );
}

/**
 * Refuses a verified bundle that is of others, older, or ambiguous.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ADVISORY_DATA_STALE`
 */
export function refuseForeignOrOlder(
  last: VerifiedImport | undefined,
  bundle: ImportCandidate,
): void {
  if (last === undefined) return;
  const { path, version, content, signedBy } = bundle;
  if (!signedBy.some((id) => last.keyIds.includes(id))) {
    throw new AssayError(
      'ADVISORY_DATA_UNVERIFIED',
      `the bundle "${path}" is not signed by the keys that the base was loaded with (${shownKeys(last)}); the old data stays`,
      { hint: `To change keys, let one bundle be signed by old and new ones. ${FORGET_KEYS_HINT}` },
    );
  }
  if (version < last.version) {
    throw new AssayError(
      'ADVISORY_DATA_STALE',
      `the bundle "${path}" is version ${version}, older than version ${last.version} that was imported before; the old data stays`,
      { hint: `Get the newest bundle. ${FORGET_KEYS_HINT}` },
    );
  }
  if (version === last.version && content !== last.content) {
    throw new AssayError(
      'ADVISORY_DATA_UNVERIFIED',
      `the bundle "${path}" has the version ${version} of the last import, and other content; the old data stays`,
      { hint: `Export it again with a higher --bundle-version. ${FORGET_KEYS_HINT}` },
    );
  }
}

function shownKeys({ keyIds }: VerifiedImport): string {
  return keyIds.map(shortKeyId).join(', ');
}
