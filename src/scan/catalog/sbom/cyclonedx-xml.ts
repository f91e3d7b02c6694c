/**
 * CycloneDX in XML, rewritten into the form that its JSON has.
 *
 * Source: CycloneDX 1.2 to 1.7, XML schemas. The version is in the namespace; dependencies nest
 * instead of naming a list. An element that is given twice in a component is an unreadable row. Read by `formats/text/xml/xml.ts`: bounded, and entities of a document type are
 * not defined, so that none can expand.
 */

import type { JsonObject, JsonValue } from '../../../formats/text/json/json.ts';
import { childrenOf, readXml, type XmlElement } from '../../../formats/text/xml/xml.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import type { CyclonedxSource } from './cyclonedx.ts';

const VERSION = /cyclonedx\.org\/schema\/bom\/(?<version>\d+\.\d+)$/;
const TEXTS = ['group', 'name', 'version', 'purl', 'scope'];

/** The state of reading one document. */
interface Reading {
  /** The lines on which components begin. */
  readonly lines: Map<JsonObject, number>;
  readonly result: CatalogBuilder;
}

/**
 * Reads a CycloneDX document in XML into the structure of its JSON form.
 *
 * @throws ParseError where it is not well-formed, or its root is no `bom`.
 */
export function readCyclonedxXml(
  path: string,
  bytes: Uint8Array,
  result: CatalogBuilder,
): CyclonedxSource {
  const bom = readXml(path, bytes, 'bom', (count) => {
    result.cut(`the last ${String(count)} elements of the document are not read: it has too many`);
  });
  const lines = new Map<JsonObject, number>();
  const reading: Reading = { lines, result };
  const root = objectOf({
    specVersion: versionOf(bom),
    metadata: metadataOf(bom, reading),
    components: componentsOf(bom, reading),
    dependencies: dependenciesOf(bom),
    compositions: inside(inside([bom], 'compositions'), 'composition').map((composition) =>
      objectOf({ aggregate: textIn(composition, 'aggregate') }),
    ),
  });
  return { path, root, lineOf: (value) => lines.get(value) };
}

/** Namespaces are attributes whose name is `xmlns`, or `bom` in `xmlns:bom`. */
function versionOf({ attributes }: XmlElement): JsonValue | undefined {
  for (const value of attributes.values()) {
    const version = VERSION.exec(value)?.groups?.['version'];
    if (version !== undefined) return version;
  }
  return undefined;
}

function metadataOf(bom: XmlElement, reading: Reading): JsonObject {
  const metadata = inside([bom], 'metadata');
  const [component] = inside(metadata, 'component');
  const lifecycles = inside(inside(metadata, 'lifecycles'), 'lifecycle');
  return objectOf({
    component: component && componentOf(component, reading),
    lifecycles: lifecycles.map((lifecycle) => ({ phase: textIn(lifecycle, 'phase') })),
  });
}

function componentsOf(parent: XmlElement, reading: Reading): readonly JsonValue[] {
  return inside(inside([parent], 'components'), 'component').map((element) =>
    componentOf(element, reading),
  );
}

/** Nests no deeper than the reader of XML lets elements nest. */
function componentOf(element: XmlElement, reading: Reading): JsonObject {
  const { attributes } = element;
  for (const name of TEXTS) {
    const [, second] = childrenOf(element, name);
    if (second === undefined) continue;
    const reason = 'an element that is given twice; the first one was read';
    reading.result.unreadableRow(name, { reason, line: second.line });
  }
  const row = objectOf({
    type: attributes.get('type'),
    'bom-ref': attributes.get('bom-ref'),
    ...Object.fromEntries(TEXTS.map((name) => [name, textIn(element, name)])),
    hashes: inside(inside([element], 'hashes'), 'hash').map((hash) =>
      objectOf({ alg: hash.attributes.get('alg'), content: hash.text }),
    ),
    licenses: inside([element], 'licenses')
      .flatMap(({ children }) => children)
      .map(licenseOf),
    properties: inside(inside([element], 'properties'), 'property').map((property) =>
      objectOf({ name: property.attributes.get('name'), value: property.text }),
    ),
    components: componentsOf(element, reading),
    ...externalReferencesOf(element),
  });
  reading.lines.set(row, element.line);
  return row;
}

/** Returns the references; none for a component without any. */
function externalReferencesOf(element: XmlElement): JsonObject {
  const references = inside(inside([element], 'externalReferences'), 'reference');
  if (references.length === 0) return {};
  return {
    externalReferences: references.map((reference) =>
      objectOf({ type: reference.attributes.get('type'), url: textIn(reference, 'url') }),
    ),
  };
}

function licenseOf(element: XmlElement): JsonObject {
  if (element.name === 'expression') return { expression: element.text };
  return { license: objectOf({ id: textIn(element, 'id'), name: textIn(element, 'name') }) };
}

function dependenciesOf(bom: XmlElement): readonly JsonValue[] {
  return inside(inside([bom], 'dependencies'), 'dependency').map((dependency) =>
    objectOf({
      ref: dependency.attributes.get('ref'),
      dependsOn: childrenOf(dependency, 'dependency').flatMap(
        ({ attributes }) => attributes.get('ref') ?? [],
      ),
    }),
  );
}

function inside(parents: readonly XmlElement[], name: string): readonly XmlElement[] {
  return parents.flatMap((parent) => childrenOf(parent, name));
}

function textIn(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text;
}

/** Returns an object of the present fields. */
function objectOf(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
