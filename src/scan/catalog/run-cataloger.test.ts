import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../test/support/catalog-file.ts';
import { quietContext } from '../../core/base/context.ts';
import { AssayError, ParseError } from '../../core/base/errors.ts';
import type { Cataloger, CatalogerRow } from './cataloger.ts';
import { runCataloger } from './run-cataloger.ts';

function rowOf(read: Cataloger['read']): CatalogerRow {
  return {
    id: 'npm/x',
    ecosystem: 'npm',
    presence: 'installed',
    files: {},
    version: 1,
    load: () => Promise.resolve({ read }),
  };
}

function run(path: string, read: Cataloger['read']): ReturnType<typeof runCataloger> {
  return runCataloger(rowOf(read), catalogFile(path, ''), { get: () => undefined }, quietContext());
}

describe('runCataloger', () => {
  it.each([
    ['a file of another format', new ParseError('/a', 'no'), 'unreadable'],
    ['a file beyond a bound', new AssayError('LIMIT_EXCEEDED', 'too big'), 'limit'],
  ])('turns %s into a gap', async (_name, error, gap) => {
    const result = await run('/a', () => Promise.reject(error));
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toMatchObject([{ stage: 'catalog', gap, location: { path: '/a' } }]);
  });

  it('keeps the packages of a fixture folder', async () => {
    const packages = [{ name: 'a', version: '1' }];
    expect(await run('/test/a', () => Promise.resolve({ packages }))).toEqual({ packages });
  });

  describe('of a text in UTF-16', () => {
    const utf16 = Buffer.from('\ufeff{}', 'utf16le');
    const file = catalogFile('/a.lock', utf16);
    const siblings = { get: () => undefined };
    const run16 = (read: Cataloger['read']): ReturnType<typeof runCataloger> =>
      runCataloger({ ...rowOf(read), presence: 'declared' }, file, siblings, quietContext());

    it.each<[string, Cataloger['read']]>([
      ['that is refused', () => Promise.reject(new ParseError('/a.lock', 'no'))],
      ['in which nothing is found', () => Promise.resolve({ packages: [] })],
    ])('%s names the encoding and the cure', async (_, read) => {
      const { diagnostics } = await run16(read);
      expect(diagnostics).toMatchObject([
        {
          gap: 'unreadable',
          message: expect.stringMatching(/UTF-16: save it as UTF-8/) as unknown,
        },
      ]);
    });

    it('is known without a byte order mark', async () => {
      const plain = catalogFile('/a.lock', Buffer.from('a@1:\n', 'utf16le'));
      const row = {
        ...rowOf(() => Promise.resolve({ packages: [] })),
        presence: 'declared',
      } as const;
      const { diagnostics } = await runCataloger(row, plain, siblings, quietContext());
      expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
    });

    it('says nothing of a reader that reads UTF-16 and finds nothing', async () => {
      const row = {
        ...rowOf(() => Promise.resolve({ packages: [] })),
        presence: 'declared',
        readsUtf16: true,
      } as const;
      expect(await runCataloger(row, file, siblings, quietContext())).toEqual({ packages: [] });
    });

    it('says nothing where the reader can read it', async () => {
      const packages = [{ name: 'a', version: '1' }];
      expect(await run16(() => Promise.resolve({ packages }))).toEqual({ packages });
    });
  });

  it.each([
    ['an interruption', new AssayError('INTERRUPTED', 'stop')],
    ['a bug', new TypeError('bug')],
  ])('lets %s through', async (_name, error) => {
    await expect(run('/a', () => Promise.reject(error))).rejects.toBe(error);
  });
});
