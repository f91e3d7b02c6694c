import { describe, expect, it } from 'vitest';

import { aPackage } from '../../../../test/support/model.ts';
import type { Ecosystem } from '../package/ecosystem.ts';
import { thirdPartyVendor, mailboxOf, namesDistroAsVendor, vendorOf } from './vendor.ts';

describe('foreignVendor', () => {
  it.each<[Ecosystem, string | undefined, boolean]>([
    ['redhat', 'Red Hat, Inc.', false],
    ['redhat', 'CentOS', false],
    ['redhat', 'Fedora Project', true],
    ['redhat', 'RPM Fusion', true],
    ['redhat', 'Docker', true],
    ['redhat', 'Elasticsearch', true],
    ['redhat', 'Remi Collet <https://rpms.remirepo.net/>', true],
    ['redhat', 'PostgreSQL Global Development Group', true],
    ['redhat', undefined, false],
    ['rocky', 'Rocky Enterprise Software Foundation', false],
    ['almalinux', 'Fedora Project', true],
    ['fedora', 'Fedora Project', false],
    ['fedora', 'RPM Fusion', true],
    ['suse', 'SUSE LLC <https://www.suse.com/>', false],
    ['suse', 'obs://build.opensuse.org/home:someone', true],
    ['opensuse', 'SUSE LLC <https://www.suse.com/>', false],
    ['oracle', 'Oracle America', false],
    ['oracle', 'Oracle and/or its affiliates', true],
    ['azurelinux', 'Microsoft Corporation', false],
    ['debian', 'Debian', false],
    ['debian', 'nginx', true],
    ['debian', 'Ubuntu', true],
    ['debian', 'Elasticsearch', true],
    ['ubuntu', 'Ubuntu', false],
    ['ubuntu', 'Debian', false],
    ['ubuntu', 'Percona', true],
    ['debian', undefined, false],
    ['alpine', undefined, false],
    ['npm', 'Somebody', false],
  ])('%s package of %s: %s', (ecosystem, vendor, isForeign) => {
    const qualifiers = new Map(vendor === undefined ? [] : [['vendor', vendor]]);
    const pkg = aPackage('a', '1', { ecosystem, qualifiers });
    expect(thirdPartyVendor(pkg)).toBe(isForeign ? vendor : undefined);
  });

  it.each<[string, string, string | undefined]>([
    // Versions as these archives list them.
    ['nginx', '1.25.3-1~bookworm', 'another archive'],
    ['nginx-plus', '36-3~jammy', 'another archive'],
    ['azure-cli', '2.88.0-1~bookworm', 'another archive'],
    ['docker-ce', '5:27.0.1-1~debian.12~bookworm', 'docker.com'],
    ['docker-ce', '5:24.0.7-1~ubuntu.22.04~jammy', 'docker.com'],
    ['nodejs', '20.18.1-1nodesource1', 'nodesource.com'],
    ['nodejs', '18.14.0-deb-1nodesource1', 'nodesource.com'],
    ['nodejs', '7.10.1-2nodesource1~xenial1', 'nodesource.com'],
    ['postgresql-16', '16.1-1.pgdg120+1', 'apt.postgresql.org'],
    ['libpq5', '16.1-1.pgdg22.04+1', 'apt.postgresql.org'],
    ['php8.3-fpm', '8.3.3-1+0~20240216.17+debian12~1.gbp87e37b', 'sury.org'],
    ['php8.1-cli', '8.1.27-1+ubuntu22.04.1+deb.sury.org+1', 'sury.org'],
    ['mariadb-server', '1:10.11.6+maria~ubu2204', 'mariadb.org'],
    ['mariadb-server', '1:10.11.6+maria~deb12', 'mariadb.org'],
    ['redis-server', '6:7.2.7-1rl1~bookworm1', 'redis.io'],
    ['mysql-community-server', '8.0.36-1debian12', 'mysql.com'],
    ['percona-server-server', '8.0.35-27-1.bookworm', 'percona.com'],
    ['pve-manager', '1:8.1.3-1+pve1', 'proxmox.com'],
    // Versions of Debian and Ubuntu themselves.
    ['nginx', '1.22.1-9+deb12u1', undefined],
    ['chromium', '120.0.6099.224-1~deb12u1', undefined],
    ['golang-go', '2:1.21~2~bpo12+1', undefined],
    ['libc6', '2.36-9+deb12u4', undefined],
    ['systemd', '252.22-1~deb12u1', undefined],
    ['base-files', '12.4+deb12u5', undefined],
    ['dpkg', '1.22.21', undefined],
    ['tar', '1.35+dfsg-3.1+b1', undefined],
    ['openssl', '3.0.2-0ubuntu1.15', undefined],
    ['linux-image-generic', '5.15.0-91.101~20.04.1', undefined],
    ['libssl1.1', '1.1.1-1ubuntu2.1~18.04.23', undefined],
    ['python3.10', '3.10.12-1~22.04.3', undefined],
    ['node-acorn', '8.8.1+ds+~cs25.17.7-2', undefined],
    ['libx264-164', '2:0.164.3095+gitbaee400-3', undefined],
    ['libgbm1', '25.0.7-2+rpi1', undefined],
    ['e2fsprogs', '1.47.2-3+b10', undefined],
  ])('the version of %s %s is a mark of %s', (name, version, builder) => {
    expect(thirdPartyVendor(aPackage(name, version, { ecosystem: 'debian' }))).toBe(builder);
    expect(thirdPartyVendor(aPackage(name, version, { ecosystem: 'ubuntu' }))).toBe(builder);
  });

  it.each<[Ecosystem, string, string | undefined]>([
    ['redhat', '8.2.13-1.el9.remi', 'rpms.remirepo.net'],
    ['redhat', '1:1.24.0-1.el9.ngx', 'nginx.org'],
    ['redhat', '16.1-1PGDG.rhel9', 'yum.postgresql.org'],
    ['redhat', '2:18.19.0-1nodesource', 'nodesource.com'],
    ['redhat', '7.76.1-29.el9_4.1', undefined],
    ['rocky', '3.0.7-27.el9.0.2', undefined],
  ])('without a vendor %s %s is of %s', (ecosystem, version, builder) => {
    expect(thirdPartyVendor(aPackage('a', version, { ecosystem }))).toBe(builder);
  });

  it.each<[Ecosystem, string, string | undefined]>([
    ['debian', 'nginx-packaging@f5.com', 'nginx.org'],
    ['alpine', 'nginx-packaging@f5.com', 'nginx.org'],
    ['debian', 'info@elastic.co', 'elastic.co'],
    ['debian', 'help@containerd.io', 'docker.com'],
    ['debian', 'support@docker.com', 'docker.com'],
    ['ubuntu', 'info@percona.com', 'percona.com'],
    ['debian', 'packages@mail.grafana.com', 'grafana.com'],
    // Private addresses and employers of maintainers prove nothing.
    ['debian', 'somebody@gmail.com', undefined],
    ['debian', 'somebody@f5.com', undefined],
    ['debian', 'somebody@google.com', undefined],
    ['debian', 'vorlon@ubuntu.com', undefined],
    ['debian', 'team+python@tracker.debian.org', undefined],
    ['debian', 'somebody@notelastic.co', undefined],
    ['alpine', 'ncopa@alpinelinux.org', undefined],
  ])('%s package maintained by %s is of %s', (ecosystem, maintainer, builder) => {
    expect(thirdPartyVendor(aPackage('a', '1-r0', { ecosystem, maintainer }))).toBe(builder);
  });
});

describe('namesOwnBuilder', () => {
  it.each<[Ecosystem, string | undefined, string | undefined, boolean]>([
    ['debian', 'team+python@tracker.debian.org', undefined, true],
    ['debian', 'pkg-java@lists.alioth.debian.org', undefined, true],
    ['debian', 'pkg-js@alioth-lists.debian.net', undefined, true],
    ['debian', 'zeha@debian.org', undefined, true],
    ['debian', 'dev@debian.org.example', undefined, false],
    ['debian', 'dev@notdebian.org', undefined, false],
    ['debian', 'somebody@gmail.com', undefined, false],
    ['debian', undefined, undefined, false],
    ['ubuntu', 'ubuntu-devel-discuss@lists.ubuntu.com', undefined, true],
    ['alpine', 'ncopa@alpinelinux.org', undefined, true],
    ['redhat', undefined, 'Red Hat, Inc.', true],
    ['redhat', undefined, 'Fedora Project', false],
    ['npm', 'zeha@debian.org', undefined, false],
  ])('%s, maintainer %s, vendor %s: %s', (ecosystem, maintainer, vendor, isOwn) => {
    const pkg = aPackage('a', '1', {
      ecosystem,
      ...(maintainer !== undefined && { maintainer }),
      qualifiers: new Map(vendor === undefined ? [] : [['vendor', vendor]]),
    });
    expect(namesDistroAsVendor(pkg)).toBe(isOwn);
  });
});

describe('fields of records', () => {
  it.each([
    ['Docker <support@docker.com>', 'support@docker.com'],
    ['Matthias Klose <DOKO@debian.org>', 'doko@debian.org'],
    ['support@docker.com', 'support@docker.com'],
    ['a@b.example, Docker <support@docker.com>', 'support@docker.com'],
    ['nobody', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('the mailbox of %s is %s', (maintainer, mailbox) => {
    expect(mailboxOf(maintainer)).toBe(mailbox);
  });

  it.each([
    [['nginx', undefined], 'nginx'],
    [[undefined, 'Elasticsearch'], 'Elasticsearch'],
    [['', 'none'], undefined],
    [['(none)', ' '], undefined],
    [['x'.repeat(201), undefined], undefined],
  ])('the vendor of %j is %s', (fields, vendor) => {
    expect(vendorOf(...fields)).toBe(vendor);
  });
});
