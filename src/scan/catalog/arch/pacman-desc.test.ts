import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { pacmanDesc } from './pacman-desc.ts';

const FOLDER = '/var/lib/pacman/local/openssl-3.3.1-1';
const DESC =
  '%NAME%\nopenssl\n\n%VERSION%\n3.3.1-1\n\n%BASE%\nopenssl\n\n%ARCH%\nx86_64\n\n%LICENSE%\nApache-2.0\n\n' +
  '%DEPENDS%\nglibc\nlibz.so=1-64\n\n';
const MTREE = `#mtree
/set type=file uid=0 gid=0 mode=644
./.PKGINFO time=1 size=1 sha256digest=${'0'.repeat(64)}
./etc time=1 type=dir
./etc/openssl.cnf time=1 size=3 sha256digest=${'a'.repeat(64)}
./usr/lib/libssl.so time=1 mode=777 type=link link=libssl.so.3
./usr/lib/na\\303\\257ve\\040name time=1 size=3 md5digest=${'b'.repeat(32)}
`;

function read(more: Readonly<Record<string, Uint8Array | string>>): Promise<CatalogResult> {
  const siblings = new Map(
    Object.entries(more).map(([name, body]) => {
      const path = `${FOLDER}/${name}`;
      return [path, catalogFile(path, body)];
    }),
  );
  return pacmanDesc.read(catalogFile(`${FOLDER}/desc`, DESC), siblings, quietContext());
}

describe('pacmanDesc', () => {
  it('reads a package', async () => {
    expect((await read({})).packages).toEqual([
      {
        name: 'openssl',
        version: '3.3.1-1',
        source: { name: 'openssl', version: '3.3.1-1' },
        qualifiers: new Map([['arch', 'x86_64']]),
        licenses: ['Apache-2.0'],
        dependsOn: ['glibc', 'libz.so'],
      },
    ]);
  });

  it('reads what it owns', async () => {
    const files = '%FILES%\netc/\netc/openssl.cnf\n\n%BACKUP%\netc/openssl.cnf\t0123\n';
    const result = await read({ mtree: gzipSync(MTREE), files });
    expect(result.packages[0]?.ownedFiles).toEqual([
      { path: '/etc/openssl.cnf', kind: 'config', digest: `sha256:${'a'.repeat(64)}` },
      { path: '/usr/lib/libssl.so', kind: 'link', target: 'libssl.so.3' },
      { path: '/usr/lib/naïve name', kind: 'file', digest: `md5:${'b'.repeat(32)}` },
    ]);
  });

  it('keeps a package whose list of files is damaged, and says so', async () => {
    const result = await read({ mtree: gzipSync(MTREE).subarray(0, 40) });
    expect(namesOf(result)).toEqual(['openssl@3.3.1-1']);
    expect(result.diagnostics?.[0]?.message).toContain('mtree');
  });

  it('passes over other files of the name, and refuses records without a version', async () => {
    expect(await readCatalog(pacmanDesc, '/opt/a/desc', 'a description')).toEqual({ packages: [] });
    await expect(readCatalog(pacmanDesc, `${FOLDER}/desc`, '%NAME%\na\n')).rejects.toThrow(
      ParseError,
    );
  });
});
