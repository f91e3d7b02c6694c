import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../test/support/catalog-file.ts';
import { quietContext } from '../../base/context.ts';
import { CATALOGERS } from '../list.ts';
import { UNREAD_LOCKFILES } from '../unread-lockfiles.ts';
import { unreadLockfile } from './unread-lockfile.ts';

async function diagnosticOf(path: string): Promise<readonly unknown[]> {
  const file = catalogFile(path, new Uint8Array());
  const result = await unreadLockfile.read(file, { get: () => undefined }, quietContext());
  expect(result.packages).toEqual([]);
  return (result.diagnostics ?? []).map(({ gap, message }) => [gap, message]);
}

describe('a lockfile that is not read yet', () => {
  it('is a gap that names it, its tool and the cure', async () => {
    expect(await diagnosticOf('/web/bun.lockb')).toEqual([
      [
        'noAdvisoryData',
        '"/web/bun.lockb": dependencies of Bun are not read yet; bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes bun.lock, which is read',
      ],
    ]);
  });

  it('is a note where it came with a package', async () => {
    expect(await diagnosticOf('/node_modules/a/yarn.lock')).toEqual([
      [undefined, 'a lockfile that came with a package pins nothing here'],
    ]);
  });

  it('is read by no other cataloger', () => {
    const others = CATALOGERS.filter(({ id }) => id !== 'other/unread-lockfile');
    const read = others.flatMap(({ files }) => files.names ?? []);
    expect(read.filter((name) => UNREAD_LOCKFILES.has(name))).toEqual([]);
  });
});
