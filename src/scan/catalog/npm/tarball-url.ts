/**
 * The package in the address of a registry's archive, `https://HOST/@scope/name/-/name-1.2.3.tgz`.
 *
 * Registries of npm make such an address from the package in the archive, so a lockfile that names
 * another package or version beside it contradicts itself. Written rules: some registries put the
 * scope before the archive's own name (`/-/@scope/name-1.2.3.tgz`) or write its `/` as `%2f`;
 * registries leave out the text behind a `+`; other addresses give no package.
 */

import { baseName } from '../../../core/base/artifact-path.ts';

const WEB = /^https?:\/\//;
/** Between the path of a package and its archives. */
const ARCHIVES = '/-/';
const ARCHIVE = /^(?:(?:@|%40)[^/?#]{1,300}(?:\/|%2f))?(?<archive>[^/?#]{1,300})\.tgz(?:[?#]|$)/i;
const SEMVER = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?$/;
const ESCAPED = /%(?:2f|40)/gi;
/** Longer than any name of a package; what is before it in the address does not matter. */
const MAX_PATH_LENGTH = 600;

/** The package in an archive. */
export interface TarballPackage {
  readonly name: string;
  /** Absent where the archive is called otherwise. */
  readonly version?: string;
}

/**
 * Returns the package of a registry that an address is of; `undefined` for addresses of any other
 * form.
 */
export function packageOfTarball(address: string | undefined): TarballPackage | undefined {
  if (address === undefined || !WEB.test(address)) return undefined;
  const at = address.lastIndexOf(ARCHIVES);
  const archive = at === -1 ? undefined : ARCHIVE.exec(address.slice(at + ARCHIVES.length));
  const file = archive?.groups?.['archive'];
  if (file === undefined) return undefined;
  const path = address.slice(Math.max(0, at - MAX_PATH_LENGTH), at).replace(ESCAPED, unescape);
  const [scope = '', base = ''] = path.split('/').slice(-2);
  if (base === '') return undefined;
  const version = file.startsWith(`${base}-`) ? file.slice(base.length + 1) : '';
  return {
    name: scope.startsWith('@') ? `${scope}/${base}` : base,
    ...(SEMVER.test(version) && { version }),
  };
}

/**
 * Returns the contradiction between an address and the package listed beside it; `undefined` if
 * there is none.
 */
export function tarballContradiction(
  address: string | undefined,
  { name, version }: { readonly name: string; readonly version: string },
): string | undefined {
  if (address === undefined || isUsual(address, name, version)) return undefined;
  const archived = packageOfTarball(address);
  if (archived === undefined) return undefined;
  if (archived.name !== name) return `"${archived.name}" in the address of its archive`;
  return versionContradiction(version, archived.version, 'the address of its archive');
}

/**
 * Returns how a second version from another place contradicts that of a package; an absent one does
 * not.
 */
export function versionContradiction(
  version: string,
  other: string | undefined,
  place: string,
): string | undefined {
  if (other === undefined || other === '' || version === '') return undefined;
  if (isSameVersion(version, other)) return undefined;
  return `version ${version}, and ${other} in ${place}`;
}

/**
 * Returns whether an address ends as that of nearly every package does; telling that is quicker
 * than reading it.
 */
function isUsual(address: string, name: string, version: string): boolean {
  if (version.includes('/')) return false;
  const base = baseName(name);
  const end = `/${name}${ARCHIVES}${base}-${version}.tgz`;
  if (!address.endsWith(end)) return false;
  if (name.startsWith('@')) return true;
  const folder = address.lastIndexOf('/', address.length - end.length - 1);
  return address.charAt(folder + 1) !== '@';
}

/** Registries leave out what stands behind a `+`. */
function isSameVersion(a: string, b: string): boolean {
  return a === b || plain(a) === plain(b);
}

/**
 * Old packages have a version such as `v1.0.0`, which is 1.0.0 (npm's documentation of semver,
 * "Versions").
 */
function plain(version: string): string {
  const [before = ''] = version.split('+', 1);
  return before.replace(/^[v=\s]+/, '').trimEnd();
}

function unescape(escape: string): string {
  return escape.endsWith('0') ? '@' : '/';
}
