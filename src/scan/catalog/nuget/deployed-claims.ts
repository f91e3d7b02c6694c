/**
 * Other statements about the version of a package in a `NAME.deps.json`: the list's own path in the
 * cache of packages, and the package's assemblies beside the list.
 *
 * Source: the .NET SDK, `GenerateDepsFile` and `DependencyContextBuilder`: of every assembly of a
 * package it writes both versions, as the file's version resource has them. Written rules, measured
 * on real lists and their assemblies:
 * - a file of another version than the list states is another file; so is one for which the list
 *   states none, if it does for others: that binds.
 * - an assembly named like its package, whose product and file versions are both of other numbers,
 *   is of another version or was given one of its own: a doubt.
 * - Microsoft numbers its assemblies by the release of .NET that they were built with, whatever the
 *   package is called: only where none of their versions begins with the number that the package's
 *   does is that a doubt.
 * - 1.0.0 is the default version of a build: a hint, as is any statement of another file of the
 *   package.
 */

import { directoryPrefix } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogFile, Siblings, VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { readAssemblyVersion, type AssemblyVersion } from './assembly-version.ts';
import { runtimeFilesOf, type DepsLibrary, type DepsList, type RuntimeFile } from './deps-list.ts';

const CACHE_PATH = /^(?<name>[^/]{1,500})\/(?<version>[^/]{1,500})$/;
const CACHE_FILE = '.nupkg.sha512';
const NUMBERS = /^v?(?<major>\d{1,9})(?:\.(?<minor>\d{1,9}))?(?:\.(?<patch>\d{1,9}))?/;
/** The compiler's version if none was set. */
const DEFAULT_NUMBERS = '1.0.0';

/** The statements of the list about files, and the files beside it. */
export interface Deployment {
  readonly list: CatalogFile;
  /** Whether the list has versions of files of any package. */
  readonly tellsVersions: boolean;
  /** Returns a file by its name in lower case: on Windows its case means nothing. */
  readonly beside: (name: string) => CatalogFile | undefined;
}

/**
 * Compares the rows of a `deps.json` with the assemblies beside it, which the application loads.
 */
export function deploymentOf(
  list: CatalogFile,
  { rows }: DepsList,
  siblings: Siblings,
): Deployment {
  const folder = directoryPrefix(list.path);
  let byName: ReadonlyMap<string, CatalogFile> | undefined;
  return {
    list,
    tellsVersions: rows.some(
      (row) => row.kind === 'library' && row.type === 'package' && runtimeFilesOf(row).some(isTold),
    ),
    beside: (name) => {
      const exact = siblings.get(folder + name);
      if (exact !== undefined) return exact;
      byName ??= new Map(
        (siblings.beside?.(list.path, '') ?? []).map((file) => [
          file.path.slice(folder.length).toLowerCase(),
          file,
        ]),
      );
      return byName.get(name.toLowerCase());
    },
  };
}

/**
 * Returns all that is said of one library. Assemblies are wanted by `assembly.ts`; `--lazy` leaves
 * them out.
 */
export async function deployedClaims(
  library: DepsLibrary,
  deployment: Deployment,
): Promise<readonly VersionClaim[]> {
  const claims = [...cacheClaims(library, deployment.list)];
  for (const listed of runtimeFilesOf(library)) {
    const file = deployment.beside(listed.name);
    const said = file && (await readAssemblyVersion(file).catch(unreadable));
    if (said === undefined) continue;
    const isOther = isAnother(listed, said);
    const version = said.version || (isOther ? (said.fileVersion ?? '') : '');
    if (version === '') continue;
    const isUntold = deployment.tellsVersions && !isTold(listed);
    const telling = isUntold ? 'binding' : 'doubt';
    const weight = isOther ? 'binding' : isTelling(library, listed, said) ? telling : 'hint';
    claims.push({ by: listed.name, version, weight, path: file?.path ?? deployment.list.path });
  }
  return claims;
}

/**
 * Yields the claims of the cache's path, only if it differs: a repeated statement of the list is no
 * second one.
 */
function* cacheClaims(
  { name, version, type, cachePath, cacheFile }: DepsLibrary,
  { path }: CatalogFile,
): Generator<VersionClaim> {
  if (type !== 'package') return;
  const [ownName, ownVersion] = [name.toLowerCase(), version.toLowerCase()];
  const cached = CACHE_PATH.exec(cachePath?.toLowerCase() ?? '')?.groups;
  const { name: cachedName = ownName, version: cachedVersion = ownVersion } = cached ?? {};
  const by = 'its path in the list';
  if (cachedName !== ownName) {
    yield { by, version: cachedVersion, weight: 'binding', name: cachedName, path };
  } else if (cachedVersion !== ownVersion) {
    yield { by, version: cachedVersion, weight: 'binding', path };
  }
  const file = cacheFile?.toLowerCase() ?? '';
  if (!file.startsWith(`${ownName}.`) || !file.endsWith(CACHE_FILE)) return;
  const fileVersion = file.slice(ownName.length + 1, -CACHE_FILE.length);
  if (fileVersion !== ownVersion && fileVersion !== '') {
    yield {
      by: 'the name of its archive in the list',
      version: fileVersion,
      weight: 'binding',
      path,
    };
  }
}

function isTold({ fileVersion, assemblyVersion }: RuntimeFile): boolean {
  return fileVersion !== undefined || assemblyVersion !== undefined;
}

/**
 * Returns whether the file is of another version. The list also has the version of the assembly,
 * which is used if the file version was removed.
 */
function isAnother(listed: RuntimeFile, said: AssemblyVersion): boolean {
  const field = listed.fileVersion === undefined ? 'assemblyVersion' : 'fileVersion';
  const [stated, found] = [listed[field], said[field]];
  return stated !== undefined && found !== undefined && stated !== found;
}

function isTelling(library: DepsLibrary, listed: RuntimeFile, said: AssemblyVersion): boolean {
  if (library.type !== 'package') return false;
  if (listed.name.toLowerCase() !== `${library.name.toLowerCase()}.dll`) return false;
  const claimed = numbersOf(library.version);
  const found = numbersOf(said.version);
  if (claimed === undefined || found === undefined || found === DEFAULT_NUMBERS) return false;
  if (said.isOfMicrosoft) return !startsAlike(library.version, said);
  return claimed !== found && claimed !== numbersOf(said.fileVersion ?? '');
}

function startsAlike(version: string, said: AssemblyVersion): boolean {
  const majorOf = (text = ''): string | undefined => numbersOf(text)?.split('.')[0];
  const found = [said.version, said.fileVersion, said.assemblyVersion].map(majorOf);
  return found.includes(majorOf(version));
}

/** Returns the first three numbers, which is what releases of packages differ in. */
function numbersOf(version: string): string | undefined {
  const groups = NUMBERS.exec(version)?.groups;
  if (groups === undefined) return undefined;
  const { major = '0', minor = '0', patch = '0' } = groups;
  return [major, minor, patch].map(Number).join('.');
}

/** Its own reader says what is wrong with it. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof ParseError)) throw error;
  return undefined;
}
