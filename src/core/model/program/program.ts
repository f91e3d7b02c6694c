/**
 * Programs that are found by what they say of themselves, and under which names others speak of
 * them.
 *
 * Only these are ever matched by vendor and product: anywhere else such names collide. Sources: the
 * CPE dictionary (nvd.nist.gov/products/cpe), the names in `containers.cna.affected` of the CVE
 * list, the folders of github.com/bitnami/vulndb, and the variables that Docker's official images
 * set (github.com/docker-library).
 */

import { indexBy } from '../../base/maps.ts';

/** One program, library or runtime. */
export interface Program {
  /** The name, as in `pkg:generic/nginx`. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** Absent: `program`. The Node.js runtime has advisories of its own. */
  readonly ecosystem?: 'program' | 'node';
  /** Vendor and product of its CPE names, `vendor:product`. */
  readonly cpes: readonly string[];
  /**
   * Vendor and product in the CVE list, `vendor:product` in lower case; those of
   * {@link Program.cpes} count as well.
   */
  readonly listed?: readonly string[];
  /** Its name in Bitnami's records. */
  readonly bitnami?: string;
  /** Variables in which the makers of images write the version. */
  readonly environment?: readonly string[];
}

/**
 * The programs that are recognized by their own version texts. Only these are matched by vendor
 * and product.
 */
export const PROGRAMS: readonly Program[] = [
  {
    name: 'python',
    label: 'Python',
    cpes: ['python:python', 'python:cpython', 'python_software_foundation:python'],
    listed: ['python software foundation:cpython', 'python:cpython'],
    bitnami: 'python',
    environment: ['PYTHON_VERSION'],
  },
  { name: 'pypy', label: 'PyPy', cpes: ['pypy:pypy'], environment: ['PYPY_VERSION'] },
  {
    name: 'node',
    label: 'Node.js',
    ecosystem: 'node',
    cpes: ['nodejs:node.js', 'nodejs:nodejs'],
    listed: ['node.js:node.js', 'node.js:node', 'nodejs:node'],
    environment: ['NODE_VERSION'],
  },
  {
    name: 'openjdk',
    label: 'OpenJDK',
    cpes: ['oracle:openjdk', 'oracle:jdk', 'oracle:jre', 'oracle:java_se'],
    bitnami: 'java',
    environment: ['JAVA_VERSION'],
  },
  {
    name: 'php',
    label: 'PHP',
    cpes: ['php:php', 'php_group:php'],
    listed: ['php group:php'],
    bitnami: 'php',
    environment: ['PHP_VERSION'],
  },
  {
    name: 'ruby',
    label: 'Ruby',
    cpes: ['ruby-lang:ruby'],
    bitnami: 'ruby',
    environment: ['RUBY_VERSION'],
  },
  { name: 'perl', label: 'Perl', cpes: ['perl:perl'], environment: ['PERL_VERSION'] },
  { name: 'lua', label: 'Lua', cpes: ['lua:lua'], bitnami: 'lua' },
  {
    name: 'erlang',
    label: 'Erlang/OTP',
    cpes: ['erlang:erlang/otp', 'erlang:otp'],
    listed: ['erlang:otp'],
    environment: ['OTP_VERSION'],
  },
  {
    name: 'nginx',
    label: 'nginx',
    cpes: ['f5:nginx', 'f5:nginx_open_source', 'nginx:nginx', 'igor_sysoev:nginx'],
    listed: ['f5:nginx open source'],
    bitnami: 'nginx',
    environment: ['NGINX_VERSION'],
  },
  {
    name: 'httpd',
    label: 'Apache HTTP Server',
    cpes: ['apache:http_server'],
    listed: ['apache software foundation:apache http server'],
    bitnami: 'apache',
    environment: ['HTTPD_VERSION'],
  },
  {
    name: 'lighttpd',
    label: 'lighttpd',
    cpes: ['lighttpd:lighttpd'],
    environment: ['LIGHTTPD_VERSION'],
  },
  {
    name: 'haproxy',
    label: 'HAProxy',
    cpes: ['haproxy:haproxy'],
    bitnami: 'haproxy',
    environment: ['HAPROXY_VERSION'],
  },
  {
    name: 'varnish',
    label: 'Varnish Cache',
    cpes: [
      'varnish-cache:varnish',
      'varnish_cache_project:varnish_cache',
      'varnish-software:varnish_cache',
    ],
    bitnami: 'varnish',
    environment: ['VARNISH_VERSION'],
  },
  { name: 'squid', label: 'Squid', cpes: ['squid-cache:squid'] },
  {
    name: 'memcached',
    label: 'memcached',
    cpes: ['memcached:memcached'],
    bitnami: 'memcached',
    environment: ['MEMCACHED_VERSION'],
  },
  {
    name: 'redis',
    label: 'Redis',
    cpes: ['redis:redis', 'redislabs:redis'],
    bitnami: 'redis',
    environment: ['REDIS_VERSION'],
  },
  {
    name: 'valkey',
    label: 'Valkey',
    cpes: ['lfprojects:valkey', 'valkey-io:valkey'],
    bitnami: 'valkey',
    environment: ['VALKEY_VERSION'],
  },
  {
    name: 'postgresql',
    label: 'PostgreSQL',
    cpes: ['postgresql:postgresql'],
    listed: ['n/a:postgresql'],
    bitnami: 'postgresql',
    environment: ['PG_VERSION'],
  },
  {
    name: 'mariadb',
    label: 'MariaDB',
    cpes: ['mariadb:mariadb'],
    bitnami: 'mariadb',
    environment: ['MARIADB_VERSION'],
  },
  {
    name: 'mysql',
    label: 'MySQL',
    cpes: ['oracle:mysql', 'oracle:mysql_server', 'mysql:mysql'],
    listed: ['oracle corporation:mysql server', 'oracle:mysql server'],
    environment: ['MYSQL_VERSION'],
  },
  { name: 'openldap', label: 'OpenLDAP', cpes: ['openldap:openldap'], bitnami: 'openldap' },
  { name: 'bind', label: 'BIND', cpes: ['isc:bind'], listed: ['isc:bind 9'] },
  { name: 'unbound', label: 'Unbound', cpes: ['nlnetlabs:unbound'] },
  { name: 'dnsmasq', label: 'dnsmasq', cpes: ['thekelleys:dnsmasq'] },
  { name: 'postfix', label: 'Postfix', cpes: ['postfix:postfix'] },
  { name: 'exim', label: 'Exim', cpes: ['exim:exim'] },
  { name: 'dovecot', label: 'Dovecot', cpes: ['dovecot:dovecot'] },
  { name: 'proftpd', label: 'ProFTPD', cpes: ['proftpd:proftpd'] },
  { name: 'vsftpd', label: 'vsftpd', cpes: ['vsftpd_project:vsftpd', 'beasts:vsftpd'] },
  { name: 'pure-ftpd', label: 'Pure-FTPd', cpes: ['pureftpd:pure-ftpd'] },
  { name: 'openvpn', label: 'OpenVPN', cpes: ['openvpn:openvpn'] },
  { name: 'tor', label: 'Tor', cpes: ['torproject:tor'] },
  { name: 'stunnel', label: 'stunnel', cpes: ['stunnel:stunnel'] },
  { name: 'openssh', label: 'OpenSSH', cpes: ['openbsd:openssh'] },
  {
    name: 'openssl',
    label: 'OpenSSL',
    cpes: ['openssl:openssl'],
    environment: ['OPENSSL_VERSION'],
  },
  { name: 'gnutls', label: 'GnuTLS', cpes: ['gnu:gnutls'] },
  { name: 'curl', label: 'curl', cpes: ['haxx:curl', 'haxx:libcurl', 'curl:curl'] },
  { name: 'zlib', label: 'zlib', cpes: ['zlib:zlib', 'gnu:zlib'] },
  { name: 'expat', label: 'Expat', cpes: ['libexpat_project:libexpat'] },
  { name: 'libpng', label: 'libpng', cpes: ['libpng:libpng'] },
  { name: 'krb5', label: 'MIT Kerberos', cpes: ['mit:kerberos_5', 'mit:kerberos'] },
  { name: 'ffmpeg', label: 'FFmpeg', cpes: ['ffmpeg:ffmpeg'] },
  { name: 'busybox', label: 'BusyBox', cpes: ['busybox:busybox'] },
  { name: 'bash', label: 'Bash', cpes: ['gnu:bash'], environment: ['_BASH_VERSION'] },
  { name: 'git', label: 'Git', cpes: ['git-scm:git', 'git:git'], bitnami: 'git' },
  { name: 'gawk', label: 'GNU Awk', cpes: ['gnu:gawk'] },
  { name: 'sudo', label: 'sudo', cpes: ['sudo_project:sudo', 'todd_miller:sudo'] },
  { name: 'util-linux', label: 'util-linux', cpes: ['kernel:util-linux', 'linux:util-linux'] },
  { name: 'xz', label: 'XZ Utils', cpes: ['tukaani:xz', 'tukaani:xz_utils'] },
  { name: 'gnupg', label: 'GnuPG', cpes: ['gnupg:gnupg'] },
  { name: 'mosquitto', label: 'Eclipse Mosquitto', cpes: ['eclipse:mosquitto'] },
  {
    name: 'deno',
    label: 'Deno',
    cpes: ['deno:deno'],
    listed: ['denoland:deno'],
    environment: ['DENO_VERSION'],
  },
  { name: 'bun', label: 'Bun', cpes: [], listed: ['oven-sh:bun'] },
  { name: 'dart', label: 'Dart', cpes: ['dart:dart_software_development_kit'] },
  { name: 'rust', label: 'Rust', cpes: ['rust-lang:rust'], environment: ['RUST_VERSION'] },
  { name: 'julia', label: 'Julia', cpes: [], environment: ['JULIA_VERSION'] },
  { name: 'gcc', label: 'GCC', cpes: ['gnu:gcc'], environment: ['GCC_VERSION'] },
  { name: 'ghc', label: 'GHC', cpes: [] },
  {
    name: 'elixir',
    label: 'Elixir',
    cpes: ['elixir-lang:elixir'],
    environment: ['ELIXIR_VERSION'],
  },
  { name: 'firefox', label: 'Firefox', cpes: ['mozilla:firefox'] },
  { name: 'firefox-esr', label: 'Firefox ESR', cpes: ['mozilla:firefox_esr'] },
  { name: 'thunderbird', label: 'Thunderbird', cpes: ['mozilla:thunderbird'] },
  { name: 'sqlite', label: 'SQLite', cpes: ['sqlite:sqlite'] },
  { name: 'sqlcipher', label: 'SQLCipher', cpes: ['zetetic:sqlcipher'] },
  { name: 'zstd', label: 'Zstandard', cpes: ['facebook:zstandard'] },
  { name: 'bzip2', label: 'bzip2', cpes: ['bzip:bzip2'] },
  { name: 'libarchive', label: 'libarchive', cpes: ['libarchive:libarchive'] },
  { name: 'libssh2', label: 'libssh2', cpes: ['libssh2:libssh2'] },
  { name: 'nghttp2', label: 'nghttp2', cpes: ['nghttp2:nghttp2'] },
  { name: 'libgit2', label: 'libgit2', cpes: ['libgit2:libgit2', 'libgit2_project:libgit2'] },
  { name: 'libpcap', label: 'libpcap', cpes: ['tcpdump:libpcap'] },
  { name: 'libtiff', label: 'LibTIFF', cpes: ['libtiff:libtiff'] },
  { name: 'libjpeg-turbo', label: 'libjpeg-turbo', cpes: ['libjpeg-turbo:libjpeg-turbo'] },
  { name: 'qt', label: 'Qt', cpes: ['qt:qt'] },
];

const BY_NAME: ReadonlyMap<string, Program> = indexBy(PROGRAMS, 'name');
const BY_PRODUCT = new Map<string, Program>();
const BY_VARIABLE = new Map<string, string>();
for (const row of PROGRAMS) {
  for (const product of [...row.cpes, ...(row.listed ?? [])]) BY_PRODUCT.set(product, row);
  for (const variable of row.environment ?? []) BY_VARIABLE.set(variable, row.name);
}

/** Returns the program of a name in a package URL of the type `generic`. */
export function programOf(name: string): Program | undefined {
  return BY_NAME.get(name);
}

/** Returns the program that a publisher names by vendor and product, in any case. */
export function programOfProduct(vendor: string, product: string): Program | undefined {
  return BY_PRODUCT.get(`${vendor}:${product}`.toLowerCase());
}

/** An environment variable's claim about a program. */
export interface ClaimedProgram {
  readonly program: string;
  readonly variable: string;
  readonly version: string;
}

/** `jdk-17.0.9+9`, `1:10.11.6+maria~ubu2204`, `16.1-1.pgdg120+2`; a bare `18` says too little. */
const CLAIM =
  /^(?:\d+:)?(?:[A-Za-z]{1,8}-?)?(?<version>\d{1,4}(?:[._u]\d{1,5}){1,5}(?:(?:a|b|rc)\d+)?)/;

/**
 * Returns the claims about programs in the variables of an image's configuration (`NAME=value`); of
 * two variables of one name the last counts.
 */
export function claimedPrograms(environment: readonly string[]): readonly ClaimedProgram[] {
  const claims = new Map<string, ClaimedProgram>();
  for (const line of environment) {
    const [variable = ''] = line.split('=', 1);
    const program = BY_VARIABLE.get(variable);
    const version = CLAIM.exec(line.slice(variable.length + 1))?.groups?.['version'];
    if (program === undefined) continue;
    if (version === undefined) claims.delete(variable);
    else claims.set(variable, { program, variable, version });
  }
  return [...claims.values()];
}
