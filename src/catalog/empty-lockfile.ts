/**
 * A lockfile that pins nothing beside a manifest that asks for packages. Either was emptied, or nobody has resolved what the
 * manifest asks for: what would be installed is not known, and no list of packages may stand for that.
 */

import { ParseError } from '../base/errors.ts';
import type { CatalogFile } from '../model/catalog.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/** How many a message names. */
const MAX_NAMED = 3;
const MAX_QUOTED = 80;

/**
 * Says of a lockfile in which nothing was found that it pins nothing of what the manifest asks for; a gap.
 *
 * @param manifest Absent where none lies beside the lockfile.
 * @param asksFor What the manifest wants of a registry, without what is the project's own. A ParseError of it says that the
 *   manifest cannot be read, which its own reader reports.
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
