/**
 * A lockfile that pins nothing beside a manifest that requests packages. It was emptied, or the
 * requests were never resolved: the packages of an installation are unknown, so an empty list would
 * be wrong.
 */

import { ParseError } from '../../core/base/errors.ts';
import type { CatalogFile } from '../../core/model/catalog/catalog.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/** Number of names in a message. */
const MAX_NAMED = 3;
const MAX_QUOTED = 80;

/**
 * Reports a lockfile without packages that pins none of the manifest's requests; a gap.
 *
 * @param manifest Absent if none lies beside the lockfile.
 * @param asksFor Returns the manifest's requests to a registry, without the project's own packages.
 * Its ParseError means that the manifest cannot be read, which its own reader reports.
 */
export async function reportEmptyLock(
  result: CatalogBuilder,
  manifest: CatalogFile | undefined,
  asksFor: (bytes: Uint8Array, path: string) => Iterable<string>,
): Promise<void> {
  if (manifest === undefined) return;
  const names = namesIn(await manifest.bytes(), manifest.path, asksFor);
  if (names.length === 0) return;
  const named = names.slice(0, MAX_NAMED).map((name) => JSON.stringify(name.slice(0, MAX_QUOTED)));
  const more = names.length - named.length;
  const list = named.join(', ') + (more > 0 ? ` and ${more} more` : '');
  result.gap('unreadable', `pins nothing, and "${manifest.path}" asks for ${list}`);
}

function namesIn(
  bytes: Uint8Array,
  path: string,
  asksFor: (bytes: Uint8Array, path: string) => Iterable<string>,
): readonly string[] {
  try {
    return [...new Set(asksFor(bytes, path))];
  } catch (error) {
    if (error instanceof ParseError) return [];
    throw error;
  }
}
