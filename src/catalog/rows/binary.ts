/** Programs and libraries, by what they say of themselves. */

import type { CatalogerRow } from '../cataloger.ts';

export const BINARY_ROWS: readonly CatalogerRow[] = [
  {
    id: 'binary/typed-version',
    presence: 'installed',
    readsPrograms: true,
    // Those of `binary/typed-versions.ts`, which is loaded when one of them is there.
    files: {
      names: ['openssl', 'bash', 'libc.so.6', 'nginx', 'apache2', 'httpd', 'ssh', 'sshd'],
      prefixes: [
        'libcrypto.so',
        'libssl.so',
        'libz.so',
        'libcurl',
        'busybox',
        'libgnutls.so',
        'libexpat.so',
        'libnode.so',
        'php7.',
        'php8',
        'libphp',
        'libruby',
      ],
    },
    version: 1,
    load: async () => (await import('../binary/typed-version.ts')).typedVersion,
  },
];
