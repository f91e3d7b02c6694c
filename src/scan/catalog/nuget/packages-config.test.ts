import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { packagesConfig } from './packages-config.ts';

const PATH = '/packages.config';
const CONFIG = `\ufeff<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="A.B" version="1.0.0" targetFramework="net46" developmentDependency="true" />
  <package id="C" version="6.0.4" />
  <package id="D" />
</packages>`;

describe('packages.config', () => {
  it('lists what is installed, and what is for development', async () => {
    const { packages, diagnostics } = await readCatalog(packagesConfig, PATH, CONFIG);
    expect(packages).toEqual([
      { name: 'A.B', version: '1.0.0', line: 3, scope: 'development' },
      { name: 'C', version: '6.0.4', line: 4, scope: 'runtime' },
    ]);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 5 } }]);
  });

  it('survives hostile files', () => survivesHostileInput(packagesConfig, PATH, CONFIG));
});
