import { describe, expect, it } from 'vitest';
import { endOfLifeDiagnostic } from './end-of-life.ts';

function gapAt(id: string, versionId: string, date: string): string | undefined {
  return endOfLifeDiagnostic({ id, versionId }, Date.parse(date))?.gap;
}

describe('endOfLifeDiagnostic', () => {
  it.each([
    ['alpine', '3.19.4', '2025-06-01T00:00:00Z', undefined],
    ['alpine', '3.19.4', '2025-11-01T23:59:59Z', undefined],
    ['alpine', '3.19.4', '2025-11-02T00:00:00Z', 'endOfLife'],
    ['alpine', '3.9.6', '2020-06-08T00:00:00Z', undefined],
    ['alpine', '3.9.6', '2026-01-01T00:00:00Z', 'endOfLife'],
    ['alpine', '2.7.9', '2026-01-01T00:00:00Z', 'endOfLife'],
    ['alpine', '3.99.0', '2026-01-01T00:00:00Z', 'unknownSystem'],
    ['alpine', 'edge', '2026-01-01T00:00:00Z', undefined],
    ['debian', '12.5', '2026-01-01T00:00:00Z', undefined],
    ['debian', '12', '2028-06-30T12:00:00Z', undefined],
    ['debian', '12', '2028-07-01T00:00:00Z', 'endOfLife'],
    ['debian', '6.0', '2026-01-01T00:00:00Z', 'endOfLife'],
    ['debian', '14', '2026-01-01T00:00:00Z', undefined],
    ['debian', '99', '2026-01-01T00:00:00Z', 'unknownSystem'],
    ['ubuntu', '14.04', '2026-01-01T00:00:00Z', 'endOfLife'],
    ['ubuntu', '26.04', '2026-11-01T00:00:00Z', undefined],
    ['ubuntu', '10.04', '2026-01-01T00:00:00Z', 'endOfLife'],
    ['rhel', '9.4', '2026-01-01T00:00:00Z', undefined],
    ['centos', '8', '2026-01-01T00:00:00Z', 'endOfLife'],
    ['kali', '2024', '2026-01-01T00:00:00Z', undefined],
  ])('of %s %s at %s: %s', (id, versionId, date, gap) => {
    expect(gapAt(id, versionId, date)).toBe(gap);
  });

  it('says since when', () => {
    const distro = { id: 'debian', versionId: '10.13' };
    expect(endOfLifeDiagnostic(distro, Date.parse('2026-01-01'))?.message).toBe(
      'debian 10 has not been maintained since 2024-06-30: ' +
        'new vulnerabilities in it are not recorded any more',
    );
  });
});
