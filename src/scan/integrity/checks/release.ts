/**
 * The release that the system names, against its packages, its repositories, its other release file
 * and its own past. The release selects the advisories, so a changed release removes every finding
 * of the system at once.
 */

import { largest } from '../../../core/base/append-all.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { ecosystemOfSystem } from '../../../core/model/distro/distro.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { Contradiction, Distro } from '../../../core/model/package/package.ts';
import type { Reading } from '../../../core/model/package/package-occurrence.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import type { Subject } from '../input.ts';
import type { Statement } from '../statement.ts';

const OWN = '/etc/os-release';
const SHIPPED = '/usr/lib/os-release';
/** Matches files that name the release alone, and no derivative. */
const RELEASE_FILE = /\/os-release$/u;

/** Contradicts the release of the system. */
export const release: ArtifactCheck = {
  id: 'release',
  needs: ['a distribution'],
  ofArtifact: compareRelease,
};

/** Returns at most one contradiction: the one that proves most. */
function compareRelease({ inventory, readings, subjects }: CheckInput): readonly Statement[] {
  const { distro } = inventory;
  if (distro === undefined) return [];
  const system = subjects.all.filter((it) => it.isSystem && it.entries.length > 0);
  const found =
    compareWithDatabase(distro, system) ??
    compareWithVersion(distro, system) ??
    compareReleaseFiles(readings) ??
    compareWithPast(readings, system) ??
    compareWithRepositories(distro, readings);
  if (found === undefined) return [];
  const location = placeOfRelease(readings) ?? system[0]?.pkg.locations[0];
  if (location === undefined) return [];
  const contradiction = { kind: 'version' as const, location, isSevere: true, ...found };
  return [{ kind: 'artifact', contradiction }];
}

type Found = Pick<Contradiction, 'claimed' | 'found'> & Partial<Contradiction>;

/** Contradicts a system of one packaging with a database of another. */
function compareWithDatabase(distro: Distro, system: readonly Subject[]): Found | undefined {
  const own = ecosystemOfSystem(distro.id);
  const [first] = system;
  if (own === undefined || first === undefined) return undefined;
  const { purlType } = ECOSYSTEMS[own];
  if (system.some(({ pkg }) => ECOSYSTEMS[pkg.ecosystem].purlType === purlType)) return undefined;
  const { path } = first.pkg.locations[0];
  return {
    claimed: nameOf(distro),
    found: `${pluralize(system.length, 'package')} in ${path}, a database that this system does not have`,
  };
}

/**
 * The package whose version contains the release, the part that does, and the part of the release
 * that has to be equal.
 */
const RELEASE_PACKAGES: ReadonlyMap<
  string,
  { readonly name: string; readonly meant: RegExp; readonly said: RegExp }
> = new Map([
  [
    'debian',
    { name: 'base-files', meant: /^(?:\d+:)?(?<major>\d+)(?!.*ubuntu)/u, said: /^(?<major>\d+)/u },
  ],
  // The version is the package's own, but contains the name of the distribution.
  ['ubuntu', { name: 'base-files', meant: /ubuntu(?<nothing>)/u, said: /(?<nothing>)/u }],
  [
    'alpine',
    { name: 'alpine-release', meant: /^(?<branch>\d+\.\d+)/u, said: /^(?<branch>\d+\.\d+)/u },
  ],
]);

function compareWithVersion(distro: Distro, system: readonly Subject[]): Found | undefined {
  const rule = RELEASE_PACKAGES.get(distro.id);
  const witness = system.find(({ pkg }) => pkg.name === rule?.name)?.pkg;
  if (rule === undefined || witness === undefined || distro.versionId === '') return undefined;
  const said = rule.said.exec(distro.versionId)?.[1];
  const meant = rule.meant.exec(witness.version)?.[1];
  if (said === undefined || meant === said) return undefined;
  const whose = meant === undefined ? 'of another system' : `of ${distro.id} ${meant}`;
  return {
    claimed: nameOf(distro),
    found: `${witness.name} ${witness.version}, which is ${whose}`,
  };
}

/** If both places have a file of their own, the one in `/etc` counts. */
function compareReleaseFiles(readings: readonly Reading[]): Found | undefined {
  const at = (path: string): Reading | undefined =>
    readings.find((it) => it.path === path && it.result.distro !== undefined);
  const [own, shipped] = [at(OWN), at(SHIPPED)];
  if (own?.result.distro === undefined || shipped?.result.distro === undefined) return undefined;
  if (isSame(own.result.distro, shipped.result.distro)) return undefined;
  return {
    claimed: nameOf(own.result.distro),
    found: `${nameOf(shipped.result.distro)} by ${SHIPPED}`,
    location: { path: own.path, layer: own.layer },
  };
}

/** Compares with the past: an upgrade of the system installs packages. */
function compareWithPast(
  readings: readonly Reading[],
  system: readonly Subject[],
): Found | undefined {
  const newest = largest(
    system.flatMap((it) => it.entries.map((row) => row.introducedIn)),
    -1,
  );
  for (const { path, layer, result, earlier = [] } of readings) {
    const [now, past] = [result.distro, earlier[0]?.result.distro];
    if (now === undefined || past === undefined || !RELEASE_FILE.test(path)) continue;
    if (newest < 0 || newest >= layer || isSame(now, past)) continue;
    return {
      claimed: nameOf(now),
      found: `${nameOf(past)} by the layers below, and not one package of another version`,
      location: { path, layer },
    };
  }
  return undefined;
}

/** Distributions that use apk with repositories of their own. */
const NOT_ALPINE: ReadonlySet<string> = new Set(['wolfi', 'chainguard', 'minimos']);
const BRANCH = /^\d+\.\d+/u;
const NUMBERED = /^\d+\.\d+$/u;

/**
 * Compares the release with the repositories that packages come from. An upgrade that changes the
 * repositories alone leaves the release file of small images behind: the advisories are wrong then
 * as well, without tampering.
 */
function compareWithRepositories(distro: Distro, readings: readonly Reading[]): Found | undefined {
  const named = readings.flatMap(({ result }) => result.repositoryReleases ?? []);
  if (named.length > 0 && NOT_ALPINE.has(distro.id)) {
    return { claimed: nameOf(distro), found: `repositories of alpine ${named.join(', ')}` };
  }
  const branch = BRANCH.exec(distro.versionId)?.[0];
  if (branch === undefined || named.length === 0 || named.includes(branch)) return undefined;
  if (!named.every((release) => NUMBERED.test(release))) return undefined;
  return {
    claimed: nameOf(distro),
    found: `repositories of ${[...new Set(named)].join(', ')}`,
    isSevere: named.every((release) => order(release) < order(branch)),
  };
}

/** Returns the order of a branch: `3.20` is above `3.9`. */
function order(branch: string): number {
  const [major = 0, minor = 0] = branch.split('.').map(Number);
  return major * 1e6 + minor;
}

/** Returns whether two releases are the same: `12` and `12.5` are. */
function isSame(a: Distro, b: Distro): boolean {
  const [x, y] = [`${a.versionId}.`, `${b.versionId}.`];
  return a.id === b.id && (x.startsWith(y) || y.startsWith(x));
}

function nameOf({ id, versionId }: Distro): string {
  return versionId === '' ? id : `${id} ${versionId}`;
}

function placeOfRelease(readings: readonly Reading[]): Contradiction['location'] | undefined {
  const said = readings.filter(({ result }) => result.distro !== undefined);
  const reading = said.find(({ path }) => RELEASE_FILE.test(path)) ?? said[0];
  return reading === undefined ? undefined : { path: reading.path, layer: reading.layer };
}
