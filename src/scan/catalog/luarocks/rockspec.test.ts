import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { rockspec } from './rockspec.ts';

const PATH = '/usr/local/lib/luarocks/rocks-5.4/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec';
const SPEC = `package = "LuaSocket"
version = '3.1.0-1'
description = {
  license = "MIT"
}
`;

describe('a rockspec', () => {
  it('names an installed package, and its folder does so too', async () => {
    expect(await readCatalog(rockspec, PATH, SPEC)).toEqual({
      packages: [
        {
          name: 'luasocket',
          version: '3.1.0-1',
          line: 2,
          licenses: ['MIT'],
          versionClaims: [{ by: 'directory name', version: '3.1.0-1', weight: 'binding' }],
        },
      ],
    });
  });

  it('is a note in a project, and refused without a name', async () => {
    const { packages, diagnostics } = await readCatalog(rockspec, '/src/a-1.rockspec', SPEC);
    expect([packages.length, diagnostics?.length]).toEqual([0, 1]);
    await expect(readCatalog(rockspec, PATH, 'x = 1')).rejects.toThrow('neither');
  });

  it('survives hostile files', () => survivesHostileInput(rockspec, PATH, SPEC));
});
