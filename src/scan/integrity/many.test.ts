import { describe, expect, it } from 'vitest';

import { check, STATUS } from '../../../test/support/integrity.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';

describe('a database of more packages than a call takes arguments', () => {
  it('is assessed', () => {
    const packages: readonly CatalogedPackage[] = Array.from(
      { length: 130_000 },
      (_none, index) => ({
        name: `p${String(index)}`,
        version: '1',
      }),
    );
    const read = [[STATUS, 'debian/dpkg', { packages }]] as const;
    const { inventory } = check([{ read }], { distro: { id: 'debian', versionId: '13' } });
    expect(inventory.packages).toHaveLength(packages.length);
  });
});
