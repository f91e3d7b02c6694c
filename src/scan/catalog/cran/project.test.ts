/** What a project of R requests. */

import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import { rProject } from './project.ts';

describe('DESCRIPTION of a project', () => {
  it.each<[string, string, readonly unknown[] | undefined]>([
    ['a requirement', 'Imports: ab (>= 1.0)', [['ab', '>=1.0', undefined]]],
    ['an exact version', 'Imports: ab (== 1.0)', [['ab', '==1.0', '1.0']]],
    [
      'several fields and lines',
      'Depends: R (>= 4), ab\nImports:\n    bc,\n    stats',
      [
        ['ab', '', undefined],
        ['bc', '', undefined],
      ],
    ],
    ['suggestions', 'Suggests: a', []],
    ['an installed package', 'Imports: a\nBuilt: R 4.3.0; ; 2024-01-01; unix', undefined],
  ])('%s', async (_name, fields, expected) => {
    const file = catalogFile('/DESCRIPTION', `Package: own\nVersion: 1.0\n${fields}\n`);
    const { manifest } = await rProject.read(file, { get: () => undefined }, quietContext());
    expect(manifest?.requests.map(({ name, range, version }) => [name, range, version])).toEqual(
      expected,
    );
  });
});
