/**
 * The content of syft's own JSON.
 *
 * Source: anchore/syft, JSON schema of the output (`artifacts`, `artifactRelationships`, `distro`,
 * `source`), versions 1 to 16. Package URLs carry the system and the source package; `metadata` has
 * them as well.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import {
  BARE_COMPONENT,
  EdgeList,
  MAX_LISTED,
  type SbomComponent,
  type SbomDocument,
} from './sbom-document.ts';

/** Keys of `metadata` by the properties under which syft writes them into CycloneDX. */
const METADATA: readonly (readonly [string, string])[] = [
  ['source', 'syft:metadata:source'],
  ['sourceVersion', 'syft:metadata:sourceVersion'],
  ['originPackage', 'syft:metadata:originPackage'],
  ['sourceRpm', 'syft:metadata:sourceRpm'],
  ['modularityLabel', 'syft:metadata:modularityLabel'],
];

/**
 * Reads the artifacts and relationships of syft's own JSON format.
 *
 * @throws ParseError where there are no `artifacts`.
 */
export function syftDocument(
  path: string,
  document: JsonDocument,
  result: CatalogBuilder,
): SbomDocument {
  const { root } = document;
  const artifacts = root['artifacts'];
  if (!isJsonArray(artifacts)) throw new ParseError(path, '"artifacts" is not a list');
  const components: SbomComponent[] = systemsOf(root);
  for (const value of artifacts) {
    if (isJsonObject(value)) components.push(componentOf(value, document));
    else result.unreadableRow(value, { reason: 'an artifact that is no object' });
  }
  const { type } = readStrings(root['source'], ['type']);
  return {
    components,
    edges: edgesOf(root),
    isOfInstalled: type === 'image',
    leavesEqualSourcesOut: true,
  };
}

function systemsOf(root: JsonObject): SbomComponent[] {
  const texts = readStrings(root['distro'], ['id', 'versionID', 'versionCodename']);
  const { id: name = '', versionID: version = '', versionCodename: codename = '' } = texts;
  if (name === '') return [];
  const properties = new Map(codename === '' ? [] : [['syft:distro:versionCodename', codename]]);
  return [{ ...BARE_COMPONENT, type: 'operating-system', name, version, properties }];
}

function componentOf(row: JsonObject, document: JsonDocument): SbomComponent {
  const texts = readStrings(row, ['id', 'name', 'version', 'purl', 'foundBy']);
  const { id: ref = '', name = '', version = '', purl = '', foundBy = '' } = texts;
  const told = readStrings(
    row['metadata'],
    METADATA.map(([key]) => key),
  );
  const properties = new Map([['syft:package:foundBy', foundBy]]);
  for (const [key, property] of METADATA) {
    const value = told[key] ?? '';
    if (value !== '') properties.set(property, value);
  }
  const line = document.lineOf(row);
  return {
    ...BARE_COMPONENT,
    ref,
    name,
    version,
    purl,
    licenses: licensesOf(row['licenses']),
    properties,
    ...(line !== undefined && { line }),
  };
}

/** Returns the licenses: texts until version 8 of the schema, objects since. */
function licensesOf(list: JsonValue | undefined): readonly string[] {
  const licenses = (isJsonArray(list) ? list.slice(0, MAX_LISTED) : []).flatMap((license) => {
    if (typeof license === 'string') return license;
    const { spdxExpression = '', value = '' } = readStrings(license, ['spdxExpression', 'value']);
    return spdxExpression === '' ? value : spdxExpression;
  });
  return [...new Set(licenses.filter((license) => license !== ''))];
}

/** `parent` is a dependency of `child`. */
function edgesOf(root: JsonObject): ReadonlyMap<string, readonly string[]> {
  const list = new EdgeList();
  const relationships = root['artifactRelationships'];
  for (const value of isJsonArray(relationships) ? relationships : []) {
    const { parent, child, type } = readStrings(value, ['parent', 'child', 'type']);
    if (type !== 'dependency-of' || parent === undefined || child === undefined) continue;
    list.add(child, parent);
  }
  return list.edges;
}
