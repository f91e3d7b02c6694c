/**
 * Archives of other builders, by the marks that their packages carry: the end of a version, and the
 * mailbox of the maintainer. Only positive marks stand here. A maintainer who is not at the
 * distribution is none: a tenth of the packages of a plain Debian have a private address.
 *
 * Source: the packaging files that these builders publish, and the versions in their archives. A
 * domain stands here only where its people maintain packages of that archive alone; employers of
 * distribution maintainers are named by mailbox.
 */

import { DEBIAN_RELEASES, UBUNTU_RELEASES } from '../distro/distro-releases.ts';

interface ForeignArchive {
  /** Name of the builder in reports. */
  readonly builder: string;
  /** Part of a package version that no distribution writes. */
  readonly version?: RegExp;
  /** Domains, or whole mailboxes, of maintainers. */
  readonly maintainers?: readonly string[];
}

const codenames: string[] = [];
for (const { codename } of [...DEBIAN_RELEASES, ...UBUNTU_RELEASES]) {
  if (codename !== undefined) codenames.push(codename);
}
const CODENAMES = codenames.join('|');

/** dpkg and apk. The first row that fits names the builder. */
const FOREIGN_ARCHIVES: readonly ForeignArchive[] = [
  {
    builder: 'docker.com',
    version: new RegExp(`~(?:debian|ubuntu|raspbian)\\.[\\d.]+~(?:${CODENAMES})$`),
    maintainers: ['docker.com', 'containerd.io'],
  },
  {
    builder: 'redis.io',
    version: new RegExp(`rl\\d+~(?:${CODENAMES})\\d*$`),
    maintainers: ['redis.io', 'redis.com', 'redislabs.com'],
  },
  {
    builder: 'nodesource.com',
    version: /nodesource\d*(?:~[a-z]+\d*)?$/,
    maintainers: ['nodesource.com'],
  },
  { builder: 'apt.postgresql.org', version: /\.pgdg(?:\d|\+)/ },
  { builder: 'sury.org', version: /\+deb\.sury\.org|\+0~\d{8}\.\d+\+(?:debian|ubuntu)\d+/ },
  { builder: 'mariadb.org', version: /\+maria~/, maintainers: ['mariadb.org', 'mariadb.com'] },
  {
    builder: 'mysql.com',
    version: /-\d+debian\d\d$/,
    maintainers: ['mysql-build@oss.oracle.com'],
  },
  { builder: 'proxmox.com', version: /(?:\+|~|-)(?:pve|pmx)\d+/, maintainers: ['proxmox.com'] },
  { builder: 'launchpad.net (PPA)', version: /[~+.]ppa\d/ },
  {
    builder: 'percona.com',
    version: new RegExp(`-\\d+\\.(?:${CODENAMES})$`),
    maintainers: ['percona.com'],
  },
  { builder: 'nginx.org', maintainers: ['nginx.com', 'nginx.org', 'nginx-packaging@f5.com'] },
  // Builders that build one version for several releases append the release.
  { builder: 'another archive', version: new RegExp(`~(?:${CODENAMES})\\d*$`) },
  { builder: 'elastic.co', maintainers: ['elastic.co', 'elasticsearch.com'] },
  { builder: 'opensearch.org', maintainers: ['opensearch.org', 'opensearch@amazon.com'] },
  { builder: 'jenkins.io', maintainers: ['jenkins.io', 'jenkins-ci.org', 'kk@kohsuke.org'] },
  { builder: 'grafana.com', maintainers: ['grafana.com'] },
  { builder: 'hashicorp.com', maintainers: ['hashicorp.com'] },
  { builder: 'gitlab.com', maintainers: ['support@gitlab.com'] },
  { builder: 'mongodb.org', maintainers: ['mongodb.com', '10gen.com'] },
  { builder: 'kubernetes.io', maintainers: ['kubernetes.io'] },
  { builder: 'microsoft.com', maintainers: ['microsoft.com'] },
  { builder: 'adoptium.net', maintainers: ['temurin-dev@eclipse.org'] },
  { builder: 'amazon.com (Corretto)', maintainers: ['corretto-team@amazon.com'] },
  { builder: 'azul.com', maintainers: ['azul.com', 'azulsystems.com'] },
  { builder: 'rabbitmq.com', maintainers: ['rabbitmq.com'] },
  { builder: 'influxdata.com', maintainers: ['influxdata.com', 'influxdb.com'] },
  { builder: 'datadoghq.com', maintainers: ['datadoghq.com'] },
  { builder: 'neo4j.com', maintainers: ['neo4j.com', 'neotechnology.com'] },
  { builder: 'confluent.io', maintainers: ['confluent.io'] },
  { builder: 'tailscale.com', maintainers: ['tailscale.com'] },
  { builder: 'yarnpkg.com', maintainers: ['yarn@dan.cx'] },
];

/** RPM, where the header has no vendor. */
const FOREIGN_RPM_RELEASES: readonly { readonly builder: string; readonly release: RegExp }[] = [
  { builder: 'rpms.remirepo.net', release: /\.remi(?:\.|$)/ },
  { builder: 'nginx.org', release: /\.ngx$/ },
  { builder: 'yum.postgresql.org', release: /-\d+PGDG\./ },
  { builder: 'nodesource.com', release: /nodesource/ },
  { builder: 'ius.io', release: /\.ius(?:\.|$)/ },
];

const BY_MAINTAINER = new Map<string, string>();
const BUILDER_BY_MARK = new Map<RegExp, string>();
const marks: string[] = [];
for (const { builder, maintainers = [], version } of FOREIGN_ARCHIVES) {
  for (const maintainer of maintainers) BY_MAINTAINER.set(maintainer, builder);
  if (version === undefined) continue;
  BUILDER_BY_MARK.set(version, builder);
  marks.push(version.source);
}
/** One test for nearly all packages. */
const ANY_MARK = new RegExp(marks.join('|'));

/**
 * Returns the builder that has a maintainer of this mailbox, in lower case; `undefined` for all
 * others.
 */
export function builderByMaintainer(mailbox: string): string | undefined {
  const known = BY_MAINTAINER.get(mailbox);
  if (known !== undefined) return known;
  const domain = mailbox.slice(mailbox.indexOf('@') + 1);
  // `packages.elastic.co` is of `elastic.co`.
  return BY_MAINTAINER.get(domain) ?? BY_MAINTAINER.get(domain.slice(domain.indexOf('.') + 1));
}

/** Returns the builder whose mark a version of dpkg or apk carries; `undefined` for all others. */
export function builderByVersion(version: string): string | undefined {
  if (!ANY_MARK.test(version)) return undefined;
  for (const [mark, builder] of BUILDER_BY_MARK) if (mark.test(version)) return builder;
  return undefined;
}

/**
 * Returns the builder whose mark an RPM's version and release carry; `undefined` for all others.
 */
export function builderByRelease(version: string): string | undefined {
  return FOREIGN_RPM_RELEASES.find(({ release }) => release.test(version))?.builder;
}
