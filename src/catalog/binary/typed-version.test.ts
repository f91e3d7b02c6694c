import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../test/support/property-seed.ts';
import { readCatalog } from '../../../test/support/catalog-file.ts';
import { BINARY_ROWS } from '../rows/binary.ts';
import { typedVersion } from './typed-version.ts';
import { TYPED_VERSIONS } from './typed-versions.ts';

async function versionIn(name: string, text: string | Uint8Array): Promise<string | undefined> {
  const { testimonies } = await readCatalog(typedVersion, `/usr/bin/${name}`, text);
  return testimonies?.[0]?.versionClaims?.[0]?.version;
}

describe('typedVersion', () => {
  it.each([
    ['libcrypto.so.3', 'OpenSSL 3.5.9 29 Sep 2026', '3.5.9'],
    ['libcrypto.so.1.1', 'OpenSSL 1.1.1w  11 Sep 2023', '1.1.1w'],
    ['libcrypto.so.1.1.1k', 'OpenSSL 1.1.1k  FIPS 25 Mar 2021', '1.1.1k'],
    ['libcrypto.so.3', 'OpenSSL 3.5.9 and more', undefined],
    ['libz.so.1.3.1', ' deflate 1.3.1 Copyright 1995-2024', '1.3.1'],
    ['libz.so.1.3.1', ' deflate 1.3.1.zlib-ng Copyright', undefined],
    ['libcurl-gnutls.so.4.8.0', 'libcurl/8.14.1\0', '8.14.1'],
    ['libcurl.so.4', 'libcurl/8.14.1-DEV\0', undefined],
    ['bash', '@(#)Bash version 5.2.37(1) release GNU', '5.2.37'],
    ['busybox', 'BusyBox v1.36.1 (2024-06-10)', '1.36.1'],
    ['libc.so.6', '(Debian GLIBC 2.41-12+deb13u5) stable release version 2.41.', '2.41-12+deb13u5'],
    ['libc.so.6', 'GNU C Library (GNU libc) stable release version 2.39.', '2.39'],
    ['sshd', 'OpenSSH_10.0p2 Debian', '10.0'],
    ['libnode.so.115', 'node/v20.19.2\0', '20.19.2'],
    ['nginx', 'nginx/1.22.1\0', '1.22.1'],
    ['apache2', 'Apache/2.4.62\0', '2.4.62'],
    ['php8.2', 'X-Powered-By: PHP/8.2.29\0', '8.2.29'],
    ['libruby-3.1.so.3.1.2', 'ruby 3.1.2p20 (2022-04-12 revision)', '3.1.2'],
    ['other', 'OpenSSL 3.5.9 29 Sep 2026', undefined],
  ])('%s with "%s" says %s', async (name, text, version) => {
    expect(await versionIn(name, text)).toBe(version);
  });

  it('says nothing where a file names two versions', async () => {
    expect(await versionIn('nginx', 'nginx/1.22.1\0nginx/1.22.2\0')).toBeUndefined();
    expect(await versionIn('nginx', 'nginx/1.22.1\0nginx/1.22.1\0')).toBe('1.22.1');
  });

  it('finds what lies between two pieces', async () => {
    const window = 1024 * 1024;
    for (const before of [window - 3, window - 1, window, window + 250, 3 * window - 10]) {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from('nginx/1.22.1\0')]);
      expect(await versionIn('nginx', bytes)).toBe('1.22.1');
    }
  });

  it('survives any bytes', async () => {
    const text = fc.string({ unit: fc.constantFrom('nginx/', '1', '.', '\0', 'x') });
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        await versionIn('nginx', body);
      }),
    );
  });
});

describe('the row', () => {
  it('wants the files of the table', () => {
    const row = BINARY_ROWS.find(({ id }) => id === 'binary/typed-version');
    expect(row?.files.names).toEqual([
      ...new Set(TYPED_VERSIONS.flatMap((one) => one.names ?? [])),
    ]);
    expect(row?.files.prefixes).toEqual(TYPED_VERSIONS.flatMap((one) => one.prefixes ?? []));
  });
});
