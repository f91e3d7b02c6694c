import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { vcpkgJson } from './vcpkg-json.ts';
import { vcpkgStatus } from './vcpkg-status.ts';

const STATUS = `Package: zlib
Version: 1.3.1
Port-Version: 1
Architecture: x64-linux
Status: install ok installed

Package: curl
Version: 8.9.1
Architecture: x64-linux
Status: install ok installed

Package: curl
Feature: ssl
Architecture: x64-linux
Status: install ok installed

Package: gone
Version: 1
Status: purge ok not-installed

Package: bad
Status: install ok installed
`;
const PROJECT = `{ "name": "app", "version-string": "1.0",
"dependencies": [ "fmt", { "name": "protobuf", "host": true },
{ "name": "zlib" }, 1 ],
"overrides": [ { "name": "zlib", "version": "1.2.8", "port-version": 2 } ] }`;

describe('status of vcpkg', () => {
  const path = '/app/vcpkg_installed/vcpkg/status';

  it('lists what is installed', async () => {
    const { packages, diagnostics } = await readCatalog(vcpkgStatus, path, STATUS);
    expect(packages.map(({ name, version, line }) => [name, version, line])).toEqual([
      ['zlib', '1.3.1#1', 1],
      ['curl', '8.9.1', 7],
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(vcpkgStatus, path, STATUS));
});

describe('vcpkg.json', () => {
  it('lists the project and what it asks for', async () => {
    const { packages, diagnostics } = await readCatalog(vcpkgJson, '/vcpkg.json', PROJECT);
    expect(packages).toEqual([
      { name: 'app', version: '1.0', relationship: 'root' },
      { name: 'fmt', version: '', relationship: 'direct', scope: 'runtime' },
      { name: 'protobuf', version: '', relationship: 'direct', scope: 'development', line: 2 },
      { name: 'zlib', version: '1.2.8#2', relationship: 'direct', scope: 'runtime', line: 3 },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(vcpkgJson, '/vcpkg.json', PROJECT));
});
