import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { portage } from './portage.ts';

const FOLDER = '/var/db/pkg/dev-libs/openssl-3.0.13-r2';

describe('portage', () => {
  it.each([
    ['openssl-3.0.13-r2', 'dev-libs/openssl@3.0.13-r2'],
    ['gtk+-2.24.33', 'dev-libs/gtk+@2.24.33'],
    ['font-adobe-100dpi-1.0.3', 'dev-libs/font-adobe-100dpi@1.0.3'],
    ['lua-5.1.5_p20200801b', undefined],
    ['openssl-1.1.1w_rc2_p3', 'dev-libs/openssl@1.1.1w_rc2_p3'],
    ['tzdata-2024a', 'dev-libs/tzdata@2024a'],
    ['2.580.0', undefined],
    ['a', undefined],
    ['{}', undefined],
  ])('%s: %s', async (text, expected) => {
    const reading = readCatalog(portage, `${FOLDER}/PF`, `${text}\n`);
    if (expected === undefined) await expect(reading).rejects.toThrow(ParseError);
    else expect(namesOf(await reading)).toEqual([expected]);
  });

  it('reads what it owns', async () => {
    const texts = {
      CONTENTS:
        'dir /usr\nobj /usr/bin/a b c d41d8cd98f00b204e9800998ecf8427e 1700000000\n' +
        'obj /etc/a.conf d41d8cd98f00b204e9800998ecf8427e 1\nsym /usr/lib/a -> ../b c 1\nfif /x\n',
      SLOT: '0/3\n',
      CATEGORY: 'dev-libs\n',
    };
    const siblings = new Map(
      Object.entries(texts).map(([name, text]) => {
        const path = `${FOLDER}/${name}`;
        return [path, catalogFile(path, text)];
      }),
    );
    const file = catalogFile(`${FOLDER}/PF`, 'openssl-3.0.13-r2\n');
    const [pkg] = (await portage.read(file, siblings, quietContext())).packages;
    const md5 = 'md5:d41d8cd98f00b204e9800998ecf8427e';
    expect(pkg).toMatchObject({ name: 'dev-libs/openssl', qualifiers: new Map([['slot', '0/3']]) });
    expect(pkg?.ownedFiles).toEqual([
      { path: '/usr/bin/a b c', kind: 'file', digest: md5 },
      { path: '/etc/a.conf', kind: 'config', digest: md5 },
      { path: '/usr/lib/a', kind: 'link', target: '../b c' },
    ]);
  });
});
