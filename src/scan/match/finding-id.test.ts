import { describe, expect, it } from 'vitest';
import { findingId, findingIds } from './finding-id.ts';

describe('findingId', () => {
  it('is the same on every machine', () => {
    expect(findingId('pkg:npm/left@1.0.0', 'CVE-2024-0001')).toBe('3fe9de08ded355a1');
  });

  it.each([
    ['another package', 'pkg:npm/left@1.0.1', 'CVE-2024-0001'],
    ['another advisory', 'pkg:npm/left@1.0.0', 'CVE-2024-0002'],
    ['the same letters, parted elsewhere', 'pkg:npm/left@1.0.0 CVE-2024', '-0001'],
  ])('differs for %s', (_, packageId, advisoryId) => {
    expect(findingId(packageId, advisoryId)).not.toBe(
      findingId('pkg:npm/left@1.0.0', 'CVE-2024-0001'),
    );
  });
});

describe('findingIds', () => {
  it('gives each finding its short id, in order', () => {
    const findings = [
      { packageId: 'pkg:npm/a@1', advisoryId: 'CVE-2024-0001' },
      { packageId: 'pkg:npm/b@1', advisoryId: 'CVE-2024-0001' },
    ];
    expect(findingIds(findings)).toEqual(
      findings.map(({ packageId, advisoryId }) => findingId(packageId, advisoryId)),
    );
  });

  it('gives the whole digest where short ids meet', () => {
    const twice = { packageId: 'pkg:npm/a@1', advisoryId: 'CVE-2024-0001' };
    for (const id of findingIds([twice, twice])) expect(id).toHaveLength(64);
  });
});
