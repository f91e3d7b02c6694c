/**
 * The content of an SPDX 2 document, from its JSON form.
 *
 * Source: SPDX 2.2 and 2.3, clauses 7 (package information), 10 (other licensing information), 11
 * (relationships) and 12 (annotations); trivy and syft for the content of `attributionTexts`,
 * `annotations` and `sourceInfo`.
 *
 * A package's identity is its external reference of the type `purl`, in whatever category; each of
 * several is a package. Files and snippets are not read.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { parseJson } from './assay-component.ts';
import {
  BARE_COMPONENT,
  digestOf,
  MAX_LISTED,
  propertyMap,
  type SbomComponent,
  type SbomDocument,
} from './sbom-document.ts';
import { licenseList } from './spdx-licenses.ts';
import { isSubject, spdxGraph, type SpdxRelationship } from './spdx-relationships.ts';
import { omitsEqualSources } from './source-convention.ts';

const KNOWN_VERSION = /^SPDX-2\.[0-3]$/;

/** trivy's annotations, `KEY: VALUE`. */
const KEY_VALUE = /^(?<key>[A-Za-z][\w:.-]*): (?<value>[^\n]*)$/;
/** trivy's `sourceInfo` of a system's package. */
const BUILT_FROM = /^built package from: (?<name>\S+) (?<version>\S+)$/;
/** Matches the ids by which trivy before 0.50 marked the kinds of packages. */
const SYSTEM_ID = /^SPDXRef-OperatingSystem/;
const IMAGE_ID = /^SPDXRef-ContainerImage/;

/** CycloneDX's types by SPDX's purposes; others are software. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['APPLICATION', 'application'],
  ['ARCHIVE', 'file'],
  ['CONTAINER', 'container'],
  ['DEVICE', 'device'],
  ['FILE', 'file'],
  ['FIRMWARE', 'firmware'],
  ['FRAMEWORK', 'framework'],
  ['LIBRARY', 'library'],
  ['OPERATING-SYSTEM', 'operating-system'],
  ['OPERATING_SYSTEM', 'operating-system'],
  ['SOURCE', 'source'],
]);

/** An object of the document, and on which line it begins. */
export interface Spdx2Source {
  readonly root: JsonObject;
  lineOf(value: JsonObject): number | undefined;
}

/** Reads the packages and relationships of an SPDX 2 document. */
export function spdx2Document(source: Spdx2Source, result: CatalogBuilder): SbomDocument {
  const { root } = source;
  checkVersion(root, result);
  const licenses = extractedLicenses(root);
  const relationships = relationshipsOf(root);
  const graph = spdxGraph(relationships);
  for (const ref of textsOf(root['documentDescribes'])) graph.subjects.add(ref);
  const components: SbomComponent[] = [];
  for (const value of arrayOf(root['packages'])) {
    if (!isJsonObject(value)) {
      result.unreadableRow(value, { reason: 'a package that is no object' });
      continue;
    }
    const component = componentOf(value, licenses, source);
    const { ref = '' } = component;
    const scope = graph.scopes.get(ref) ?? '';
    components.push({ ...component, scope, isSubject: isSubject(graph, ref) });
    // Edges name the first; the others are packages to ask about all the same.
    for (const purl of purlsOf(value).slice(1)) {
      components.push({ ...component, ref: '', scope, purl, isSubject: false });
    }
  }
  const isOfImage = components.some(
    ({ type, ref = '' }) => type === 'container' && isSubject(graph, ref),
  );
  return {
    components,
    edges: graph.edges,
    isOfInstalled: isOfImage,
    leavesEqualSourcesOut: omitsEqualSources(root),
  };
}

function checkVersion(root: JsonObject, result: CatalogBuilder): void {
  const version = root['spdxVersion'];
  if (typeof version === 'string' && KNOWN_VERSION.test(version)) return;
  const reason = 'a version of SPDX that is not known';
  result.unreadableRow(version ?? 'no spdxVersion', { reason });
}

function componentOf(
  row: JsonObject,
  licenses: ReadonlyMap<string, string>,
  source: Spdx2Source,
): SbomComponent {
  const { SPDXID: ref = '', name = '', versionInfo: version = '' } = readStrings(row, FIELDS);
  const { primaryPackagePurpose: purpose = '', ...texts } = readStrings(row, FIELDS);
  const line = source.lineOf(row);
  const declared = licenseList(texts.licenseDeclared, licenses);
  return {
    ...BARE_COMPONENT,
    ref,
    type: typeOf(ref, purpose),
    name,
    version,
    purl: purlsOf(row)[0] ?? '',
    licenses: declared.length > 0 ? declared : licenseList(texts.licenseConcluded, licenses),
    digests: listOf(row['checksums']).flatMap((checksum) => {
      const { algorithm = '', checksumValue = '' } = readStrings(checksum, CHECKSUM);
      return digestOf(algorithm, checksumValue) ?? [];
    }),
    properties: propertyMap(propertiesOf(row, texts.sourceInfo ?? '')),
    ...(line !== undefined && { line }),
  };
}

const FIELDS = [
  'SPDXID',
  'name',
  'versionInfo',
  'primaryPackagePurpose',
  'sourceInfo',
  'licenseDeclared',
  'licenseConcluded',
] as const;
const CHECKSUM = ['algorithm', 'checksumValue'] as const;

function typeOf(ref: string, purpose: string): string {
  if (SYSTEM_ID.test(ref)) return 'operating-system';
  if (IMAGE_ID.test(ref)) return 'container';
  return TYPES.get(purpose) ?? 'library';
}

/** Returns the package URLs without duplicates. */
function purlsOf(row: JsonObject): readonly string[] {
  const purls = new Set<string>();
  for (const reference of listOf(row['externalRefs'])) {
    const texts = readStrings(reference, ['referenceType', 'referenceLocator']);
    if (texts.referenceType === 'purl') purls.add(texts.referenceLocator ?? '');
  }
  return [...purls];
}

function* propertiesOf(row: JsonObject, sourceInfo: string): Generator<readonly [string, string]> {
  const comments = listOf(row['annotations']).map(
    (annotation) => readStrings(annotation, ['comment']).comment ?? '',
  );
  for (const text of [...comments, ...textsOf(row['attributionTexts']).slice(0, MAX_LISTED)]) {
    if (text.startsWith('{"assay:')) yield* ownProperties(text);
    const { key, value } = KEY_VALUE.exec(text)?.groups ?? {};
    if (key !== undefined && value !== undefined) yield [key, value];
  }
  const { name, version } = BUILT_FROM.exec(sourceInfo)?.groups ?? {};
  if (name === undefined || version === undefined) return;
  yield ['SrcName', name];
  yield ['SrcVersion', version];
}

function* ownProperties(text: string): Generator<readonly [string, string]> {
  const value = parseJson(text);
  for (const [key, told] of isJsonObject(value) ? Object.entries(value) : []) {
    if (typeof told === 'string') yield [key, told];
  }
}

/** Returns the names of licenses that the document defines itself, by their `LicenseRef-` ids. */
function extractedLicenses(root: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const value of arrayOf(root['hasExtractedLicensingInfos'])) {
    const { licenseId, name } = readStrings(value, ['licenseId', 'name']);
    if (licenseId !== undefined && name !== undefined) names.set(licenseId, name);
  }
  return names;
}

function* relationshipsOf(root: JsonObject): Generator<SpdxRelationship> {
  for (const value of arrayOf(root['relationships'])) {
    const texts = readStrings(value, ['spdxElementId', 'relatedSpdxElement', 'relationshipType']);
    const { spdxElementId: from, relatedSpdxElement: to, relationshipType: type } = texts;
    if (from !== undefined && to !== undefined && type !== undefined) yield { from, to, type };
  }
}

function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return arrayOf(value).slice(0, MAX_LISTED);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return arrayOf(value).filter((text) => typeof text === 'string');
}
