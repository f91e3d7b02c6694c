/**
 * The data under the key `Assay` in reports in trivy's form, which has no place for it: the
 * properties of packages (`core/model/package/sbom-properties.ts`), dependencies across results, the system by
 * its own name, and gaps.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import { BARE_COMPONENT, digestOf, MAX_LISTED, type SbomComponent } from './sbom-document.ts';

const OWN = 'Assay';

/** Assay's additional data about a package. */
export interface AssayTrivyPackage {
  readonly properties: ReadonlyMap<string, string>;
  /** Absent where one digest or none is known. */
  readonly digests?: readonly Digest[];
  /**
   * Unique in the document; with {@link AssayTrivyPackage.dependsOn}, where ids do not tell the
   * dependencies.
   */
  readonly ref?: string;
  readonly dependsOn?: readonly string[];
}

/**
 * Returns the artifacts with their gaps, and their systems; `undefined` where another tool wrote
 * the document.
 */
export function assayTrivyComponents(root: JsonObject): readonly SbomComponent[] | undefined {
  const own = root[OWN];
  const artifacts = isJsonObject(own) ? own['artifacts'] : undefined;
  if (!isJsonArray(artifacts)) return undefined;
  return artifacts.flatMap((artifact) => (isJsonObject(artifact) ? [...partsOf(artifact)] : []));
}

/** Returns `undefined` where another tool wrote the row. */
export function readAssayTrivyPackage(row: JsonObject): AssayTrivyPackage | undefined {
  const own = row[OWN];
  if (!isJsonObject(own)) return undefined;
  const { ref } = readStrings(own, ['ref']);
  const digests = textsOf(own['digests']).slice(0, MAX_LISTED).flatMap(readDigest);
  return {
    properties: readProperties(own['properties']),
    ...(digests.length > 0 && { digests }),
    ...(ref !== undefined && ref !== '' && { ref, dependsOn: textsOf(own['dependsOn']) }),
  };
}

function* partsOf(artifact: JsonObject): Generator<SbomComponent> {
  const { reference: name = '' } = readStrings(artifact, ['reference']);
  const properties = readProperties(artifact['properties']);
  if (name !== '') {
    yield { ...BARE_COMPONENT, type: 'application', name, properties, isSubject: true };
  }
  const texts = readStrings(artifact['system'], ['id', 'versionId', 'codename']);
  const { id = '', versionId = '', codename = '' } = texts;
  if (id === '') return;
  yield {
    ...BARE_COMPONENT,
    type: 'operating-system',
    name: id,
    version: versionId,
    properties: new Map(codename === '' ? [] : [[SBOM_PROPERTY.codename, codename]]),
  };
}

function readProperties(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const pairs = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(
    pairs.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : [])),
  );
}

function readDigest(text: string): readonly Digest[] {
  const [algorithm = '', hex = ''] = text.split(':');
  const digest = digestOf(algorithm, hex);
  return digest === undefined ? [] : [digest];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((text) => typeof text === 'string') : [];
}
