/**
 * The operating system, from the one-line files that are older than os-release.
 *
 * Source: the files themselves, as their distributions ship them. `debian_version` has a point
 * release (`12.5`) or, on testing and unstable, two codenames (`trixie/sid`); `alpine-release` has
 * the full version; the others read `NAME release VERSION (CODENAME)`. A system without advisories
 * is named all the same, so that a report shows it. Refused: an empty file, unless the file's name
 * alone identifies the system.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { Cataloger } from '../cataloger.ts';

/** The real files have one line. */
const MAX_BYTES = 4096;

const POINT_RELEASE = /^\d+(?:\.\d+)*$/;
const TESTING = /^(?<codename>[a-z]+)\/sid$/;
const RELEASE_LINE =
  /^(?<name>.{1,100}?)(?: Linux)?(?: release)? (?<version>\d[\w.]{0,40})(?: ?\((?<codename>[^)]{1,60})\))?/i;

/** CentOS Stream ends on other days than CentOS Linux. */
const STREAM = /^CentOS Stream\b/;

/** The ids of os-release(5) for the names in release files, most telling first. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^red hat/i, 'rhel'],
  [/^centos/i, 'centos'],
  [/^rocky/i, 'rocky'],
  [/^almalinux/i, 'almalinux'],
  [/^oracle/i, 'ol'],
  [/^amazon/i, 'amzn'],
  [/^fedora/i, 'fedora'],
  [/^scientific/i, 'scientific'],
  [/^cbl-mariner/i, 'mariner'],
  [/^vmware photon/i, 'photon'],
  [/^opensuse/i, 'opensuse'],
  [/^suse/i, 'sles'],
  [/^gentoo/i, 'gentoo'],
  [/^slackware/i, 'slackware'],
  [/^openwrt/i, 'openwrt'],
  [/^openeuler/i, 'openeuler'],
  [/^mageia/i, 'mageia'],
];

/** Files whose name says the system; many of them are empty. */
const BY_FILE_NAME: ReadonlyMap<string, string> = new Map([
  ['arch-release', 'arch'],
  ['openwrt_version', 'openwrt'],
]);

export const releaseFile: Cataloger = {
  async read(file) {
    const text = new TextDecoder('utf-8').decode((await file.bytes()).subarray(0, MAX_BYTES));
    const line = (text.split('\n', 1)[0] ?? '').trim();
    const distro = identify(baseName(file.path), line);
    if (distro === undefined) throw new ParseError(file.path, 'it names no system');
    return { packages: [], distro };
  },
};

function identify(fileName: string, line: string): Distro | undefined {
  if (fileName === 'debian_version') return line === '' ? undefined : debian(line);
  if (fileName === 'alpine-release') {
    return line === '' ? undefined : { id: 'alpine', versionId: line };
  }
  const byName = BY_FILE_NAME.get(fileName);
  if (byName !== undefined) return { id: byName, versionId: POINT_RELEASE.test(line) ? line : '' };
  return fromReleaseLine(line);
}

function debian(line: string): Distro {
  if (POINT_RELEASE.test(line)) return { id: 'debian', versionId: line };
  return {
    id: 'debian',
    versionId: '',
    codename: TESTING.exec(line)?.groups?.['codename'] ?? line,
  };
}

function fromReleaseLine(line: string): Distro | undefined {
  const id = NAMES.find(([pattern]) => pattern.test(line))?.[1];
  const groups = RELEASE_LINE.exec(line)?.groups;
  const name = id ?? groups?.['name']?.trim().toLowerCase().replaceAll(' ', '-');
  if (name === undefined || name === '') return undefined;
  const codename = STREAM.test(line) ? 'stream' : groups?.['codename']?.toLowerCase();
  return {
    id: name,
    versionId: groups?.['version'] ?? '',
    ...(codename !== undefined && { codename }),
  };
}
