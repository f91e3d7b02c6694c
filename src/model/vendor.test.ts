import { describe, expect, it } from 'vitest';

import { aPackage } from '../../test/support/model.ts';
import type { Ecosystem } from './ecosystem.ts';
import { foreignVendor } from './vendor.ts';

describe('foreignVendor', () => {
  it.each<[Ecosystem, string | undefined, boolean]>([
    ['redhat', 'Red Hat, Inc.', false],
    ['redhat', 'CentOS', false],
    ['redhat', 'Fedora Project', true],
    ['redhat', undefined, false],
    ['rocky', 'Rocky Enterprise Software Foundation', false],
    ['suse', 'SUSE LLC <https://www.suse.com/>', false],
    ['suse', 'obs://build.opensuse.org/home:someone', true],
    ['opensuse', 'SUSE LLC <https://www.suse.com/>', false],
    ['oracle', 'Oracle America', false],
    ['oracle', 'Oracle and/or its affiliates', true],
    ['azurelinux', 'Microsoft Corporation', false],
    ['debian', 'Somebody', false],
  ])('%s package of %s: %s', (ecosystem, vendor, isForeign) => {
    const qualifiers = new Map(vendor === undefined ? [] : [['vendor', vendor]]);
    const pkg = aPackage('a', '1', { ecosystem, qualifiers });
    expect(foreignVendor(pkg)).toBe(isForeign ? vendor : undefined);
  });
});
