/**
 * The packages in trivy's JSON report.
 *
 * Source: aquasecurity/trivy, report schema 2 (`Results`, their `Packages` and `Vulnerabilities`).
 * A report without `--list-all-pkgs` names only packages with findings of its own: they are taken
 * from there, and the rest is a gap. Reports from before package URLs were written (0.49) name
 * packages by the type of their result. Reports in this form that Assay wrote have the complete
 * package data under the key `Assay` (`assay-trivy.ts`).
 */

import { appendAll } from '../../../core/base/append-all.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { ecosystemOfSystem } from '../../../core/model/distro/distro.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { purlOf } from '../../../core/model/purl/purl.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import {
  assayTrivyComponents,
  readAssayTrivyPackage,
  type AssayTrivyPackage,
} from './assay-trivy.ts';
import { distroNamed } from './purl-distro.ts';
import {
  BARE_COMPONENT,
  digestOf,
  EdgeList,
  MAX_LISTED,
  type SbomComponent,
  type SbomDocument,
} from './sbom-document.ts';

/** Ecosystems by the types of results. */
const TYPES: ReadonlyMap<string, Ecosystem> = new Map<string, Ecosystem>([
  ...listed('npm', 'bun npm node-pkg pnpm yarn'),
  ...listed('pypi', 'pip pipenv poetry pylock python-pkg uv'),
  ...listed('go', 'gobinary gomod'),
  ...listed('maven', 'gradle jar pom sbt'),
  ...listed('cargo', 'cargo rust-binary rustbinary'),
  ...listed('rubygems', 'bundler gemspec'),
  ...listed('packagist', 'composer composer-vendor'),
  ...listed('nuget', 'dotnet-core nuget packages-config packages-props'),
  ...listed('conda', 'conda-environment conda-pkg'),
  ...listed('cocoapods', 'cocoapods'),
  ...listed('conan', 'conan'),
  ...listed('hex', 'hex'),
  ...listed('pub', 'pub'),
  ...listed('swift', 'swift'),
]);

const SOURCE_FIELDS = ['SrcName', 'SrcVersion', 'SrcRelease', 'Modularitylabel'] as const;
const DIGEST = /^(?<algorithm>[a-z0-9]+):(?<hex>[0-9a-f]+)$/;

/**
 * Reads the packages of trivy's own JSON format.
 *
 * @throws ParseError where `Results` is something else than a list.
 */
export function trivyDocument(
  path: string,
  document: JsonDocument,
  result: CatalogBuilder,
): SbomDocument {
  const { root } = document;
  const results = root['Results'] ?? [];
  if (!isJsonArray(results)) throw new ParseError(path, '"Results" is not a list');
  const components: SbomComponent[] = [...(assayTrivyComponents(root) ?? systemsOf(root))];
  const list = new EdgeList();
  for (const [index, value] of results.entries()) {
    if (!isJsonObject(value)) {
      result.unreadableRow(value, { reason: 'a result that is no object' });
      continue;
    }
    const { Type: type = '', Target: target = '' } = readStrings(value, ['Type', 'Target']);
    const reading: Reading = { type, prefix: `${index} `, list, document };
    const packages = value['Packages'];
    if (isJsonArray(packages)) {
      for (const pkg of packages) {
        if (isJsonObject(pkg)) components.push(componentOf(pkg, reading));
        else result.unreadableRow(pkg, { reason: 'a package that is no object' });
      }
    } else if (isJsonArray(value['Vulnerabilities'])) {
      appendAll(components, vulnerableOf(value['Vulnerabilities'], reading));
      result.gap('unreadable', `only packages with findings are listed for "${target}"`);
    }
  }
  const { ArtifactType: kind } = readStrings(root, ['ArtifactType']);
  return {
    components,
    edges: list.edges,
    isOfInstalled: kind === 'container_image',
    leavesEqualSourcesOut: true,
  };
}

interface Reading {
  readonly type: string;
  /** Ids of packages are unique within a result only. */
  readonly prefix: string;
  readonly list: EdgeList;
  readonly document: JsonDocument;
}

function systemsOf(root: JsonObject): SbomComponent[] {
  const metadata = root['Metadata'];
  const system = isJsonObject(metadata) ? metadata['OS'] : undefined;
  const { Family: name = '', Name: version = '' } = readStrings(system, ['Family', 'Name']);
  if (name === '') return [];
  return [{ ...BARE_COMPONENT, type: 'operating-system', name, version }];
}

function componentOf(row: JsonObject, reading: Reading): SbomComponent {
  const { type, document } = reading;
  const { Name: name = '', Arch: arch } = readStrings(row, ['Name', 'Arch']);
  const own = readAssayTrivyPackage(row);
  const version = versionOf(row);
  const line = document.lineOf(row);
  return {
    ...BARE_COMPONENT,
    ...linked(row, reading, own),
    name,
    version,
    purl:
      identifierOf(row['Identifier']) ??
      // Of a package that Assay wrote without one, none can be written.
      (own === undefined ? purlOfType({ type, name, version, arch }) : ''),
    scope: row['Dev'] === true ? 'excluded' : '',
    licenses: textsOf(row['Licenses']).slice(0, MAX_LISTED),
    digests: own?.digests ?? digestsOf(row),
    properties: new Map([...propertiesOf(row, type), ...(own?.properties ?? [])]),
    ...(line !== undefined && { line }),
  };
}

/** Adds the dependencies of a package. @returns how the dependencies of others name it. */
function linked(
  row: JsonObject,
  { prefix, list }: Reading,
  own: AssayTrivyPackage | undefined,
): Pick<SbomComponent, 'ref'> {
  const { ID: id = '' } = readStrings(row, ['ID']);
  const ref = own?.ref ?? prefix + id;
  const targets = own?.dependsOn ?? textsOf(row['DependsOn']).map((target) => prefix + target);
  for (const target of targets) list.add(ref, target);
  return ref === prefix ? {} : { ref };
}

function versionOf(row: JsonObject): string {
  const { Version: version = '', Release: release = '' } = readStrings(row, ['Version', 'Release']);
  const epoch = typeof row['Epoch'] === 'number' ? row['Epoch'] : 0;
  return `${epoch > 0 ? `${epoch}:` : ''}${version}${release === '' ? '' : `-${release}`}`;
}

function digestsOf(row: JsonObject): readonly Digest[] {
  const { algorithm = '', hex = '' } =
    DIGEST.exec(readStrings(row, ['Digest']).Digest ?? '')?.groups ?? {};
  const digest = digestOf(algorithm, hex);
  return digest === undefined ? [] : [digest];
}

function propertiesOf(row: JsonObject, type: string): ReadonlyMap<string, string> {
  const properties = new Map([['PkgType', type]]);
  for (const [key, value] of Object.entries(readStrings(row, SOURCE_FIELDS))) {
    if (value !== undefined && value !== '') properties.set(key, value);
  }
  if (typeof row['SrcEpoch'] === 'number') properties.set('SrcEpoch', String(row['SrcEpoch']));
  return properties;
}

/** Returns each package once, however many findings it has. */
function vulnerableOf(rows: readonly JsonValue[], { type }: Reading): readonly SbomComponent[] {
  const components = new Map<string, SbomComponent>();
  for (const row of rows) {
    if (!isJsonObject(row)) continue;
    const texts = readStrings(row, ['PkgName', 'InstalledVersion']);
    const { PkgName: name = '', InstalledVersion: version = '' } = texts;
    const purl = identifierOf(row['PkgIdentifier']) ?? purlOfType({ type, name, version });
    const properties = new Map([['PkgType', type]]);
    components.set(JSON.stringify([name, version, purl]), {
      ...BARE_COMPONENT,
      name,
      version,
      purl,
      properties,
    });
  }
  return [...components.values()];
}

function identifierOf(value: JsonValue | undefined): string | undefined {
  return readStrings(value, ['PURL']).PURL;
}

/** Returns the package URL for a type; empty if the type implies no ecosystem. */
function purlOfType(pkg: {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly arch?: string | undefined;
}): string {
  const { type, name, version, arch } = pkg;
  const system = distroNamed(type, '').id;
  const ecosystem = TYPES.get(type) ?? ecosystemOfSystem(system);
  if (ecosystem === undefined || name === '') return '';
  const qualifiers = new Map(arch === undefined || arch === '' ? [] : [['arch', arch]]);
  return purlOf({ ecosystem, name, version, qualifiers });
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

function listed(ecosystem: Ecosystem, types: string): readonly (readonly [string, Ecosystem])[] {
  return types.split(' ').map((type) => [type, ecosystem]);
}
