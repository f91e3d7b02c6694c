/** Takes over what a manifest of a project requests, also where the manifest cannot be read. */

import { ParseError } from '../../core/base/errors.ts';
import type { CatalogFile } from '../../core/model/catalog/catalog.ts';
import type { DependencyManifest } from '../../core/model/package/dependency-manifest.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/**
 * Takes what a manifest requests. One that is not of its format requests something unknown: whether
 * that matters is decided like any other manifest, because installed packages bring broken ones
 * along as test data.
 */
export async function readRequests(
  file: CatalogFile,
  result: CatalogBuilder,
  read: (bytes: Uint8Array) => DependencyManifest,
): Promise<void> {
  const bytes = await file.bytes();
  try {
    result.requests(read(bytes));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    result.requests({ requests: [], computed: `cannot be read: ${error.reason}` });
  }
}
