/**
 * The package in the names of its archives, as lockfiles record them.
 *
 * Source: the specifications of the Python Packaging Authority, "Binary distribution format" and
 * "Source distribution file name". An index makes a package and a version of the names of its
 * archives, so a lockfile that states another one contradicts itself. Written rules: names are
 * compared in their normal form and versions as versions, without the local part, which names of
 * old archives leave out; one archive that agrees is enough, because old names vary; names of other
 * forms (eggs, installers) give no result, and for packages from elsewhere than an index only
 * wheels do.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { isJsonArray, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import { compareVersions, isValidVersion } from '../../../core/version/index.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import type { LockedTable } from './locked-table.ts';

const WHEEL = '.whl';
const SOURCES = ['.tar.gz', '.zip', '.tar.bz2', '.tar.xz', '.tgz'];
/** Parts of a wheel's tag: interpreter, interface and platform. */
const TAG_COUNT = 3;
/** More than any name and version have together. */
const MAX_PARTS = 32;
const MAX_FILE_NAME = 1024;
const DIGIT = /^\d/;

interface Archive {
  readonly name: string;
  readonly version: string;
}

/**
 * Says where no archive of a package is of the version, or of the name, that stands beside them; an
 * unreadable row.
 */
export function reportDistributionFiles(
  { name, version, line }: Omit<LockedTable, 'row'>,
  files: Iterable<string>,
  { isFromIndex, result }: { readonly isFromIndex: boolean; readonly result: CatalogBuilder },
): void {
  let other: Archive | undefined;
  for (const file of files) {
    const archive = readArchive(file, name, isFromIndex);
    if (archive === undefined) continue;
    if (archive.name === name && isSameVersion(archive.version, version)) return;
    if (other?.name !== name) other = archive;
  }
  if (other === undefined) return;
  const reason =
    other.name === name
      ? `version ${version}, and ${other.version} in the names of its archives`
      : `"${other.name}" in the names of its archives`;
  result.unreadableRow(name, { reason, line });
}

/**
 * Yields the names under some keys of a row: each is a table or a list of them, with a name, a path
 * or an address.
 */
export function* distributionFileNames(
  row: JsonObject | undefined,
  keys: readonly string[],
): Generator<string> {
  for (const key of keys) {
    const value = row?.[key];
    for (const one of isJsonArray(value) ? value : [value]) {
      const { file, name, filename, path, url } = readStrings(one, FILE_KEYS);
      const text = file ?? name ?? filename ?? path ?? url;
      if (text !== undefined) yield text;
    }
  }
}

const FILE_KEYS = ['file', 'name', 'filename', 'path', 'url'] as const;

/**
 * Returns the name and version of an archive, the name in the normal form and, where it can be so,
 * the one given.
 */
function readArchive(text: string, name: string, isFromIndex: boolean): Archive | undefined {
  const file = fileNameOf(text);
  if (file === undefined) return undefined;
  const isWheel = file.endsWith(WHEEL);
  const suffix = isWheel ? WHEEL : SOURCES.find((one) => file.endsWith(one));
  if (suffix === undefined || (!isWheel && !isFromIndex)) return undefined;
  const parts = file.slice(0, -suffix.length).split('-');
  if (parts.length > MAX_PARTS) return undefined;
  const stem = isWheel ? parts.slice(0, -TAG_COUNT) : parts;
  const known = stem.findIndex(
    (_, at) => at > 0 && normalizePythonName(stem.slice(0, at).join('-')) === name,
  );
  const at = known === -1 ? stem.findIndex((part, index) => index > 0 && DIGIT.test(part)) : known;
  if (at === -1) return undefined;
  // What follows the version of a wheel is the number of its build.
  const version = isWheel ? (stem[at] ?? '') : stem.slice(at).join('-');
  if (!isValidVersion('pypi', version)) return undefined;
  return { name: normalizePythonName(stem.slice(0, at).join('-')), version };
}

function fileNameOf(text: string): string | undefined {
  const [path = ''] = text.split(/[?#]/, 1);
  const last = baseName(path);
  if (last.length > MAX_FILE_NAME) return undefined;
  try {
    return decodeURIComponent(last);
  } catch {
    return undefined;
  }
}

/** Returns whether two versions are equal; a version that cannot be read is not another one. */
function isSameVersion(archived: string, version: string): boolean {
  if (!isValidVersion('pypi', version)) return true;
  return compareVersions('pypi', publicPart(archived), publicPart(version)) === 0;
}

function publicPart(version: string): string {
  return version.split('+', 1)[0] ?? '';
}
