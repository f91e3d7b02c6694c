import { describe, expect, it } from 'vitest';
import { affects, anAdvisory, anInventory, aPackage, below } from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { matchInventory } from './match-inventory.ts';

const SYSTEMS: Readonly<Record<string, Distro>> = {
  debian: { id: 'debian', versionId: '12.5' },
  alpine: { id: 'alpine', versionId: '3.19.1' },
  redhat: { id: 'rhel', versionId: '9.3' },
};

function match(system: Ecosystem, packages: readonly Package[], ...more: Advisory[]): Matches {
  const release = { debian: '12', alpine: '3.19' }[system as string] ?? '9';
  // Something is loaded for the system in any case.
  const any = anAdvisory('CVE-2000-0001', {
    affected: [affects('another', [below('1')], { ecosystem: system, release })],
  });
  const distro = SYSTEMS[system];
  return matchInventory(anInventory(packages, distro), createMemoryReader([any, ...more]), {
    severitySources: [],
  });
}

function program(name: string, fixed: string, ecosystem: Ecosystem = 'program'): Advisory {
  return anAdvisory('CVE-2024-0001', { affected: [affects(name, [below(fixed)], { ecosystem })] });
}

function messages({ diagnostics }: Matches, gap?: string): readonly string[] {
  return diagnostics.filter((one) => one.gap === gap).map(({ message }) => message);
}

describe('a package of another archive', () => {
  it.each<[string, Ecosystem, Partial<Package> & { name: string; version: string }, Advisory]>([
    [
      'nginx.org for Debian',
      'debian',
      { name: 'nginx', version: '1.25.3-1~bookworm' },
      program('nginx', '1.25.4'),
    ],
    [
      'nginx.org for Alpine',
      'alpine',
      { name: 'nginx', version: '1.25.3-r1', maintainer: 'nginx-packaging@f5.com' },
      program('nginx', '1.25.4'),
    ],
    [
      'NodeSource',
      'debian',
      { name: 'nodejs', version: '20.11.0-1nodesource1' },
      program('node', '20.11.1', 'node'),
    ],
    [
      'PGDG, by its source package',
      'debian',
      {
        name: 'libpq5',
        version: '16.1-1.pgdg120+1',
        source: { name: 'postgresql-16', version: '16.1-1.pgdg120+1' },
      },
      program('postgresql', '16.2'),
    ],
    [
      'sury',
      'debian',
      {
        name: 'php8.3-fpm',
        version: '8.3.3-1+0~20240216.17+debian12~1.gbp87e37b',
        source: { name: 'php8.3', version: '8.3.3-1+0~20240216.17+debian12~1.gbp87e37b' },
      },
      program('php', '8.3.4'),
    ],
    [
      'MariaDB, with an epoch',
      'debian',
      {
        name: 'mariadb-server',
        version: '1:10.11.6+maria~deb12',
        source: { name: 'mariadb', version: '1:10.11.6+maria~deb12' },
      },
      program('mariadb', '10.11.7'),
    ],
    [
      'Redis',
      'debian',
      { name: 'redis-server', version: '6:7.2.4-1rl1~bookworm1' },
      program('redis', '7.2.5'),
    ],
    [
      'Remi for Red Hat',
      'redhat',
      {
        name: 'php-fpm',
        version: '8.2.13-1.el9.remi',
        source: { name: 'php', version: '8.2.13-1.el9.remi' },
      },
      program('php', '8.2.14'),
    ],
    [
      'the publisher by the name that Bitnami has for it',
      'debian',
      { name: 'nginx', version: '1.25.3-1~bookworm' },
      program('nginx', '1.25.4', 'bitnami'),
    ],
  ])('%s is matched as the program in it', (_, ecosystem, fields, advisory) => {
    const pkg = aPackage(fields.name, fields.version, { ecosystem, ...fields });
    const fixed = advisory.affected[0]?.ranges[0]?.fixed;
    const outcome = match(ecosystem, [pkg], advisory);
    expect(outcome.findings).toMatchObject([
      { packageId: pkg.id, matchedVersion: fields.version, fixedVersions: [fixed] },
    ]);
    expect(messages(outcome, 'noAdvisoryData')).toEqual([]);
    const newer = { ...advisory, affected: [affects('x', [])] };
    expect(match(ecosystem, [pkg], newer).findings).toEqual([]);
  });

  it('is matched by the advisories of its system besides', () => {
    const nginx = aPackage('nginx', '1.25.3-1~bookworm', { ecosystem: 'debian' });
    const entry = affects('nginx', [below('1.26.0-1')], { ecosystem: 'debian', release: '12' });
    const advisory = anAdvisory('CVE-2024-0002', { affected: [entry] });
    const outcome = match('debian', [nginx], advisory, program('nginx', '1.25.4'));
    expect(outcome.findings.map(({ advisoryId }) => advisoryId)).toEqual([
      'CVE-2024-0001',
      'CVE-2024-0002',
    ]);
  });

  it('has the fix of the system where both name one vulnerability', () => {
    const nginx = aPackage('nginx', '1.25.3-1~bookworm', { ecosystem: 'debian' });
    const entry = affects('nginx', [below('1.26.0-1')], { ecosystem: 'debian', release: '12' });
    const advisory = anAdvisory('CVE-2024-0001', { affected: [entry] });
    const outcome = match('debian', [nginx], advisory, program('nginx', '1.25.4'));
    expect(outcome.findings).toMatchObject([{ fixedVersions: ['1.26.0-1'] }]);
  });
});

describe('packages whose publisher nothing is loaded of', () => {
  const docker = aPackage('docker-ce', '5:27.0.1-1~debian.12~bookworm', { ecosystem: 'debian' });
  const containerd = aPackage('containerd.io', '1.6.26-1', {
    ecosystem: 'debian',
    maintainer: 'help@containerd.io',
  });
  const nginx = aPackage('nginx', '1.25.3-1~bookworm', { ecosystem: 'debian' });

  it.each<[string, readonly Package[], readonly Advisory[], string | undefined]>([
    [
      'one gap for all of them',
      [docker, containerd],
      [],
      '2 packages (containerd.io, docker-ce) are not built by the distribution but by docker.com: its advisories do not describe them, and none of the publisher are loaded',
    ],
    [
      'a program whose advisories are not loaded',
      [nginx],
      [],
      '1 package (nginx) is not built by the distribution but by another archive: its advisories do not describe it, and none of the publisher are loaded',
    ],
    [
      'a program whose advisories are loaded beside one that nothing is known of',
      [nginx, containerd],
      [program('nginx', '1.0')],
      '1 package (containerd.io) is not built by the distribution but by docker.com: its advisories do not describe it, and none of the publisher are loaded',
    ],
    ['none where all of them are known', [nginx], [program('nginx', '1.0')], undefined],
    [
      'none for packages of the system',
      [aPackage('nginx', '1.22.1-9+deb12u1', { ecosystem: 'debian' })],
      [],
      undefined,
    ],
    [
      'none for a maintainer with a private address',
      [aPackage('gpgv', '2.4.7-21', { ecosystem: 'debian', maintainer: 'dkg@fifthhorseman.net' })],
      [],
      undefined,
    ],
  ])('%s', (_, packages, advisories, message) => {
    const outcome = match('debian', packages, ...advisories);
    expect(messages(outcome, 'noAdvisoryData')).toEqual(message === undefined ? [] : [message]);
  });
});
