/**
 * The content of a CycloneDX document, from its JSON form.
 *
 * Source: CycloneDX 1.2 to 1.7 (ECMA-424), JSON schemas; the taxonomies of properties of trivy,
 * syft and npm. Vulnerabilities inside are not read: they are findings of another tool, at another
 * time.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { reportIncompleteDocument } from './unlisted-packages.ts';
import {
  digestOf,
  EdgeList,
  MAX_LISTED,
  propertyMap,
  type SbomComponent,
  type SbomDocument,
} from './sbom-document.ts';
import { omitsEqualSources } from './source-convention.ts';

const KNOWN_VERSION = /^1\.[2-7]$/;

/**
 * Parts of a product's life in which there is nothing yet but names (CycloneDX 1.5, `lifecycles`).
 */
const EARLY_PHASES: ReadonlySet<unknown> = new Set(['design', 'pre-build']);

/** An object of the document, and on which line it begins. */
export interface CyclonedxSource {
  readonly path: string;
  readonly root: JsonObject;
  lineOf(value: JsonObject): number | undefined;
}

/**
 * Reads the components and dependencies of a CycloneDX document, nested components included.
 *
 * @throws ParseError where `components` is something else than a list.
 */
export function cyclonedxDocument(source: CyclonedxSource, result: CatalogBuilder): SbomDocument {
  const { path, root } = source;
  if (root['components'] !== undefined && !isJsonArray(root['components'])) {
    throw new ParseError(path, '"components" is not a list');
  }
  checkVersion(source, result);
  const subject = subjectOf(root);
  const components: SbomComponent[] = [];
  const others: JsonObject[] = [];
  for (const value of nestedComponents(root)) {
    if (isJsonObject(value)) {
      components.push(componentOf(value, source, value === subject));
      // That of the subject is this document.
      if (value !== subject && value['externalReferences'] !== undefined) others.push(value);
    } else result.unreadableRow(value, { reason: 'a component that is no object' });
  }
  reportIncompleteDocument(root, others, result);
  return {
    components,
    edges: edgesOf(root),
    isOfInstalled: isOfInstalled(root),
    leavesEqualSourcesOut: omitsEqualSources(root),
  };
}

function checkVersion({ root }: CyclonedxSource, result: CatalogBuilder): void {
  const version = root['specVersion'];
  if (typeof version === 'string' && KNOWN_VERSION.test(version)) return;
  const reason = 'a version of CycloneDX that is not known';
  result.unreadableRow(version ?? 'no specVersion', { reason });
}

/** Returns the thing that the document describes, where it says. */
function subjectOf(root: JsonObject): JsonValue | undefined {
  const metadata = root['metadata'];
  return isJsonObject(metadata) ? metadata['component'] : undefined;
}

/**
 * Yields the subject, then all components, with those inside them; in the document's order,
 * whatever the depth.
 */
function* nestedComponents(root: JsonObject): Generator<JsonValue> {
  const lists: { readonly values: readonly JsonValue[]; at: number }[] = [];
  const open = (list: JsonValue | undefined): void => {
    if (isJsonArray(list) && list.length > 0) lists.push({ values: list, at: 0 });
  };
  open(root['components']);
  const subject = subjectOf(root);
  if (isJsonObject(subject)) open([subject]);
  for (let list = lists.at(-1); list !== undefined; list = lists.at(-1)) {
    const value = list.values[list.at];
    list.at += 1;
    if (list.at >= list.values.length) lists.pop();
    if (value === undefined) continue;
    yield value;
    if (isJsonObject(value)) open(value['components']);
  }
}

function componentOf(row: JsonObject, source: CyclonedxSource, isSubject: boolean): SbomComponent {
  const texts = readStrings(row, ['type', 'group', 'name', 'version', 'purl', 'scope', 'bom-ref']);
  const { type = '', group = '', name = '', version = '', purl = '', scope = '' } = texts;
  const ref = texts['bom-ref'];
  const line = source.lineOf(row);
  return {
    ...(ref !== undefined && { ref }),
    type,
    group,
    name,
    version,
    purl,
    scope,
    licenses: licensesOf(row),
    digests: listOf(row['hashes']).flatMap((hash) => {
      const { alg = '', content = '' } = readStrings(hash, ['alg', 'content']);
      return digestOf(alg, content) ?? [];
    }),
    properties: propertyMap(propertiesOf(row['properties'])),
    ...(line !== undefined && { line }),
    isSubject,
  };
}

function* propertiesOf(list: JsonValue | undefined): Generator<readonly [string, string]> {
  for (const property of isJsonArray(list) ? list : []) {
    const { name, value } = readStrings(property, ['name', 'value']);
    if (name !== undefined && value !== undefined) yield [name, value];
  }
}

function licensesOf(row: JsonObject): readonly string[] {
  const licenses = new Set<string>();
  for (const choice of listOf(row['licenses'])) {
    if (!isJsonObject(choice)) continue;
    const { id, name } = readStrings(choice['license'], ['id', 'name']);
    const license = readStrings(choice, ['expression']).expression ?? id ?? name ?? '';
    if (license !== '') licenses.add(license);
  }
  return [...licenses];
}

function listOf(list: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(list) ? list.slice(0, MAX_LISTED) : [];
}

function edgesOf(root: JsonObject): ReadonlyMap<string, readonly string[]> {
  const list = new EdgeList();
  const dependencies = root['dependencies'];
  for (const value of isJsonArray(dependencies) ? dependencies : []) {
    const { ref } = readStrings(value, ['ref']);
    const targets = isJsonObject(value) ? value['dependsOn'] : undefined;
    if (ref === undefined || !isJsonArray(targets)) continue;
    for (const target of targets) if (typeof target === 'string') list.add(ref, target);
  }
  return list.edges;
}

/** An image holds what is listed; of anything else only the later phases of its life say so. */
function isOfInstalled(root: JsonObject): boolean {
  const metadata = root['metadata'];
  if (!isJsonObject(metadata)) return false;
  const { lifecycles } = metadata;
  const phases = isJsonArray(lifecycles)
    ? lifecycles.map((value) => readStrings(value, ['phase']).phase)
    : [];
  if (phases.some((phase) => EARLY_PHASES.has(phase))) return false;
  return readStrings(metadata['component'], ['type']).type === 'container' || phases.length > 0;
}
