import { describe, expect, it } from 'vitest';

import { cvesOfBulletin, wordOfRecord } from './osv-bulletins.ts';

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

describe('wordOfRecord', () => {
  it.each([
    [{ cve_severity: { 'CVE-2024-1': 'HIGH', 'CVE-2024-2': 'HIGH' } }, 'HIGH'],
    [{ cve_severity: { 'CVE-2024-1': 'HIGH', 'CVE-2024-2': 'LOW' } }, undefined],
    [{ cve_severity: 'HIGH' }, undefined],
    [{ severity: 'LOW', cve_severity: { 'CVE-2024-1': 'HIGH', 'CVE-2024-2': 'LOW' } }, undefined],
    [{ severity: 'LOW' }, 'LOW'],
    [{ cve_severity: {} }, undefined],
    [undefined, undefined],
  ])('of %j: %s', (specific, word) => {
    expect(wordOfRecord(specific)).toBe(word);
  });
});
