import { describe, expect, it } from 'vitest';

import { CatalogBuilder, MAX_NAME_LENGTH } from './catalog-builder.ts';

describe('CatalogBuilder', () => {
  it('gives packages and nothing else where all rows are good', () => {
    const result = new CatalogBuilder('/x');
    result.add({ name: 'a', version: '1' });
    expect(result.done()).toEqual({ packages: [{ name: 'a', version: '1' }] });
  });

  it('gives what was said of other packages', () => {
    const result = new CatalogBuilder('/x');
    const testimony = { of: { kind: 'name' as const, name: 'a' }, ownedFiles: [] };
    result.addClaim(testimony);
    expect(result.done()).toEqual({ packages: [], externalClaims: [testimony] });
  });

  it('reports an unreadable row as a gap, with what it was', () => {
    const result = new CatalogBuilder('/x');
    result.unreadableRow({ a: 1, b: 2 }, { line: 7 });
    expect(result.done().diagnostics).toEqual([
      {
        stage: 'catalog',
        message: 'unreadable row (no name or version): { a, b }',
        location: { path: '/x', layer: 0, line: 7 },
        gap: 'unreadable',
      },
    ]);
  });

  it('reports a note without a gap', () => {
    const result = new CatalogBuilder('/x');
    result.note('so it is');
    expect(result.done().diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it.each([
    ['no name', '', '1'],
    ['an absurd name', 'a'.repeat(MAX_NAME_LENGTH + 1), '1'],
    ['an absurd version', 'a', '1'.repeat(MAX_NAME_LENGTH + 1)],
  ])('takes a package with %s as an unreadable row', (_case, name, version) => {
    const result = new CatalogBuilder('/x');
    result.add({ name, version });
    const { packages, diagnostics } = result.done();
    expect(packages).toEqual([]);
    expect(diagnostics?.[0]?.gap).toBe('unreadable');
    expect(diagnostics?.[0]?.message.length).toBeLessThan(200);
  });

  it('counts a flood of bad rows instead of listing it', () => {
    const result = new CatalogBuilder('/x');
    for (let count = 0; count < 5000; count += 1) {
      result.unreadableRow('row');
      result.note('note');
    }
    const { diagnostics } = result.done();
    expect(diagnostics).toHaveLength(202);
    expect(diagnostics?.at(-2)).toMatchObject({
      message: '4900 more unreadable rows',
      gap: 'unreadable',
    });
    expect(diagnostics?.at(-1)?.message).toBe('4900 more notes');
  });
});
