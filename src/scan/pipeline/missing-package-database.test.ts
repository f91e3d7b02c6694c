import { describe, expect, it } from 'vitest';
import { packageOf } from '../../../test/support/evidence.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { missingPackageDatabaseGaps } from './missing-package-database.ts';

const SIX = packageOf('six', 'verified');
const TAR: Package = { ...packageOf('tar', 'verified'), ecosystem: 'debian' };
const DEBIAN = { id: 'debian', versionId: '13.8' };

function gaps(
  kind: Artifact['kind'],
  distro: Distro | undefined,
  ...packages: readonly Package[]
): readonly string[] {
  const inventory = { inventoryVersion: 1, ...(distro && { distro }), packages };
  const artifact: Artifact = { kind, reference: 'x', layers: [] };
  return missingPackageDatabaseGaps({ artifact, inventory, diagnostics: [] }).map(
    ({ message }) => message,
  );
}

describe('missingPackageDatabaseGaps', () => {
  it('is a gap where a system holds packages of languages and none of its own', () => {
    const message =
      'the system says that it is debian 13.8, and no database of its packages is there: what is installed of it is not known';
    expect(gaps('image', DEBIAN, SIX)).toEqual([message]);
    expect(gaps('rootfs', DEBIAN, SIX)).toEqual([message]);
    const artifact: Artifact = { kind: 'image', reference: 'x', layers: [] };
    const inventory = { inventoryVersion: 1, distro: DEBIAN, packages: [SIX] };
    const diagnostics = [{ stage: 'catalog', message, gap: 'unreadable' }] as const;
    expect(missingPackageDatabaseGaps({ artifact, inventory, diagnostics })).toEqual([]);
  });

  it.each([
    ['with its packages', gaps('image', DEBIAN, SIX, TAR)],
    ['without any package, which is refused elsewhere', gaps('image', DEBIAN)],
    ['that is none', gaps('image', undefined, SIX)],
    ['without such a database', gaps('image', { id: 'nixos', versionId: '25.05' }, SIX)],
    ['in a folder of code', gaps('directory', DEBIAN, SIX)],
  ])('is none for a system %s', (_name, found) => {
    expect(found).toEqual([]);
  });
});
