import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readCatalog } from '../../../../test/support/catalog-file.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { programOf } from '../../../core/model/program/program.ts';
import { jdkRelease } from './jdk-release.ts';
import { mozillaApplication } from './mozilla-application.ts';
import { otpVersion } from './otp-version.ts';
import { programText } from './program-text.ts';
import { BINARY_CLASSIFIERS } from './texts/list.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

const ELF = '\u007fELF\0\0\0\0';

function readProgram(name: string, body: string | Uint8Array): Promise<CatalogResult> {
  return readCatalog(programText, `/opt/bin/${name}`, body);
}

/** `[version for the owner, program, version of the program]` of what says something. */
async function said(
  name: string,
  body: string | Uint8Array,
): Promise<readonly (string | undefined)[]> {
  const { packages, externalClaims } = await readProgram(name, body);
  const claim = externalClaims?.[0]?.versionClaims?.[0];
  const [program] = packages;
  return [claim?.version, program?.name, program?.version];
}

function elf(text: string): Uint8Array {
  return Buffer.from(ELF + text, 'latin1');
}

describe('programs', () => {
  it.each([
    ['libcrypto.so.3', 'OpenSSL 3.5.9 29 Sep 2026', '3.5.9', 'openssl'],
    ['libcrypto.so.1.1', 'OpenSSL 1.1.1w  11 Sep 2023', '1.1.1w', 'openssl'],
    ['libcrypto.so.1.1.1k', 'OpenSSL 1.1.1k  FIPS 25 Mar 2021', '1.1.1k', 'openssl'],
    ['libcrypto.so.3', 'OpenSSL 3.5.9 and more', undefined, undefined],
    ['libz.so.1.3.1', ' deflate 1.3.1 Copyright 1995-2024', '1.3.1', 'zlib'],
    ['libz.so.1.3.1', ' deflate 1.3.1.zlib-ng Copyright', undefined, undefined],
    ['libcurl-gnutls.so.4.8.0', 'libcurl/8.14.1\0', '8.14.1', 'curl'],
    ['libcurl.so.4', 'libcurl/8.14.1-DEV\0', undefined, undefined],
    ['bash', '@(#)Bash version 5.2.37(1) release GNU', '5.2.37', 'bash'],
    ['busybox', 'BusyBox v1.36.1 (2024-06-10)', '1.36.1', 'busybox'],
    ['libnode.so.115', '\0node.js/v20.19.2\0', '20.19.2', 'node'],
    ['node', '\0node.js/v20.19.2-pre\0', undefined, undefined],
    ['nginx', 'nginx/1.22.1\0', '1.22.1', 'nginx'],
    ['apache2', 'Apache/2.4.62\0', '2.4.62', 'httpd'],
    ['php8.2', 'X-Powered-By: PHP/8.2.29\0', '8.2.29', 'php'],
    ['php', 'X-Powered-By: PHP/8.5.0RC2\0', '8.5.0RC2', 'php'],
    ['libruby-3.1.so.3.1.2', 'ruby 3.1.2p20 (2022-04-12 revision)', '3.1.2', 'ruby'],
    ['libpython3.13.so.1.0', '\x003.13.5\0', '3.13.5', 'python'],
    ['libpython3.13.so.1.0', '\x003.13.0rc1+\0', '3.13.0rc1', 'python'],
    ['libpython3.13.so.1.0', '\x003.12.5\0', undefined, undefined],
    ['libpython3.so', '\x003.13.5\0', undefined, undefined],
    ['perl', '/usr/local/lib/perl5/5.38.2/x86_64-linux-gnu\0', '5.38.2', 'perl'],
    ['redis-server', '\x008.0.21789404730000000000\0', '8.0.2', 'redis'],
    ['redis-server', '\x007.2.43fa9c0d1e2f5-1704067200000000000\0', '7.2.4', 'redis'],
    ['redis-server', '\x007.4.1buildkitsandbox-1727870000\0', '7.4.1', 'redis'],
    ['redis-server', '\x007.0.151790282056000000000\0', '7.0.15', 'redis'],
    ['redis-server', '\x007.0.11790282056000000000\0', '7.0.1', 'redis'],
    ['redis-server', '\x008.0.2\0', undefined, undefined],
    ['valkey-server', 'valkey8.1.121792855166000000000\0', '8.1.12', 'valkey'],
    ['valkey-server', 'valkey8.1.11792855166000000000\0', '8.1.1', 'valkey'],
    ['haproxy', ' version 3.0.11-1+deb13u5, released 2026/11/18\0', '3.0.11', 'haproxy'],
    ['haproxy', ' version 2.5 is needed\0', undefined, undefined],
    ['postgres', 'postgres (PostgreSQL) 17.12 (Debian 17.12-0)\n', '17.12', 'postgresql'],
    ['postgres', 'postgres (PostgreSQL) 18beta1\n', '18beta1', 'postgresql'],
    ['mysqld', '/build/mysql-8.0.35/sql/sql_base.cc\0', '8.0.35', 'mysql'],
    ['libjvm.so', ' JRE (21.0.13.1+2-1-deb13u1-Debian), built', '21.0.13.1', 'openjdk'],
    ['libjvm.so', ' JRE (1.8.0_392-b08), built', '1.8.0_392', 'openjdk'],
    ['exim4', '<<eximcnumber>>\x004.98.2\0<<eximversion>>\0', '4.98.2', 'exim'],
    ['deno', '2.9.6+e518fbdDeno/2.9.6Deno/2.9.6+e518fbde518', '2.9.6', 'deno'],
    ['deno', 'Deno/1.40.0\0', '1.40.0', 'deno'],
    ['bun', 'Bun v1.4.5 (Linux x64)\0', '1.4.5', 'bun'],
    ['bunx', 'Bun v1.1.38 (Linux x64 baseline)\0', '1.1.38', 'bun'],
    ['dart', '\x003.13.7 (stable) (Thu Oct 22 14:28:57 2026 -0700) on', '3.13.7', 'dart'],
    ['dart', '\x003.13.7 (beta) (Thu Oct 22', undefined, undefined],
    ['librustc_driver-2ac4dc0e.so', 'Arustc 1.85.1 (4eb161250 2025-03-15)', '1.85.1', 'rust'],
    ['librustc_driver-2ac4dc0e.so', '/src/rustc-1.85.1/library', undefined, undefined],
    ['libjulia.so.1.10.4', '\x001.10.4\0', '1.10.4', 'julia'],
    ['ghc-9.6.6', ' ghc-bin-9.6.6:GHCi.UI', '9.6.6', 'ghc'],
    ['libsqlite3.so.0', '\x003.46.1\0', '3.46.1', 'sqlite'],
    ['libsqlcipher.so.1', 'community\x004.6.1\0', '4.6.1', 'sqlcipher'],
    ['zstd', '\0v1.5.7\0', '1.5.7', 'zstd'],
    ['libzstd.so.1.5.7', '\x001.5.7\0', '1.5.7', 'zstd'],
    ['libzstd.so.1.5.4', 'w\xca\xeb\x851.5.4\0', '1.5.4', 'zstd'],
    ['libzstd.so.1.5.7', '\x001.4.0\0', undefined, undefined],
    ['libbz2.so.1.0', '1.0.8, 13-Jul-2019\0', '1.0.8', 'bzip2'],
    ['libarchive.so.13', 'libarchive 3.7.4\0', '3.7.4', 'libarchive'],
    ['libssh2.so.1', 'SSH-2.0-libssh2_1.11.1\r\n', '1.11.1', 'libssh2'],
    ['libssh2.so.1', 'SSH-2.0-libssh2_1.11.1_DEV\0', undefined, undefined],
    ['libnghttp2.so.14', '\x001.64.0\0', '1.64.0', 'nghttp2'],
    ['libnghttp2.so.14', '\xfc\xff\xff\xff1.52.0\0', '1.52.0', 'nghttp2'],
    ['libgit2.so.1.9', '\0libgit2 1.9.0\0', '1.9.0', 'libgit2'],
    ['libpcap.so.0.8', 'libpcap version 1.10.5 (with TPACKET_V3)', '1.10.5', 'libpcap'],
    ['libtiff.so.6', 'LIBTIFF, Version 4.7.0\nCopyright', '4.7.0', 'libtiff'],
    ['libjpeg.so.62', 'libjpeg-turbo version 2.1.5 (build 2', '2.1.5', 'libjpeg-turbo'],
    ['libQt6Core.so.6', '\0Qt 6.8.2 (x86_64-little_endian-lp64 sh', '6.8.2', 'qt'],
    ['gpg', "GNU Privacy Guard's OpenPGP server 2.4.7 ready", '2.4.7', 'gnupg'],
    ['mosquitto', '\x002.0.21\0mosquitto version %s', '2.0.21', 'mosquitto'],
    ['other', 'OpenSSL 3.5.9 29 Sep 2026', undefined, undefined],
  ])('%s with "%s" says %s of %s', async (name, text, version, program) => {
    expect(await said(name, elf(text))).toEqual([version, program, version]);
  });

  it.each([
    ['sshd', 'OpenSSH_10.0p2 Debian', ['10.0', 'openssh', '10.0p2']],
    ['proftpd', 'ProFTPD Version 1.3.8c\0', ['1.3.8', 'proftpd', '1.3.8c']],
    ['libc.so.6', '(Debian GLIBC 2.41-12) stable release version 2.41.', ['2.41-12']],
    ['libc.so.6', '(GNU libc) stable release version 2.39.', ['2.39']],
  ])('%s with "%s" says %j', async (name, text, [version, program, release]) => {
    expect(await said(name, elf(text))).toEqual([version, program, release]);
  });

  it.each([
    ['a text', 'nginx/1.22.1\0'],
    ['a script', '#!/bin/sh\necho nginx/1.22.1\0'],
    ['an empty file', ''],
    ['a file of another form', 'MZ nginx/1.22.1\0'],
  ])('is not believed as %s', async (_, text) => {
    expect(await readProgram('nginx', text)).toEqual({ packages: [] });
  });

  it('has no version where it names two', async () => {
    const result = await readProgram('nginx', elf('nginx/1.22.1\0nginx/1.22.2\0'));
    expect(result.packages).toEqual([{ ecosystem: 'program', name: 'nginx', version: '' }]);
    expect(result.externalClaims).toBeUndefined();
    expect(result.diagnostics?.[0]?.message).toContain('(1.22.1, 1.22.2)');
    expect(await said('nginx', elf('nginx/1.22.1\0nginx/1.22.1\0'))).toContain('1.22.1');
  });

  it('speaks only for itself where distributions call it otherwise', async () => {
    const bytes = elf('https://gcc.gnu.org/onlinedocs/gcc-14.2.0/');
    const { packages, externalClaims } = await readProgram('x86_64-linux-gnu-gcc-14', bytes);
    expect(packages).toEqual([{ ecosystem: 'program', name: 'gcc', version: '14.2.0' }]);
    expect(externalClaims).toBeUndefined();
  });

  it('is found between two pieces', async () => {
    const window = 1024 * 1024;
    for (const before of [window - 3, window - 1, window, window + 250, 3 * window - 10]) {
      const bytes = Buffer.concat([
        elf(''),
        Buffer.alloc(before - 8),
        Buffer.from('nginx/1.22.1\0'),
      ]);
      expect(await said('nginx', bytes)).toContain('1.22.1');
    }
  });

  it('is read in time where it names itself a million times', async () => {
    const cpuMs = startCpuClock();
    await readProgram('nginx', elf('nginx/'.repeat(1_000_000)));
    await readProgram('nginx', elf('nginx/1.'.repeat(1_000_000)));
    await readProgram('haproxy', elf(' version 1.2.3-'.repeat(500_000)));
    expect(cpuMs()).toBeLessThan(10_000);
  });

  it('survives any bytes', async () => {
    const text = fc.string({ unit: fc.constantFrom('nginx/', '1', '.', '\0', 'x') });
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        await readProgram('nginx', elf(body));
      }),
    );
  });
});

describe('the tables', () => {
  it('name programs that have a row in the table of programs, and each has texts', () => {
    for (const { program } of BINARY_CLASSIFIERS) {
      if (program !== undefined) expect(programOf(program)?.name).toBe(program);
    }
  });

  it('have patterns that begin where their anchor does', () => {
    for (const { texts } of BINARY_CLASSIFIERS) {
      for (const { pattern, anchor } of texts) {
        expect(pattern.sticky, anchor).toBe(true);
        expect(pattern.source, anchor).toContain('(?<version>');
      }
    }
  });
});

describe('files that state a version', () => {
  it.each([
    ['JAVA_VERSION="21.0.13.1"\nSOURCE=""\n', '21.0.13.1'],
    ['IMPLEMENTOR="Eclipse Adoptium"\nJAVA_VERSION="1.8.0_392"\r\n', '1.8.0_392'],
    ['JAVA_VERSION="21"\n', undefined],
    ['JAVA_VERSION=21\nSOURCE=""\n', undefined],
    ['NAME="something else"\n', undefined],
    ['', undefined],
  ])('release of Java: %j', async (text, version) => {
    const { packages } = await readCatalog(jdkRelease, '/opt/java/release', text);
    expect(packages.map((pkg) => pkg.version)).toEqual(version === undefined ? [] : [version]);
  });

  it.each([
    ['/usr/lib/erlang/releases/27/OTP_VERSION', '27.3.4.1\n', '27.3.4.1'],
    ['/usr/lib/erlang/releases/27/OTP_VERSION', '27.3**', '27.3'],
    ['/usr/lib/erlang/releases/27/OTP_VERSION', '26.2\n', undefined],
    ['/src/OTP_VERSION', '27.3\n', undefined],
    ['/usr/lib/erlang/releases/27/OTP_VERSION', 'x'.repeat(300), undefined],
  ])('%s of Erlang with %j', async (path, text, version) => {
    const { packages } = await readCatalog(otpVersion, path, text);
    expect(packages.map((pkg) => pkg.version)).toEqual(version === undefined ? [] : [version]);
  });

  it.each([
    ['RemotingName=firefox-esr\nVersion=153.7.0', 'firefox-esr 153.7.0'],
    ['RemotingName=firefox\r\nVersion=154.0\r', 'firefox 154.0'],
    ['Version=unknown', 'firefox '],
    ['\n[Gecko]\nVersion=1.0', 'firefox '],
  ])('application.ini of Firefox: %j', async (fields, expected) => {
    const text = `; a comment\n[App]\nVendor=Mozilla\nName=Firefox\n${fields}\n`;
    const { packages } = await readCatalog(mozillaApplication, '/opt/f/application.ini', text);
    expect(packages.map((pkg) => `${pkg.name} ${pkg.version}`)).toEqual([expected]);
  });

  it.each(['', '[App]\nName=Firefox\nVersion=1.0', '[App]\nVendor=Mozilla\nName=Zotero\n'])(
    'application.ini of another: %j',
    async (text) => {
      const { packages } = await readCatalog(mozillaApplication, '/x/application.ini', text);
      expect(packages).toEqual([]);
    },
  );
});
