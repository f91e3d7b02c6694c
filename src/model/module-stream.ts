/**
 * Module streams of RPM distributions: several versions of one software side by side (`nodejs:16`, `nodejs:18`), each
 * with its own fixes.
 *
 * Source: Fedora modularity, "modularity label" of RPM 4.15 (`name:stream:version:context`). The builds of modules have
 * `.module` in their release.
 */

import type { Affected } from './advisory.ts';
import type { Package } from './package.ts';

/** Qualifier of a package with its label, and of an advisory with the streams it speaks of, separated by commas. */
export const MODULES_QUALIFIER = 'modularitylabel';
const MODULE_BUILD = /\.module[_+]/;
const STREAM = /^(?<stream>[^:]+:[^:]+)/;

/**
 * Whether an advisory's entry speaks of the stream that a package is of. `undefined` where the package was built for
 * a module and nobody says for which, as in an SBOM without labels.
 *
 * An entry that names no stream speaks of packages outside of modules, unless its fix is itself the build of one.
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
