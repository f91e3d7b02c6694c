import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { keg } from './keg.ts';

const PATH = '/home/linuxbrew/.linuxbrew/Cellar/openssl@3/3.3.1_1/INSTALL_RECEIPT.json';
const RECEIPT =
  '{"homebrew_version":"4.3.0","source":{"tap":"homebrew/core","versions":{"stable":"3.3.1"}}}';

describe('a keg of Homebrew', () => {
  it.each([
    [PATH, RECEIPT, ['openssl@3 3.3.1 3.3.1']],
    ['/opt/homebrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json', '{}', ['jq 1.7.1 ']],
    ['/opt/homebrew/Caskroom/x/.metadata/INSTALL_RECEIPT.json', RECEIPT, []],
  ])('%s', async (path, body, expected) => {
    const { packages } = await readCatalog(keg, path, body);
    const shown = packages.map(
      ({ name, version, versionClaims }) =>
        `${name} ${version} ${versionClaims?.[0]?.version ?? ''}`,
    );
    expect(shown).toEqual(expected);
  });

  it('is refused without a receipt', async () => {
    await expect(readCatalog(keg, PATH, '[]')).rejects.toThrow();
  });

  it('survives hostile files', () => survivesHostileInput(keg, PATH, RECEIPT));
});
