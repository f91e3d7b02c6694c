import { describe, expect, it } from 'vitest';

import { readOsvEcosystem } from './osv-ecosystems.ts';

describe('readOsvPlace', () => {
  it.each([
    ['npm', 'npm'],
    ['Debian:12', 'debian 12'],
    ['Debian:sid', 'debian sid'],
    ['Debian', undefined],
    ['Alpine:v3.19', 'alpine 3.19'],
    ['Ubuntu:22.04:LTS', 'ubuntu 22.04'],
    ['Ubuntu:23.10', 'ubuntu 23.10'],
    ['Ubuntu:Pro:18.04:LTS', 'ubuntu 18.04 paid'],
    ['Ubuntu:Pro:FIPS-updates:20.04:LTS', undefined],
    ['Ubuntu:Pro:22.04:LTS:Realtime:Kernel', undefined],
    ['Red Hat:enterprise_linux:9::appstream', 'redhat 9'],
    ['Red Hat:enterprise_linux:8', 'redhat 8'],
    ['Red Hat:enterprise_linux:10.0', 'redhat 10'],
    ['Red Hat:rhel_software_collections:3::el7', 'redhat 7'],
    ['Red Hat:rhel_eus:9.2::baseos', undefined],
    ['Red Hat:openshift:4.12::el8', undefined],
    ['AlmaLinux:9', 'almalinux 9'],
    ['Rocky Linux:8', 'rocky 8'],
    ['Oracle Linux:7', 'oracle 7'],
    ['Amazon Linux:2023', 'amazon 2023'],
    ['SUSE:Linux Enterprise Server 15 SP5', 'suse 15.5'],
    ['SUSE:Linux Enterprise Module for Basesystem 15 SP5', 'suse 15.5'],
    ['SUSE:Linux Enterprise Module for Package Hub 15 SP5', 'suse 15.5'],
    ['SUSE:Linux Enterprise Server for SAP Applications 15 SP3', 'suse 15.3'],
    ['SUSE:Linux Enterprise High Performance Computing 15 SP4-LTSS', 'suse 15.4 paid'],
    ['SUSE:Linux Enterprise Server 12 SP5-LTSS', 'suse 12.5 paid'],
    ['SUSE:Linux Enterprise Server 12', 'suse 12'],
    ['SUSE:Linux Enterprise 15.3', 'suse 15.3'],
    ['SUSE:Linux Enterprise 15-SP3', 'suse 15.3'],
    ['SUSE:Linux Enterprise Micro 5.3', 'suse micro-5.3'],
    ['SUSE:Manager Server 4.3', undefined],
    ['openSUSE:Leap 15.6', 'opensuse 15.6'],
    ['openSUSE:Leap Micro 5.5', 'opensuse micro-5.5'],
    ['openSUSE:Tumbleweed', 'opensuse tumbleweed'],
    ['Azure Linux:3', 'azurelinux 3'],
    ['CBL-Mariner:2.0', 'azurelinux 2'],
    ['Photon OS:4.0', 'photon 4.0'],
    ['openEuler:22.03-LTS-SP1', 'openeuler 22.03-LTS-SP1'],
    ['Bottlerocket', 'bottlerocket'],
    ['MinimOS', 'minimos'],
    ['Echo', 'echo'],
    ['Nobody:1', undefined],
  ])('%s: %s', (written, expected) => {
    const place = readOsvEcosystem(written);
    const text =
      place && [place.ecosystem, place.release, place.isPaid && 'paid'].filter(Boolean).join(' ');
    expect(text).toBe(expected);
  });
});
