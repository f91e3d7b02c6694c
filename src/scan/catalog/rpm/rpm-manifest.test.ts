import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { rpmManifest } from './rpm-manifest.ts';

const PATH = '/var/lib/rpmmanifest/container-manifest-2';
const MICROSOFT = 'Microsoft Corporation';

describe('rpmManifest', () => {
  it('reads a package a line', async () => {
    const rows = [
      [
        'openssl-libs',
        '1.1.1k-28.cm2',
        '1',
        '2',
        MICROSOFT,
        '(none)',
        '9',
        'x86_64',
        '0',
        'openssl-1.1.1k-28.cm2.src.rpm',
      ],
      ['vim', '9.0-1.cm2', '1', '2', '(none)', '2', '9', 'noarch', '2', '(none)'],
      ['gpg-pubkey', 'a-b', '1', '2', '(none)', '(none)', '0', '(none)', '0', '(none)'],
      ['short'],
    ];
    const text = rows.map((row) => `${row.join('\t')}\n`).join('');
    const result = await readCatalog(rpmManifest, PATH, text);
    expect(result.packages).toEqual([
      {
        name: 'openssl-libs',
        version: '1.1.1k-28.cm2',
        line: 1,
        source: { name: 'openssl', version: '1.1.1k-28.cm2' },
        qualifiers: new Map([
          ['arch', 'x86_64'],
          ['vendor', MICROSOFT],
        ]),
      },
      { name: 'vim', version: '2:9.0-1.cm2', line: 2, qualifiers: new Map([['arch', 'noarch']]) },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('refuses another format', async () => {
    await expect(readCatalog(rpmManifest, PATH, '<html>\n')).rejects.toThrow(ParseError);
  });
});
