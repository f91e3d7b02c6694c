import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { zip } from '../../../../test/support/zip.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { vsix } from './vsix.ts';

const manifest = (name: string, version: string) => JSON.stringify({ name, version });

describe('an extension that is not unpacked', () => {
  it('lists the packages in its node_modules, each once', async () => {
    const body = zip([
      { name: 'extension/package.json', body: manifest('extension', '1.0.0') },
      { name: 'extension/node_modules/a/package.json', body: manifest('a', '1.0.0') },
      { name: 'extension/node_modules/a/lib/package.json', body: manifest('no', '1.0.0') },
      {
        name: 'extension/node_modules/@s/b/node_modules/a/package.json',
        body: manifest('a', '1.0.0'),
      },
      { name: 'extension/node_modules/@s/b/package.json', body: manifest('@s/b', '2.0.0') },
      { name: 'extension/not_node_modules/c/package.json', body: manifest('c', '1.0.0') },
      { name: 'extension/node_modules/d/package.json', body: '{' },
      { name: 'extension/node_modules/e/package.json', body: '{"name": " "}' },
    ]);
    const result = await readCatalog(vsix, '/x.vsix', body);
    expect(result.packages).toEqual([
      { name: 'a', version: '1.0.0' },
      { name: '@s/b', version: '2.0.0' },
      { name: 'e', version: '' },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', undefined]);
  });

  it('notes a file of another format, and refuses a damaged archive', async () => {
    expect((await readCatalog(vsix, '/x.vsix', 'text')).diagnostics?.[0]?.gap).toBeUndefined();
    await expect(readCatalog(vsix, '/x.vsix', 'PK\u0003\u0004')).rejects.toThrow(ParseError);
  });
});
