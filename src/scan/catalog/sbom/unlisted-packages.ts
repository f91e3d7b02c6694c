/**
 * Packages that a document names and does not list: what they are is written somewhere else, or
 * nowhere.
 *
 * Sources: CycloneDX 1.6 (ECMA-424), `dependencies`, `compositions`, `externalReferences` and
 * "BOM-Link"; SPDX 2.3, clauses 6.6 (external document references) and 11. Scopes of compositions
 * that are `unknown` or `not_specified` say nothing.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import { isJsonArray, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import type { SbomDocument } from './sbom-document.ts';

/**
 * Matches references to a package of another document: package URLs, BOM-Links, elements of other
 * documents of SPDX.
 */
const NAMES_PACKAGE = /^(?:pkg:|urn:cdx:|DocumentRef-)/;
const INCOMPLETE = /^incomplete(?:_|$)/;
const MAX_NAMED = 200;

/** Reports a gap if components depend on packages that the document does not list. */
export function reportUnlisted({ components, edges }: SbomDocument, result: CatalogBuilder): void {
  // What is missing may lie behind the part that was read.
  if (result.isCut) return;
  const listed = new Set(components.flatMap(({ ref = '', purl }) => [ref, purl]));
  const missing = new Set<string>();
  for (const targets of edges.values()) {
    for (const target of targets) {
      if (NAMES_PACKAGE.test(target) && !listed.has(target)) missing.add(target);
    }
  }
  const [first] = missing;
  if (first === undefined) return;
  const count = pluralize(missing.size, 'dependency', 'dependencies');
  const verb = missing.size === 1 ? 'is' : 'are';
  result.gap(
    'unread',
    `${count} ${verb} not listed in the document, such as "${first.slice(0, MAX_NAMED)}"`,
  );
}

/**
 * Reports gaps of a CycloneDX document that calls itself incomplete, or that leaves components to
 * other documents.
 */
export function reportIncompleteDocument(
  root: JsonObject,
  components: Iterable<JsonObject>,
  result: CatalogBuilder,
): void {
  const { compositions } = root;
  const isIncomplete = (isJsonArray(compositions) ? compositions : []).some((value) =>
    INCOMPLETE.test(readStrings(value, ['aggregate']).aggregate ?? ''),
  );
  if (isIncomplete) {
    result.gap('unread', 'the document says of itself that it is incomplete ("compositions")');
  }
  let count = 0;
  let first = '';
  for (const component of components) {
    const references = component['externalReferences'];
    if (!isJsonArray(references)) continue;
    const bom = references.find((value) => readStrings(value, ['type']).type === 'bom');
    if (bom === undefined) continue;
    if (count === 0) first = readStrings(bom, ['url']).url ?? '';
    count += 1;
  }
  if (count === 0) return;
  const owns = count === 1 ? 'has its' : 'have their';
  result.gap(
    'unread',
    `${pluralize(count, 'component')} ${owns} parts in other documents that are not read, such as "${first.slice(0, MAX_NAMED)}"`,
  );
}
