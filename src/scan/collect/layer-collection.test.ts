import { expect, it } from 'vitest';

import { indexSiblingFiles } from './layer-collection.ts';

it('gives the files of one folder by the ends of their names', () => {
  const files = ['/a/x.json', '/a/y.json', '/a/b/z.json', '/a/x.dll', '/x.json'].map((path) => ({
    path,
  }));
  const beside = indexSiblingFiles(files);
  const found = (path: string, ending: string): readonly string[] =>
    beside(path, ending).map((file) => file.path);
  expect(found('/a/x.dll', '.json')).toEqual(['/a/x.json', '/a/y.json']);
  expect(found('/y', '.json')).toEqual(['/x.json']);
  expect(found('/b/y', '.json')).toEqual([]);
  expect(found('/a/y', '')).toHaveLength(3);
  expect(indexSiblingFiles([{ path: '/a/X.Deps.JSON' }])('/a/y', '.deps.json')).toHaveLength(1);
});
