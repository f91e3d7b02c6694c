import { describe, expect, it } from 'vitest';

import type { SetStatus } from '../../../../advisories/base/types.ts';
import { dataAge } from './data-age.ts';

function set(dataAt: string, fields: Partial<SetStatus> = {}): SetStatus {
  return {
    feed: 'osv',
    license: 'CC-BY-4.0',
    ecosystem: 'npm',
    recordCount: 1,
    packageCount: 1,
    dataAt,
    fetchedAt: '2026-06-29T23:00:00Z',
    sizeBytes: 1,
    ...fields,
  };
}

const NOW = Date.parse('2026-06-30T00:00:00Z');

describe('the age of advisory data', () => {
  it.each<[string, readonly SetStatus[], RegExp]>([
    [
      'data of yesterday',
      [set('2026-06-29T00:00:00Z')],
      /^ok sets: 1, oldest data: osv npm of 2026-06-29 \(24 hours old\)$/u,
    ],
    [
      'old data that was fetched an hour ago',
      [set('2026-05-01T00:00:00Z'), set('2026-06-29T00:00:00Z', { ecosystem: 'go' })],
      /^note sets: 2, oldest data: osv npm of 2026-05-01 \(60 days old\); "assay db update" gets newer data$/u,
    ],
    [
      'old data that its publisher still has',
      [set('2022-05-01T00:00:00Z', { currentAt: '2026-06-29T22:00:00Z' })],
      /^ok .* of 2022-05-01 \(1521 days old, current at its publisher 2 hours ago\)$/u,
    ],
    [
      'data that is current beside older data',
      [
        set('2022-05-01T00:00:00Z', { currentAt: '2026-06-29T22:00:00Z' }),
        set('2026-06-20T00:00:00Z', { feed: 'alpine-secdb', ecosystem: 'alpine', release: '3.19' }),
      ],
      /^ok .* oldest data: alpine-secdb alpine 3\.19 of 2026-06-20 \(10 days old\)$/u,
    ],
    [
      'data that was last checked long ago',
      [set('2026-03-01T00:00:00Z', { currentAt: '2026-04-01T00:00:00Z' })],
      /^note .* \(121 days old, current at its publisher 90 days ago\); /u,
    ],
  ])('is shown of %s', (_name, sets, line) => {
    const { status, message } = dataAge(sets, NOW);
    expect(`${status} ${message}`).toMatch(line);
  });
});
