import { describe, expect, it } from 'vitest';

import { check, dpkg, manifest, owned, type TestLayer } from '../../../test/support/integrity.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';

const TOOL = '/usr/bin/tool';
const SITE = '/usr/local/lib/python3.12/site-packages';
const RECORD = `${SITE}/tool-1.0.dist-info/METADATA`;

/** A package of the system with one program. */
function system(fields: Partial<CatalogedPackage>, path = TOOL): TestLayer {
  const { name = 'tool' } = fields;
  return {
    files: { [path]: `x:${path}` },
    read: [
      dpkg({ name, version: '1.0-1', ...fields }),
      ...manifest(name, [owned(path, `x:${path}`)]),
    ],
  };
}

/** A package of Python with one program. */
function python(path = `${SITE}/tool/native.so`): TestLayer {
  const own = { name: 'tool', version: '1.0', ownedFiles: [owned(path, `x:${path}`)] };
  return {
    files: { [path]: `x:${path}` },
    read: [[RECORD, 'pypi/dist-info', { packages: [own] }]],
  };
}

function explainers(...layers: readonly TestLayer[]): readonly string[] {
  const { accountability } = check(layers, { distro: { id: 'debian', versionId: '12' } }).inventory;
  const parts = accountability?.explainedBy ?? [];
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  expect(total).toBe(accountability?.explainedCount);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  expect(bytes).toBe(accountability?.explainedBytes);
  return parts.map(({ by, count }) => `${by} ${count}`);
}

describe('what can be run is explained by packages', () => {
  it.each<[string, readonly string[], readonly TestLayer[]]>([
    ['of the distribution', ['distribution 1'], [system({})]],
    [
      'of a private maintainer, which the distribution has many of',
      ['distribution 1'],
      [system({ maintainer: 'ann@home.example' })],
    ],
    [
      'with the maintainer of another archive',
      ['vendor 1'],
      [system({ maintainer: 'support@docker.com' })],
    ],
    ['with the version of another archive', ['vendor 1'], [system({ version: '1.0-1~bookworm' })]],
    [
      'with another vendor in the record',
      ['vendor 1'],
      [system({ qualifiers: new Map([['vendor', 'Elasticsearch']]) })],
    ],
    ['of a language', ['language 1'], [python()]],
    ['of both', ['distribution 1', 'language 1'], [system({}), python()]],
    [
      'of none',
      [],
      [{ files: { '/opt/miner': 'x:miner' }, read: [dpkg({ name: 'a', version: '1' })] }],
    ],
  ])('%s', (_name, expected, layers) => {
    expect(explainers(...layers)).toEqual(expected);
  });
});
