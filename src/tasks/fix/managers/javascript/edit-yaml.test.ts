import { describe, expect, it } from 'vitest';

import type { ManifestEdit } from '../../plan.ts';
import { editYaml } from './edit-yaml.ts';

const edit = (section: string, name: string, to?: string): ManifestEdit => ({
  manifest: 'pnpm-workspace.yaml',
  section,
  name,
  ...(to !== undefined && { to }),
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('an edited file of YAML', () => {
  it.each([
    [
      'replaces a value in its quotes',
      "catalog:\n  # why\n  a: '^1.0.0' # here\n  b: 2.0.0\n",
      edit('catalog', 'a', '^1.2.0'),
      "catalog:\n  # why\n  a: '^1.2.0' # here\n  b: 2.0.0\n",
    ],
    [
      'replaces a value of a named catalog',
      'catalogs:\n  old:\n    "@s/a": 1.0.0\n',
      edit('catalogs/old', '@s/a', '1.0.1'),
      'catalogs:\n  old:\n    "@s/a": 1.0.1\n',
    ],
    [
      'adds to a mapping that is there, with its indentation and line ends',
      'overrides:\r\n    a: 1.0.0\r\npackages:\r\n    - x\r\n',
      edit('overrides', '@s/b', '^2.0.0'),
      "overrides:\r\n    '@s/b': ^2.0.0\r\n    a: 1.0.0\r\npackages:\r\n    - x\r\n",
    ],
    [
      'adds a mapping behind the others',
      'packages:\n  - x',
      edit('overrides', 'b', '2.0.0'),
      'packages:\n  - x\noverrides:\n  b: 2.0.0\n',
    ],
    [
      'adds to a mapping between braces',
      'overrides: { a: 1.0.0 }\n',
      edit('overrides', 'b', '^2.0.0'),
      'overrides: { b: ^2.0.0, a: 1.0.0 }\n',
    ],
    [
      'fills empty braces',
      'overrides: {}\npackages: []\n',
      edit('overrides', 'b', '^2.0.0'),
      'overrides: \n  b: ^2.0.0\npackages: []\n',
    ],
    [
      'fills an absent value',
      'overrides:\npackages: []\n',
      edit('overrides', 'b', '^2.0.0'),
      'overrides:\n  b: ^2.0.0\npackages: []\n',
    ],
    ['fills an empty file', '', edit('overrides', 'b', '2'), "overrides:\n  b: '2'\n"],
  ])('%s', (_, before, one, after) => {
    expect(new TextDecoder().decode(editYaml(bytes(before), [one]))).toBe(after);
  });

  it.each([
    ['a value that is a mapping', 'overrides:\n  x:\n    y: 1\n', edit('overrides', 'x', '2')],
    ['a root that is a list', '- x\n', edit('overrides', 'x', '2')],
    ['a section that is a list', 'overrides:\n  - x\n', edit('overrides', 'x', '2')],
    ['a value that is an alias', 'a: &a 1\noverrides:\n  x: *a\n', edit('overrides', 'x', '2')],
    ['two documents', 'a: 1\n---\nb: 1\n', edit('overrides', 'x', '2')],
    ['text that is not YAML', 'a: [\n', edit('overrides', 'x', '2')],
    ['a removal', 'overrides:\n  x: 1\n', edit('overrides', 'x')],
  ])('refuses %s', (_, before, one) => {
    expect(() => editYaml(bytes(before), [one])).toThrow(RangeError);
  });
});
