/**
 * The packages of an npm lockfile, collected so that one package at several places is listed once.
 */

import { isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import type { CatalogBuilder, RowProblem } from '../catalog-builder.ts';
import { tarballContradiction } from './tarball-url.ts';
import { readLicenses } from '../../../formats/text/npm-licenses.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { isPackageName, INVALID_NAME_MESSAGE } from './package-name.ts';

type Scope = NonNullable<CatalogedPackage['scope']>;

/** The strongest claim last: what one place needs at run time is needed at run time. */
const SCOPES: readonly Scope[] = ['development', 'optional', 'peer', 'runtime'];

/**
 * No package has as many dependencies; the bound keeps a package named ten thousand times from
 * growing each time.
 */
const MAX_EDGES = 500;

const GIT = /^(?:git\+|git:\/\/|github:|gitlab:|bitbucket:|gist:)/;
const HOSTED = /^(?<host>github|gitlab|bitbucket):(?<repository>[^#]+?)(?:\.git)?(?<commit>#.*)?$/;
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);
const COMMIT = /@(?<commit>[0-9a-f]{40})$/;
const USER = /^(?<scheme>[a-z+]+:\/\/)(?<user>[^/@]+)@/;

/** The place of a package and the data there. */
export interface LockedPackage {
  readonly name: string;
  /** Empty where the file does not tell it, as for git in lockfiles of npm 6. */
  readonly version: string;
  readonly line: number | undefined;
  readonly relationship: CatalogedPackage['relationship'];
  readonly dependsOn: readonly string[];
  /** Its repository with the commit, where it does not come from a registry. */
  readonly vcsUrl: string | undefined;
  readonly row: JsonObject;
  /** The scope of a row whose marks do not count. */
  readonly scope?: Scope;
}

/** The parts of a package that a message names. */
interface Place {
  readonly name: string;
  readonly line?: number | undefined;
}

/**
 * Packages by name, version and repository. A package that several places of the tree hold is one:
 * its scope is the strongest of theirs, it is direct if one of them is, and its line is that of the
 * first.
 */
export class LockedPackages {
  readonly #packages = new Map<string, CatalogedPackage>();
  readonly #doubts: { readonly name: string; readonly problem: RowProblem }[] = [];

  add(locked: LockedPackage): void {
    const { resolved } = locked.row;
    this.compare(locked, typeof resolved === 'string' ? resolved : undefined);
    this.addPackage(toCataloged(locked));
  }

  /**
   * Takes it as a doubt where the address of a package's archive is that of another package or
   * version.
   */
  compare(pkg: Place & { readonly version: string }, address: string | undefined): void {
    const reason = address === undefined ? undefined : tarballContradiction(address, pkg);
    if (reason !== undefined) this.doubt(pkg, reason);
  }

  /**
   * Reports a contradiction between two statements of the file about a package; each is an
   * unreadable row, after those reported before.
   */
  doubt({ name, line }: Place, reason: string): void {
    this.#doubts.push({ name, problem: { reason, line } });
  }

  /** A name that no package has is a doubt, and the package is left out. */
  addPackage(pkg: CatalogedPackage): void {
    if (!isPackageName(pkg.name)) {
      this.doubt(pkg, INVALID_NAME_MESSAGE);
      return;
    }
    const key = `${identityOf(pkg)}\0${originOf(pkg.qualifiers?.get('vcs_url'))}`;
    const earlier = this.#packages.get(key);
    this.#packages.set(key, earlier === undefined ? pkg : merge(earlier, pkg));
  }

  /**
   * Yields the packages of this collection, of a version of the registry, that another has at no
   * place.
   */
  *missingFrom(other: LockedPackages): Generator<CatalogedPackage> {
    const known = new Set([...other.#packages.values()].map(identityOf));
    for (const pkg of this.#packages.values()) {
      if (pkg.version !== '' && !known.has(identityOf(pkg))) yield pkg;
    }
  }

  addTo(result: CatalogBuilder): void {
    for (const pkg of this.#packages.values()) result.add(pkg);
    for (const { name, problem } of this.#doubts) result.unreadableRow(name, problem);
  }
}

/**
 * Returns the repository of a git dependency as a package URL names it (`vcs_url`), without
 * credentials.
 */
export function vcsUrlOf(reference: string | undefined): string | undefined {
  if (reference === undefined || !GIT.test(reference)) return undefined;
  const { host, repository, commit } = HOSTED.exec(reference)?.groups ?? {};
  const domain = HOSTS.get(host ?? '');
  const url =
    domain === undefined
      ? reference
      : `git+https://${domain}/${repository ?? ''}.git${commit ?? ''}`;
  return withoutCredentials(url).replace('#', '@');
}

/**
 * Returns `name@version`, or the name alone if the version is not known: the form of
 * {@link CatalogedPackage.dependsOn}.
 */
export function edgeTo(name: string, version: string): string {
  return version === '' ? name : `${name}@${version}`;
}

/** Returns the object under a key, where there is one. */
export function objectAt(row: JsonObject, key: string): JsonObject | undefined {
  const value = row[key];
  return isJsonObject(value) ? value : undefined;
}

function toCataloged(locked: LockedPackage): CatalogedPackage {
  const { name, version, line, relationship, dependsOn, vcsUrl, row } = locked;
  const licenses = readLicenses(row);
  const { integrity } = row;
  const digests = readIntegrity(typeof integrity === 'string' ? integrity : undefined);
  // Assigning is several times as quick as spreading, and a lockfile has thousands.
  const pkg: { -readonly [Key in keyof CatalogedPackage]: CatalogedPackage[Key] } = {
    name,
    version,
    scope: locked.scope ?? scopeOf(row),
  };
  if (line !== undefined) pkg.line = line;
  if (relationship !== undefined) pkg.relationship = relationship;
  if (dependsOn.length > 0) pkg.dependsOn = dependsOn;
  if (vcsUrl !== undefined) pkg.qualifiers = new Map([['vcs_url', vcsUrl]]);
  if (licenses.length > 0) pkg.licenses = licenses;
  if (digests.length > 0) pkg.digests = digests;
  return pkg;
}

/**
 * `devOptional` is needed by a development and by an optional dependency, so a production install
 * has it: optional. `dev` with `optional` is an optional dependency of development only.
 */
/** Returns whether a row is marked for development alone. */
export function isDevelopmentRow(row: JsonObject): boolean {
  return row['dev'] === true;
}

function scopeOf(row: JsonObject): Scope {
  if (isDevelopmentRow(row)) return 'development';
  if (row['optional'] === true || row['devOptional'] === true) return 'optional';
  return row['peer'] === true ? 'peer' : 'runtime';
}

function merge(a: CatalogedPackage, b: CatalogedPackage): CatalogedPackage {
  const scope = SCOPES[Math.max(scopeRank(a), scopeRank(b))];
  const isDirect = a.relationship === 'direct' || b.relationship === 'direct';
  const dependsOn = union(a.dependsOn ?? [], b.dependsOn ?? []);
  return {
    ...b,
    ...a,
    ...(scope !== undefined && { scope }),
    ...(isDirect && { relationship: 'direct' as const }),
    ...(dependsOn.length > 0 && { dependsOn }),
  };
}

function identityOf({ name, version }: CatalogedPackage): string {
  return `${name}\0${version}`;
}

/**
 * Returns the commit of an origin: npm writes one repository as `github:`, `git+ssh:` or
 * `git+https:`.
 */
function originOf(vcsUrl: string | undefined): string {
  return vcsUrl === undefined ? '' : (COMMIT.exec(vcsUrl)?.groups?.['commit'] ?? vcsUrl);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length === 0 || a.length > MAX_EDGES ? a : [...new Set([...a, ...b])];
}

function scopeRank({ scope }: CatalogedPackage): number {
  return scope === undefined ? -1 : SCOPES.indexOf(scope);
}

/** `git` is the user of every ssh address; any other may be a token. */
function withoutCredentials(url: string): string {
  const groups = USER.exec(url)?.groups;
  return groups === undefined || groups['user'] === 'git' ? url : url.replace(USER, '$<scheme>');
}
