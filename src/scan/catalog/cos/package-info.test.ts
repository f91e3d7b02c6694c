import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { cosPackageInfo } from './package-info.ts';

const PATH = '/etc/cos-package-info.json';

describe('cosPackageInfo', () => {
  it('reads what is installed and not what built it', async () => {
    const text = JSON.stringify({
      installedPackages: [
        { category: 'dev-lang', name: 'python-exec', version: '17162.336.16' },
        {},
      ],
      buildTimePackages: [{ category: 'app-admin', name: 'eselect', version: '1' }],
    });
    const result = await readCatalog(cosPackageInfo, PATH, text);
    expect(namesOf(result)).toEqual(['python-exec@17162.336.16']);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it.each(['{}', '[]', ''])('%j is refused', async (text) => {
    await expect(readCatalog(cosPackageInfo, PATH, text)).rejects.toThrow(ParseError);
  });
});
