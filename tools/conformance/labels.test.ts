import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Ecosystem } from '../../src/core/model/package/ecosystem.ts';
import { isLabelled, labelSuites } from './labels.ts';

describe('isLabelled', () => {
  it.each([
    ['the same', 'npm ajv 4.11.8', 'ajv 4.11.8 pkg:npm/ajv@4.11.8', true],
    ['another version', 'npm ajv 4.11.8', 'ajv 4.11.9 pkg:npm/ajv@4.11.9', false],
    ['a name of PyPI', 'pypi zope-interface 5', 'Zope.Interface 5.0 pkg:pypi/Zope.Interface', true],
    ['a name of npm in other letters', 'npm a-b 1.0.0', 'a.b 1.0.0 pkg:npm/a.b@1.0.0', false],
    ['an epoch of zero', 'redhat ssl 1.0-1', 'ssl 0:1.0-1 pkg:rpm/redhat/ssl@1.0-1', true],
    ['zeros of PyPI', 'pypi django 3.2', 'Django 3.2.0 pkg:pypi/django@3.2.0', true],
    ['the v of Go', 'go a.b/c v1.2.0', 'a.b/c 1.2.0 pkg:golang/a.b/c@v1.2.0', true],
    ['a group of Maven', 'maven a:b 1.0', 'b 1.0.0 pkg:maven/a/b@1.0', true],
  ])('%s', (_, listed, labelled, isSame) => {
    const [ecosystem = '', name = '', version = ''] = listed.split(' ');
    const [pkg = '', labelVersion = '', purl = ''] = labelled.split(' ');
    const label = { package: pkg, version: labelVersion, purl };
    expect(isLabelled({ ecosystem: ecosystem as Ecosystem, name, version }, label)).toBe(isSame);
  });
});

describe('the suite of labels', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-labels-'));
    await mkdir(join(folder, 'feeds'));
    await writeJson('feeds/GHSA-aaaa-bbbb-cccc.json', {
      id: 'GHSA-aaaa-bbbb-cccc',
      modified: '2024-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'bad' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
        },
      ],
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function writeJson(path: string, value: unknown): Promise<void> {
    await writeFile(join(folder, path), JSON.stringify(value));
  }

  const label = (purl: string, version = '1.0.0', name = 'bad'): unknown => ({
    ids: ['GHSA-aaaa-bbbb-cccc'],
    package: name,
    version,
    purl,
  });

  it.each([
    ['no scheme', 'bad@1.0.0'],
    ['nothing', ''],
    ['no name', 'pkg:npm/'],
    ['a broken escape', 'pkg:npm/bad%ZZ@1.0.0'],
    ['no type', 'pkg:bad'],
  ])('loses one label to a package URL with %s', async (_, purl) => {
    await mkdir(join(folder, 'labels/image'), { recursive: true });
    await writeJson('labels/image/sbom.cdx.json', {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      components: [{ type: 'library', name: 'bad', version: '1.0.0', purl: 'pkg:npm/bad@1.0.0' }],
    });
    await writeJson('labels/image/expected.json', {
      distro: null,
      tp: [label(purl), label('pkg:npm/bad@1.0.0')],
      fp: [label('pkg:npm/good@1.0.0', '1.0.0', 'good')],
    });
    const result = await labelSuites[0]?.run(folder, join(folder, 'feeds'));
    expect(result).toMatchObject({ passed: 2, total: 3, notCovered: [] });
    expect(result?.misses.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^threw: .*package URL/i),
    ]);
  });
});
