import { describe, expect, it } from 'vitest';

import { readAmong, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { denoJson } from './deno-json.ts';

const PATH = '/app/deno.json';
const PROJECT = `{
  // imports of every kind
  "imports": {
    "chalk": "npm:chalk@5.3.0",
    "@babel/core": "npm:@babel/core@7.1.0",
    "chalk/": "npm:/chalk@5.3.0/source/",
    "preact": "npm:preact@^10.5.13",
    "lodash": "npm:lodash",
    "@std/assert": "jsr:@std/assert@^1",
    "oak": "https://deno.land/x/oak@v12.0.0/mod.ts",
    "~/": "./src/",
  },
  "scopes": { "https://a/": { "ms": "npm:ms@2.0.0" } },
}`;

describe('a project of Deno', () => {
  it('lists whole versions, and counts the rest', async () => {
    const { packages, diagnostics } = await readCatalog(denoJson, PATH, PROJECT);
    expect(packages).toEqual([
      { name: 'chalk', version: '5.3.0', relationship: 'direct', line: 4 },
      { name: '@babel/core', version: '7.1.0', relationship: 'direct', line: 5 },
      { name: 'ms', version: '2.0.0', relationship: 'direct', line: 13 },
    ]);
    expect(diagnostics?.map(({ message, gap }) => [message, gap])).toEqual([
      ['not pinned by a deno.lock: 2 ranges of npm', undefined],
      ['no advisories: 2 imports of JSR or of addresses', undefined],
    ]);
  });

  it('takes the lowest of a range where ranges are asked for', async () => {
    const files = { [PATH]: PROJECT };
    const { packages } = await readAmong(denoJson, files, { detectionPriority: 'comprehensive' });
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toContain('preact@10.5.13');
  });

  it.each(['/app/deno.lock', '/deno.lock'])('leaves it to %s', async (lock) => {
    const read = await readAmong(denoJson, { [PATH]: PROJECT, [lock]: '{}' });
    expect(read.packages).toEqual([]);
    expect(read.diagnostics).toBeUndefined();
  });

  it('says what it cannot read', async () => {
    const body = '{"imports":{"a":"npm:@/x","b":1}}';
    const { packages, diagnostics } = await readCatalog(denoJson, PATH, body);
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('survives hostile files', () => survivesHostileInput(denoJson, PATH, PROJECT));
});
