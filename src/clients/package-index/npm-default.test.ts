import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadNpmConfig } from './npm-config.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-npm-default-'));
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** The registry without any configuration, with an npm that does something. */
async function registryWith(
  script: string,
  settings = '',
  withBuiltIn = true,
): Promise<string | undefined> {
  writeFileSync(join(home, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(home, 'npm'), 0o755);
  writeFileSync(join(home, '.npmrc'), settings);
  const env = { HOME: home, PATH: `${home}:/bin:/usr/bin`, npm_config_prefix: home };
  return (await loadNpmConfig({ env, withBuiltIn })).registryOf('a')?.href;
}

describe('the registry that npm has built in', () => {
  it('is asked for with the words of npm', async () => {
    const script = '[ "$*" = "config get registry" ] && echo https://npm.example/';
    expect(await registryWith(script)).toBe('https://npm.example/');
  });

  it('is not asked for if one is configured', async () => {
    const own = 'registry=https://own.example/\n';
    expect(await registryWith('echo https://npm.example/', own)).toBe('https://own.example/');
  });

  it('is not asked for by commands that do not install or serve packages', async () => {
    expect(await registryWith('echo https://npm.example/', '', false)).toBeUndefined();
  });

  it.each([
    ['fails', 'echo https://npm.example/; exit 1'],
    ['answers something else', 'echo undefined'],
    ['answers with more than an address', 'echo https://npm.example/ and more'],
    ['answers nothing', 'exit 0'],
  ])('is none if npm %s', async (_, script) => {
    expect(await registryWith(script)).toBeUndefined();
  });

  it('is none without npm', async () => {
    const env = { HOME: home, PATH: '/nonexistent', npm_config_prefix: home };
    expect((await loadNpmConfig({ env, withBuiltIn: true })).registryOf('a')).toBeUndefined();
  });
});
