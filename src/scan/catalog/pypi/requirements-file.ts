/**
 * Python packages named in requirements files of pip: `requirements.txt`, `dev-requirements.txt`,
 * `requirements/base.txt`.
 *
 * Source: pip documentation, "Requirements File Format"; PEP 508. Written rules:
 * - `==` without a wildcard and `===` pin a version; any other requirement is listed without one,
 *   because a range is no version, unless a file of constraints (`-c`) pins it, or ranges are asked
 *   for.
 * - what comes from a repository, an address or a folder is listed without a version if it has a
 *   name (`name @ url`, `#egg=name`); a wheel or source archive has both in its name. A nameless
 *   directory is a note, a nameless address requests something unknown.
 * - an included file (`-r`) that is a requirements file by its name is read for itself; another is
 *   read in its place, once. One that is not among the files, or lies outside the target, is an
 *   unreadable row; one at an address requests something unknown.
 * - a source of pip-compile (`requirements.in`) requests packages and lists none; its compiled file
 *   lists them.
 * - files named for development or tests are for development.
 * - whatever is no requirement, such as the template of one or a variable, is an unreadable row.
 *
 * In an image what is installed counts, so a requirement without a version is a note there
 * (`pinned-requirements.ts`).
 */

import { baseName, directoryOf, resolvePath } from '../../../core/base/artifact-path.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { Context } from '../../../core/base/context.ts';
import type { CatalogFile, CatalogResult, Siblings } from '../../../core/model/catalog/catalog.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import { pythonGitQualifiers, PinnedPackages } from './locked-table.ts';
import { requestOf } from './requested.ts';
import { readRequirementsLines, type RequirementsLine } from './requirements-lines.ts';
import {
  readGitAddress,
  readRequirement,
  versionToList,
  type PythonRequirement,
} from './requirement.ts';

const INCLUDE: ReadonlySet<string> = new Set(['-r', '--requirement']);
const CONSTRAINT: ReadonlySet<string> = new Set(['-c', '--constraint']);
const EDITABLE: ReadonlySet<string> = new Set(['-e', '--editable']);
const OWN_NAME = /(?:^requirements[^/]*|[-_.]requirements)\.txt$/;
const WIDE = /\/(?:requirements[^/]*|requirements\/[^/]*)$/;
/** Sources of pip-compile: `requirements.in`, `requirements-dev.in`, `requirements/base.in`. */
const SOURCE =
  /\/(?![^/]*\.txt\.in$)(?:requirements[^/]*|[^/]*[-_.]requirements|requirements\/[^/]*)\.in$/;
const OWN_FOLDER = /\/requirements\/[^/]+\.txt$/;
/** A markup language's suffix before `.txt`. */
const DOCUMENTATION =
  /\.(?:md|mdx|markdown|rst|rest|adoc|asciidoc|html?|org|textile|wiki|tex)\.txt$/i;
const DEVELOPMENT = /(?:^|[-_./])(?:dev|develop|development|tests?|testing)(?=[-_.]|$)/i;
const ADDRESS = /^(?:(?:git|hg|svn|bzr)\+|https?:|file:|\.{0,2}\/|\.$|[\w.-]+\/)/;
const EGG = /#(?:[^#]*&)?egg=(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,200})/;
const WHEEL =
  /(?:^|\/)(?<name>[A-Za-z0-9][A-Za-z0-9._]{0,200})-(?<version>\d[^-/]{0,100})-[^/]{1,200}\.whl(?:#|$)/;
/** Matches source archives in the form of PEP 625, and older ones with dashes in the name. */
const SOURCE_ARCHIVE =
  /(?:^|\/)(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,200}?)-(?<version>\d[^-/]{0,100}?)\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)(?:#|$)/;
const REMOTE = /^(?:(?:git|hg|svn|bzr)\+|https?:)/;
const MAX_QUOTED = 80;
/** pip reads any number; no project has as many. */
const MAX_FILES = 100;

/** A file that is read, and those that it included. */
interface Reading {
  readonly siblings: Siblings;
  readonly result: CatalogBuilder;
  readonly found: FoundRequirement[];
  readonly constraints: Map<string, string>;
  readonly seen: Set<string>;
  /** Reason for further, unknown packages of the file. */
  computed?: string;
}

interface FoundRequirement {
  readonly requirement: PythonRequirement;
  readonly line: number;
}

/**
 * Returns the packages that a requirements file names.
 *
 * @param options `listsUnpinned`: whether a requirement without a version is a package whose
 * version is not known, or a note.
 */
export async function readRequirementsFile(
  file: CatalogFile,
  siblings: Siblings,
  { listsUnpinned, context }: { readonly listsUnpinned: boolean; readonly context: Context },
): Promise<CatalogResult> {
  const result = new CatalogBuilder(file.path, context.limits.maxPackages);
  const isSource = SOURCE.test(file.path);
  if (isOtherFile(file.path) && !isSource) return result.done();
  const reading: Reading = {
    siblings,
    result,
    found: [],
    constraints: new Map(),
    seen: new Set([file.path]),
  };
  await readInto(file, undefined, reading);
  // What is installed lies beside the file, with or without a name in it.
  if (!listsUnpinned) delete reading.computed;
  const isDevelopment = DEVELOPMENT.test(baseName(file.path));
  const requests = requestsOf(reading, isDevelopment);
  if (isSource) {
    // The compiled file beside it lists the packages; without one, exact versions are what is
    // installed.
    result.requests({ requests, addsPins: true, leavesIndirect: true, ...computedOf(reading) });
    return result.done();
  }
  const packages = new PinnedPackages();
  let unpinned = 0;
  for (const { requirement, line } of reading.found) {
    const { name, url } = requirement;
    const constrained = constraintOn(requirement, reading);
    const version =
      requirement.version === '' && constrained !== undefined
        ? constrained
        : versionToList(requirement, context);
    if (version === '' && !listsUnpinned) {
      unpinned += 1;
      continue;
    }
    const git = url === undefined ? undefined : readGitAddress(url);
    packages.add({
      name,
      version,
      line,
      scope: isDevelopment ? 'development' : 'runtime',
      ...pythonGitQualifiers(git?.url, git?.commit),
    });
  }
  if (unpinned > 0)
    result.note(
      `${pluralize(unpinned, 'requirement')} without a version; what is installed counts`,
    );
  packages.addTo(result);
  result.requests({ requests, ...computedOf(reading) });
  return result.done();
}

function computedOf({ computed }: Reading): { readonly computed?: string } {
  return computed === undefined ? {} : { computed };
}

function requestsOf(reading: Reading, isDevelopment: boolean): readonly RequestedPackage[] {
  const requests: RequestedPackage[] = [];
  for (const { requirement, line } of reading.found) {
    const version = requirement.version || (constraintOn(requirement, reading) ?? '');
    const request = requestOf({ ...requirement, version }, { line, isDevelopment });
    if (request !== undefined) requests.push(request);
  }
  return requests;
}

/** Returns the constraint on a requirement; it does not count for an address. */
function constraintOn(
  { name, url }: PythonRequirement,
  { constraints }: Reading,
): string | undefined {
  return url === undefined ? constraints.get(name) : undefined;
}

/**
 * Returns whether the row's wide patterns selected another file, such as `requirements.md`, or the
 * source text that Sphinx publishes of a page (`_sources/requirements.rst.txt`); not for files of
 * `--file-patterns`.
 */
function isOtherFile(path: string): boolean {
  return (!path.endsWith('.txt') && WIDE.test(path)) || DOCUMENTATION.test(path);
}

/** Reads a file. `line` is the place of its inclusion; its own lines are those of another file. */
async function readInto(
  file: CatalogFile,
  line: number | undefined,
  reading: Reading,
): Promise<void> {
  for (const row of readRequirementsLines(
    await readPrefix(file, reading.result, ROW_STARTS.lines),
  )) {
    const at = line ?? row.line;
    if (row.kind === 'requirement') addRequirement(row.text, at, reading);
    else if (EDITABLE.has(row.option)) addAddress(row.value, at, reading);
    else if (INCLUDE.has(row.option)) await include(file.path, row, at, reading);
    else if (CONSTRAINT.has(row.option)) await constrain(file.path, row.value, at, reading);
  }
}

function addRequirement(text: string, line: number, reading: Reading): void {
  if (ADDRESS.test(text)) {
    addAddress(text, line, reading);
    return;
  }
  const requirement = readRequirement(text);
  if (requirement === undefined) {
    reading.result.unreadableRow(text, { reason: 'no requirement', line });
  } else reading.found.push({ requirement, line });
}

/** Adds an address, a directory or a file, with the name that it gives itself. */
function addAddress(text: string, line: number, reading: Reading): void {
  const { found, result } = reading;
  const egg = EGG.exec(text)?.groups?.['name'];
  const archive = (WHEEL.exec(text) ?? SOURCE_ARCHIVE.exec(text))?.groups;
  const name = egg ?? archive?.['name'];
  if (name === undefined) {
    const named = readRequirement(text);
    if (named?.url !== undefined) found.push({ requirement: named, line });
    else {
      const quoted = text.slice(0, MAX_QUOTED);
      result.note(`a package without a name: "${quoted}"`, line);
      if (REMOTE.test(text))
        reading.computed ??= 'requests a package that has an address and no name';
    }
    return;
  }
  const version = egg === undefined ? (archive?.['version'] ?? '') : '';
  found.push({ requirement: { name: normalizePythonName(name), version, url: text }, line });
}

async function include(
  path: string,
  row: RequirementsLine & { readonly kind: 'option' },
  line: number,
  reading: Reading,
): Promise<void> {
  if (row.value.includes('://')) {
    reading.computed ??= 'includes requirements from an address, which are not read';
    return;
  }
  const target = joinPath(path, row.value);
  if (target !== undefined && reading.seen.has(target)) return;
  const file = target === undefined ? undefined : reading.siblings.get(target);
  if (target === undefined || file === undefined) {
    const reason =
      target === undefined ? 'the file is outside the target' : 'the file is not there';
    reading.result.unreadableRow(row.text, { reason, line });
    return;
  }
  if (isReadForItself(target) || reading.seen.size >= MAX_FILES) return;
  reading.seen.add(target);
  await readInto(file, line, reading);
}

async function constrain(
  path: string,
  value: string,
  line: number,
  reading: Reading,
): Promise<void> {
  const target = joinPath(path, value);
  const file = target === undefined ? undefined : reading.siblings.get(target);
  if (file === undefined) {
    reading.result.note(`constraints "${value.slice(0, 80)}" are not there`, line);
    return;
  }
  for (const row of readRequirementsLines(
    await readPrefix(file, reading.result, ROW_STARTS.lines),
  )) {
    if (row.kind !== 'requirement') continue;
    const requirement = readRequirement(row.text);
    if (requirement === undefined || requirement.version === '') continue;
    reading.constraints.set(requirement.name, requirement.version);
  }
}

function isReadForItself(path: string): boolean {
  return OWN_NAME.test(baseName(path)) || OWN_FOLDER.test(path);
}

/**
 * Returns a path from the folder of a file; `undefined` of an address, and of a file outside the
 * target.
 */
function joinPath(from: string, relative: string): string | undefined {
  if (relative.includes('://') || relative.length > 1024) return undefined;
  return resolvePath(directoryOf(from), relative);
}
