/** Runtimes of languages. */

import type { BinaryClassifier } from './classifier.ts';

/** Classifiers of language runtimes, by the version text that they hold. */
export const RUNTIMES: readonly BinaryClassifier[] = [
  {
    program: 'python',
    // The version stands alone in the file; the file's name identifies the runtime, and has its
    // first two numbers.
    prefixes: ['python2.', 'python3.', 'libpython2.', 'libpython3.'],
    products: [
      'python2.7',
      'python3',
      'python3.6',
      'python3.7',
      'python3.8',
      'python3.9',
      'python3.10',
      'python3.11',
      'python3.12',
      'python3.13',
      'python3.14',
      'python3.15',
      'python3.16',
    ],
    texts: [
      {
        anchor: '\0{version}.',
        pattern: /\0(?<version>\d\.\d{1,2}\.\d{1,2}(?:(?:a|b|rc)\d{1,2})?)\+?\0/y,
      },
    ],
  },
  {
    program: 'pypy',
    prefixes: ['pypy', 'libpypy'],
    products: ['pypy3'],
    texts: [{ anchor: '[PyPy ', pattern: /\[PyPy (?<version>\d+\.\d+\.\d+)/y }],
  },
  {
    program: 'node',
    names: ['node', 'nodejs'],
    prefixes: ['libnode.so'],
    products: ['nodejs', 'nodejs-current'],
    texts: [
      { anchor: 'node.js/v', pattern: /node\.js\/v(?<version>\d+\.\d+\.\d+)(?![\w.-])/y },
      { anchor: 'node/v', pattern: /node\/v(?<version>\d+\.\d+\.\d+)(?![\w.-])/y },
    ],
  },
  {
    program: 'openjdk',
    names: ['libjvm.so'],
    // Debian calls Java 8 `8u392`, which is no other version.
    products: [
      'openjdk-11',
      'openjdk-12',
      'openjdk-13',
      'openjdk-14',
      'openjdk-15',
      'openjdk-16',
      'openjdk-17',
      'openjdk-18',
      'openjdk-19',
      'openjdk-20',
      'openjdk-21',
      'openjdk-22',
      'openjdk-23',
      'openjdk-24',
      'openjdk-25',
      'openjdk-26',
      'openjdk-27',
    ],
    texts: [
      {
        // Java 8 and older call the virtual machine otherwise than the release:
        // `(25.392-b08) … JRE (1.8.0_392-b08)`.
        anchor: ' JRE (',
        pattern: / JRE \((?<version>\d+(?:[._]\d+){0,5}(?:-ea)?)(?:\+\d+)?(?:-[^)\0]{0,80})?\)/y,
      },
    ],
  },
  {
    program: 'php',
    names: ['php', 'php-cgi', 'php-fpm'],
    prefixes: ['php7.', 'php8', 'php-fpm7.', 'php-fpm8', 'php-cgi7.', 'php-cgi8', 'libphp'],
    products: [
      'php',
      'php7.4',
      'php8.1',
      'php8.2',
      'php8.3',
      'php8.4',
      'php8.5',
      'php8.6',
      'php81',
      'php82',
      'php83',
      'php84',
      'php85',
      'php86',
    ],
    texts: [
      {
        anchor: 'X-Powered-By: PHP/',
        pattern: /X-Powered-By: PHP\/(?<version>\d+\.\d+\.\d+(?:(?:alpha|beta|RC)\d+)?)/y,
      },
    ],
  },
  {
    program: 'ruby',
    names: ['ruby'],
    prefixes: ['libruby', 'ruby2.', 'ruby3.'],
    products: [
      'ruby',
      'ruby2.7',
      'ruby3.0',
      'ruby3.1',
      'ruby3.2',
      'ruby3.3',
      'ruby3.4',
      'ruby3.5',
      'ruby3.6',
    ],
    texts: [
      {
        anchor: 'ruby ',
        pattern: /ruby (?<version>\d+\.\d+\.\d+)(?:p\d+)? \(20\d{2}-/y,
      },
    ],
  },
  {
    program: 'perl',
    names: ['perl'],
    prefixes: ['perl5.', 'libperl.so'],
    products: ['perl'],
    // The folders of its own libraries.
    texts: [
      { anchor: 'perl/5.', pattern: /perl\/(?<version>5\.\d{1,2}\.\d{1,2})[/\0]/y },
      { anchor: 'perl5/5.', pattern: /perl5\/(?<version>5\.\d{1,2}\.\d{1,2})[/\0]/y },
    ],
  },
  {
    program: 'lua',
    names: ['lua', 'luac'],
    prefixes: ['lua5.', 'luac5.', 'liblua5.', 'liblua.so'],
    products: ['lua5.1', 'lua5.2', 'lua5.3', 'lua5.4', 'lua5.5'],
    texts: [{ anchor: 'Lua 5.', pattern: /Lua (?<version>5\.\d+\.\d+) {1,2}Copyright/y }],
  },
];
