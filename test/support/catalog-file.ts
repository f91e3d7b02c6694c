/** Files held in memory, as catalogers are given them. */

import { quietContext, type Context } from '../../src/core/base/context.ts';
import type { Cataloger } from '../../src/scan/catalog/cataloger.ts';
import { indexSiblingFiles } from '../../src/scan/collect/layer-collection.ts';
import type { CatalogFile, CatalogResult, Siblings } from '../../src/core/model/catalog/catalog.ts';

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

/**
 * Reads the first of several files, with the others beside it; `overrides` as of {@link
 * quietContext}.
 */
export function readAmong(
  cataloger: Cataloger,
  files: Readonly<Record<string, string>>,
  overrides: Partial<Context> = {},
): Promise<CatalogResult> {
  const all = new Map(Object.entries(files).map(([path, body]) => [path, catalogFile(path, body)]));
  const [first] = all.values();
  if (first === undefined) throw new RangeError('no file');
  const siblings: Siblings = {
    get: (path) => all.get(path),
    beside: indexSiblingFiles([...all.values()]),
  };
  return cataloger.read(first, siblings, quietContext(overrides));
}

/** `name@version` of every package, sorted. */
export function namesOf(result: CatalogResult): readonly string[] {
  return result.packages.map(({ name, version }) => `${name}@${version}`).sort();
}
