/**
 * Every release of every system that `docs/supported.md` lists: its name in os-release leads to its
 * advisories, which are matched with its packages in its version order, and those of another
 * release or system are not.
 */

import { describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { matchInventory } from '../../src/scan/match/match-inventory.ts';
import { advisoryNeed, DISTRO_RELEASES } from '../../src/core/model/distro/distro.ts';
import { ECOSYSTEMS, type SystemEcosystem } from '../../src/core/model/package/ecosystem.ts';
import type { Distro } from '../../src/core/model/package/package.ts';
import { affects, anAdvisory, anInventory, aPackage, below } from '../support/model.ts';

/** `ID` of os-release where it is not the ecosystem's name. */
const IDS: Partial<Readonly<Record<SystemEcosystem, string>>> = {
  redhat: 'rhel',
  oracle: 'ol',
  amazon: 'amzn',
  suse: 'sles',
  opensuse: 'opensuse-leap',
};

const SYSTEMS = (Object.keys(DISTRO_RELEASES) as SystemEcosystem[]).flatMap((ecosystem) => {
  const releases = DISTRO_RELEASES[ecosystem].map(({ release }) => release);
  return (releases.length === 0 ? [undefined] : releases).map(
    (release) => [`${ecosystem} ${release ?? 'rolling'}`, ecosystem, release] as const,
  );
});

function distroOf(ecosystem: SystemEcosystem, release: string | undefined): Distro {
  const id = IDS[ecosystem] ?? ecosystem;
  if (release === 'tumbleweed') return { id: 'opensuse-tumbleweed', versionId: '20260801' };
  if (release?.startsWith('micro-') === true) {
    const versionId = release.slice('micro-'.length);
    return { id: ecosystem === 'suse' ? 'sle-micro' : 'opensuse-leap-micro', versionId };
  }
  if (release === 'sid') return { id, versionId: '', codename: release };
  return { id, versionId: release ?? '' };
}

const VERSIONS: Readonly<Record<string, readonly [string, string]>> = {
  apk: ['1.9-r1', '1.10-r0'],
  gentoo: ['1.9-r1', '1.10'],
};

function hits(ecosystem: SystemEcosystem, release: string | undefined, of: object): number {
  const { scheme } = ECOSYSTEMS[ecosystem];
  const [installed, fixed] = VERSIONS[scheme] ?? ['1.9-1', '1.10-1'];
  const pkg = aPackage('lib', installed, {
    ecosystem,
    source: { name: 'src', version: installed },
  });
  const entry = { ecosystem, ...(release !== undefined && { release }), ...of };
  const advisories = ['lib', 'src'].map((name) =>
    anAdvisory(`X-${name}`, { affected: [affects(name, [below(fixed)], entry)] }),
  );
  const inventory = anInventory([pkg], distroOf(ecosystem, release));
  const { findings } = matchInventory(inventory, createMemoryReader(advisories), {
    severitySources: [],
  });
  return findings.length;
}

describe.each(SYSTEMS)('%s', (_title, ecosystem, release) => {
  it('is known by its name', () => {
    const need = release === undefined ? { ecosystem } : { ecosystem, release };
    expect(advisoryNeed(distroOf(ecosystem, release))).toEqual(need);
  });

  it('has its packages matched by its own advisories alone', () => {
    expect(hits(ecosystem, release, {})).toBeGreaterThan(0);
    if (release !== undefined) expect(hits(ecosystem, release, { release: 'x' })).toBe(0);
    const other = ecosystem === 'debian' ? 'ubuntu' : 'debian';
    expect(hits(ecosystem, release, { ecosystem: other })).toBe(0);
  });
});
