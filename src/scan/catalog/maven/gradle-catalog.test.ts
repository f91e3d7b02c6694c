import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { gradleCatalog } from './gradle-catalog.ts';

describe('a version catalog of Gradle', () => {
  it.each([
    ['a = "g:a:1"', ['g:a@1']],
    ['a = { module = "g:a", version.ref = "v" }', ['g:a@5']],
    ['a = { module = "g:a", version.ref = "rich" }', ['g:a@6']],
    ['a = { module = "g:a", version.ref = "nowhere" }', ['g:a@']],
    [
      'a = { group = "g", name = "a", version = { strictly = "[1, 2[", prefer = "1.5" } }',
      ['g:a@1.5'],
    ],
    ['a = { module = "g:a", version = "1.+" }', ['g:a@']],
    ['a = { module = "g:a", version = "latest.release" }', ['g:a@']],
    ['a = { module = "g:a" }', ['g:a@']],
    ['a = "g:a:1"\nb = { module = "g:a", version = "1" }', ['g:a@1']],
  ])('%s', async (libraries, expected) => {
    const text = `[versions]\nv = "5"\nrich = { strictly = "6" }\n[libraries]\n${libraries}\n[plugins]\nx = "p:1"\n`;
    const result = await readCatalog(gradleCatalog, '/gradle/libs.versions.toml', text);
    expect(namesOf(result)).toEqual(expected);
    expect(result.packages[0]).toMatchObject({ line: 5, relationship: 'direct' });
  });

  it('reports an alias without a name', async () => {
    const result = await readCatalog(gradleCatalog, '/libs.versions.toml', '[libraries]\na = 1\n');
    expect(result.diagnostics?.map(({ gap, location }) => [gap, location?.line])).toEqual([
      ['unreadable', 2],
    ]);
  });

  it('that is no TOML is refused', async () => {
    await expect(readCatalog(gradleCatalog, '/libs.versions.toml', 'no toml')).rejects.toThrow(
      ParseError,
    );
  });
});
