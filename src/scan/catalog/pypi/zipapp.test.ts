/** Python packages in zipped applications, as `zipapp` and PEX write them. */

import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { zip } from '../../../../test/support/zip.ts';
import { zipapp } from './zipapp.ts';

const METADATA = 'Metadata-Version: 2.1\nName: jinja2\nVersion: 2.10\n';
const LINE = '#!/usr/bin/env python3\n';

function application(member: string, line = LINE): Buffer {
  const archive = zip([
    { name: '__main__.py', body: 'import jinja2' },
    { name: member, body: METADATA },
  ]);
  return Buffer.concat([Buffer.from(line), Buffer.from(archive)]);
}

describe('a zipped application of Python', () => {
  it.each([
    ['zipapp', '/opt/tool.pyz', application('jinja2-2.10.dist-info/METADATA')],
    ['zipapp without a line', '/opt/tool.pyz', application('jinja2-2.10.dist-info/METADATA', '')],
    [
      'PEX',
      '/opt/tool.pex',
      application('.deps/Jinja2-2.10-py2.py3-none-any.whl/Jinja2-2.10.dist-info/METADATA'),
    ],
    ['shiv', '/usr/bin/tool', application('site-packages/jinja2-2.10.dist-info/METADATA')],
    ['any name', '/usr/local/bin/tool', application('lib/jinja2-2.10.dist-info/METADATA')],
    ['Windows', '/opt/tool.pyzw', application('jinja2-2.10.dist-info/METADATA', '#!python3\r\n')],
  ])('lists its packages: %s', async (_name, path, body) => {
    expect(namesOf(await readCatalog(zipapp, path, body))).toEqual(['jinja2@2.10']);
  });

  it.each([
    ['a script that speaks of METADATA', `${LINE}print("x.dist-info/METADATA")\n`],
    ['a script', LINE],
    ['an application without packages', application('jinja2/__init__.py')],
    ['an application that is cut off', application('j-1.dist-info/METADATA').subarray(0, 60)],
    ['an empty file', ''],
  ])('is none: %s', async (_name, body) => {
    const { packages, diagnostics = [] } = await readCatalog(zipapp, '/usr/bin/tool', body);
    expect(packages).toEqual([]);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });
});
