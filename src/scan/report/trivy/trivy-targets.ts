/**
 * Trivy's division of an artifact into results: the packages of the system, one result for each
 * lockfile and each binary, and one for all packages of an ecosystem that are installed.
 *
 * Source: documentation of trivy, "Coverage", and reports that trivy 0.44 wrote. A package is
 * listed once for each of its places. In an image or a root filesystem, lockfiles that name an
 * installed package are left out; in a directory the lockfiles count, and installed copies of what
 * they name are left out.
 */

import { compareText } from '../../../core/base/compare.ts';
import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Distro, Package } from '../../../core/model/package/package.ts';
import { comparePackages } from '../findings/finding-rows.ts';
import type { BomArtifact } from '../sbom/sbom-contents.ts';
import { trivyFamily } from './trivy-names.ts';

/** One result of the document. */
export interface TrivyTarget {
  readonly target: string;
  readonly class: 'os-pkgs' | 'lang-pkgs';
  readonly type: string;
  /** By name and version of the package, then by place. */
  readonly rows: readonly TrivyTargetPackage[];
}

/** A package at one place. */
export interface TrivyTargetPackage {
  readonly pkg: Package;
  readonly location: Location;
  /** Its own file, where the result is one of many files. */
  readonly filePath?: string;
}

/** Results that collect the installed packages of an ecosystem. */
const INSTALLED: Partial<Record<Ecosystem, readonly [target: string, type: string]>> = {
  conda: ['Conda', 'conda-pkg'],
  maven: ['Java', 'jar'],
  npm: ['Node.js', 'node-pkg'],
  pypi: ['Python', 'python-pkg'],
  rubygems: ['Ruby', 'gemspec'],
};

/** Types of binaries and of other files that list several installed packages. */
const LISTING: Partial<Record<Ecosystem, string>> = {
  bitnami: 'bitnami',
  cargo: 'rustbinary',
  go: 'gobinary',
  node: 'node',
  nuget: 'dotnet-core',
  packagist: 'composer-vendor',
  program: 'program',
};

/** Types of files that name dependencies, by what their paths end in. */
const DECLARING: Partial<Record<Ecosystem, readonly (readonly [string, RegExp])[]>> = {
  cargo: [['cargo', /\/Cargo\.(?:lock|toml)$/]],
  conda: [['conda-environment', /\/environment\.ya?ml$/]],
  go: [['gomod', /\/(?:go\.(?:mod|work)|modules\.txt)$/]],
  maven: [
    ['pom', /\/pom\.xml$/],
    ['gradle', /\/(?:[^/]*gradle\.lockfile|build\.gradle(?:\.kts)?|verification-metadata\.xml)$/],
    ['gradle', /(?:\.versions\.toml|\/dependency-locks\/[^/]+)$/],
    ['sbt', /\/build\.sbt(?:\.lock)?$/],
  ],
  npm: [
    ['npm', /\/(?:package-lock|npm-shrinkwrap)\.json$/],
    ['yarn', /\/yarn\.lock$/],
    ['pnpm', /\/pnpm-lock\.yaml$/],
    ['bun', /\/bun\.lock$/],
    ['deno', /\/deno\.(?:lock|jsonc?)$/],
  ],
  nuget: [
    ['nuget', /\/(?:packages\.lock|project\.assets)\.json$/],
    ['packages-config', /\/packages\.config$/],
    ['packages-props', /(?:\.props|\.targets|\.(?:cs|fs|vb)proj)$/i],
    ['paket', /\/paket\.(?:lock|dependencies)$/],
  ],
  packagist: [['composer', /\/composer\.lock$/]],
  pypi: [
    ['pipenv', /\/Pipfile\.lock$/],
    ['poetry', /\/poetry\.lock$/],
    ['uv', /\/uv\.lock$/],
    ['pdm', /\/pdm\.lock$/],
    ['pylock', /\/pylock\.(?:[^/]+\.)?toml$/],
    ['pip', /\/(?:[^/]*requirements[^/]*\.(?:txt|in)|requirements\/[^/]+)$/],
  ],
  rubygems: [['bundler', /\/(?:Gemfile\.lock|gems\.locked)$/]],
};

/** Types of what is only named, in files of other names. */
const DECLARED: Partial<Record<Ecosystem, string>> = { npm: 'npm', pypi: 'pip', go: 'gomod' };

type Kind = 'system' | 'declared' | 'listing' | 'installed';

interface Place extends Omit<TrivyTarget, 'rows'> {
  readonly kind: Kind;
  readonly row: TrivyTargetPackage;
}

/** The surroundings of a result's parts. */
interface Surroundings {
  readonly artifact: Artifact;
  readonly distro: Distro | undefined;
  /** Before the target of each result, where a document is about several artifacts. */
  readonly prefix: string;
}

/**
 * Returns the results of an artifact: the system, then files by their paths, then what is
 * installed.
 */
export function trivyTargets(
  { artifact, system, inventory }: BomArtifact,
  isOneOfMany = false,
): readonly TrivyTarget[] {
  const surroundings = {
    artifact,
    distro: system?.distro,
    prefix: isOneOfMany ? `${artifact.reference}: ` : '',
  };
  const targets = new Map<string, OpenTarget>();
  let last: OpenTarget | undefined;
  for (const pkg of inventory.toSorted(comparePackages)) {
    for (const place of placesOf(pkg, surroundings)) {
      // Most packages are of the same target as the one before.
      if (last === undefined || !isSameTarget(last.place, place)) {
        const key = `${place.kind}\n${place.type}\n${place.target}`;
        last = targets.get(key) ?? { place, rows: [] };
        targets.set(key, last);
      }
      last.rows.push(place.row);
    }
  }
  return [...targets.values()]
    .sort((a, b) => compareTargets(a.place, b.place))
    .map(({ place: { target, class: kind, type }, rows }) => ({ target, class: kind, type, rows }));
}

/** A result whose rows are being gathered. */
interface OpenTarget {
  readonly place: Place;
  readonly rows: TrivyTargetPackage[];
}

function isSameTarget(a: Place, b: Place): boolean {
  return a.target === b.target && a.kind === b.kind && a.type === b.type;
}

const ORDER: readonly Kind[] = ['system', 'declared', 'listing', 'installed'];

function compareTargets(a: Place, b: Place): number {
  return (
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    compareText(a.target, b.target) ||
    compareText(a.type, b.type)
  );
}

function placesOf(pkg: Package, surroundings: Surroundings): readonly Place[] {
  if (ECOSYSTEMS[pkg.ecosystem].kind === 'os') return [systemPlace(pkg, surroundings)];
  const { locations } = pkg;
  if (locations.length === 1) return [placeOf(pkg, locations[0], surroundings)];
  const byTarget = new Map<string, Place>();
  for (const location of locations) {
    const place = placeOf(pkg, location, surroundings);
    // A lockfile can name a package in several lines.
    byTarget.set(`${place.kind}\n${place.type}\n${location.path}`, place);
  }
  const places = [...byTarget.values()];
  const lesser = isOfLockfiles(surroundings.artifact) ? 'installed' : 'declared';
  const kept = places.filter(({ kind }) => kind !== lesser);
  return kept.length > 0 ? kept : places;
}

function isOfLockfiles({ kind }: Artifact): boolean {
  return kind === 'directory' || kind === 'repository' || kind === 'file';
}

function systemPlace(pkg: Package, { artifact, distro, prefix }: Surroundings): Place {
  const { ecosystem, locations } = pkg;
  const type = distro === undefined ? ecosystem : trivyFamily(distro);
  const name = [type, distro?.versionId ?? ''].filter((part) => part !== '').join(' ');
  // The name of the artifact is there already.
  const target = `${prefix === '' ? artifact.reference : prefix.slice(0, -2)} (${name})`;
  return {
    kind: 'system',
    target,
    class: 'os-pkgs',
    type,
    row: { pkg, location: locations[0] },
  };
}

function placeOf(pkg: Package, location: Location, { artifact, prefix }: Surroundings): Place {
  const { ecosystem, presence } = pkg;
  const path = location.path.replace(/^\/+/u, '');
  const row = { pkg, location };
  const fileOf = (kind: Kind, type: string): Place => {
    return { kind, target: prefix + path, class: 'lang-pkgs', type, row };
  };
  if (artifact.kind !== 'sbom') {
    const declaring = DECLARING[ecosystem]?.find(([, pattern]) => pattern.test(`/${path}`));
    if (declaring !== undefined) return fileOf('declared', declaring[0]);
    if (presence === 'declared') return fileOf('declared', DECLARED[ecosystem] ?? ecosystem);
    const listing = LISTING[ecosystem];
    if (listing !== undefined) return fileOf('listing', listing);
  }
  const [target, type] = INSTALLED[ecosystem] ?? [
    ECOSYSTEMS[ecosystem].label,
    LISTING[ecosystem] ?? ecosystem,
  ];
  const installed = { target: prefix + target, class: 'lang-pkgs', type } as const;
  return { kind: 'installed', ...installed, row: { ...row, filePath: path } };
}
