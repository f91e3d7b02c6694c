/**
 * The upstream version inside a distribution's version, to be compared with the versions that
 * programs report.
 *
 * Sources: deb-version(7); Debian developers' reference 5.9.4 (`+really`); apk `package.c`, version
 * grammar; rpm keeps the release apart by the last dash.
 */

import { ECOSYSTEMS, type Ecosystem } from '../package/ecosystem.ts';

const EPOCH = /^\d+:/u;
const REALLY = /^.*[+~.]really/u;
/** Suffixes that packagers add: repacked sources, snapshots, builds. */
const PACKAGED =
  /[+~.-]?(?:dfsg|ds|repack|git|svn|bzr|hg|nmu|debian|ubuntu|build)(?:[.\d+~-].*)?$|[+~].*$/iu;
/** Build metadata and local versions: `2.1.0+cpu`. */
const LOCAL = /\+.*$/u;
const APK_REVISION = /-r\d+$/u;
const APK_SUFFIX = /_(?:git|cvs|svn|hg|alpha|beta|pre|rc|p)\d*$/u;

/** Returns the upstream part; the text unchanged where there is nothing to cut. */
export function upstreamVersionOf(ecosystem: Ecosystem, version: string): string {
  const { kind, scheme } = ECOSYSTEMS[ecosystem];
  if (kind !== 'os') return version.replace(LOCAL, '');
  const bare = version.replace(EPOCH, '');
  if (scheme === 'apk') return bare.replace(APK_REVISION, '').replace(APK_SUFFIX, '');
  const dash = bare.lastIndexOf('-');
  const withoutRevision = dash > 0 ? bare.slice(0, dash) : bare;
  return withoutRevision.replace(REALLY, '').replace(PACKAGED, '');
}

/**
 * Returns whether two upstream versions agree: equal, or one of them says less (`3.5` of `3.5.9`).
 */
export function isSameUpstreamVersion(a: string, b: string): boolean {
  const [shorter = '', longer = ''] = [a, b].sort((one, other) => one.length - other.length);
  if (shorter === '' || !longer.startsWith(shorter)) return false;
  // `1.1.1` agrees with `1.1.1n` and `1.1.1.2`, and not with `1.1.12`.
  return !/^\d/u.test(longer.slice(shorter.length));
}
