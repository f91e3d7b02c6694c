import { describe, expect, it } from 'vitest';

import type { BaseUpdateOutcome, SetStatus } from '../../../advisories/base/types.ts';
import { changeText, setsTable } from './db-tables.ts';

const NOW = Date.parse('2025-06-01T00:00:00Z');
const SET: SetStatus = {
  feed: 'alpine-secdb',
  license: 'CC-BY-SA-4.0',
  ecosystem: 'alpine',
  release: '3.19',
  recordCount: 1200,
  previousCount: 1000,
  packageCount: 300,
  dataAt: '2025-05-30T00:00:00Z',
  fetchedAt: '2025-05-31T00:00:00Z',
  sizeBytes: 123_456,
};
const CHANGE: BaseUpdateOutcome = {
  sets: [SET],
  feeds: [
    {
      feed: 'osv',
      license: 'CC-BY-4.0',
      documentCount: 10,
      recordCount: 7,
      rejected: [{ reason: 'no id', count: 3, examples: ['npm/x.json'] }],
      skipped: [{ ecosystem: 'Hackage', count: 4 }],
    },
  ],
  absent: ['osv pypi'],
  unchanged: ['kev'],
  transfer: { requestCount: 4, notModifiedCount: 1, bytes: 2_000_000 },
  bytesRead: 5_000_000,
  durationMs: 1234,
};

describe('the text of an update', () => {
  it('shows what was loaded and what was set aside', () => {
    expect(changeText(CHANGE, NOW))
      .toBe(`FEED          DATA OF      RECORDS  CHANGE  PACKAGES  DATED       AGE  SIZE      LICENCE
alpine-secdb  alpine 3.19     1200  +200         300  2025-05-30  2 d  123.5 kB  CC-BY-SA-4.0

Not usable, set aside:
  osv  3  no id  (npm/x.json, ...)

Not there to be loaded:
  osv pypi

Of systems that Assay does not know:
  osv  Hackage 4

Unchanged:
  kev

Fetched 2.0 MB in 4 requests, 1 of them unchanged. Read 5.0 MB in 1.2 s.
`);
  });
});

describe('the table of loaded data', () => {
  it('has a row for each set', () => {
    expect(setsTable([SET], NOW)).toMatch(/\nalpine-secdb {2}alpine 3\.19 [^\n]*\n$/u);
  });
});
