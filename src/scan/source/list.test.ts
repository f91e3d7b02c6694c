import { describe, expect, it } from 'vitest';

import { SOURCES } from './list.ts';

describe('SOURCES', () => {
  it.each(SOURCES.map((row) => [row.id, row] as const))(
    '%s loads under its own id',
    async (id, row) => {
      expect((await row.load()).id).toBe(id);
    },
  );

  it('has unique ids and serves every kind', () => {
    expect(new Set(SOURCES.map((row) => row.id)).size).toBe(SOURCES.length);
    const kinds = new Set(SOURCES.flatMap((row) => row.kinds));
    expect([...kinds].sort()).toEqual([
      'directory',
      'file',
      'image',
      'repository',
      'rootfs',
      'sbom',
    ]);
  });
});
