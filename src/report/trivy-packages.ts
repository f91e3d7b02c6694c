/**
 * Packages as trivy's JSON has them.
 *
 * Source: reports that trivy 0.44 wrote; documentation of trivy for `Identifier`, `Relationship` and `Locations`. What
 * these have no place for is under `Assay`: the properties that make reading the document back exact
 * (`model/sbom-properties.ts`), where the package came from, and dependencies that `DependsOn` cannot tell.
 */

import { hash } from 'node:crypto';

import type { Artifact } from '../model/artifact.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Json } from '../model/json-pieces.ts';
import { MODULES } from '../model/module-stream.ts';
import type { Package } from '../model/package.ts';
import { originText } from './origin.ts';
import type { TrivyRow, TrivyTarget } from './trivy-targets.ts';

/** The parts of a version of Debian and RPM: `1:2.5.2-3`. Empty parts and an epoch of 0 are none. */
const VERSION = /^(?:(?<epoch>[1-9]\d{0,8}):)?(?<version>[^:]+?)(?:-(?<release>[^-:]+))?$/s;
/** Between name and version in an id. */
const ID_SEPARATORS: Partial<Record<Package['ecosystem'], string>> = {
  cocoapods: '/',
  conan: '/',
  maven: ':',
};

/** What a package is called within its result; not unique where a system has packages of two architectures. */
export function trivyId({ ecosystem, name, version }: Package): string {
  return version === '' ? name : `${name}${ID_SEPARATORS[ecosystem] ?? '@'}${version}`;
}

/** `PURL` and `UID`, which is made of the package, its result and its place. */
export function trivyIdentifier(
  { listed: { ref, purl }, location }: TrivyRow,
  { target, type }: TrivyTarget,
): Json {
  const text = JSON.stringify([ref, type, target, location.path]);
  const uid = hash('sha256', text, 'hex').slice(0, 16);
  return { ...(purl !== undefined && { PURL: purl }), UID: uid };
}

/** The layer that a package is of: the one that brought it, or the one of its file. */
export function trivyLayer({ listed: { pkg }, location }: TrivyRow, { layers }: Artifact): Json {
  const isOfSystem = ECOSYSTEMS[pkg.ecosystem].kind === 'os';
  const { blobDigest, diffId } = layers[isOfSystem ? pkg.introducedIn : location.layer] ?? {};
  return {
    ...(blobDigest !== undefined && { Digest: blobDigest }),
    ...(diffId !== undefined && { DiffID: diffId }),
  };
}

/**
 * Whether the ids of packages tell all dependencies: each is in the result of what depends on it, and no other package of
 * that result is called like it.
 */
export function areToldByIds(targets: readonly TrivyTarget[]): boolean {
  return targets.every(({ rows }) => {
    const refs = new Map<string, string>();
    for (const { listed } of rows) {
      const id = trivyId(listed.pkg);
      if ((refs.get(id) ?? listed.ref) !== listed.ref) return false;
      refs.set(id, listed.ref);
    }
    const here = new Set(refs.values());
    return rows.every(({ listed }) => listed.dependsOn.every((ref) => here.has(ref)));
  });
}

/** All packages of a result. With `hasRefs` their dependencies are written as references as well. */
export function* trivyPackages(
  target: TrivyTarget,
  artifact: Artifact,
  hasRefs: boolean,
): Generator<Json> {
  const ids = new Map(target.rows.map(({ listed }) => [listed.ref, trivyId(listed.pkg)]));
  for (const row of target.rows) {
    const { ref, pkg, dependsOn, properties } = row.listed;
    const known = dependsOn.map((other) => ids.get(other)).filter((id) => id !== undefined);
    yield {
      ...identityOf(row, target),
      ...sourceOf(pkg),
      ...(pkg.licenses.length > 0 && { Licenses: pkg.licenses }),
      ...(pkg.maintainer !== undefined && { Maintainer: pkg.maintainer }),
      ...relationshipOf(pkg),
      ...(known.length > 0 && { DependsOn: [...new Set(known)].sort() }),
      ...(artifact.kind === 'image' && { Layer: trivyLayer(row, artifact) }),
      ...(row.filePath !== undefined && { FilePath: row.filePath }),
      ...(pkg.digests[0] !== undefined && { Digest: pkg.digests[0] }),
      ...linesOf(row),
      Assay: {
        origin: originText(pkg, artifact),
        properties: Object.fromEntries(properties),
        ...(pkg.digests.length > 1 && { digests: pkg.digests }),
        ...(hasRefs && { ref, dependsOn }),
      },
    };
  }
}

function identityOf(row: TrivyRow, target: TrivyTarget): Readonly<Record<string, Json>> {
  const { pkg } = row.listed;
  const arch = pkg.qualifiers.get('arch');
  return {
    ID: trivyId(pkg),
    Name: pkg.name,
    Identifier: trivyIdentifier(row, target),
    ...versionOf(pkg.version, '', pkg),
    ...(arch !== undefined && { Arch: arch }),
  };
}

function sourceOf(pkg: Package): Readonly<Record<string, Json>> {
  if (ECOSYSTEMS[pkg.ecosystem].kind !== 'os') return {};
  const { name, version } = pkg.source ?? pkg;
  const stream = pkg.qualifiers.get(MODULES);
  return {
    SrcName: name,
    ...versionOf(version, 'Src', pkg),
    ...(stream !== undefined && { Modularitylabel: stream }),
  };
}

/** The version, in its parts where trivy has them apart and they give the same text again. */
function versionOf(
  text: string,
  prefix: '' | 'Src',
  { ecosystem }: Package,
): Readonly<Record<string, Json>> {
  const { kind, scheme } = ECOSYSTEMS[ecosystem];
  const isApart = kind === 'os' && (scheme === 'deb' || scheme === 'rpm');
  const groups = isApart ? VERSION.exec(text)?.groups : undefined;
  if (groups === undefined) return { [`${prefix}Version`]: text };
  const { epoch, version = '', release } = groups;
  return {
    [`${prefix}Version`]: version,
    ...(release !== undefined && { [`${prefix}Release`]: release }),
    ...(epoch !== undefined && { [`${prefix}Epoch`]: Number(epoch) }),
  };
}

function relationshipOf({ relationship, scope }: Package): Readonly<Record<string, Json>> {
  return {
    ...(scope === 'development' && { Dev: true }),
    ...(relationship === 'indirect' && { Indirect: true }),
    ...(relationship !== undefined && { Relationship: relationship }),
  };
}

function linesOf({
  location: { line },
  filePath,
  listed,
}: TrivyRow): Readonly<Record<string, Json>> {
  const isOfSystem = ECOSYSTEMS[listed.pkg.ecosystem].kind === 'os';
  if (line === undefined || filePath !== undefined || isOfSystem) return {};
  return { Locations: [{ StartLine: line, EndLine: line }] };
}
