/**
 * The products of statements in one artifact: its packages, the artifact itself, and the projects
 * in it.
 *
 * A statement on a product without subcomponents is one on the product and on all that is in it;
 * with subcomponents on those in it. The artifact is in the product where the product is its image
 * (by package URL or digest) or a project whose lockfile or bill of materials names the package. A
 * package is within another one where every way to it leads through that, by the dependencies that
 * are known; packages of the system are within nothing, since anything may use them.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type { Artifact, ImageFacts } from '../../../core/model/artifact/artifact.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { Distro, Inventory, Package } from '../../../core/model/package/package.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import { isVers, parseVers, versContains } from '../../../core/version/vers.ts';
import { namesPackage } from '../purl-match.ts';
import { purlIn } from './document-builder.ts';
import type { VexIdentity, VexStatement } from './statement.ts';

/** A package, and the version of it that a finding is about. */
export interface VersionedPackage {
  readonly pkg: Package;
  readonly version: string;
}

/** Answers for one artifact whether a statement is about a package in it. */
export class ProductIndex {
  readonly #inventory: Inventory;
  readonly #distro: Distro | undefined;
  readonly #artifact: Artifact | undefined;
  /**
   * By type and name of the package URL and of the source package, so that a long list of products
   * is quick.
   */
  readonly #byName = new Map<string, Package[]>();
  readonly #byId = new Map<string, Package>();
  #parents: ReadonlyMap<string, readonly Package[]> | undefined;
  readonly #projects: readonly { readonly purl: PackageUrl; readonly path: string }[];

  constructor(inventory: Inventory, artifact: Artifact | undefined) {
    this.#inventory = inventory;
    this.#distro = inventory.distro;
    this.#artifact = artifact;
    for (const pkg of inventory.packages) {
      this.#byId.set(pkg.id, pkg);
      const names = new Set([lastName(pkg.name), lastName(pkg.source?.name ?? pkg.name)]);
      for (const name of names) {
        const key = `${ECOSYSTEMS[pkg.ecosystem].purlType} ${name}`;
        appendTo(this.#byName, key, pkg);
      }
    }
    this.#projects = (inventory.projects ?? []).flatMap(({ purl, location }) => {
      const parsed = purlIn(purl);
      return parsed === undefined ? [] : [{ purl: parsed, path: location.path }];
    });
  }

  /** Returns whether the statement is about this package here. */
  isAbout(statement: VexStatement, patient: VersionedPackage): boolean {
    const outer: VexIdentity[] = [];
    for (const { identity, subcomponents } of statement.products) {
      const isMeant =
        subcomponents.length === 0 || subcomponents.some((sub) => this.#names(sub, patient));
      if (!isMeant) continue;
      if (this.#names(identity, patient)) return true;
      if (this.#isArtifact(identity)) return true;
      outer.push(identity);
    }
    if (outer.length === 0) return false;
    return this.#isInProject(outer, patient.pkg) || this.#isWithin(outer, patient.pkg);
  }

  #names({ purl, versions }: VexIdentity, { pkg, version }: VersionedPackage): boolean {
    if (purl === undefined) return false;
    if (!namesPackage(purl, { pkg, version, distro: this.#distro })) return false;
    return versions?.some((text) => isVersion(text, version)) ?? true;
  }

  #isArtifact({ purl, digest }: VexIdentity): boolean {
    const image = this.#artifact?.image;
    if (image === undefined) return false;
    if (digest !== undefined && digestsOf(image).has(digest)) return true;
    return (
      purl !== undefined && (purl.type === 'oci' || purl.type === 'docker') && isImage(purl, image)
    );
  }

  /** All places of the package must be files of such projects. */
  #isInProject(products: readonly VexIdentity[], pkg: Package): boolean {
    const paths = new Set(
      this.#projects
        .filter(({ purl }) =>
          products.some((product) => product.purl && isProject(product.purl, purl)),
        )
        .map(({ path }) => path),
    );
    return paths.size > 0 && pkg.locations.every(({ path }) => paths.has(path));
  }

  #isWithin(products: readonly VexIdentity[], pkg: Package): boolean {
    const covering = new Set(products.flatMap((product) => this.#packagesOf(product)));
    covering.delete(pkg);
    if (covering.size === 0) return false;
    const seen = new Set<Package>([pkg]);
    const open = [pkg];
    for (let current = open.pop(); current !== undefined; current = open.pop()) {
      if (isUsedDirectly(current)) return false;
      const parents = this.#parentsOf(current);
      if (parents.length === 0) return false;
      for (const parent of parents) {
        if (covering.has(parent) || seen.has(parent)) continue;
        seen.add(parent);
        open.push(parent);
      }
    }
    return true;
  }

  #packagesOf(product: VexIdentity): readonly Package[] {
    const { purl } = product;
    if (purl === undefined) return [];
    const candidates = this.#byName.get(`${purl.type} ${lastName(purl.name)}`) ?? [];
    return candidates.filter((pkg) => this.#names(product, { pkg, version: pkg.version }));
  }

  #parentsOf(pkg: Package): readonly Package[] {
    this.#parents ??= this.#parentIndex();
    return this.#parents.get(pkg.id) ?? [];
  }

  #parentIndex(): ReadonlyMap<string, readonly Package[]> {
    const parents = new Map<string, Package[]>();
    for (const pkg of this.#inventory.packages) {
      for (const id of pkg.dependsOn) {
        if (!this.#byId.has(id)) continue;
        appendTo(parents, id, pkg);
      }
    }
    return parents;
  }
}

function isUsedDirectly({ ecosystem, relationship }: Package): boolean {
  return (
    relationship === 'direct' || relationship === 'root' || ECOSYSTEMS[ecosystem].kind === 'os'
  );
}

/** Returns the part of a name that all its spellings share, in lower case. */
function lastName(name: string): string {
  const parts = name.toLowerCase().split(/[/:]/);
  return (parts.at(-1) ?? '').replaceAll(/[-_.]+/g, '-');
}

function isVersion(text: string, version: string): boolean {
  if (!isVers(text)) return text === version;
  const range = parseVers(text);
  return range !== undefined && versContains(range, version) === true;
}

/** The wanted version, where it is given, must be that of the project. */
function isProject(wanted: PackageUrl, own: PackageUrl): boolean {
  return (
    wanted.type === own.type &&
    wanted.namespace === own.namespace &&
    wanted.name === own.name &&
    (wanted.version === undefined || wanted.version === own.version)
  );
}

function digestsOf(image: ImageFacts): ReadonlySet<string> {
  const { indexDigest, manifestDigest, configDigest, repoDigests } = image;
  const named = repoDigests.flatMap((one) => one.split('@')[1] ?? []);
  return new Set(
    [indexDigest, manifestDigest, configDigest, ...named].filter((one) => one !== undefined),
  );
}

/**
 * Returns whether a package URL names the image, as in
 * `pkg:oci/NAME@sha256:...?repository_url=...&tag=...`: every given part must hold. The name alone
 * is the last part of the repository; a repository that is given says which one.
 */
function isImage(purl: PackageUrl, image: ImageFacts): boolean {
  if (purl.version !== undefined && !digestsOf(image).has(purl.version.toLowerCase())) return false;
  const architecture = purl.qualifiers.get('arch');
  if (architecture !== undefined && architecture !== image.platform.architecture) return false;
  const names = [...image.tags, ...image.repoDigests].map(repositoryAndTag);
  const repository = purl.qualifiers.get('repository_url');
  const tag = purl.qualifiers.get('tag');
  // An image that is known by a digest alone has no name to be compared.
  if (names.length === 0) return purl.version !== undefined;
  const own = names.filter(
    (one) =>
      baseName(one.repository).toLowerCase() === purl.name &&
      (repository === undefined || isRepository(repository, purl.name, one.repository)),
  );
  // The digest says more than the tag, which may have moved.
  const isTagMeant = tag === undefined || purl.version !== undefined;
  return own.length > 0 && (isTagMeant || own.some((one) => one.tag === tag));
}

/**
 * Returns whether a URL is the repository, with or without the name at its end: both are written.
 */
function isRepository(url: string, name: string, repository: string): boolean {
  const bare = url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return [bare, `${bare}/${name}`].some((one) => fullName(one) === fullName(repository));
}

/** Returns the full name of a repository. A name without a registry belongs to Docker Hub. */
function fullName(repository: string): string {
  const [host = ''] = repository.split('/', 1);
  const isHost = repository.includes('/') && (/[.:]/.test(host) || host === 'localhost');
  if (isHost)
    return repository
      .replace(/^(?:index\.)?docker\.io\/(?=[^/]+$)/, 'docker.io/library/')
      .replace(/^index\./, '');
  return repository.includes('/') ? `docker.io/${repository}` : `docker.io/library/${repository}`;
}

function repositoryAndTag(text: string): {
  readonly repository: string;
  readonly tag: string | undefined;
} {
  const [name = ''] = text.split('@', 1);
  const colon = name.lastIndexOf(':');
  if (colon <= name.lastIndexOf('/')) return { repository: name, tag: undefined };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}
