import { describe, expect, it } from 'vitest';
import { aFinding, affects, anAdvisory, aPackage, below } from '../../../test/support/model.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Distro } from '../../core/model/package/package.ts';
import { bestFix, lowestFix, type VulnerablePackage } from './lowest-fix.ts';

function patientOf(
  pkg: VulnerablePackage['pkg'],
  advisories: readonly Advisory[],
  distro?: Distro,
): VulnerablePackage {
  return { pkg, distro, advisories: new Map(advisories.map((one) => [one.id, one])) };
}

const left = aPackage('left', '2.0.5');
const branches = anAdvisory('CVE-2024-0001', {
  affected: [
    affects('left', [
      { introduced: '0', fixed: '1.4.2' },
      { introduced: '2.0.0', fixed: '2.1.4' },
      { introduced: '3.0.0', fixed: '3.0.1' },
    ]),
  ],
});
const later = anAdvisory('CVE-2024-0002', {
  affected: [affects('left', [{ introduced: '0', fixed: '2.2.0' }])],
});

describe('lowestFix', () => {
  it('stays on the installed line', () => {
    const finding = aFinding('a', { fixedVersions: ['2.1.4', '3.0.1', '1.4.2'] });
    expect(lowestFix(patientOf(left, [branches]), finding)).toBe('2.1.4');
  });

  it('skips a version that another record of the same vulnerability calls affected', () => {
    const advisory = anAdvisory('CVE-2024-0001', {
      affected: [
        affects('left', [below('2.1.0')]),
        affects('left', [{ introduced: '2.1.0', fixed: '2.3.0' }]),
      ],
    });
    const finding = aFinding('a', { fixedVersions: ['2.1.0', '2.3.0'] });
    expect(lowestFix(patientOf(left, [advisory]), finding)).toBe('2.3.0');
  });

  it('knows none where a record has none, or the only one is older', () => {
    const endless = anAdvisory('CVE-2024-0001', {
      affected: [affects('left', [below('2.1.0')]), affects('left', [{ introduced: '0' }])],
    });
    const finding = aFinding('a', { fixedVersions: ['2.1.0'] });
    expect(lowestFix(patientOf(left, [endless]), finding)).toBeUndefined();
    const old = aFinding('a', { fixedVersions: ['1.4.2'] });
    expect(lowestFix(patientOf(left, [branches]), old)).toBeUndefined();
  });

  it('judges distribution packages by source, source version and release', () => {
    const pkg = aPackage('libssl3', '3.0.11-1+b1', {
      ecosystem: 'debian',
      source: { name: 'openssl', version: '3.0.11-1' },
    });
    const advisory = anAdvisory('CVE-2024-0001', {
      affected: [
        affects('openssl', [below('3.0.13-1~deb12u1')], { ecosystem: 'debian', release: '12' }),
        affects('openssl', [{ introduced: '0' }], { ecosystem: 'debian', release: '11' }),
      ],
    });
    const finding = aFinding('a', { fixedVersions: ['3.0.13-1~deb12u1'] });
    const distro = { id: 'debian', versionId: '12' };
    expect(lowestFix(patientOf(pkg, [advisory], distro), finding)).toBe('3.0.13-1~deb12u1');
  });
});

describe('a fix under another name of the package', () => {
  const foreign = {
    ecosystem: 'debian',
    maintainer: 'NGINX Packaging <nginx-packaging@f5.com>',
    source: { name: 'nginx', version: '1.25.3-1~bookworm' },
  } as const;

  /** Fixed in 1.26.1 alone, and another flaw of the same program in 1.25.5. */
  it.each([
    ['of Bitnami', aPackage('nginx', '1.25.3', { ecosystem: 'program' }), 'bitnami', 'nginx'],
    [
      'of Bitnami, where it differs',
      aPackage('openjdk', '1.25.3', { ecosystem: 'program' }),
      'bitnami',
      'java',
    ],
    [
      'of the program itself',
      aPackage('nginx', '1.25.3', { ecosystem: 'program' }),
      'program',
      'nginx',
    ],
    [
      'of the program in a foreign package',
      aPackage('nginx', '1.25.3-1~bookworm', foreign),
      'program',
      'nginx',
    ],
    [
      'of Bitnami for a foreign package',
      aPackage('nginx', '1.25.3-1~bookworm', foreign),
      'bitnami',
      'nginx',
    ],
    [
      'of the binary package, where both are named',
      aPackage('lib', '1.25.3', {
        ecosystem: 'photon',
        source: { name: 'src', version: '1.25.3' },
      }),
      'photon',
      'lib',
    ],
  ] as const)('is judged by its record: %s', (_, pkg, ecosystem, name) => {
    const advisory = anAdvisory('CVE-2024-0001', {
      affected: [
        affects(
          name,
          [
            { introduced: '0', fixed: '1.26.1' },
            { introduced: '1.27.0', fixed: '1.27.4' },
          ],
          { ecosystem },
        ),
      ],
    });
    const other = anAdvisory('CVE-2024-0002', {
      affected: [affects(name, [below('1.25.5')], { ecosystem })],
    });
    const first = aFinding('a', { fixedVersions: ['1.26.1', '1.27.4'] });
    const second = aFinding('b', { advisoryId: 'CVE-2024-0002', fixedVersions: ['1.25.5'] });
    const patient = patientOf(pkg, [advisory, other]);
    expect(bestFix(patient, [first, second])).toEqual({ version: '1.26.1', clears: ['a', 'b'] });
    expect(lowestFix(patient, second)).toBe('1.25.5');
  });

  it('is found where advisories have the name in another case', () => {
    const pkg = aPackage('Lib.X', '1.0.0', { ecosystem: 'nuget' });
    const entry = affects('lib.x', [below('1.0.1')], { ecosystem: 'nuget' });
    const advisory = anAdvisory('CVE-2024-0001', { affected: [entry] });
    const finding = aFinding('a', { fixedVersions: ['1.0.1'] });
    expect(lowestFix(patientOf(pkg, [advisory]), finding)).toBe('1.0.1');
  });

  it('is none where no record names the package', () => {
    const advisory = anAdvisory('CVE-2024-0001', { affected: [affects('right', [below('3')])] });
    const finding = aFinding('a', { fixedVersions: ['3'] });
    expect(lowestFix(patientOf(left, [advisory]), finding)).toBeUndefined();
  });
});

describe('bestFix', () => {
  const first = aFinding('a', { fixedVersions: ['2.1.4', '3.0.1', '1.4.2'] });
  const second = aFinding('b', { advisoryId: 'CVE-2024-0002', fixedVersions: ['2.2.0'] });

  it('finds the lowest version that clears all', () => {
    expect(bestFix(patientOf(left, [branches, later]), [first, second])).toEqual({
      version: '2.2.0',
      clears: ['a', 'b'],
    });
  });

  it('clears what can be cleared where one has no fix', () => {
    const unfixed = anAdvisory('CVE-2024-0003', {
      affected: [affects('left', [{ introduced: '0' }])],
    });
    const third = aFinding('c', { advisoryId: 'CVE-2024-0003', fixedVersions: [] });
    expect(bestFix(patientOf(left, [branches, later, unfixed]), [third, first, second])).toEqual({
      version: '2.2.0',
      clears: ['a', 'b'],
    });
    expect(bestFix(patientOf(left, [unfixed]), [third])).toBeUndefined();
  });

  it('claims nothing without the advisory', () => {
    expect(bestFix(patientOf(left, []), [first])).toBeUndefined();
  });
});
