/** Matching in the ways of single ecosystems: names, epochs, origins, versions. */

import { describe, expect, it } from 'vitest';
import { anAdvisory, anInventory, aPackage, below } from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import type {
  Affected,
  VersionRange,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { matchInventory } from './match-inventory.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';

interface Case {
  readonly distro?: Distro;
  readonly pkg: Package;
  readonly affected: Pick<Affected, 'ecosystem' | 'name'> & Partial<Affected>;
  readonly facts?: readonly VulnerabilityFacts[];
  readonly severitySources?: readonly string[];
}

function match({ distro, pkg, affected, facts = [], severitySources = [] }: Case): Matches {
  const entry = { ranges: [], versions: [], status: 'affected', ratings: [], ...affected } as const;
  const advisory = anAdvisory('CVE-2024-0001', { affected: [entry] });
  return matchInventory(
    anInventory([pkg], distro),
    createMemoryReader([advisory], undefined, facts),
    { severitySources },
  );
}

function isFound(row: Case): boolean {
  return match(row).findings.length > 0;
}

const ALMALINUX: Distro = { id: 'almalinux', versionId: '9.6' };

describe('AlmaLinux', () => {
  function curl(version: string, fields: Partial<Package> = {}): Package {
    return aPackage('libcurl', version, { ecosystem: 'almalinux', ...fields });
  }
  const affected = {
    ecosystem: 'almalinux',
    release: '9',
    name: 'libcurl',
    ranges: [below('1:7.76.1-29.el9_4.1')],
  } as const;

  it.each<[string, Package, boolean]>([
    ['an older release', curl('1:7.76.1-29.el9_4'), true],
    ['the fix', curl('1:7.76.1-29.el9_4.1'), false],
    ['a lower epoch, for an absent one is 0', curl('8.0-1.el9'), true],
    [
      'the package itself, whatever its source',
      curl('1:7-1', { source: { name: 'curl', version: '9' } }),
      true,
    ],
  ])('compares %s', (_, pkg, expected) => {
    expect(isFound({ distro: ALMALINUX, pkg, affected })).toBe(expected);
  });

  it('is matched by its major release alone', () => {
    const pkg = curl('1:7-1');
    expect(isFound({ distro: { id: 'almalinux', versionId: '8.10' }, pkg, affected })).toBe(false);
    expect(isFound({ distro: { id: 'rocky', versionId: '9.6' }, pkg, affected })).toBe(false);
  });

  it('tells module streams apart, and lists no fix of another', () => {
    const labelled = (label: string): Package =>
      aPackage('nodejs', '1:16.20.0-1.module_el9.2.0+1', {
        ecosystem: 'almalinux',
        qualifiers: new Map([['modularitylabel', label]]),
      });
    const entry = {
      ecosystem: 'almalinux',
      release: '9',
      name: 'nodejs',
      ranges: [below('1:18.1.0-1.module_el9.2.0+2')],
      qualifiers: new Map([['modularitylabel', 'nodejs:18']]),
    } as const;
    expect(isFound({ distro: ALMALINUX, pkg: labelled('nodejs:16:9:1'), affected: entry })).toBe(
      false,
    );
    expect(isFound({ distro: ALMALINUX, pkg: labelled('nodejs:18:9:1'), affected: entry })).toBe(
      true,
    );
  });
});

describe.each(['wolfi', 'chainguard'] as const)('%s', (ecosystem) => {
  it('is matched by origin and without a release', () => {
    const pkg = aPackage('libcurl', '8.5.0-r0', {
      ecosystem,
      source: { name: 'curl', version: '8.5.0-r0' },
    });
    const affected = { ecosystem, name: 'curl', ranges: [below('8.5.0-r1')] };
    const distro = { id: ecosystem, versionId: '20230201' };
    const outcome = match({ distro, pkg, affected });
    expect(outcome.findings).toEqual([
      expect.objectContaining({ fixedVersions: ['8.5.0-r1'], matchedBy: 'distribution/source' }),
    ]);
  });
});

describe('Go', () => {
  function range(introduced: string, fixed: string): VersionRange {
    return { introduced, fixed };
  }

  it.each<[string, string, string, VersionRange, boolean]>([
    ['a module', 'golang.org/x/text', 'v0.3.6', range('0', '0.3.7'), true],
    ['the fix', 'golang.org/x/text', 'v0.3.7', range('0', '0.3.7'), false],
    ['the standard library', 'stdlib', 'go1.21rc2', range('1.21.0-0', '1.21.1'), true],
    [
      'a toolchain of a vendor',
      'stdlib',
      'go1.21.1 X:boringcrypto',
      range('1.21.0-0', '1.21.1'),
      false,
    ],
    ['the toolchain', 'toolchain', '1.20.3', range('0', '1.20.4'), true],
    [
      'a pseudo-version',
      'a.example/b',
      'v0.0.0-20210101000000-0123456789ab',
      range('0', '0.0.0-20220101000000-ba9876543210'),
      true,
    ],
    [
      'an incompatible version',
      'a.example/b',
      'v2.7.1+incompatible',
      range('0', '2.8.0+incompatible'),
      true,
    ],
  ])('compares %s', (...[, name, version, range_, expected]) => {
    const pkg = aPackage(name, version, { ecosystem: 'go' });
    expect(isFound({ pkg, affected: { ecosystem: 'go', name, ranges: [range_] } })).toBe(expected);
  });

  it('tells the case of paths apart', () => {
    const pkg = aPackage('github.com/burntsushi/toml', 'v0.1.0', { ecosystem: 'go' });
    const affected = {
      ecosystem: 'go',
      name: 'github.com/BurntSushi/toml',
      ranges: [below('1.0.0')],
    } as const;
    expect(isFound({ pkg, affected })).toBe(false);
  });

  it('cannot order a development build', () => {
    const pkg = aPackage('stdlib', 'devel go1.24-0a1b2c', { ecosystem: 'go' });
    const { diagnostics } = match({
      pkg,
      affected: { ecosystem: 'go', name: 'stdlib', ranges: [below('1.21.1')] },
    });
    expect(diagnostics.map(({ gap }) => gap)).toEqual(['unorderedVersion']);
  });
});

describe('the runtime of Node.js', () => {
  it.each([
    ['20.11.0', true],
    ['v20.11.0', true],
    ['20.11.1', false],
    ['19.0.0', false],
  ])('%s: %s', (version, expected) => {
    const pkg = aPackage('node', version, { ecosystem: 'node' });
    const ranges = [{ introduced: '20.0.0', fixed: '20.11.1' }];
    expect(isFound({ pkg, affected: { ecosystem: 'node', name: 'node', ranges } })).toBe(expected);
  });
});

describe('notes', () => {
  const base = {
    pkg: aPackage('left', '1.0.0'),
    affected: { ecosystem: 'npm' as Ecosystem, name: 'left', ranges: [below('2.0.0')] },
  };
  function facts(feed: string, fields: Partial<VulnerabilityFacts> = {}): VulnerabilityFacts {
    return {
      id: 'CVE-2024-0001',
      feed,
      summary: '',
      ratings: [],
      references: [],
      cwes: [],
      ...fields,
    };
  }

  it.each<[string, Partial<Case>, RegExp[]]>([
    ['a finding without severity', {}, [/^1 finding has no severity .* --with cve,nvd"/]],
    ['one where everything is loaded', { facts: [facts('cve'), facts('nvd')] }, []],
    [
      'a source that is not loaded',
      { severitySources: ['nvd', 'cna'] },
      [/^severities of nvd, cna are not loaded; .*nvd,cve"/],
    ],
    ['a source that is', { severitySources: ['nvd'], facts: [facts('nvd')] }, [/--with cve"/]],
    [
      'an id that was rejected',
      { facts: [facts('cve', { withdrawnAt: '2024-05-01' }), facts('nvd')] },
      [/^CVE-2024-0001 was rejected/],
    ],
  ])('name %s', (_, fields, expected) => {
    const { diagnostics, findings } = match({ ...base, ...fields });
    expect(findings).toHaveLength(1);
    expect(diagnostics.map(({ gap }) => gap)).toEqual(expected.map(() => undefined));
    for (const [index, pattern] of expected.entries()) {
      expect(diagnostics[index]?.message).toMatch(pattern);
    }
  });
});
