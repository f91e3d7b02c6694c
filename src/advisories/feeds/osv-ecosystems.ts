/**
 * The system and release that the ecosystem of an OSV record names.
 *
 * Source: OSV schema 1.7.5, "Defined ecosystems"; the feeds that the publishers put their releases
 * into: Ubuntu (`22.04:LTS`, `Pro:18.04:LTS`), Red Hat (a CPE without its prefix,
 * `enterprise_linux:9::appstream`), SUSE and openSUSE (`PRETTY_NAME` of products,
 * `Linux Enterprise Module for Basesystem 15 SP5`, `Leap 15.6`). Distributions that OSV has no name
 * for are read by the name that converted data gives them. Products that no system is
 * (`rhel_eus:9.2`, `Manager Server 4.3`) are left out.
 */

import { ECOSYSTEM_IDS, osvNameOf, type Ecosystem } from '../../core/model/package/ecosystem.ts';

/** The ecosystem and release of a name, in the form used to look up advisories. */
export interface OsvEcosystem {
  readonly ecosystem: Ecosystem;
  readonly release?: string;
  /** The fixes are for paying customers only: Ubuntu Pro, LTSS. */
  readonly isPaid?: boolean;
}

/** Names without a row of their own in the schema. */
const OTHER_NAMES: ReadonlyMap<string, Ecosystem> = new Map<string, Ecosystem>([
  ['Amazon Linux', 'amazon'],
  ['Arch Linux', 'arch'],
  ['Bottlerocket', 'bottlerocket'],
  ['CBL-Mariner', 'azurelinux'],
  ['CocoaPods', 'cocoapods'],
  ['Fedora', 'fedora'],
  ['Oracle Linux', 'oracle'],
]);

const BY_NAME: ReadonlyMap<string, Ecosystem> = new Map([
  ...ECOSYSTEM_IDS.flatMap((ecosystem) => {
    const name = osvNameOf(ecosystem);
    return name === undefined ? [] : [[name, ecosystem] as const];
  }),
  ...OTHER_NAMES,
]);

type Release = Pick<OsvEcosystem, 'release' | 'isPaid'>;
/** `undefined` for a product that is no release of the system. */
type ReadRelease = (text: string) => Release | undefined;

/** The longest names of products have some eighty characters. */
const MAX_LENGTH = 200;

const MAJOR = /^(?<release>\d+)(?:\.\d+)*$/;

const RELEASES: ReadonlyMap<Ecosystem, ReadRelease> = new Map<Ecosystem, ReadRelease>([
  ['debian', (text) => matched(/^(?<release>\d+|sid)$/, text)],
  ['alpine', (text) => matched(/^v?(?<release>\d+\.\d+|edge)$/, text)],
  ['ubuntu', ubuntu],
  ['redhat', redhat],
  ['almalinux', (text) => matched(MAJOR, text)],
  ['rocky', (text) => matched(MAJOR, text)],
  ['oracle', (text) => matched(MAJOR, text)],
  ['amazon', (text) => matched(/^(?<release>1|2|20\d\d)$/, text)],
  ['fedora', (text) => matched(MAJOR, text)],
  ['suse', suse],
  ['opensuse', opensuse],
  ['azurelinux', (text) => matched(MAJOR, text)],
  ['photon', (text) => matched(/^(?<release>\d+\.\d+)$/, text)],
  ['openeuler', (text) => matched(/^(?<release>\d+\.\d+(?:-LTS(?:-SP\d+)?)?)$/, text)],
  ['mageia', (text) => matched(MAJOR, text)],
]);

/** Returns `undefined` for an ecosystem, a release or a product that Assay does not know. */
export function readOsvEcosystem(written: string): OsvEcosystem | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  const colon = written.indexOf(':');
  const ecosystem = BY_NAME.get(colon < 0 ? written : written.slice(0, colon));
  if (ecosystem === undefined) return undefined;
  const readRelease = RELEASES.get(ecosystem);
  if (readRelease === undefined) return { ecosystem };
  const release = colon < 0 ? undefined : readRelease(written.slice(colon + 1));
  return release && { ecosystem, ...release };
}

function matched(form: RegExp, text: string): Release | undefined {
  const release = form.exec(text)?.groups?.['release'];
  return release === undefined ? undefined : { release };
}

const UBUNTU =
  /^(?<pro>Pro:)?(?<variant>FIPS(?:-preview|-updates)?:|Realtime:)?(?<release>\d+\.\d+)(?::LTS)?(?<variant2>:.+)?$/;

/** FIPS and real-time builds are other packages, of other archives. */
function ubuntu(text: string): Release | undefined {
  const groups = UBUNTU.exec(text)?.groups;
  if (groups?.['release'] === undefined) return undefined;
  if (groups['variant'] !== undefined || groups['variant2'] !== undefined) return undefined;
  const release = groups['release'];
  return groups['pro'] === undefined ? { release } : { release, isPaid: true };
}

/**
 * Streams of extended support (`rhel_eus`) fix the same thing in builds of their own, which are no
 * upgrade for others.
 */
const REDHAT =
  /^(?:enterprise_linux|rhel_software_collections|devtools):(?<version>\d+)(?:\.\d+)?(?:::(?<variant>.*))?$/;
const COLLECTION = /(?:^|\b)el(?<major>\d+)$/;

function redhat(text: string): Release | undefined {
  const groups = REDHAT.exec(text)?.groups;
  if (groups?.['version'] === undefined) return undefined;
  if (text.startsWith('enterprise_linux:')) return { release: groups['version'] };
  const release = COLLECTION.exec(groups['variant'] ?? '')?.groups?.['major'];
  return release === undefined ? undefined : { release };
}

const SUSE =
  /^(?:SUSE )?Linux Enterprise(?: (?<micro>Micro)| [A-Z][\w ]*?)?(?: for [\w ]+?)? (?<version>\d+(?:\.\d+)?)(?:[ -]SP(?<pack>\d+))?(?<paid>-(?:LTSS|ESPOS|TERADATA|BCL|CLIENT-TOOLS)[\w-]*)?$/;

/**
 * Modules and extensions of a service pack are parts of the system. Point releases without `SP` are
 * written so too.
 */
function suse(text: string): Release | undefined {
  const groups = SUSE.exec(text)?.groups;
  const version = groups?.['version'];
  if (groups === undefined || version === undefined) return undefined;
  const pack = groups['pack'];
  const release = pack === undefined ? version : `${version}.${pack}`;
  return {
    release: groups['micro'] === undefined ? release : `micro-${release}`,
    ...(groups['paid'] !== undefined && { isPaid: true }),
  };
}

const OPENSUSE =
  /^(?:openSUSE )?(?:(?<tumbleweed>Tumbleweed)|Leap (?<micro>Micro )?(?<version>\d+\.\d+))$/;

function opensuse(text: string): Release | undefined {
  const groups = OPENSUSE.exec(text)?.groups;
  if (groups === undefined) return undefined;
  if (groups['tumbleweed'] !== undefined) return { release: 'tumbleweed' };
  const version = groups['version'] ?? '';
  return { release: groups['micro'] === undefined ? version : `micro-${version}` };
}
