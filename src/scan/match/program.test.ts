import { describe, expect, it } from 'vitest';

import { affects, anAdvisory, anInventory, aPackage, below } from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import { cve } from '../../advisories/feeds/cve.ts';
import { nvd } from '../../advisories/feeds/nvd.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Package } from '../../core/model/package/package.ts';
import { matchInventory } from './match-inventory.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';

function program(name: string, version: string): Package {
  return aPackage(name, version, { ecosystem: 'program' });
}

function match(pkg: Package, advisories: readonly Advisory[]): Matches {
  return matchInventory(anInventory([pkg]), createMemoryReader(advisories), {
    severitySources: [],
  });
}

/** `found`, `gap` with its kind, or `clear`. */
function outcomeOf(pkg: Package, advisories: readonly Advisory[]): string {
  const { findings, diagnostics } = match(pkg, advisories);
  if (findings.length > 0) return 'found';
  const [gap] = diagnostics.flatMap((one) => one.gap ?? []);
  return gap === undefined ? 'clear' : `gap ${gap}`;
}

const BITNAMI = anAdvisory('BIT-nginx-2021-23017', {
  aliases: ['CVE-2021-23017'],
  affected: [
    affects('nginx', [{ introduced: '0.6.18', fixed: '1.20.1' }], { ecosystem: 'bitnami' }),
  ],
});

/** As NVD writes it. */
function ofNvd(criteria: string, bounds: object = {}): Advisory {
  const cpeMatch = [{ vulnerable: true, criteria, ...bounds }];
  const record = {
    cve: {
      id: 'CVE-2021-23017',
      published: '2021-06-01T13:15:00Z',
      lastModified: '2024-01-01T00:00:00Z',
      descriptions: [{ lang: 'en', value: 'A flaw.' }],
      configurations: [{ nodes: [{ operator: 'OR', negate: false, cpeMatch }] }],
    },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  const [advisory] = nvd.read({ name: 'nvd', bytes }).advisories;
  if (advisory === undefined) throw new Error('no advisory');
  return advisory;
}

/** As the CVE list writes it. */
function ofList(version: object): Advisory {
  const affected = [{ vendor: 'F5', product: 'NGINX Open Source', versions: [version] }];
  const record = {
    cveMetadata: { cveId: 'CVE-2021-23017', state: 'PUBLISHED' },
    containers: { cna: { affected, descriptions: [{ lang: 'en', value: 'A flaw.' }] } },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  const [advisory] = cve.read({ name: 'cve', bytes }).advisories;
  if (advisory === undefined) throw new Error('no advisory');
  return advisory;
}

const NGINX = 'cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*';

describe('a program', () => {
  it.each([
    ['1.20.0', 'found'],
    ['1.20.1', 'clear'],
    ['0.6.17', 'clear'],
    ['', 'gap unorderedVersion'],
  ])('nginx %s by the records of Bitnami: %s', (version, expected) => {
    expect(outcomeOf(program('nginx', version), [BITNAMI])).toBe(expected);
  });

  it.each([
    ['1.20.0', 'found'],
    ['1.20.1', 'clear'],
  ])('nginx %s by its CPE name: %s', (version, expected) => {
    const advisory = ofNvd(NGINX, { versionEndExcluding: '1.20.1' });
    expect(outcomeOf(program('nginx', version), [advisory])).toBe(expected);
    expect(outcomeOf(program('httpd', version), [advisory])).toBe('clear');
  });

  it('is one row, whoever speaks of it', () => {
    const advisories = [BITNAMI, ofNvd(NGINX, { versionEndExcluding: '1.20.1' })];
    const { findings } = match(program('nginx', '1.20.0'), advisories);
    expect(findings).toEqual([
      expect.objectContaining({ advisoryId: 'CVE-2021-23017', fixedVersions: ['1.20.1'] }),
    ]);
  });

  it('is a gap where only vague words name it, and not where somebody knows the versions', () => {
    const vague = ofList({ version: 'n/a', status: 'affected' });
    expect(outcomeOf(program('nginx', '1.26.3'), [vague])).toBe('gap unorderedVersion');
    const precise = ofNvd(NGINX, { versionEndExcluding: '1.20.1' });
    expect(outcomeOf(program('nginx', '1.26.3'), [vague, precise])).toBe('clear');
    expect(outcomeOf(program('nginx', '1.26.3'), [vague, BITNAMI])).toBe('clear');
    expect(outcomeOf(program('nginx', '1.20.0'), [vague, precise])).toBe('found');
  });

  it('is a gap where nothing is loaded that could name it', () => {
    const { diagnostics } = match(program('busybox', '1.36.1'), [BITNAMI]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'no advisory data is loaded for Programs: 1 package (busybox) could not be matched; "assay db update --with cve,nvd" gets it',
    ]);
  });

  it('is never matched by the names of packages of languages, nor these by its', () => {
    const npm = anAdvisory('GHSA-1', { affected: [affects('redis', [below('9')])] });
    const own = ofNvd('cpe:2.3:a:redis:redis:*:*:*:*:*:*:*:*', { versionEndExcluding: '9' });
    expect(outcomeOf(program('redis', '8.0.2'), [npm, BITNAMI])).toBe('clear');
    expect(outcomeOf(aPackage('redis', '8.0.2'), [own, npm])).toBe('found');
    expect(outcomeOf(aPackage('nginx', '1.20.0'), [BITNAMI, npm])).toBe('clear');
  });

  it('of Bitnami is matched by its own records', () => {
    const pkg = aPackage('nginx', '1.20.0-4', { ecosystem: 'bitnami' });
    expect(outcomeOf(pkg, [BITNAMI])).toBe('found');
    expect(outcomeOf({ ...pkg, version: '1.20.1-0' }, [BITNAMI])).toBe('clear');
  });
});
