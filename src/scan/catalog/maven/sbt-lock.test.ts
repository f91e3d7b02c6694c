import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { sbtLock } from './sbt-lock.ts';

const SHA1 = '0122c7cee69b53ed4a7681c03d4ee4c0e2765da5';

function lockOf(...dependencies: readonly unknown[]): string {
  return JSON.stringify({ lockVersion: 1, dependencies });
}

describe('a lockfile of sbt', () => {
  it.each([
    [['compile', 'test'], 'runtime'],
    [['test'], 'development'],
    [['provided'], 'peer'],
    [[], 'runtime'],
  ])('configurations %j are %s', async (configurations, scope) => {
    const row = {
      org: 'g',
      name: 'a_2.13',
      version: '1',
      configurations,
      artifacts: [{ name: 'a.jar', hash: `sha1:${SHA1}` }],
    };
    expect((await readCatalog(sbtLock, '/build.sbt.lock', lockOf(row))).packages).toEqual([
      { name: 'g:a_2.13', version: '1', scope, line: 1, digests: [`sha1:${SHA1}`] },
    ]);
  });

  it('reports rows without coordinates, and newer versions of the form', async () => {
    const text = JSON.stringify({ lockVersion: 2, dependencies: [{ org: 'g' }, 7] });
    const result = await readCatalog(sbtLock, '/build.sbt.lock', text);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
    ]);
  });

  it.each(['[]', '{}', 'x'])('that is none is refused: %s', async (text) => {
    await expect(readCatalog(sbtLock, '/build.sbt.lock', text)).rejects.toThrow(ParseError);
  });
});
