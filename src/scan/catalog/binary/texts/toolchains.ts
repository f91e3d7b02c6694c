/** Compilers, and runtimes that come as one program. */

import type { BinaryClassifier } from './classifier.ts';

const DART_VERSION = /\0(?<version>\d\.\d{1,3}\.\d{1,3}) \(stable\) \([A-Z][a-z]{2} /y;

/** Classifiers of compilers and of runtimes that are a single program. */
export const TOOLCHAINS: readonly BinaryClassifier[] = [
  {
    program: 'deno',
    names: ['deno'],
    products: ['deno'],
    texts: [{ anchor: 'Deno/', pattern: /Deno\/(?<version>\d+\.\d+\.\d+)(?=\+[0-9a-f]{7}|\0)/y }],
  },
  {
    program: 'bun',
    names: ['bun', 'bunx'],
    products: ['bun'],
    texts: [{ anchor: 'Bun v', pattern: /Bun v(?<version>\d+\.\d+\.\d+) \(Linux /y }],
  },
  {
    program: 'dart',
    names: ['dart', 'dartaotruntime'],
    products: ['dart'],
    texts: [
      { anchor: '\x002.', pattern: DART_VERSION },
      { anchor: '\x003.', pattern: DART_VERSION },
      { anchor: '\x004.', pattern: DART_VERSION },
    ],
  },
  {
    program: 'rust',
    // What the compiler consists of; the program `rustc` only loads it.
    prefixes: ['librustc_driver-'],
    products: ['rustc', 'rust'],
    texts: [
      {
        anchor: 'rustc 1.',
        pattern: /rustc (?<version>1\.\d{1,3}\.\d{1,2}) \([0-9a-f]{9} 20\d{2}-/y,
      },
    ],
  },
  {
    program: 'julia',
    // The version stands alone in the file, and the file's name has its first two numbers; not seen
    // in a real build.
    prefixes: ['libjulia.so.', 'libjulia-internal.so.'],
    products: ['julia'],
    texts: [{ anchor: '\0{version}.', pattern: /\0(?<version>\d\.\d{1,2}\.\d{1,2})\0/y }],
  },
  {
    program: 'gcc',
    names: ['gcc', 'g++'],
    prefixes: ['x86_64-linux-gnu-gcc', 'x86_64-linux-gnu-g++', 'aarch64-linux-gnu-gcc'],
    // Distributions package snapshots, whose versions are dates.
    products: [],
    texts: [{ anchor: 'onlinedocs/gcc-', pattern: /onlinedocs\/gcc-(?<version>\d+\.\d+\.\d+)\//y }],
  },
  {
    program: 'ghc',
    names: ['ghc'],
    prefixes: ['ghc-9.', 'ghc-8.'],
    products: ['ghc'],
    texts: [{ anchor: 'ghc-bin-', pattern: /ghc-bin-(?<version>\d+\.\d+\.\d+):/y }],
  },
];
