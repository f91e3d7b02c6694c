/** All feeds: where each is published, what it speaks of, and how it is loaded. */

import type { Ecosystem } from '../model/ecosystem.ts';
import type { Feed } from './feed.ts';

export interface FeedRow {
  readonly id: string;
  /** SPDX expression, or `LicenseRef-` where the publisher states none. */
  readonly license: string;
  /** For people. */
  readonly label: string;
  /** Where the publisher has it; a mirror has it below {@link FeedRow.mirrorFolder}. */
  readonly publicBase: string;
  readonly mirrorFolder: string;
  readonly ecosystems: readonly Ecosystem[];
  /**
   * Ecosystems for which this feed has the last word. Where one such feed is loaded for a release, what other feeds say
   * of it is used only for texts and ratings.
   */
  readonly decides: readonly Ecosystem[];
  load(): Promise<Feed>;
}

export const FEEDS: readonly FeedRow[] = [
  {
    id: 'osv',
    license: 'CC-BY-4.0',
    label: 'OSV',
    publicBase: 'https://osv-vulnerabilities.storage.googleapis.com/',
    mirrorFolder: 'osv',
    ecosystems: ['debian', 'alpine', 'npm', 'pypi'],
    decides: [],
    load: async () => (await import('./feeds/osv.ts')).osv,
  },
  {
    id: 'alpine-secdb',
    license: 'LicenseRef-none-stated',
    label: 'Alpine secdb',
    publicBase: 'https://secdb.alpinelinux.org/',
    mirrorFolder: 'alpine-secdb',
    ecosystems: ['alpine'],
    decides: ['alpine'],
    load: async () => (await import('./feeds/alpine-secdb.ts')).alpineSecdb,
  },
  {
    id: 'debian-tracker',
    license: 'LicenseRef-public-facts',
    label: 'Debian security tracker',
    publicBase: 'https://security-tracker.debian.org/',
    mirrorFolder: 'debian-tracker',
    ecosystems: ['debian'],
    decides: ['debian'],
    load: async () => (await import('./feeds/debian-tracker.ts')).debianTracker,
  },
];

/** Whether a feed has the last word on an ecosystem. */
export function decides(feedId: string, ecosystem: Ecosystem): boolean {
  return FEEDS.find((row) => row.id === feedId)?.decides.includes(ecosystem) === true;
}
