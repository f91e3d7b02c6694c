import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage, CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { distInfo } from './dist-info.ts';
import { eggInfo } from './egg-info.ts';

const PATH = '/usr/lib/python3/site-packages/a-1.0.dist-info/METADATA';

function read(text: string): Promise<CatalogResult> {
  return readCatalog(distInfo, PATH, Buffer.from(text, 'latin1'));
}

async function readFields(fields: string): Promise<CatalogedPackage | undefined> {
  const text = `Metadata-Version: 2.1\nName: a\nVersion: 1.0\n${fields}\n\nbody\n`;
  return (await read(text)).packages[0];
}

describe('distInfo', () => {
  it.each([
    ['Assay.Sample-Dist', 'assay-sample-dist'],
    ['zope.interface', 'zope-interface'],
    ['typing_extensions', 'typing-extensions'],
    ['a--b__c..d', 'a-b-c-d'],
    ['PyYAML', 'pyyaml'],
  ])('names %s as the index does', async (name, expected) => {
    expect(namesOf(await read(`Name: ${name}\nVersion: 1.0\n`))).toEqual([`${expected}@1.0`]);
  });

  it.each(['Name: b\n', 'Version: 2\n'])('reports a second %j', async (line) => {
    const result = await read(`Name: a\nVersion: 1.0\n${line}`);
    expect(namesOf(result)).toEqual(['a@1.0']);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('leaves the version as it is', async () => {
    expect((await read('Name: a\nVersion: 1.0-RC1+Local.2\n')).packages[0]?.version).toBe(
      '1.0-RC1+Local.2',
    );
  });

  it.each([
    ['License-Expression: MIT OR Apache-2.0\nLicense: BSD', ['MIT OR Apache-2.0']],
    ['License: BSD', ['BSD']],
    ['License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License', ['MIT License']],
    [`License: Permission is\n        granted`, undefined],
    ['Classifier: License :: OSI Approved', undefined],
    [
      'Classifier: License :: Public Domain\nClassifier: License :: DFSG',
      ['Public Domain', 'DFSG'],
    ],
    ['Classifier: Topic :: X', undefined],
  ])('reads the licence of %j', async (fields, licenses) => {
    expect((await readFields(fields))?.licenses).toEqual(licenses);
  });

  it('names what it requires, without what only an extra asks for', async () => {
    const pkg = await readFields(
      'Requires-Dist: Zope.Interface (>=1.0)\nRequires-Dist: b[x]>=2; python_version<"3"\nRequires-Dist: c; extra == "test"',
    );
    expect(pkg?.dependsOn).toEqual(['zope-interface', 'b']);
  });

  it('reads the header only', async () => {
    const result = await read('Name: a\nVersion: 1.0\n\nName: b\nVersion: 2.0\n');
    expect(namesOf(result)).toEqual(['a@1.0']);
    expect(result.packages[0]?.line).toBe(1);
  });

  it('passes over lines that are no fields and bytes that are not UTF-8', async () => {
    const text = 'Name: a\nKeywords: x\ny z\nSummary: caf\xe9\n  \xff\nVersion: 1.0\n';
    const result = await read(text);
    expect(namesOf(result)).toEqual(['a@1.0']);
    expect(result.diagnostics).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no name', 'Version: 1.0\n'],
    ['no version', 'Name: a\n'],
    ['a version in the body', 'Name: a\n\nVersion: 1.0\n'],
  ])('refuses %s', async (_name, text) => {
    await expect(read(text)).rejects.toThrow(ParseError);
  });
});

const samples = sharedPath('samples/python');

describe.skipIf(!samples)('real installations (needs ../shared)', () => {
  it('has the package of every folder, by the folder’s name', async () => {
    const files = readdirSync(samples ?? '', { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.dist-info\/METADATA$|\.egg-info\/PKG-INFO$/.test(path),
    );
    expect(files).toHaveLength(22);
    for (const file of files) {
      const reader = file.endsWith('PKG-INFO') ? eggInfo : distInfo;
      const result = await readCatalog(reader, `/${file}`, readFileSync(join(samples ?? '', file)));
      const [, name, version] = /([^/]+)-([^/-]+)\.(?:dist|egg)-info\//.exec(file) ?? [];
      // In these samples the metadata was edited, and the folder's name was not.
      const isEdited = /tampered-(?:metadata|consistent)/.test(file);
      expect(namesOf(result)).toEqual([
        `${(name ?? '').toLowerCase().replace(/[-_.]+/g, '-')}@${isEdited ? '1.5.0' : (version ?? '')}`,
      ]);
      expect(result.diagnostics).toBeUndefined();
    }
  });
});
