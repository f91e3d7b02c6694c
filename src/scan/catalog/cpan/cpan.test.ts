import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { cpanfileSnapshot } from './cpanfile-snapshot.ts';
import { cpanInstallJson } from './install-json.ts';

const SNAPSHOT = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Capture-Tiny-0.48
    pathname: D/DA/DAGOLDEN/Capture-Tiny-0.48.tar.gz
    provides:
      Capture::Tiny 0.48
  JSON-v2.0.1-TRIAL
    pathname: A/AB/ABC/JSON-v2.0.1-TRIAL.tar.gz
  nothing
`;

describe('cpanfile.snapshot', () => {
  const path = '/cpanfile.snapshot';

  it('lists distributions', async () => {
    const { packages, diagnostics } = await readCatalog(cpanfileSnapshot, path, SNAPSHOT);
    expect(packages).toEqual([
      { name: 'Capture-Tiny', version: '0.48', line: 3 },
      { name: 'JSON', version: 'v2.0.1-TRIAL', line: 7 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('refuses other files', async () => {
    expect(await readCatalog(cpanfileSnapshot, path, '# nothing\n')).toEqual({ packages: [] });
    await expect(readCatalog(cpanfileSnapshot, path, 'text')).rejects.toThrow('DISTRIBUTIONS');
  });

  it('survives hostile files', () => survivesHostileInput(cpanfileSnapshot, path, SNAPSHOT));
});

describe('install.json of cpanminus', () => {
  const path = '/usr/lib/perl5/.meta/Capture-Tiny-0.48/install.json';
  const body = '{"dist":"Capture-Tiny-0.48","version":"0.48","name":"Capture::Tiny"}';

  it('names a distribution', async () => {
    expect(await readCatalog(cpanInstallJson, path, body)).toEqual({
      packages: [{ name: 'Capture-Tiny', version: '0.48' }],
    });
  });

  it('is of others elsewhere, and refused without a name', async () => {
    expect(await readCatalog(cpanInstallJson, '/install.json', '[]')).toEqual({ packages: [] });
    await expect(readCatalog(cpanInstallJson, path, '{}')).rejects.toThrow('no "dist"');
  });

  it('survives hostile files', () => survivesHostileInput(cpanInstallJson, path, body));
});
