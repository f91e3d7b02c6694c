/**
 * Texts in which programs and libraries say what they are and which version: only those that name the product itself,
 * because a bare number may belong to anything. Each was seen in the product's own builds of Debian or Alpine.
 */

import type { VersionClaim } from '../../model/catalog.ts';

export interface TypedVersion {
  /** Base names of files. */
  readonly names?: readonly string[];
  /** Beginnings of base names. */
  readonly prefixes?: readonly string[];
  /** Source packages that the files are built from; in any other package the text is not the package's own. */
  readonly products: readonly string[];
  /** Bytes to look for; the pattern is tried there. One character a byte. */
  readonly anchor: string;
  /** Sticky, with a group `version`. */
  readonly pattern: RegExp;
  /** What of the package's version the text states. */
  readonly part: NonNullable<VersionClaim['part']>;
}

export const TYPED_VERSIONS: readonly TypedVersion[] = [
  {
    prefixes: ['libcrypto.so', 'libssl.so'],
    names: ['openssl'],
    products: ['openssl', 'openssl1.1', 'openssl3', 'openssl1.1-compat', 'compat-openssl11'],
    anchor: 'OpenSSL ',
    pattern:
      /OpenSSL (?<version>\d+\.\d+\.\d+[a-z]{0,2}) {1,2}(?:FIPS )?\d{1,2} [A-Z][a-z]{2} 20\d{2}/y,
    part: 'upstream',
  },
  {
    prefixes: ['libz.so'],
    products: ['zlib'],
    anchor: 'deflate ',
    pattern: /deflate (?<version>\d+(?:\.\d+){1,3}) Copyright/y,
    part: 'upstream',
  },
  {
    prefixes: ['libcurl'],
    products: ['curl'],
    anchor: 'libcurl/',
    pattern: /libcurl\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y,
    part: 'upstream',
  },
  {
    names: ['bash'],
    products: ['bash'],
    anchor: 'Bash version ',
    pattern: /Bash version (?<version>\d+\.\d+\.\d+)/y,
    part: 'upstream',
  },
  {
    prefixes: ['busybox'],
    products: ['busybox'],
    anchor: 'BusyBox v',
    pattern: /BusyBox v(?<version>\d+\.\d+\.\d+)/y,
    part: 'upstream',
  },
  {
    // The whole version of Debian's source package.
    names: ['libc.so.6'],
    products: ['glibc'],
    anchor: '(Debian GLIBC ',
    pattern: /\(Debian GLIBC (?<version>[0-9][0-9A-Za-z.+~:-]{0,60})\) stable release/y,
    part: 'source',
  },
  {
    names: ['libc.so.6'],
    products: ['glibc'],
    anchor: 'stable release version ',
    pattern: /stable release version (?<version>\d+\.\d+)/y,
    part: 'upstream',
  },
  {
    prefixes: ['libgnutls.so'],
    products: ['gnutls28', 'gnutls'],
    anchor: 'GnuTLS ',
    pattern: /GnuTLS (?<version>\d+\.\d+\.\d+)\0/y,
    part: 'upstream',
  },
  {
    prefixes: ['libexpat.so'],
    products: ['expat'],
    anchor: 'expat_',
    pattern: /expat_(?<version>\d+\.\d+\.\d+)\0/y,
    part: 'upstream',
  },
  {
    // The program itself may be larger than what is read as a whole.
    prefixes: ['libnode.so'],
    products: ['nodejs', 'nodejs-current'],
    anchor: 'node/v',
    pattern: /node\/v(?<version>\d+\.\d+\.\d+)(?![\w.-])/y,
    part: 'upstream',
  },
  {
    names: ['nginx'],
    products: ['nginx'],
    anchor: 'nginx/',
    pattern: /nginx\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y,
    part: 'upstream',
  },
  {
    names: ['apache2', 'httpd'],
    products: ['apache2', 'httpd'],
    anchor: 'Apache/',
    pattern: /Apache\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y,
    part: 'upstream',
  },
  {
    names: ['ssh', 'sshd'],
    products: ['openssh'],
    anchor: 'OpenSSH_',
    // The portability level behind `p` is one number in some builds and another in their package's version.
    pattern: /OpenSSH_(?<version>\d+\.\d+)p\d/y,
    part: 'upstream',
  },
  {
    prefixes: ['php7.', 'php8', 'libphp'],
    products: ['php', 'php7.4', 'php8.1', 'php8.2', 'php8.3', 'php8.4', 'php82', 'php83', 'php84'],
    anchor: 'X-Powered-By: PHP/',
    pattern: /X-Powered-By: PHP\/(?<version>\d+\.\d+\.\d+)/y,
    part: 'upstream',
  },
  {
    prefixes: ['libruby'],
    products: ['ruby', 'ruby2.7', 'ruby3.1', 'ruby3.3', 'ruby3.4'],
    anchor: 'ruby ',
    pattern: /ruby (?<version>\d+\.\d+\.\d+)(?:p\d+)? \(20\d{2}-/y,
    part: 'upstream',
  },
];

/** The texts that a file of this base name may hold. */
export function typedVersionsOf(name: string): readonly TypedVersion[] {
  return TYPED_VERSIONS.filter(
    ({ names = [], prefixes = [] }) =>
      names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
}
