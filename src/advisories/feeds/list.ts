/** All feeds: where each is published, what it covers, and how it is loaded. */

import { ECOSYSTEM_IDS, osvNameOf, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Feed, RecordFeed } from './feed.ts';

/** The row of a feed. The module of the feed is loaded when its data is read or fetched. */
export interface FeedRow {
  readonly id: string;
  /** SPDX expression, or `LicenseRef-` where the publisher states none. */
  readonly license: string;
  /** For people. */
  readonly label: string;
  /** The publisher's address; a mirror has the same layout below {@link FeedRow.mirrorFolder}. */
  readonly publicBase: string;
  readonly mirrorFolder: string;
  /**
   * The kind of data, as {@link Feed} returns it: packages of ecosystems, or vulnerabilities by id.
   * Feeds of the second kind can also name programs.
   */
  readonly gives: 'advisories' | 'facts';
  /** For feeds of facts: the ecosystems of the programs that they also name. */
  readonly ecosystems: readonly Ecosystem[];
  /**
   * Large, and loaded only when asked for: by `--with`, or where everything in a folder is
   * imported.
   */
  readonly optional?: true;
  /**
   * Ecosystems for which this feed has the last word. Where one such feed is loaded for a release,
   * what other feeds say of it is used only for texts and ratings.
   */
  readonly decides: readonly Ecosystem[];
  /**
   * Whether its records rate vulnerabilities that other ecosystems have as well. What the feeds of
   * distributions say is about their own builds.
   */
  readonly ratesAnywhere?: true;
  /**
   * For facts about CVE ids: the publisher's base of single records, at
   * `cves/YEAR/NNNxxx/CVE-YEAR-NNNNN.json`. A mirror has them below {@link FeedRow.mirrorFolder}.
   */
  readonly recordBase?: string;
  /** Whether it has own files for each release, so that one release can be loaded alone. */
  readonly isPerRelease?: boolean;
  load(): Promise<Feed>;
}

/** All feeds. */
export const FEEDS: readonly FeedRow[] = [
  {
    id: 'osv',
    license: 'CC-BY-4.0',
    label: 'OSV',
    publicBase: 'https://osv-vulnerabilities.storage.googleapis.com/',
    mirrorFolder: 'osv',
    ratesAnywhere: true,
    gives: 'advisories',
    ecosystems: ECOSYSTEM_IDS.filter((ecosystem) => osvNameOf(ecosystem) !== undefined),
    decides: [],
    load: async () => (await import('./osv.ts')).osv,
  },
  {
    id: 'alpine-secdb',
    license: 'LicenseRef-none-stated',
    label: 'Alpine secdb',
    publicBase: 'https://secdb.alpinelinux.org/',
    mirrorFolder: 'alpine-secdb',
    gives: 'advisories',
    ecosystems: ['alpine'],
    decides: ['alpine'],
    isPerRelease: true,
    load: async () => (await import('./alpine-secdb.ts')).alpineSecdb,
  },
  {
    id: 'debian-tracker',
    license: 'LicenseRef-public-facts',
    label: 'Debian security tracker',
    publicBase: 'https://security-tracker.debian.org/',
    mirrorFolder: 'debian-tracker',
    gives: 'advisories',
    ecosystems: ['debian'],
    decides: ['debian'],
    load: async () => (await import('./debian-tracker.ts')).debianTracker,
  },
  {
    id: 'wolfi',
    license: 'LicenseRef-Apache-2.0-until-2025-05-07-then-CC-BY-NC-ND-4.0',
    label: 'Wolfi secdb',
    publicBase: 'https://packages.wolfi.dev/os/',
    mirrorFolder: 'wolfi',
    gives: 'advisories',
    ecosystems: ['wolfi'],
    decides: ['wolfi'],
    load: async () => (await import('./wolfi.ts')).wolfi,
  },
  {
    id: 'chainguard',
    license: 'LicenseRef-none-stated',
    label: 'Chainguard secdb',
    publicBase: 'https://packages.cgr.dev/chainguard/',
    mirrorFolder: 'chainguard',
    gives: 'advisories',
    ecosystems: ['chainguard'],
    decides: ['chainguard'],
    load: async () => (await import('./chainguard.ts')).chainguard,
  },
  {
    id: 'nodejs-core',
    license: 'MIT',
    label: 'Node.js security working group',
    publicBase: 'https://raw.githubusercontent.com/nodejs/security-wg/main/vuln/core/',
    mirrorFolder: 'nodejs-core',
    gives: 'advisories',
    ecosystems: ['node'],
    decides: ['node'],
    load: async () => (await import('./nodejs-core.ts')).nodejsCore,
  },
  {
    id: 'kev',
    license: 'CC0-1.0',
    label: 'CISA known exploited vulnerabilities',
    publicBase: 'https://www.cisa.gov/sites/default/files/feeds/',
    mirrorFolder: 'kev',
    gives: 'facts',
    ecosystems: [],
    decides: [],
    load: async () => (await import('./kev.ts')).kev,
  },
  {
    id: 'epss',
    license: 'LicenseRef-FIRST-EPSS',
    label: 'FIRST exploit prediction',
    publicBase: 'https://epss.empiricalsecurity.com/',
    mirrorFolder: 'epss',
    gives: 'facts',
    ecosystems: [],
    decides: [],
    load: async () => (await import('./epss.ts')).epss,
  },
  {
    id: 'cve',
    license: 'LicenseRef-CVE-terms-of-use AND CC0-1.0',
    label: 'CVE list',
    publicBase: 'https://github.com/CVEProject/cvelistV5/archive/refs/heads/',
    mirrorFolder: 'cve',
    recordBase: 'https://raw.githubusercontent.com/CVEProject/cvelistV5/main/',
    gives: 'facts',
    ecosystems: ['program', 'node'],
    optional: true,
    decides: [],
    load: async () => (await import('./cve.ts')).cve,
  },
  {
    id: 'nvd',
    license: 'LicenseRef-NVD-public-domain',
    label: 'NVD',
    publicBase: 'https://nvd.nist.gov/',
    mirrorFolder: 'nvd',
    gives: 'facts',
    ecosystems: ['program', 'node'],
    optional: true,
    decides: [],
    load: async () => (await import('./nvd.ts')).nvd,
  },
];

/** Returns whether a feed has the last word on an ecosystem. */
export function isAuthoritative(feedId: string, ecosystem: Ecosystem): boolean {
  return FEEDS.find((row) => row.id === feedId)?.decides.includes(ecosystem) === true;
}

/** Returns the feed with this id; `undefined` where there is none. */
export async function feedOf(feedId: string): Promise<Feed | undefined> {
  return FEEDS.find((row) => row.id === feedId)?.load();
}

/** Returns whether records of a set rate vulnerabilities in any ecosystem. */
export function ratesAnywhere({
  feed,
  ecosystem,
}: {
  readonly feed: string;
  readonly ecosystem?: Ecosystem | undefined;
}): boolean {
  return ecosystem !== undefined && FEEDS.find(({ id }) => id === feed)?.ratesAnywhere === true;
}

/** Returns whether the documents of a feed are records by themselves. */
export function isRecordFeed(feed: Feed): feed is RecordFeed {
  return feed.outline !== undefined && feed.advisory !== undefined;
}
