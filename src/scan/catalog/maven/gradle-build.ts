/**
 * A Gradle project and what it requests: `build.gradle` and `build.gradle.kts`.
 *
 * Source: Gradle user manual, "Declaring dependencies", "Declaring versions and ranges", "Sharing
 * dependency versions". The file is a program and is not run: calls with coordinates are
 * read ({@link callsWithCoordinates}). Written rules:
 * - Other `*.gradle` files are read alike: a build can apply them. A variable names something
 *   unknown.
 * - `group:artifact:1.2.5` is one version; `1.+`, `[1,2)` and `latest.release` are open.
 * - properties that the file or `gradle.properties` beside it sets to a text are put in; where
 *   another one is used, the file computes the version. Coordinates that a name of the program
 *   stands for (`Deps.okhttp`) are not known.
 * - coordinates without a version take it from a platform or a plugin: a package with an empty
 *   version, as of a `pom.xml`.
 * - entries of a catalog (`libs.…`) are read from `gradle/libs.versions.toml` upwards. The catalog
 *   lists exact versions itself, so that only open ones are requests here. Projects and files are
 *   none. Platforms list versions of others and need not be in a lockfile. The catalog `libs` that
 *   is no file and in no settings is not known, nor is a build that is applied from an address.
 * - configurations of tests, annotation processors and the build itself are for development; what
 *   the environment brings (`compileOnly`) is a peer and no request.
 */

import { ancestorDirectories, directoryOf, siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogFile, Siblings } from '../../../core/model/catalog/catalog.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberOf, propertiesIn, interpolate, withoutComments } from './build-text.ts';
import { isIdentifier, mavenName } from './coordinates.ts';
import {
  callsWithCoordinates,
  dependencyBlocks,
  isConfiguration,
  type GradleCall,
} from './gradle-calls.ts';
import { readVersionCatalog, type VersionCatalog } from './gradle-catalog.ts';

/** `implementation(libs.a.b)`, `api libs.bundles.c`, `implementation platform(libs.d)`. */
const ACCESSOR =
  /(?<![\w.$])(?<configuration>[a-z][A-Za-z0-9]{2,80})["']?[ \t]{0,10}\(?\s{0,40}(?<platform>(?:enforcedP|p)latform[ \t]{0,10}\(\s{0,40})?(?<catalog>[a-z]\w{0,50})\.(?<entry>\w{1,100}(?:\.\w{1,100}){0,10})(?=[\s,)({]|$)/g;
/**
 * `implementation(Deps.okhttp)`, `api deps.a`, `implementation(rootProject.ext.b)`: a name that the
 * program gives a value.
 */
const NAMED_ELSEWHERE =
  /(?<![\w.$])(?<configuration>[a-z][A-Za-z0-9]{2,80})["']?[ \t]{0,10}\(?\s{0,40}(?:(?:enforcedP|p)latform[ \t]{0,10}\(\s{0,40})?(?<object>[A-Z]\w{0,100}|deps?|ext|rootProject)(?:\.\w{1,100}|\[[^\]\n]{1,100}\]){1,10}(?=[\s,)]|$)/gm;
/** `implementation it`, `api(dependency)`: the name of a variable. */
const VARIABLE =
  /(?<![\w.$])(?<configuration>[a-z][A-Za-z0-9]{2,80})(?:[ \t]{1,10}|[ \t]{0,10}\([ \t]{0,10})(?<object>[A-Za-z_]\w{0,100})[ \t]{0,10}(?=[)\n};]|$)/g;
/** Open versions of `version { strictly("[1,2)") }`. */
const OPEN_RICH =
  /\b(?:strictly|require|prefer)[ \t]{0,10}\(?[ \t]{0,10}["'](?:latest\.[^"'\n]{1,100}|[[(\]][^"'\n]{0,100},[^"'\n]{0,100}|[^"'\n]{0,100}\+)["']/;
const RUNTIME =
  /^(?:api|implementation|compile|runtime|runtimeOnly)$|(?:Api|Implementation|RuntimeOnly)$/;
const BUNDLES = 'bundles.';
const GETTER = /\.get$/;
const COORDINATES = /^(?<group>[^:\s]+):(?<name>[^:\s@]+)(?::(?<version>[^:@\s]*))?(?:[:@]\S*)?$/;
const OPEN = /^latest\.|[[(\])]|\+$/;
const ONLY = /^\[(?<version>[^,[\]()]+)\]$/;
const DEVELOPMENT =
  /^(?:test|androidTest|kapt|ksp|annotationProcessor|classpath|checkstyle|pmd|spotbugs|detekt|jacoco|developmentOnly)|Test(?:Implementation|Api|CompileOnly|RuntimeOnly)$|AnnotationProcessor$/;
const PROVIDED = /^provided(?:Compile|Runtime)?$|^compileOnly|CompileOnly(?:Api)?$/;
/** A build that is applied from an address. */
const APPLIED_ADDRESS =
  /(?<![\w.$])apply[ \t(]{0,10}from[ \t]{0,5}[:=][ \t]{0,10}(?:uri[ \t]{0,5}\([ \t]{0,5})?["']https?:/;
/** The catalog that a build has without naming one. */
const DEFAULT_CATALOG = 'libs';
const SETTINGS = ['settings.gradle', 'settings.gradle.kts'];
const SETTINGS_CATALOGS = 'versionCatalogs';
/** A catalog that is fetched: `from("g:catalog:1.0")`. */
const FETCHED_CATALOG = /(?<![\w.$])from[ \t]{0,5}\(?[ \t]{0,5}["'][^"'\n:]{1,200}:/;
const PROPERTIES_FILE = 'gradle.properties';
const PROPERTIES_LINE = /^[ \t]*(?<name>[\w.]{1,100})[ \t]*[=:][ \t]*(?<value>\S{1,200})[ \t]*$/gm;

export const gradleBuild: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = withoutComments(new TextDecoder().decode(await file.bytes()));
    const properties = new Map([
      ...(await siblingProperties(file, siblings)),
      ...propertiesIn(text),
    ]);
    const requests = new Map<string, RequestedPackage>();
    let isComputed = false;
    for (const call of callsWithCoordinates(text)) {
      const { at, isBuild } = call;
      const request = readCall(call, properties);
      if (request === 'computed') isComputed ||= !isBuild && !isForDevelopment(call);
      else if (request !== undefined) {
        const { name, range } = request;
        const scope = isBuild ? ({ scope: 'development' } as const) : {};
        requests.set(`${name}@${range}`, { ...request, ...scope, line: lineNumberOf(text, at) });
      }
    }
    isComputed ||= await namesElsewhere(text, file.path, siblings);
    for (const request of await openEntries(text, file.path, siblings)) {
      requests.set(`${request.name}@${request.range}`, request);
    }
    result.requests({
      requests: [...requests.values()],
      addsPins: true,
      ...(isComputed && { computed: 'computes versions of its dependencies' }),
    });
    return result.done();
  },
};

/** Returns whether a runtime configuration takes coordinates from a name that is no catalog. */
async function namesElsewhere(text: string, path: string, siblings: Siblings): Promise<boolean> {
  if (OPEN_RICH.test(text) || APPLIED_ADDRESS.test(text)) return true;
  for (const { call, isBuild } of callsIn(text, [NAMED_ELSEWHERE, VARIABLE])) {
    const { configuration = '', object = '' } = call;
    if (isBuild || isForDevelopment(call) || !RUNTIME.test(configuration)) continue;
    if ((await catalogAbove(path, object, siblings)) === undefined) return true;
  }
  for (const { call, isBuild } of callsIn(text, [ACCESSOR])) {
    const { configuration = '', catalog } = call;
    if (isBuild || catalog !== DEFAULT_CATALOG || !RUNTIME.test(configuration)) continue;
    return !(await hasDefaultCatalog(path, siblings));
  }
  return false;
}

/** Returns whether the default catalog is a file, or settings define it. */
async function hasDefaultCatalog(path: string, siblings: Siblings): Promise<boolean> {
  if ((await catalogAbove(path, DEFAULT_CATALOG, siblings)) !== undefined) return true;
  for (const directory of ancestorDirectories(directoryOf(path))) {
    for (const name of SETTINGS) {
      const file = siblings.get(`${directory}/${name}`);
      if (file === undefined) continue;
      const text = withoutComments(new TextDecoder().decode(await file.bytes()));
      return text.includes(SETTINGS_CATALOGS) && !FETCHED_CATALOG.test(text);
    }
  }
  return false;
}

/**
 * Returns the libraries of catalogs that configurations of the project refer to, and that the
 * catalog leaves open.
 */
async function openEntries(
  text: string,
  path: string,
  siblings: Siblings,
): Promise<readonly RequestedPackage[]> {
  const requests: RequestedPackage[] = [];
  const catalogs = new Map<string, VersionCatalog | undefined>();
  for (const { call, at, isBuild } of callsIn(text, [ACCESSOR])) {
    if (isBuild || isForDevelopment(call) || PROVIDED.test(call['configuration'] ?? '')) continue;
    const { catalog: name = '', entry = '' } = call;
    if (!catalogs.has(name)) catalogs.set(name, await catalogAbove(path, name, siblings));
    const isPlatform = call['platform'] !== undefined;
    for (const library of openLibraries(catalogs.get(name), entry.replace(GETTER, ''))) {
      const scope = isPlatform ? ({ scope: 'optional' } as const) : {};
      requests.push({ ...library, ...scope, line: lineNumberOf(text, at) });
    }
  }
  return requests;
}

/** Returns the libraries of an accessor, or of its bundle, that have no exact version. */
function openLibraries(
  catalog: VersionCatalog | undefined,
  accessor: string,
): readonly RequestedPackage[] {
  if (catalog === undefined) return [];
  const isBundle = accessor.startsWith(BUNDLES);
  const accessors = isBundle
    ? (catalog.bundles.get(accessor.slice(BUNDLES.length)) ?? [])
    : [accessor];
  return accessors
    .map((one) => catalog.libraries.get(one))
    .filter(
      (library) => library !== undefined && library.version === undefined,
    ) as readonly RequestedPackage[];
}

async function catalogAbove(
  path: string,
  name: string,
  siblings: Siblings,
): Promise<VersionCatalog | undefined> {
  for (const directory of ancestorDirectories(directoryOf(path))) {
    const file = siblings.get(`${directory}/gradle/${name}.versions.toml`);
    if (file !== undefined) return tryRead(file.path, await file.bytes());
  }
  return undefined;
}

/**
 * Reads a catalog, if it can be read; an unreadable one is reported where it is read for itself.
 */
function tryRead(path: string, bytes: Uint8Array): VersionCatalog | undefined {
  try {
    return readVersionCatalog(path, bytes);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** A call with its named parts. */
type Call = Readonly<Record<string, string | undefined>>;

interface PlacedCall {
  readonly call: Call;
  readonly at: number;
  /** In a block of the build itself. */
  readonly isBuild: boolean;
}

function* callsIn(text: string, patterns: readonly RegExp[]): Generator<PlacedCall> {
  for (const { start, body, isBuild } of dependencyBlocks(text)) {
    for (const pattern of patterns) {
      for (const { groups, index } of body.matchAll(pattern)) {
        if (groups === undefined || !isConfiguration(groups['configuration'] ?? '')) continue;
        yield { call: groups, at: start + index, isBuild };
      }
    }
  }
}

function readCall(
  call: GradleCall,
  properties: ReadonlyMap<string, string>,
): RequestedPackage | 'computed' | undefined {
  const { configuration, coordinates, property } = call;
  if (PROVIDED.test(configuration)) return undefined;
  const whole = interpolate(coordinates, properties);
  // A program may put the text together, or take the version from somewhere else.
  if (whole === undefined || call.isComputed) return 'computed';
  const { group, name, version } = COORDINATES.exec(whole)?.groups ?? {};
  if (!isIdentifier(group) || !isIdentifier(name)) return undefined;
  const stated = property === undefined ? (version ?? '') : propertyOf(property, properties);
  if (stated === undefined) return 'computed';
  const scope = scopeOf(call);
  return {
    name: mavenName(group, name),
    range: stated,
    ...versionOf(stated),
    ...(scope !== undefined && { scope }),
  };
}

function propertyOf(name: string, properties: ReadonlyMap<string, string>): string | undefined {
  return properties.get(name.replace(/^.*\./, ''));
}

function scopeOf(call: GradleCall): RequestedPackage['scope'] {
  if (isForDevelopment(call)) return 'development';
  return call.isPlatform ? 'optional' : undefined;
}

function isForDevelopment({ configuration = '' }: { readonly configuration?: string }): boolean {
  return DEVELOPMENT.test(configuration);
}

/** Returns the version; empty if a platform or plugin gives it; absent if it is open. */
function versionOf(stated: string): { readonly version?: string } {
  const only = ONLY.exec(stated)?.groups?.['version'];
  if (only !== undefined) return { version: only };
  const [strict = ''] = stated.split('!!', 1);
  return OPEN.test(strict) ? {} : { version: strict };
}

async function siblingProperties(
  { path }: CatalogFile,
  siblings: Siblings,
): Promise<ReadonlyMap<string, string>> {
  const file = siblings.get(siblingPath(path, PROPERTIES_FILE));
  const properties = new Map<string, string>();
  if (file === undefined) return properties;
  const text = new TextDecoder().decode(await file.bytes());
  for (const { groups } of text.matchAll(PROPERTIES_LINE)) {
    properties.set((groups?.['name'] ?? '').replace(/^.*\./, ''), groups?.['value'] ?? '');
  }
  return properties;
}
