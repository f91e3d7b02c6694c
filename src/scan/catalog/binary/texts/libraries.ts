/** Libraries that programs are built with. */

import type { BinaryClassifier } from './classifier.ts';

/** Classifiers of libraries, by the version text that they hold. */
export const LIBRARIES: readonly BinaryClassifier[] = [
  {
    program: 'sqlite',
    names: ['sqlite3'],
    prefixes: ['libsqlite3.so'],
    products: ['sqlite3', 'sqlite'],
    // Beside the id of its source; the file's name identifies the library.
    texts: [{ anchor: '\x003.', pattern: /\0(?<version>3\.\d{1,2}\.\d{1,2})\0/y }],
  },
  {
    program: 'sqlcipher',
    names: ['sqlcipher'],
    prefixes: ['libsqlcipher.so'],
    products: ['sqlcipher'],
    texts: [{ anchor: 'community\0', pattern: /community\0(?<version>4\.\d{1,2}\.\d{1,2})\0/y }],
  },
  {
    program: 'zstd',
    names: ['zstd', 'pzstd'],
    products: ['libzstd', 'zstd'],
    texts: [{ anchor: '\0v1.', pattern: /\0v(?<version>1\.\d{1,2}\.\d{1,2})\0/y }],
  },
  {
    program: 'zstd',
    prefixes: ['libzstd.so.1.'],
    products: ['libzstd', 'zstd'],
    // It follows either another text or the last constant of XXH32, `0x85ebca77`.
    texts: [
      { anchor: '\0{version}.', pattern: /\0(?<version>1\.\d{1,2}\.\d{1,2})\0/y },
      { anchor: '\x85{version}.', pattern: /\x85(?<version>1\.\d{1,2}\.\d{1,2})\0/y },
    ],
  },
  {
    program: 'bzip2',
    names: ['bzip2'],
    prefixes: ['libbz2.so'],
    products: ['bzip2'],
    texts: [
      { anchor: '1.0.', pattern: /(?<version>1\.0\.\d{1,2}), \d{1,2}-[A-Z][a-z]{2}-20\d{2}\0/y },
    ],
  },
  {
    program: 'libarchive',
    prefixes: ['libarchive.so'],
    products: ['libarchive'],
    texts: [{ anchor: 'libarchive ', pattern: /libarchive (?<version>3\.\d{1,2}\.\d{1,2})\0/y }],
  },
  {
    program: 'libssh2',
    prefixes: ['libssh2.so'],
    products: ['libssh2'],
    texts: [
      { anchor: 'SSH-2.0-libssh2_', pattern: /SSH-2\.0-libssh2_(?<version>1\.\d+\.\d+)[\r\0]/y },
    ],
  },
  {
    program: 'nghttp2',
    prefixes: ['libnghttp2.so'],
    products: ['nghttp2'],
    // It stands alone; the file's name identifies the library. It follows either another text or a
    // table of jumps, whose last entry is a negative number.
    texts: [
      { anchor: '\x001.', pattern: /\0(?<version>1\.\d{1,3}\.\d{1,2})\0/y },
      { anchor: '\xff1.', pattern: /\xff(?<version>1\.\d{1,3}\.\d{1,2})\0/y },
    ],
  },
  {
    program: 'libgit2',
    prefixes: ['libgit2.so'],
    products: ['libgit2'],
    texts: [{ anchor: 'libgit2 ', pattern: /libgit2 (?<version>\d+\.\d+\.\d+)\0/y }],
  },
  {
    program: 'libpcap',
    prefixes: ['libpcap.so'],
    products: ['libpcap'],
    texts: [
      { anchor: 'libpcap version ', pattern: /libpcap version (?<version>1\.\d+\.\d+)[ \0]/y },
    ],
  },
  {
    program: 'libtiff',
    prefixes: ['libtiff.so'],
    products: ['tiff'],
    texts: [
      { anchor: 'LIBTIFF, Version ', pattern: /LIBTIFF, Version (?<version>\d+\.\d+\.\d+)\n/y },
    ],
  },
  {
    program: 'libjpeg-turbo',
    prefixes: ['libjpeg.so', 'libturbojpeg.so'],
    products: ['libjpeg-turbo'],
    texts: [
      {
        anchor: 'libjpeg-turbo version ',
        pattern: /libjpeg-turbo version (?<version>\d+\.\d+\.\d+) \(build /y,
      },
    ],
  },
  {
    program: 'qt',
    prefixes: ['libQt5Core.so', 'libQt6Core.so'],
    products: ['qtbase-opensource-src', 'qt6-base', 'qt5-qtbase', 'qt6-qtbase'],
    texts: [
      { anchor: '\0Qt ', pattern: /\0Qt (?<version>[56]\.\d{1,2}\.\d{1,2}) \([a-z0-9_]{1,20}-/y },
    ],
  },
];
