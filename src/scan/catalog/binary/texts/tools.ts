/** Commands and libraries. */

import type { BinaryClassifier } from './classifier.ts';

const LIBRARIES: readonly BinaryClassifier[] = [
  {
    program: 'openssl',
    names: ['openssl'],
    prefixes: ['libcrypto.so', 'libssl.so'],
    products: ['openssl', 'openssl1.1', 'openssl3', 'openssl1.1-compat', 'compat-openssl11'],
    texts: [
      {
        anchor: 'OpenSSL ',
        pattern:
          /OpenSSL (?<version>\d+\.\d+\.\d+[a-z]{0,2}) {1,2}(?:FIPS )?\d{1,2} [A-Z][a-z]{2} 20\d{2}/y,
      },
    ],
  },
  {
    names: ['libc.so.6'],
    products: ['glibc'],
    texts: [
      {
        // The whole version of Debian's source package.
        anchor: '(Debian GLIBC ',
        pattern: /\(Debian GLIBC (?<version>[0-9][0-9A-Za-z.+~:-]{0,60})\) stable release/y,
        part: 'source',
      },
      {
        anchor: 'stable release version ',
        pattern: /stable release version (?<version>\d+\.\d+)/y,
      },
    ],
  },
  {
    program: 'zlib',
    prefixes: ['libz.so'],
    products: ['zlib'],
    texts: [{ anchor: 'deflate ', pattern: /deflate (?<version>\d+(?:\.\d+){1,3}) Copyright/y }],
  },
  {
    program: 'curl',
    prefixes: ['libcurl'],
    products: ['curl'],
    texts: [{ anchor: 'libcurl/', pattern: /libcurl\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y }],
  },
  {
    program: 'gnutls',
    prefixes: ['libgnutls.so'],
    products: ['gnutls28', 'gnutls'],
    texts: [
      {
        anchor: 'Enabled GnuTLS ',
        pattern: /Enabled GnuTLS (?<version>\d+\.\d+\.\d+) logging/y,
      },
    ],
  },
  {
    program: 'expat',
    prefixes: ['libexpat.so'],
    products: ['expat'],
    texts: [{ anchor: 'expat_', pattern: /expat_(?<version>\d+\.\d+\.\d+)\0/y }],
  },
  {
    program: 'libpng',
    prefixes: ['libpng16.so', 'libpng12.so', 'libpng.so'],
    products: ['libpng', 'libpng1.6'],
    texts: [{ anchor: 'libpng version ', pattern: /libpng version (?<version>1\.\d+\.\d+)\n/y }],
  },
  {
    program: 'krb5',
    prefixes: ['libkrb5.so'],
    products: ['krb5'],
    texts: [
      { anchor: 'KRB5_BRAND: krb5-', pattern: /KRB5_BRAND: krb5-(?<version>\d+\.\d+(?:\.\d+)?)-/y },
    ],
  },
  {
    program: 'ffmpeg',
    prefixes: ['libavutil.so'],
    products: ['ffmpeg'],
    texts: [
      {
        anchor: 'FFmpeg version ',
        pattern: /FFmpeg version n?(?<version>\d+\.\d+(?:\.\d+)?)[-\0]/y,
      },
    ],
  },
];

const COMMANDS: readonly BinaryClassifier[] = [
  {
    program: 'busybox',
    prefixes: ['busybox'],
    products: ['busybox'],
    texts: [{ anchor: 'BusyBox v', pattern: /BusyBox v(?<version>\d+\.\d+\.\d+)/y }],
  },
  {
    program: 'bash',
    names: ['bash'],
    products: ['bash'],
    texts: [{ anchor: 'Bash version ', pattern: /Bash version (?<version>\d+\.\d+\.\d+)/y }],
  },
  {
    program: 'curl',
    names: ['curl'],
    products: ['curl'],
    texts: [{ anchor: '\0curl/', pattern: /\0curl\/(?<version>\d+\.\d+\.\d+)\0/y }],
  },
  {
    program: 'git',
    names: ['git'],
    products: ['git'],
    texts: [{ anchor: '\0git/', pattern: /\0git\/(?<version>\d+\.\d+\.\d+)\0/y }],
  },
  {
    program: 'gnupg',
    names: ['gpg', 'gpg2'],
    products: ['gnupg2', 'gnupg'],
    texts: [
      { anchor: 'OpenPGP server ', pattern: /OpenPGP server (?<version>2\.\d+\.\d+) ready/y },
    ],
  },
  {
    program: 'gawk',
    names: ['gawk'],
    products: ['gawk'],
    texts: [{ anchor: 'GNU Awk ', pattern: /GNU Awk (?<version>\d+\.\d+\.\d+)[\s,\0]/y }],
  },
  {
    program: 'sudo',
    names: ['sudoers.so'],
    products: ['sudo'],
    texts: [{ anchor: 'sudoers 1.', pattern: /sudoers (?<version>1\.\d+\.\d+(?:p\d+)?)\0/y }],
  },
  {
    program: 'util-linux',
    names: ['mount', 'umount', 'agetty', 'runuser'],
    products: ['util-linux'],
    texts: [{ anchor: 'util-linux ', pattern: /util-linux (?<version>2\.\d+(?:\.\d+)?)\0/y }],
  },
  {
    program: 'xz',
    names: ['xz'],
    products: ['xz-utils', 'xz'],
    texts: [{ anchor: '(XZ Utils) ', pattern: /\(XZ Utils\) (?<version>\d+\.\d+\.\d+)[\s\0]/y }],
  },
];

/** Classifiers of commands and of libraries, by the version text that they hold. */
export const TOOLS: readonly BinaryClassifier[] = [...LIBRARIES, ...COMMANDS];
