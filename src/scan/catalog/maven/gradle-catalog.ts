/**
 * Libraries of a Gradle version catalog: `gradle/libs.versions.toml`.
 *
 * Source: Gradle user manual, "Version Catalogs". A rich version counts by `strictly`, else
 * `require`, else `prefer`; where that is a range, by what is preferred. A range, a dynamic version
 * (`1.+`) and an alias without version name no version: listed with an empty one. Plugins are no
 * packages of Maven, and bundles only group libraries. Refused: what is no TOML.
 */

import { parse } from 'smol-toml';

import { errorMessage, ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isIdentifier, isResolved, mavenName } from './coordinates.ts';

type Table = Readonly<Record<string, unknown>>;

const SECTION = /^\s*\[(?<name>[^\]]{1,100})\]/;
const KEY = /^\s*["']?(?<name>[A-Za-z0-9_.-]{1,200})["']?\s*=/;
/** Intervals, and versions with a plus or a word that stands for the newest. */
const OPEN_VERSION = /[[(\],)]|\+$|^latest\./;
const LIBRARIES = 'libraries';

export const gradleCatalog: Cataloger = {
  async read(file) {
    const text = new TextDecoder().decode(await file.bytes());
    const root = parseToml(file.path, text);
    const result = new CatalogBuilder(file.path);
    const versions = tableAt(root, 'versions') ?? {};
    const lines = linesOfLibraries(text);
    const packages = new Map<string, CatalogedPackage>();
    for (const [alias, value] of Object.entries(tableAt(root, LIBRARIES) ?? {})) {
      const line = lines.get(alias);
      const library = readLibrary(value, versions);
      if (library === undefined) {
        result.unreadableRow(alias, { reason: 'no group and artifact', line });
        continue;
      }
      const pkg = { name: library.name, version: library.version };
      const key = `${pkg.name}@${pkg.version}`;
      if (!packages.has(key)) {
        packages.set(key, {
          ...pkg,
          relationship: 'direct',
          ...(line !== undefined && { line }),
        });
      }
    }
    for (const pkg of packages.values()) result.add(pkg);
    return result.done();
  },
};

/** A catalog as build files refer to it: by accessors, `a.b` for the alias `a-b`. */
export interface VersionCatalog {
  readonly libraries: ReadonlyMap<string, RequestedPackage>;
  /** Aliases of libraries, as accessors. */
  readonly bundles: ReadonlyMap<string, readonly string[]>;
}

/**
 * Returns the libraries of a catalog with their ranges; an empty range where a platform gives the
 * version. @throws ParseError
 */
export function readVersionCatalog(path: string, bytes: Uint8Array): VersionCatalog {
  const root = parseToml(path, new TextDecoder().decode(bytes));
  const versions = tableAt(root, 'versions') ?? {};
  const libraries = new Map<string, RequestedPackage>();
  for (const [alias, value] of Object.entries(tableAt(root, LIBRARIES) ?? {})) {
    const library = readLibrary(value, versions);
    if (library === undefined) continue;
    const { name, version, range } = library;
    const isFixed = version !== '' || range === '';
    libraries.set(accessorOf(alias), { name, range, ...(isFixed && { version }) });
  }
  const bundles = new Map<string, readonly string[]>();
  for (const [alias, list] of Object.entries(tableAt(root, 'bundles') ?? {})) {
    const aliases = Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
    bundles.set(accessorOf(alias), aliases.map(accessorOf));
  }
  return { libraries, bundles };
}

function accessorOf(alias: string): string {
  return alias.replaceAll(/[-_]/g, '.');
}

function parseToml(path: string, text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    const [reason = ''] = errorMessage(error).split('\n', 1);
    throw new ParseError(path, `no TOML: ${reason}`, { cause: error });
  }
}

/** Returns the lines of the aliases, for the usual form with one library a line. */
function linesOfLibraries(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let section = '';
  for (const [index, line] of text.split('\n').entries()) {
    section = SECTION.exec(line)?.groups?.['name']?.trim() ?? section;
    const name = section === LIBRARIES ? KEY.exec(line)?.groups?.['name'] : undefined;
    if (name !== undefined && !lines.has(name)) lines.set(name, index + 1);
  }
  return lines;
}

interface Library {
  readonly name: string;
  /** Empty where the catalog names none, or several. */
  readonly version: string;
  readonly range: string;
}

function readLibrary(value: unknown, versions: Table): Library | undefined {
  const library = typeof value === 'string' ? fromShorthand(value) : asTable(value);
  if (library === undefined) return undefined;
  const [group, artifact] =
    typeof library['module'] === 'string'
      ? library['module'].split(':')
      : [library['group'], library['name']];
  if (typeof group !== 'string' || typeof artifact !== 'string') return undefined;
  if (!isIdentifier(group) || !isIdentifier(artifact)) return undefined;
  const stated = library['version'];
  return {
    name: mavenName(group, artifact),
    version: versionOf(stated, versions),
    range: rangeOf(stated, versions),
  };
}

function fromShorthand(text: string): Table | undefined {
  const [group = '', name = '', version] = text.split(':');
  return { group, name, version };
}

function versionOf(value: unknown, versions: Table): string {
  if (typeof value === 'string') return exact(value);
  const rich = asTable(value);
  if (rich === undefined) return '';
  const ref = rich['ref'];
  if (typeof ref === 'string') {
    const target = versions[ref];
    // A reference leads to a version, not to another reference.
    return asTable(target)?.['ref'] === undefined ? versionOf(target, {}) : '';
  }
  for (const key of ['strictly', 'require', 'prefer']) {
    const text = rich[key];
    const version = typeof text === 'string' ? exact(text) : '';
    if (version !== '') return version;
  }
  return '';
}

/** Returns the version that the catalog requires; empty if there is none. */
function rangeOf(value: unknown, versions: Table): string {
  if (typeof value === 'string') return value;
  const rich = asTable(value);
  const ref = rich?.['ref'];
  if (typeof ref === 'string') return rangeOf(versions[ref], {});
  const stated = ['strictly', 'require', 'prefer'].map((key) => rich?.[key]);
  return (
    (stated.find((text) => typeof text === 'string' && text !== '') as string | undefined) ?? ''
  );
}

function exact(text: string): string {
  return isResolved(text) && !OPEN_VERSION.test(text) ? text : '';
}

function tableAt(table: Table, key: string): Table | undefined {
  return Object.hasOwn(table, key) ? asTable(table[key]) : undefined;
}

function asTable(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Table)
    : undefined;
}
