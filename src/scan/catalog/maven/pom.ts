/**
 * Dependencies that a `pom.xml` asks for.
 *
 * Source: Maven, "POM Reference" 4.0.0; see `pom-effective.ts`. Parents are read where
 * `relativePath` leads to one of the artifact's files with the coordinates asked for. A dependency
 * whose version is a range, or is known only to a repository, is listed with an empty version:
 * nothing is guessed, and it is a gap only where an advisory names the package. Where ranges are
 * requested, a range is listed with the lowest version that it allows. What dependencies pull in
 * themselves is known only to a repository too, and a note says so. A `pom.xml` below
 * `META-INF/maven` describes an archive that was unpacked and asks for nothing here. Refused: what
 * `pom-reader.ts` refuses.
 */

import { directoryOf, normalizePath } from '../../../core/base/artifact-path.ts';
import type { Context } from '../../../core/base/context.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type {
  CatalogFile,
  CatalogedPackage,
  Siblings,
} from '../../../core/model/catalog/catalog.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { lowestAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isIdentifier, isResolved, mavenName } from './coordinates.ts';
import {
  effectiveDependencies,
  inactiveDependencyCount,
  inheritedCoordinates,
  type EffectiveDependency,
  type PomChain,
} from './pom-effective.ts';
import type { Pom, PomParent } from './pom-model.ts';
import { readPom } from './pom-reader.ts';

/** Real chains have five. */
const MAX_PARENTS = 16;
const DEFAULT_PARENT = '../pom.xml';
const PACKED = '/META-INF/maven/';
/** `[1.2]` allows one version only. */
const EXACT = /^\[(?<version>[^,[\]()]+)\]$/;
const RANGE = /^[[(]/;

type Scope = NonNullable<CatalogedPackage['scope']>;

/** The strongest last. */
const SCOPES: readonly Scope[] = ['development', 'optional', 'peer', 'runtime'];
const DYNAMIC: ReadonlySet<string> = new Set(['LATEST', 'RELEASE']);

export const pom: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    if (file.path.includes(PACKED)) {
      result.note('describes an archive that was unpacked, and asks for nothing here');
      return result.done();
    }
    const own = readPom(file.path, await file.bytes());
    const chain: PomChain = [own, ...(await parentsOf(own, siblings, result))];
    const packages = new Map<string, CatalogedPackage>();
    for (const dependency of inListedOrder(effectiveDependencies(chain))) {
      addDependency(dependency, { own, packages, result, context });
    }
    for (const pkg of packages.values()) result.add(pkg);
    result.requests({ requests: openRequests(chain) });
    const inactiveCount = inactiveDependencyCount(own);
    if (inactiveCount > 0) {
      result.note(
        `${pluralize(inactiveCount, 'dependency', 'dependencies')} of profiles that are not active by default`,
      );
    }
    if (packages.size > 0) {
      result.note('dependencies of dependencies are not known from a pom.xml alone');
    }
    return result.done();
  },
};

async function parentsOf(own: Pom, siblings: Siblings, result: CatalogBuilder): Promise<Pom[]> {
  const parents: Pom[] = [];
  const seen = new Set([own.path]);
  let child = own;
  while (child.parent !== undefined && parents.length < MAX_PARENTS) {
    const found = await findParent(child, child.parent, siblings);
    if (found === undefined || seen.has(found.path)) {
      const { groupId = '', artifactId = '', version = '' } = child.parent;
      const name = `${groupId}:${artifactId}:${version}`;
      result.note(`the parent ${name} is not among the files; what it manages is not known`);
      break;
    }
    seen.add(found.path);
    parents.push(found);
    child = found;
  }
  return parents;
}

async function findParent(
  child: Pom,
  parent: PomParent,
  siblings: Siblings,
): Promise<Pom | undefined> {
  const relativePath = parent.relativePath ?? DEFAULT_PARENT;
  if (relativePath === '' || relativePath.includes('${')) return undefined;
  const path = normalizePath(`${directoryOf(child.path)}/${relativePath}`);
  for (const candidate of path.endsWith('.xml') ? [path] : [`${path}/pom.xml`, path]) {
    const file = siblings.get(candidate);
    const found = file && (await readParent(file));
    if (found !== undefined && isWanted(found, parent)) return found;
  }
  return undefined;
}

/** Reads a parent, if it can be read; an unreadable one is reported where it is read by itself. */
async function readParent(file: CatalogFile): Promise<Pom | undefined> {
  try {
    return readPom(file.path, await file.bytes());
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Maven takes a file for the parent only where its coordinates are those asked for. */
function isWanted(found: Pom, parent: PomParent): boolean {
  const { groupId, artifactId, version } = inheritedCoordinates(found);
  const isSameVersion =
    version === parent.version || [version, parent.version].some((text) => text?.includes('${'));
  return groupId === parent.groupId && artifactId === parent.artifactId && isSameVersion;
}

/**
 * A package can be asked for as an archive and as something else; the archive's line is the one to
 * show.
 */
function inListedOrder(dependencies: readonly EffectiveDependency[]): EffectiveDependency[] {
  const rank = ({ type = 'jar' }: EffectiveDependency): number => (type === 'jar' ? 0 : 1);
  return [...dependencies].sort((a, b) => rank(a) - rank(b));
}

function addDependency(
  dependency: EffectiveDependency,
  to: {
    readonly own: Pom;
    readonly packages: Map<string, CatalogedPackage>;
    readonly result: CatalogBuilder;
    readonly context: Context;
  },
): void {
  const { groupId, artifactId, line, declaredIn } = dependency;
  const { own, packages, result, context } = to;
  const ownLine = declaredIn === own ? line : undefined;
  if (!isIdentifier(groupId) || !isIdentifier(artifactId)) {
    const row = `${groupId ?? ''}:${artifactId ?? ''}`;
    result.unreadableRow(row, { reason: 'no group or artifact that is one', line: ownLine });
    return;
  }
  const name = mavenName(groupId, artifactId);
  const version = exactVersion(dependency.version) || lowestVersion(dependency.version, context);
  if (version === '') {
    const stated = dependency.version ?? 'managed elsewhere';
    result.note(`${name} names no single version: ${stated}`, ownLine);
  }
  const key = `${name}@${version}`;
  const earlier = packages.get(key);
  packages.set(key, {
    ...(ownLine !== undefined && { line: ownLine }),
    ...earlier,
    name,
    version,
    scope: strongerScope(scopeOf(dependency), earlier?.scope),
    relationship: 'direct',
  });
}

/**
 * Returns the dependencies whose version Maven chooses among several. One that a parent or a BOM
 * manages elsewhere has a single version, and Maven resolves what dependencies request in turn from
 * the files of the repository alone, always alike.
 */
function openRequests(chain: PomChain): readonly RequestedPackage[] {
  return effectiveDependencies(chain).flatMap((dependency) => {
    const { groupId, artifactId, version = '', declaredIn, line } = dependency;
    const isOpen = DYNAMIC.has(version) || (RANGE.test(version) && !EXACT.test(version));
    const scope = scopeOf(dependency);
    if (!isOpen || (scope !== 'runtime' && scope !== 'optional')) return [];
    if (!isIdentifier(groupId) || !isIdentifier(artifactId)) return [];
    const request = { name: mavenName(groupId, artifactId), range: version };
    return [declaredIn === chain[0] ? { ...request, line } : request];
  });
}

function exactVersion(stated: string | undefined): string {
  const version = EXACT.exec(stated ?? '')?.groups?.['version']?.trim() ?? stated;
  if (!isResolved(version) || RANGE.test(version) || DYNAMIC.has(version)) return '';
  return version;
}

/** Returns the lower end of a range, if ranges are requested. */
function lowestVersion(stated: string | undefined, { detectionPriority }: Context): string {
  if (detectionPriority !== 'comprehensive' || stated === undefined || !RANGE.test(stated))
    return '';
  return lowestAllowed('maven', stated) ?? '';
}

function strongerScope(a: Scope, b: Scope | undefined): Scope {
  return b !== undefined && SCOPES.indexOf(b) > SCOPES.indexOf(a) ? b : a;
}

/** `provided` and `system` are there at run time because the environment brings them: peers. */
function scopeOf({ scope, optional }: EffectiveDependency): Scope {
  if (scope === 'test') return 'development';
  if (optional === 'true') return 'optional';
  return scope === 'provided' || scope === 'system' ? 'peer' : 'runtime';
}
