import { describe, expect, it } from 'vitest';

import { cvesOfBulletin } from './osv-bulletins.ts';

describe('cvesOfBulletin', () => {
  it.each([
    ['RHSA-2024:6989', { upstream: ['CVE-2024-45490', 'CVE-2024-45491'] }, 2],
    ['SUSE-SU-2022:2251-1', { upstream: [] }, 0],
    ['RLSA-2023:1', { related: ['CVE-2024-45490'] }, 1],
    ['USN-1-1', { upstream: ['UBUNTU-CVE-2024-1111', 'CVE-2024-1111'] }, 2],
    ['DSA-1-1', { upstream: ['CVE-2024-45490'] }, 0],
    ['GHSA-1', { upstream: ['CVE-2024-45490'] }, 0],
  ])('%s of %j: %d', (id, record, count) => {
    expect(cvesOfBulletin(id, record)).toHaveLength(count);
  });
});
