import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { opkgStatus } from './opkg-status.ts';

const PATH = '/usr/lib/opkg/status';

describe('opkgStatus', () => {
  it('reads what is installed', async () => {
    const result = await readCatalog(
      opkgStatus,
      PATH,
      'Package: libubox\nVersion: 2023-05-23-1\nDepends: libc, libjson-c5 (>= 1)\n' +
        'Status: install ok installed\nArchitecture: x86_64\n\n' +
        'Package: gone\nVersion: 1\nStatus: deinstall ok not-installed\n\n' +
        'Package: odd\nStatus: install ok installed\n',
    );
    expect(result.packages).toEqual([
      {
        name: 'libubox',
        version: '2023-05-23-1',
        line: 1,
        qualifiers: new Map([['arch', 'x86_64']]),
        dependsOn: ['libc', 'libjson-c5'],
      },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('reads an empty database and refuses another format', async () => {
    expect(namesOf(await readCatalog(opkgStatus, PATH, ''))).toEqual([]);
    await expect(readCatalog(opkgStatus, PATH, '<html>\n')).rejects.toThrow(ParseError);
  });
});
