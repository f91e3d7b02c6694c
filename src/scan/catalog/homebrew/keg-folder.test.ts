import { describe, expect, it } from 'vitest';

import { namesOf, readAmong } from '../../../../test/support/catalog-file.ts';
import { kegFolder } from './keg-folder.ts';

describe('the folder of a keg', () => {
  it.each([
    ['/home/linuxbrew/.linuxbrew/Cellar/xz/5.4.6_1/bin/xz', ['xz@5.4.6']],
    ['/opt/homebrew/Cellar/tool/HEAD-1a2b3c4/README', ['tool@HEAD-1a2b3c4']],
    ['/srv/Cellar/red/bottle.txt', []],
    ['/srv/Cellar/red/wines/bottle.txt', []],
  ])('%s', async (path, names) => {
    const result = await readAmong(kegFolder, { [path]: '' });
    expect(namesOf(result)).toEqual(names);
    expect(result.diagnostics ?? []).toHaveLength(names.length);
    expect(result.diagnostics?.[0]?.gap).toBeUndefined();
  });

  it('says nothing beside the receipt, which says more', async () => {
    const keg = '/opt/homebrew/Cellar/xz/5.4.6';
    const files = { [`${keg}/bin/xz`]: '', [`${keg}/INSTALL_RECEIPT.json`]: '{}' };
    expect(await readAmong(kegFolder, files)).toEqual({ packages: [] });
  });
});
