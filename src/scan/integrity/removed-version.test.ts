import { describe, expect, it } from 'vitest';

import { check, type TestLayer } from '../../../test/support/integrity.ts';
import type { ExternalClaim, VersionClaim } from '../../core/model/catalog/catalog.ts';

const RECORD = '/app/node_modules/a/package.json';
const LOCK = '/app/node_modules/.package-lock.json';

const claim = (fields: Partial<VersionClaim> = {}): VersionClaim => ({
  by: 'hidden lockfile',
  version: '1.2.5',
  weight: 'binding',
  name: 'a',
  path: LOCK,
  ...fields,
});

function reads(version: string, claims: readonly VersionClaim[], path = RECORD): TestLayer {
  const testimony: ExternalClaim = { of: { kind: 'record', path }, versionClaims: claims };
  return {
    read: [
      [RECORD, 'npm/installed', { packages: [{ name: 'a', version }] }],
      [LOCK, 'npm/hidden', { externalClaims: [testimony] }],
    ],
  };
}

describe('an installed package of npm whose record has no version', () => {
  it.each([
    ['a hidden lockfile', [claim()]],
    ['the address in a hidden lockfile', [claim({ by: 'address in the hidden lockfile' })]],
    ['both', [claim(), claim({ by: 'address in the hidden lockfile' })]],
    ['a directory name', [claim({ by: 'directory name' })]],
    ['the whole version', [claim({ part: 'whole' })]],
  ])('has the version of %s, which contradicts it', (_name, claims) => {
    const { evidence } = check([reads('', claims)]).of('a');
    expect(evidence.level).toBe('contradicted');
    expect(evidence.evidencedVersion).toBe('1.2.5');
    expect(evidence.contradictions[0]).toMatchObject({
      kind: 'version',
      claimed: 'no version',
      isSevere: true,
    });
  });

  it.each([
    ['nothing', []],
    ['a hint', [claim({ weight: 'hint' })]],
    ['an empty version', [claim({ version: '' })]],
    ['a version that a build fills in', [claim({ version: '${version}' })]],
    ['the version of a source package', [claim({ part: 'source' })]],
  ])('has no other version by %s', (_name, claims) => {
    const { evidence } = check([reads('', claims)]).of('a');
    expect(evidence.level).toBe('claimed');
    expect(evidence.evidencedVersion).toBeUndefined();
  });

  it('of other ecosystems is contradicted by no statement', () => {
    const record = '/app/a.jar';
    const { of } = check([
      {
        read: [
          [record, 'maven/jar', { packages: [{ name: 'g:a', version: '', versionClaims: [] }] }],
          [
            '/app/other',
            'npm/hidden',
            {
              externalClaims: [
                { of: { kind: 'record', path: record }, versionClaims: [claim({ name: 'g:a' })] },
              ],
            },
          ],
        ],
      },
    ]);
    expect(of('g:a').evidence.level).toBe('claimed');
  });
});
