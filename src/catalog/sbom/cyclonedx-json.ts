/**
 * Packages that a CycloneDX document in JSON lists, and the system that it names.
 *
 * Source: CycloneDX 1.2 to 1.7 (ECMA-424), JSON schemas; the taxonomies of properties of trivy, syft and npm.
 *
 * A component with a package URL is a package. Its ecosystem, name and version are what the URL says; a URL of an
 * ecosystem that Assay does not know is counted by type, and so is software without one: nothing can be matched, which
 * could hide findings. Other components (files, platforms) are no packages: notes. The first component of the type
 * `operating-system` is the system; without one it is the system that most package URLs name. Packages that name another
 * release than the system's are left out and counted, because the system's advisories do not speak of them.
 *
 * Refused: a file that is not a JSON object with the `bomFormat` `CycloneDX`. Vulnerabilities inside are not read.
 */

import { ParseError } from '../../base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';
import type { Cataloged } from '../../model/catalog.ts';
import { ECOSYSTEMS } from '../../model/ecosystem.ts';
import { PackageUrlError, parsePackageUrl, type PackageUrl } from '../../model/purl.ts';
import { ecosystemOfPurl } from '../../model/purl-package.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { toCataloged, type ReadComponent } from './component.ts';
import { readGraph } from './dependency-graph.ts';
import { Leftovers } from './leftovers.ts';
import { chooseSystem, isOfSystem, withoutSystem } from './document-system.ts';

const KNOWN_VERSION = /^1\.[2-7]$/;

/** Parts of a product's life in which there is nothing yet but names (CycloneDX 1.5, `lifecycles`). */
const EARLY_PHASES: ReadonlySet<unknown> = new Set(['design', 'pre-build']);

export const cyclonedxJson: Cataloger = {
  async read(file) {
    const document = readJsonDocument(file.path, await file.bytes());
    const { root } = document;
    if (root['bomFormat'] !== 'CycloneDX') {
      throw new ParseError(file.path, '"bomFormat" is not "CycloneDX"');
    }
    if (root['components'] !== undefined && !isJsonArray(root['components'])) {
      throw new ParseError(file.path, '"components" is not a list');
    }
    const result = new CatalogBuilder(file.path);
    checkVersion(document, result);
    const components = readComponents(document, result);
    const system = chooseSystem(components.systems, components.packages, result);
    addPackages(document, components.packages, system, result);
    return result.done(system);
  },
};

function checkVersion(document: JsonDocument, result: CatalogBuilder): void {
  const version = document.root['specVersion'];
  if (typeof version === 'string' && KNOWN_VERSION.test(version)) return;
  const reason = 'a version of CycloneDX that is not known';
  result.unreadableRow(version ?? 'no specVersion', {
    reason,
    line: document.lineOfRootKey('specVersion'),
  });
}

interface Components {
  readonly packages: readonly ReadComponent[];
  /** Components of the type `operating-system`, in the document's order. */
  readonly systems: readonly JsonObject[];
}

function readComponents(document: JsonDocument, result: CatalogBuilder): Components {
  const packages: ReadComponent[] = [];
  const systems: JsonObject[] = [];
  const leftovers = new Leftovers();
  const subject = subjectOf(document.root);
  for (const value of nestedComponents(document.root)) {
    if (!isJsonObject(value)) {
      result.unreadableRow(value, { reason: 'a component that is no object' });
      continue;
    }
    const line = document.lineOf(value);
    const { type, name, purl: written } = readStrings(value, ['type', 'name', 'purl']);
    if (type === 'operating-system') systems.push(value);
    if (written === undefined || written === '') {
      if (value !== subject && type !== 'operating-system') leftovers.addUnnamed(value);
      if (name === undefined)
        result.unreadableRow(value, { reason: 'a component without name', line });
      continue;
    }
    const purl = parseOrExplain(written, line, result);
    if (purl === undefined) continue;
    const ecosystem = ecosystemOfPurl(purl);
    if (ecosystem !== undefined) packages.push({ row: value, line, purl, ecosystem });
    // What the document is about was looked into; it is no package that hides something.
    else if (value !== subject) leftovers.addUnknown(purl);
  }
  leftovers.addTo(result);
  return { packages, systems };
}

/** The thing that the document describes, where it says. */
function subjectOf(root: JsonObject): JsonValue | undefined {
  const metadata = root['metadata'];
  return isJsonObject(metadata) ? metadata['component'] : undefined;
}

/** The subject, then all components, with those inside them; in the document's order, whatever the depth. */
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

function parseOrExplain(
  written: string,
  line: number | undefined,
  result: CatalogBuilder,
): PackageUrl | undefined {
  try {
    return parsePackageUrl(written);
  } catch (error) {
    if (!(error instanceof PackageUrlError)) throw error;
    result.unreadableRow(written, { reason: 'no valid package URL', line });
    return undefined;
  }
}

function addPackages(
  document: JsonDocument,
  components: readonly ReadComponent[],
  system: ReturnType<typeof chooseSystem>,
  result: CatalogBuilder,
): void {
  const facts = { isOfInstalled: isOfInstalled(document.root) };
  const rows = new Map<JsonObject, Cataloged>();
  const strangers = new Leftovers();
  for (const component of components) {
    if (system !== undefined && !isOfSystem(component, system)) {
      strangers.addStranger(component.purl);
      continue;
    }
    const pkg = toCataloged(component, facts);
    rows.set(component.row, withoutSystem(pkg, component.purl, system));
  }
  strangers.addTo(result);
  const graph = readGraph(document.root, rows);
  for (const [row, pkg] of rows) {
    const dependsOn = graph.dependsOn(row);
    const isOfLanguage = pkg.ecosystem !== undefined && ECOSYSTEMS[pkg.ecosystem].kind !== 'os';
    const relationship = isOfLanguage ? graph.relationship(row) : undefined;
    result.add({
      ...pkg,
      ...(dependsOn.length > 0 && { dependsOn }),
      ...(relationship !== undefined && { relationship }),
    });
  }
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
