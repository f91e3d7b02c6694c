/**
 * Names that trivy's JSON gives to systems, sources, statuses and data.
 *
 * Source: documentation of trivy, "Reporting" and "Vulnerability", and reports that trivy 0.44
 * wrote. A source that trivy does not have keeps Assay's name.
 */

import type { Advisory, AffectedStatus } from '../../../core/model/advisory/advisory.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import { STATUS_NAMES } from '../../../core/model/finding/status-names.ts';

/** Trivy's families by the `ID` of os-release; all others are called by that. */
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['almalinux', 'alma'],
  ['amzn', 'amazon'],
  ['mariner', 'cbl-mariner'],
  ['ol', 'oracle'],
  ['opensuse-leap', 'opensuse.leap'],
  ['opensuse-tumbleweed', 'opensuse.tumbleweed'],
  ['rhel', 'redhat'],
  ['sle-micro', 'suse linux enterprise micro'],
  ['sles', 'suse linux enterprise server'],
]);

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['almalinux', 'alma'],
  ['alpine-secdb', 'alpine'],
  ['debian-tracker', 'debian'],
]);

/** Name and address of each feed. */
const DATA_SOURCES: ReadonlyMap<string, readonly [name: string, url: string]> = new Map([
  ['alpine-secdb', ['Alpine Secdb', 'https://secdb.alpinelinux.org/']],
  ['chainguard', ['Chainguard Security Data', 'https://packages.cgr.dev/chainguard/security.json']],
  ['cve', ['CVE List', 'https://github.com/CVEProject/cvelistV5']],
  ['debian-tracker', ['Debian Security Tracker', 'https://security-tracker.debian.org/tracker/']],
  [
    'nodejs-core',
    ['Node.js Security Working Group', 'https://github.com/nodejs/security-wg/tree/main/vuln/core'],
  ],
  ['nvd', ['National Vulnerability Database', 'https://nvd.nist.gov/']],
  ['osv', ['OSV', 'https://osv.dev/']],
  ['wolfi', ['Wolfi Secdb', 'https://packages.wolfi.dev/os/security.json']],
]);

const CVE = /^CVE-\d{4}-\d{4,}$/;
const GHSA = /^GHSA(?:-[0-9a-z]{4}){3}$/;

/** Returns the name of a system's family, as in `alma`. */
export function trivyFamily({ id }: Distro): string {
  return FAMILIES.get(id) ?? id;
}

/** Returns the source of a rating, as in `debian`; `undefined` if there is none. */
export function trivySource(by: string): string | undefined {
  return by === 'none' || by === '' ? undefined : (SOURCES.get(by) ?? by);
}

/** Returns the status of a finding. Trivy has no word for what a distribution calls unimportant. */
export function trivyStatus(status: AffectedStatus): string {
  return status === 'unimportant' ? STATUS_NAMES.affected : STATUS_NAMES[status];
}

/** Returns the feed of an advisory. */
export function trivyDataSource({ feed }: Advisory): Json {
  const [name = feed, url] = DATA_SOURCES.get(feed) ?? [];
  return { ID: SOURCES.get(feed) ?? feed, Name: name, ...(url !== undefined && { URL: url }) };
}

/**
 * Returns the page about a vulnerability: of NVD, of GitHub, else the first reference; may be
 * absent.
 */
export function primaryUrl(id: string, references: readonly string[]): string | undefined {
  if (CVE.test(id)) return `https://nvd.nist.gov/vuln/detail/${id}`;
  if (GHSA.test(id)) return `https://github.com/advisories/${id}`;
  return references[0];
}
