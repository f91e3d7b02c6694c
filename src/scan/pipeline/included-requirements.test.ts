/**
 * Files that requirements include, by the documentation of pip ("Requirements File Format"): their
 * names are free.
 */

import { describe, expect, it } from 'vitest';

import { packagesIn, scannedTree, type Files } from '../../../test/support/scanned-files.ts';

describe('files that requirements include', () => {
  it.each<[string, Files, readonly string[]]>([
    [
      'another suffix',
      { 'requirements.txt': '-r deps/other.in\n', 'deps/other.in': 'a==1.0\n' },
      ['a@1.0'],
    ],
    [
      'a list',
      { 'requirements.txt': '--requirement deps/all.list\n', 'deps/all.list': 'a==1.0\n' },
      ['a@1.0'],
    ],
    [
      'no suffix, below a directory of requirements',
      { 'requirements.txt': '-r requirements/base\n', 'requirements/base': 'a==1.0\n' },
      ['a@1.0'],
    ],
    [
      'a chain of them',
      {
        'requirements.txt': '-r deps/one.in\nb==2.0\n',
        'deps/one.in': '-r two.in\n',
        'deps/two.in': 'a==1.0\n',
      },
      ['a@1.0', 'b@2.0'],
    ],
    [
      'an equals sign',
      { 'requirements.txt': '--requirement=deps/x.in\n', 'deps/x.in': 'a==1.0\n' },
      ['a@1.0'],
    ],
    [
      'a list that nothing includes',
      { 'requirements.txt': 'b==2.0\n', 'notes/other.list': 'a==1.0\n' },
      ['b@2.0'],
    ],
  ])('%s', async (_case, files, expected) => {
    const result = await scannedTree(files);
    expect([...packagesIn(result)].sort()).toEqual(expected);
  });
});
