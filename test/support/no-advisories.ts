/** Advisory data in which every package is known and nothing is wrong with any. */

import type { AdvisoryBase } from '../../src/advisories/store/advisory-base.ts';

const COVERAGE = {
  feed: 'test',
  recordCount: 1,
  dataAt: '2026-01-01T00:00:00Z',
  fetchedAt: '2026-01-01T00:00:00Z',
};

/** Covers every ecosystem and finds nothing. */
export const NO_ADVISORIES: AdvisoryBase = {
  open: () =>
    Promise.resolve({
      byPackage: () => [],
      byPackages: (_, names) => names.map(() => []),
      byId: () => undefined,
      coverage: ({ ecosystem }) => [{ ...COVERAGE, ecosystem }],
      facts: () => [],
      factsCoverage: () => [],
    }),
};
