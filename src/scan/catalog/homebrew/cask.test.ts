import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { cask } from './cask.ts';

const ROOM = '/opt/homebrew/Caskroom';

describe('a cask of Homebrew', () => {
  it.each([
    ['what was installed', 'firefox/120.0/Firefox.app/Contents/Info.plist', 'firefox 120.0'],
    ['a file of its own', 'android-platform-tools/35.0.2/x', 'android-platform-tools 35.0.2'],
    [
      'what it was installed by',
      'docker/.metadata/4.26.0,130397/20240101000000.000/Casks/docker.json',
      'docker 4.26.0,130397',
    ],
    ['no version', 'font-a/latest/a.ttf', 'font-a latest'],
    ['a tap', 'temurin@17/17.0.9,9/temurin.pkg', 'temurin@17 17.0.9,9'],
  ])('is named by the folders of %s', async (_, path, expected) => {
    const { packages } = await readCatalog(cask, `${ROOM}/${path}`, '');
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([expected]);
  });

  it.each([
    ['the configuration', 'firefox/.metadata/config.json'],
    ['a folder that is no version', 'firefox/src/x.ts'],
    ['a file beside the versions', 'firefox/120.0'],
    ['a name that casks cannot have', 'Fire Fox/1.0/x'],
  ])('is not %s', async (_, path) => {
    expect(await readCatalog(cask, `${ROOM}/${path}`, '')).toEqual({ packages: [] });
  });
});
