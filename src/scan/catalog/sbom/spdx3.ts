/**
 * The content of an SPDX 3 document in JSON-LD.
 *
 * Source: SPDX 3.0.1, profiles Core, Software and SimpleLicensing, in the compact form of its
 * published context: one `@graph` of elements that name each other by `spdxId`. Other forms of
 * JSON-LD are not expanded. Elements that are no packages (files, snippets, vulnerabilities,
 * agents) are passed over.
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
import {
  BARE_COMPONENT,
  digestOf,
  MAX_LISTED,
  type SbomComponent,
  type SbomDocument,
} from './sbom-document.ts';
import { licenseList } from './spdx-licenses.ts';
import { isSubject, spdxGraph, type SpdxRelationship } from './spdx-relationships.ts';
import { omitsEqualSources } from './source-convention.ts';

const FIELDS = [
  'spdxId',
  'name',
  'software_packageVersion',
  'software_packageUrl',
  'software_primaryPurpose',
] as const;
const TYPES: ReadonlyMap<string, string> = new Map([
  ['container', 'container'],
  ['operatingSystem', 'operating-system'],
  ['application', 'application'],
  ['file', 'file'],
  ['source', 'source'],
]);
/** Relationships of SPDX 2 with the same meaning. */
const RELATIONSHIPS: ReadonlyMap<string, string> = new Map([
  ['contains', 'CONTAINS'],
  ['dependsOn', 'DEPENDS_ON'],
  ['describes', 'DESCRIBES'],
  ['hasDynamicLink', 'DEPENDS_ON'],
  ['hasOptionalDependency', 'OPTIONAL_DEPENDENCY_OF'],
  ['hasProvidedDependency', 'PROVIDED_DEPENDENCY_OF'],
  ['hasStaticLink', 'DEPENDS_ON'],
]);
/** Relationships for a `LifecycleScopedRelationship`, by scope. */
const SCOPED: ReadonlyMap<string, string> = new Map([
  ['build', 'BUILD_DEPENDENCY_OF'],
  ['development', 'DEV_DEPENDENCY_OF'],
  ['runtime', 'RUNTIME_DEPENDENCY_OF'],
  ['test', 'TEST_DEPENDENCY_OF'],
]);
/** Types of elements whose `rootElement` is what the document is about. */
const COLLECTIONS: ReadonlySet<string> = new Set(['SpdxDocument', 'software_Sbom', 'Bom']);

/**
 * Reads the packages and relationships of an SPDX 3 document in JSON-LD.
 *
 * @throws ParseError where there is no graph.
 */
export function spdx3Document(path: string, document: JsonDocument): SbomDocument {
  const graph = document.root['@graph'];
  if (!isJsonArray(graph)) throw new ParseError(path, 'no "@graph"');
  const elements = graph.filter((value) => isJsonObject(value));
  const licenses = licensesOf(elements);
  const relations = spdxGraph(relationshipsOf(elements));
  for (const element of elements) {
    if (!COLLECTIONS.has(typeOf(element))) continue;
    for (const ref of textsOf(element['rootElement'])) relations.subjects.add(ref);
  }
  const components: SbomComponent[] = [];
  for (const element of elements) {
    if (typeOf(element) !== 'software_Package') continue;
    const component = componentOf(element, licenses, document);
    const { ref = '' } = component;
    const scope = relations.scopes.get(ref) ?? '';
    components.push({ ...component, scope, isSubject: isSubject(relations, ref) });
  }
  const isOfImage = components.some(
    ({ type, ref = '' }) => type === 'container' && isSubject(relations, ref),
  );
  return {
    components,
    edges: relations.edges,
    isOfInstalled: isOfImage,
    leavesEqualSourcesOut: omitsEqualSources(document.root),
  };
}

function componentOf(
  row: JsonObject,
  licenses: ReadonlyMap<string, readonly string[]>,
  document: JsonDocument,
): SbomComponent {
  const texts = readStrings(row, FIELDS);
  const { spdxId: ref = '', software_primaryPurpose: purpose = '' } = texts;
  const line = document.lineOf(row);
  return {
    ...BARE_COMPONENT,
    ref,
    type: TYPES.get(purpose) ?? 'library',
    name: texts.name ?? '',
    version: texts.software_packageVersion ?? '',
    purl: texts.software_packageUrl ?? identifierOf(row),
    licenses: licenses.get(ref) ?? [],
    digests: listOf(row['verifiedUsing']).flatMap((hash) => {
      const { algorithm = '', hashValue = '' } = readStrings(hash, ['algorithm', 'hashValue']);
      return digestOf(algorithm, hashValue) ?? [];
    }),
    ...(line !== undefined && { line }),
  };
}

function identifierOf(row: JsonObject): string {
  for (const value of listOf(row['externalIdentifier'])) {
    const texts = readStrings(value, ['externalIdentifierType', 'identifier']);
    if (texts.externalIdentifierType === 'packageUrl') return texts.identifier ?? '';
  }
  return '';
}

/** Returns the expressions by the packages that declare them. */
function licensesOf(elements: readonly JsonObject[]): ReadonlyMap<string, readonly string[]> {
  const expressions = new Map<string, string>();
  for (const element of elements) {
    const texts = readStrings(element, ['spdxId', 'simplelicensing_licenseExpression', 'name']);
    const { spdxId, simplelicensing_licenseExpression: expression } = texts;
    if (spdxId !== undefined && expression !== undefined) expressions.set(spdxId, expression);
  }
  const licenses = new Map<string, readonly string[]>();
  for (const element of elements) {
    const { from, relationshipType } = readStrings(element, ['from', 'relationshipType']);
    if (from === undefined || relationshipType !== 'hasDeclaredLicense') continue;
    const told = textsOf(element['to']).slice(0, MAX_LISTED);
    licenses.set(
      from,
      told.flatMap((to) => licenseList(expressions.get(to))),
    );
  }
  return licenses;
}

function* relationshipsOf(elements: readonly JsonObject[]): Generator<SpdxRelationship> {
  for (const element of elements) {
    const { from, relationshipType = '', scope = '' } = readStrings(element, RELATION);
    const plain = RELATIONSHIPS.get(relationshipType);
    if (from === undefined || plain === undefined) continue;
    const type = plain === 'DEPENDS_ON' ? (SCOPED.get(scope) ?? plain) : plain;
    for (const to of textsOf(element['to'])) {
      yield type.endsWith('_OF') ? { from: to, to: from, type } : { from, to, type };
    }
  }
}

const RELATION = ['from', 'relationshipType', 'scope'] as const;

function typeOf(element: JsonObject): string {
  return readStrings(element, ['type']).type ?? '';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value.slice(0, MAX_LISTED) : [];
}

/** One text alone is a list of one, as JSON-LD allows. */
function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return isJsonArray(value) ? value.filter((text) => typeof text === 'string') : [];
}
