/**
 * Packages as trivy's JSON has them.
 *
 * Source: reports that trivy 0.44 wrote; documentation of trivy for `Identifier`, `Relationship`
 * and `Locations`. What these have no place for is under `Assay`: the properties that make reading
 * the document back exact (`core/model/package/sbom-properties.ts`), where the package came from, and
 * dependencies that `DependsOn` cannot tell.
 */

import { hash } from 'node:crypto';

import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';
import { MODULES_QUALIFIER } from '../../../core/model/advisory/applicability.ts';
import type { Package } from '../../../core/model/package/package.ts';
import { originText } from '../table/origin-text.ts';
import type { BomArtifact, BomPackage } from '../sbom/sbom-contents.ts';
import type { TrivyTargetPackage, TrivyTarget } from './trivy-targets.ts';
import type { TrivyTreePackage } from './trivy-tree.ts';

/**
 * The parts of a version of Debian and RPM: `1:2.5.2-3`. Empty parts and an epoch of 0 are none.
 */
const VERSION = /^(?:(?<epoch>[1-9]\d{0,8}):)?(?<version>[^:]+?)(?:-(?<release>[^-:]+))?$/s;
/** Between name and version in an id. */
const ID_SEPARATORS: Partial<Record<Package['ecosystem'], string>> = {
  cocoapods: '/',
  conan: '/',
  maven: ':',
};

/**
 * Returns the name of a package within its result; not unique if a system has packages of two
 * architectures.
 */
export function trivyId({ ecosystem, name, version }: Package): string {
  return version === '' ? name : `${name}${ID_SEPARATORS[ecosystem] ?? '@'}${version}`;
}

/** Returns `PURL` and `UID`, which is made of the package, its result and its place. */
export function trivyIdentifier(
  { ref, purl }: Pick<BomPackage, 'ref' | 'purl'>,
  { location }: TrivyTargetPackage,
  { target, type }: TrivyTarget,
): Json {
  const text = JSON.stringify([ref, type, target, location.path]);
  return { PURL: purl, UID: hash('sha256', text, 'hex').slice(0, 16) };
}

/** Returns the layer that a package is of: the one that brought it, or the one of its file. */
export function trivyLayer({ pkg, location }: TrivyTargetPackage, { layers }: Artifact): Json {
  const isOfSystem = ECOSYSTEMS[pkg.ecosystem].kind === 'os';
  const { blobDigest, diffId } = layers[isOfSystem ? pkg.introducedIn : location.layer] ?? {};
  return {
    ...(blobDigest !== undefined && { Digest: blobDigest }),
    ...(diffId !== undefined && { DiffID: diffId }),
  };
}

/**
 * Returns whether the ids of packages tell all dependencies: each is in the result of what depends
 * on it, and no other package of that result is called like it.
 */
export function areIdsUnambiguous(
  targets: readonly TrivyTarget[],
  { refOf, dependsOn }: BomArtifact,
): boolean {
  return targets.every(({ rows }) => {
    const refs = new Map<string, string>();
    for (const { pkg } of rows) {
      const [id, ref] = [trivyId(pkg), refOf(pkg)];
      if ((refs.get(id) ?? ref) !== ref) return false;
      refs.set(id, ref);
    }
    const edges = rows.filter(({ pkg }) => pkg.dependsOn.length > 0);
    if (edges.length === 0) return true;
    const here = new Set(refs.values());
    return edges.every(({ pkg }) => dependsOn(pkg).every((ref) => here.has(ref)));
  });
}

/**
 * Yields all packages of a result. With `hasRefs` their dependencies are written as references as
 * well. Fields without a value are not written; an object of one form is made faster than one that
 * is spread from parts.
 */
export function* trivyPackages(
  target: TrivyTarget,
  contents: BomArtifact,
  hasRefs: boolean,
): Generator<Json> {
  const { artifact } = contents;
  const idOf = idsByRef(target, contents);
  for (const row of target.rows) {
    const { pkg } = row;
    const written = contents.contentsOf(pkg);
    const isOfSystem = ECOSYSTEMS[pkg.ecosystem].kind === 'os';
    const own = versionOf(pkg.version, pkg);
    const source = isOfSystem ? sourceOf(pkg) : undefined;
    yield {
      ID: trivyId(pkg),
      Name: pkg.name,
      Identifier: trivyIdentifier(written, row, target),
      Version: own.version,
      Release: own.release,
      Epoch: own.epoch,
      Arch: pkg.qualifiers.get('arch'),
      SrcName: source?.name,
      SrcVersion: source?.version,
      SrcRelease: source?.release,
      SrcEpoch: source?.epoch,
      Modularitylabel: source?.stream,
      Licenses: filled(pkg.licenses),
      Maintainer: pkg.maintainer,
      Dev: onlyTrue(pkg.scope === 'development'),
      Indirect: onlyTrue(pkg.relationship === 'indirect'),
      Relationship: pkg.relationship,
      DependsOn: knownIds(written.dependsOn, idOf),
      Layer: artifact.kind === 'image' ? trivyLayer(row, artifact) : undefined,
      FilePath: row.filePath,
      Digest: pkg.digests[0],
      Locations: isOfSystem ? undefined : linesOf(row),
      Assay: ownPart(written, artifact, hasRefs),
    };
  }
}

/**
 * Yields the input of `--dependency-tree`: the same ids and dependencies as in
 * {@link trivyPackages}.
 */
export function* trivyDependencies(
  target: TrivyTarget,
  contents: BomArtifact,
): Generator<TrivyTreePackage> {
  const idOf = idsByRef(target, contents);
  for (const { pkg } of target.rows) {
    yield {
      id: trivyId(pkg),
      isIndirect: pkg.relationship === 'indirect',
      dependsOn: knownIds(contents.dependsOn(pkg), idOf) ?? [],
    };
  }
}

/** Returns the data that trivy's form has no place for. */
function ownPart(
  { ref, pkg, properties, dependsOn }: BomPackage,
  artifact: Artifact,
  hasRefs: boolean,
): Json {
  return {
    origin: originText(pkg, artifact),
    properties: Object.fromEntries(properties),
    digests: pkg.digests.length > 1 ? pkg.digests : undefined,
    ref: hasRefs ? ref : undefined,
    dependsOn: hasRefs ? dependsOn : undefined,
  };
}

function filled(list: readonly string[]): readonly string[] | undefined {
  return list.length > 0 ? list : undefined;
}

function onlyTrue(value: boolean): true | undefined {
  return value ? true : undefined;
}

/** Looks up the id of a package of a result by its reference. */
function idsByRef(
  { rows }: TrivyTarget,
  { refOf }: BomArtifact,
): (ref: string) => string | undefined {
  let ids: ReadonlyMap<string, string> | undefined;
  return (ref) => {
    ids ??= new Map(rows.map(({ pkg }) => [refOf(pkg), trivyId(pkg)]));
    return ids.get(ref);
  };
}

function knownIds(
  refs: readonly string[],
  idOf: (ref: string) => string | undefined,
): readonly string[] | undefined {
  if (refs.length === 0) return undefined;
  const known = refs.map(idOf).filter((id) => id !== undefined);
  return known.length === 0 ? undefined : [...new Set(known)].sort();
}

interface VersionParts {
  readonly version: string;
  readonly release?: string | undefined;
  readonly epoch?: number | undefined;
}

/** Returns the source package, and the stream of a module. */
function sourceOf(
  pkg: Package,
): VersionParts & { readonly name: string; readonly stream: string | undefined } {
  const { name, version } = pkg.source ?? pkg;
  return { name, stream: pkg.qualifiers.get(MODULES_QUALIFIER), ...versionOf(version, pkg) };
}

/**
 * Returns the version, in its parts where trivy has them apart and they give the same text again.
 */
function versionOf(text: string, { ecosystem }: Package): VersionParts {
  const { kind, scheme } = ECOSYSTEMS[ecosystem];
  const isApart = kind === 'os' && (scheme === 'deb' || scheme === 'rpm');
  const groups = isApart ? VERSION.exec(text)?.groups : undefined;
  if (groups === undefined) return { version: text };
  const { epoch, version = '', release } = groups;
  return { version, release, epoch: epoch === undefined ? undefined : Number(epoch) };
}

function linesOf({ location: { line }, filePath }: TrivyTargetPackage): Json | undefined {
  if (line === undefined || filePath !== undefined) return undefined;
  return [{ StartLine: line, EndLine: line }];
}
