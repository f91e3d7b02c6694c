/** Files held in memory, as catalogers are given them. */

import { quietContext } from '../../src/base/context.ts';
import type { Cataloger } from '../../src/catalog/cataloger.ts';
import type { CatalogFile, CatalogResult } from '../../src/model/catalog.ts';

/** A file with the given body; text is written as UTF-8. */
export function catalogFile(path: string, body: string | Uint8Array): CatalogFile {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    path,
    sizeBytes: bytes.length,
    bytes: () => Promise.resolve(bytes),
    readAt: (offset, lengthBytes) => Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
  };
}

/** Reads one file that has no siblings, with the default limits and no network. */
export function readCatalog(
  cataloger: Cataloger,
  path: string,
  body: string | Uint8Array,
): Promise<CatalogResult> {
  return cataloger.read(catalogFile(path, body), { get: () => undefined }, quietContext());
}

/** `name@version` of every package, sorted. */
export function namesOf(result: CatalogResult): readonly string[] {
  return result.packages.map(({ name, version }) => `${name}@${version}`).sort();
}
