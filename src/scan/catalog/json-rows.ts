/**
 * JSON documents of a file that may be larger than what memory holds: the first rows are read, and
 * the others are a gap.
 */

import { pluralize } from '../../core/base/pluralize.ts';
import type { Context } from '../../core/base/context.ts';
import {
  readJsoncDocument,
  readJsonDocument,
  type JsonDocument,
} from '../../formats/text/json/json.ts';
import type { CatalogFile } from '../../core/model/catalog/catalog.ts';
import { LIMIT_MESSAGE, type CatalogBuilder } from './catalog-builder.ts';

/**
 * A document of this size takes some 100 MB when it is read as a whole; the largest lockfile seen
 * has 4 MB.
 */
const WHOLE_BYTES = 8 * 1024 * 1024;

/**
 * Rows of one list, for each package that one artifact may have: bills of materials list files as
 * well, and lockfiles list a package once for each place that it is installed in.
 */
const ROWS_A_PACKAGE = 2;

/** Characters of the rows that are read. A string keeps the text around it in memory. */
const MAX_TEXT_LENGTH = 64 * 1024 * 1024;

/**
 * Reads a document, and reports how many rows of each list are left out. @throws ParseError where
 * it is no JSON object.
 */
export async function readJsonRows(
  file: CatalogFile,
  result: CatalogBuilder,
  { limits: { maxPackages } }: Pick<Context, 'limits'>,
  { isJsonc = false }: { readonly isJsonc?: boolean } = {},
): Promise<JsonDocument> {
  if (file.sizeBytes <= WHOLE_BYTES) {
    const bytes = await file.bytes();
    return isJsonc ? readJsoncDocument(file.path, bytes) : readJsonDocument(file.path, bytes);
  }
  const { readJsonFile } = await import('../../formats/text/json/json-file.ts');
  const bounds = { maxItems: maxPackages * ROWS_A_PACKAGE, maxTextLength: MAX_TEXT_LENGTH };
  const document = await readJsonFile(file, bounds, { isJsonc });
  for (const { path, count } of document.leftOut) {
    result.cut(`${pluralize(count, 'row')} of "${path[0] ?? ''}" ${LIMIT_MESSAGE}`);
  }
  return document;
}
