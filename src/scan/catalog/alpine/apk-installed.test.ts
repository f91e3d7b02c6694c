import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { missingTool, needs, run } from '../../../../test/support/tools.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { apkInstalled } from './apk-installed.ts';

const DATABASE = `C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:busybox
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only
o:busybox
c:1747c01f
D:so:libc.musl-x86_64.so.1 missing !conflict
p:/bin/sh cmd:sh=1.36.1-r29
F:
R:top
F:bin
M:0:0:1777
R:busybox
a:0:0:755
Z:Q1SLkS9hBidUbPwwrw+XR0Whv3ww8=
R:sh
a:0:0:777
Z:Q2SLkS9hBidUbPwwrw+XR0Whv3ww8=

C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:musl
V:1.2.5-r0
D:/bin/sh busybox>1 musl
p:so:libc.musl-x86_64.so.1=1
`;

function read(text: string): Promise<CatalogResult> {
  return readCatalog(apkInstalled, '/lib/apk/db/installed', text);
}

describe('apkInstalled', () => {
  it.each([
    ['m:Natanael Copa <ncopa@alpinelinux.org>\n', 'ncopa@alpinelinux.org'],
    ['m:NGINX Packaging <nginx-packaging@f5.com>\n', 'nginx-packaging@f5.com'],
    ['m:nobody\n', undefined],
    ['', undefined],
  ])('gives the maintainer of %j', async (line, maintainer) => {
    const { packages } = await read(`P:a\nV:1-r0\n${line}\n`);
    expect(packages[0]?.maintainer).toBe(maintainer);
  });

  it('reads all that a package says', async () => {
    const { packages } = await read(DATABASE);
    expect(packages[0]).toEqual({
      name: 'busybox',
      version: '1.36.1-r29',
      line: 1,
      source: { name: 'busybox', version: '1.36.1-r29' },
      builtIn: 'busybox 1747c01f',
      qualifiers: new Map([['arch', 'x86_64']]),
      licenses: ['GPL-2.0-only'],
      digests: ['sha1:a8a719fa3db7c6cb005e681086438ef1d1e76d6c'],
      dependsOn: ['musl'],
      ownedFiles: [
        { path: '/top', kind: 'file' },
        {
          path: '/bin/busybox',
          kind: 'file',
          digest: 'sha1:48b912f610627546cfc30af0f974745a1bf7c30f',
        },
        // A checksum of the wrong length is none.
        { path: '/bin/sh', kind: 'link' },
      ],
      replaces: [],
    });
    expect(packages[1]).toMatchObject({ line: 21, dependsOn: ['busybox'], ownedFiles: [] });
  });

  it('tells configuration from files that nobody edits', async () => {
    const names = ['passwd', 'os-release', 'alpine-release', 'apk/arch'];
    const files = names.map((name) => `R:${name}\n`).join('');
    const { packages } = await read(
      `P:a\nV:1\nF:etc\n${files}F:etc/init.d\nR:sshd\nF:etcetera\nR:a\n`,
    );
    expect([...(packages[0]?.ownedFiles ?? [])].map(({ path, kind }) => `${kind} ${path}`)).toEqual(
      [
        'config /etc/passwd',
        'file /etc/os-release',
        'file /etc/alpine-release',
        'config /etc/apk/arch',
        'file /etc/init.d/sshd',
        'file /etcetera/a',
      ],
    );
  });

  it('gives dependencies on one version that only the package itself satisfies', async () => {
    const { packages } = await read(
      'P:a\nV:1\nD:musl=1.2.5-r0 b>1 c~=2 d~3 so:libz.so.1=1 cmd:sh=1 /bin/sh !x=1 e=1 y><Q1abc=\n\n' +
        'P:f\nV:1\np:e=1\n',
    );
    expect(packages[0]?.requiresExactly).toEqual([{ name: 'musl', version: '1.2.5-r0' }]);
  });

  it.each([
    ['no version', 'P:a\n\nP:b\nV:1\n'],
    ['no name', 'V:1\n\nP:b\nV:1\n'],
    ['no empty line in front of the next', 'P:a\nV:1\nP:b\nV:1\n'],
    ['two versions', 'P:b\nV:2\nV:1\n'],
    ['a line that is no field', 'P:b\nV:1\n???\n'],
  ])('reports a package with %s and reads the others', async (_name, text) => {
    const result = await read(text);
    expect(namesOf(result)).toEqual(['b@1']);
    expect(result.diagnostics?.[0]).toMatchObject({ gap: 'unreadable' });
  });

  it('reads CRLF, no line break at the end, and nothing at all', async () => {
    expect(namesOf(await read('P:a\r\nV:1\r\n\r\nP:b\r\nV:2'))).toEqual(['a@1', 'b@2']);
    expect(await read('')).toEqual({ packages: [] });
  });

  it('refuses another format', async () => {
    await expect(read('asdf\n\nP:a\nV:1\n')).rejects.toThrow(ParseError);
  });
});

const samples = sharedPath('samples/alpine');

const missing = samples ? missingTool('tar') : '../shared';
describe.skipIf(missing !== undefined)(`real images${needs(missing)}`, () => {
  it.each(['3.9.6', '3.12.12', '3.16.9', '3.19.4', '3.20.3'])('Alpine %s', async (release) => {
    const stem = `${samples ?? ''}/alpine-minirootfs-${release}-x86_64`;
    const database = run('tar', ['xzOf', `${stem}.tar.gz`, './lib/apk/db/installed']);
    const result = await read(database);
    const expected = JSON.parse(readFileSync(`${stem}.expected.json`, 'utf8')) as unknown;
    expect(
      result.packages.map(({ name, version, qualifiers, source, digests }) => ({
        name,
        version,
        arch: qualifiers?.get('arch'),
        origin: source?.name,
        checksum: `Q1${Buffer.from(digests?.[0]?.slice(5) ?? '', 'hex').toString('base64')}`,
      })),
    ).toEqual(expected);
    expect(result.diagnostics).toBeUndefined();
  });

  it('every owned file has its digest, but for the locked root account', async () => {
    const root = mkdtempSync(join(tmpdir(), 'assay-apk-'));
    try {
      const archive = `${samples ?? ''}/alpine-minirootfs-3.20.3-x86_64.tar.gz`;
      run('tar', ['xzf', archive, '-C', root, '--exclude=./dev']);
      const result = await read(readFileSync(join(root, 'lib/apk/db/installed'), 'utf8'));
      expect(mismatches(root, result)).toEqual(['/etc/shadow']);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  /** Owned paths whose file, or link, does not have the digest of the database. */
  function mismatches(root: string, { packages }: CatalogResult): readonly string[] {
    const wrong: string[] = [];
    for (const { path, digest, kind } of packages.flatMap(({ ownedFiles: owns }) => [
      ...(owns ?? []),
    ])) {
      const full = join(root, path);
      if (digest === undefined || !(existsSync(full) || kind === 'link')) continue;
      const isLink = lstatSync(full).isSymbolicLink();
      expect([path, isLink]).toEqual([path, kind === 'link']);
      const body = isLink ? readlinkSync(full) : readFileSync(full);
      if (`sha1:${createHash('sha1').update(body).digest('hex')}` !== digest) wrong.push(path);
    }
    return wrong;
  }
});

describe('apkInstalled, whatever it is given', () => {
  it('gives packages, or says that it is no database', async () => {
    const end = fc.nat(DATABASE.length).map((at) => Buffer.from(DATABASE.slice(0, at)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), end), async (bytes) => {
        try {
          await readCatalog(apkInstalled, '/lib/apk/db/installed', bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});
