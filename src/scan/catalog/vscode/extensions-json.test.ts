import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { extensionsJson } from './extensions-json.ts';

const PATH = '/root/.vscode-server/extensions/extensions.json';
const INSTALLED = `[
{ "identifier": { "id": "ms-vscode.cpptools" }, "version": "1.23.6", "metadata": { "targetPlatform": "linux-arm64" } },
{ "identifier": { "id": "Golang.Go" }, "version": "0.46.1", "metadata": { "targetPlatform": "undefined" } },
{ "identifier": { "id": "nobody" }, "version": "1" }
]`;

describe('extensions.json', () => {
  it('lists extensions that are installed', async () => {
    const { packages, diagnostics } = await readCatalog(extensionsJson, PATH, INSTALLED);
    expect(packages).toEqual([
      {
        name: 'ms-vscode.cpptools',
        version: '1.23.6',
        qualifiers: new Map([['platform', 'linux-arm64']]),
      },
      { name: 'golang.go', version: '0.46.1' },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('finds nothing in recommendations', async () => {
    const body = '{"recommendations":["golang.go"]}';
    expect(await readCatalog(extensionsJson, PATH, body)).toEqual({ packages: [] });
  });

  it('survives hostile files', () => survivesHostileInput(extensionsJson, PATH, INSTALLED));
});
