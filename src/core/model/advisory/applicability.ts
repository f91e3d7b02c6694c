/** Decides whether an advisory for a package's name covers that very build of the package. */

import type { Affected } from './advisory.ts';
import type { Package } from '../package/package.ts';

/** Qualifier of an entry whose fixes only some get. */
export const CHANNEL_QUALIFIER = 'channel';
/** Value of {@link CHANNEL_QUALIFIER} for Ubuntu Pro, whose builds are marked in their version. */
export const PAID_CHANNEL = 'esm';
const PAID_BUILD = /[~+]esm\d/;

/**
 * Returns `false` for an entry about another module stream (see {@link isOfStream}) or another
 * value of a qualifier that both sides have. A build of extended maintenance is not concerned by an
 * entry of the standard archive without a fix, because an entry of its own describes it. Fixes of
 * ordinary builds do not concern special builds.
 */
export function mayApply(entry: Affected, pkg: Package): boolean {
  if (isOfStream(entry, pkg) === false) return false;
  if (isAboutFreeBuilds(entry) && PAID_BUILD.test(pkg.version)) return false;
  if (isOfOtherBuilds(entry, pkg)) return false;
  for (const [key, value] of entry.qualifiers ?? []) {
    if (key === MODULES_QUALIFIER) continue;
    const own = pkg.qualifiers.get(key);
    if (own !== undefined && own !== value) return false;
  }
  return true;
}

/**
 * Builds of Oracle Linux that stand beside the ordinary ones under versions of their own: patched
 * while they run (`2.17-157.ksplice1.el7`), or certified (`10:3.6.16-4.0.1.el8_fips`). A fix for
 * one kind says nothing of the other.
 */
const SPECIAL_BUILD = /[._](?<kind>ksplice|fips)/;

function isOfOtherBuilds({ ecosystem, ranges }: Affected, { version }: Package): boolean {
  const fixed = ecosystem === 'oracle' ? ranges.flatMap((range) => range.fixed ?? []) : [];
  return fixed.length > 0 && fixed.every((fix) => kindOfBuild(fix) !== kindOfBuild(version));
}

function kindOfBuild(version: string): string | undefined {
  return SPECIAL_BUILD.exec(version)?.groups?.['kind'];
}

function isAboutFreeBuilds({ ecosystem, qualifiers, ranges }: Affected): boolean {
  if (ecosystem !== 'ubuntu' || qualifiers?.has(CHANNEL_QUALIFIER) === true) return false;
  return ranges.every(({ fixed }) => fixed === undefined);
}

/**
 * Qualifier of a package with its label, and of an advisory with its streams, separated by commas.
 */
export const MODULES_QUALIFIER = 'modularitylabel';
const MODULE_BUILD = /\.module[_+]/;
const STREAM = /^(?<stream>[^:]+:[^:]+)/;

/**
 * Returns whether an advisory's entry covers the module stream of a package. `undefined` if the
 * package was built for a module that is not named, as in an SBOM without labels. Module streams
 * are several versions of one software side by side (`nodejs:16`, `nodejs:18`), each with its own
 * fixes. Source: Fedora modularity, "modularity label" of RPM 4.15 (`name:stream:version:context`);
 * the builds of modules have `.module` in their release.
 *
 * An entry that names no stream covers packages outside of modules, unless its fix is itself the
 * build of one.
 */
export function isOfStream(entry: Affected, pkg: Package): boolean | undefined {
  const label = pkg.qualifiers.get(MODULES_QUALIFIER);
  const streams = entry.qualifiers?.get(MODULES_QUALIFIER);
  if (streams === undefined) return label === undefined || fixesModule(entry);
  const stream = STREAM.exec(label ?? '')?.groups?.['stream'];
  if (stream !== undefined) return streams.split(',').includes(stream);
  return MODULE_BUILD.test(pkg.version) ? undefined : false;
}

function fixesModule({ ranges }: Affected): boolean {
  return ranges.some(({ fixed }) => fixed !== undefined && MODULE_BUILD.test(fixed));
}
