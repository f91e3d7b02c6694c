import { describe, expect, it } from 'vitest';

import type { ManifestEdit } from '../../plan.ts';
import { editManifest } from './edit-manifest.ts';

const edit = (section: string, name: string, to?: string): ManifestEdit => ({
  manifest: 'package.json',
  section,
  name,
  ...(to !== undefined && { to }),
});
const TWO =
  '{\n  "name": "a",\n  "dependencies": {\n    "x": "^1.0.0",\n    "y": "~2.0.0"\n  }\n}\n';

describe('an edited package.json', () => {
  it.each([
    ['replaces a value', TWO, edit('dependencies', 'x', '^1.2.0'), TWO.replace('^1.0.0', '^1.2.0')],
    [
      'keeps tabs and line ends of Windows',
      '{\r\n\t"dependencies": {\r\n\t\t"x": "1"\r\n\t}\r\n}',
      edit('overrides', 'z', '^3.0.0'),
      '{\r\n\t"dependencies": {\r\n\t\t"x": "1"\r\n\t},\r\n\t"overrides": {\r\n\t\t"z": "^3.0.0"\r\n\t}\r\n}',
    ],
    [
      'adds to overrides that are there',
      '{\n  "overrides": {\n    "a": "1"\n  }\n}\n',
      edit('overrides', 'b', '2'),
      '{\n  "overrides": {\n    "b": "2",\n    "a": "1"\n  }\n}\n',
    ],
    [
      'fills empty overrides',
      '{\n  "name": "n",\n  "overrides": {}\n}\n',
      edit('overrides', 'b', '2'),
      '{\n  "name": "n",\n  "overrides": {\n    "b": "2"\n  }\n}\n',
    ],
    [
      'makes the objects around a member',
      '{\n  "name": "n",\n  "pnpm": {\n    "x": 1\n  }\n}\n',
      edit('pnpm/overrides', 'b', '2'),
      '{\n  "name": "n",\n  "pnpm": {\n    "overrides": {\n      "b": "2"\n    },\n    "x": 1\n  }\n}\n',
    ],
    [
      'stays on one line',
      '{"dependencies":{"x":"1"}}',
      edit('overrides', 'b', '2'),
      '{"dependencies":{"x":"1"},"overrides":{"b":"2"}}',
    ],
    [
      'removes the first member',
      TWO,
      edit('dependencies', 'x'),
      TWO.replace('"x": "^1.0.0",\n    ', ''),
    ],
    [
      'removes the last member',
      TWO,
      edit('dependencies', 'y'),
      TWO.replace(',\n    "y": "~2.0.0"', ''),
    ],
    [
      'edits the last of equal names, which counts',
      '{"dependencies":{"x":"1","x":"2"}}',
      edit('dependencies', 'x', '3'),
      '{"dependencies":{"x":"1","x":"3"}}',
    ],
    [
      'writes beside names that are not ASCII',
      '{"description":"\u00fc\u{1f600}","dependencies":{"x":"1"}}',
      edit('dependencies', 'x', '3'),
      '{"description":"\u00fc\u{1f600}","dependencies":{"x":"3"}}',
    ],
  ])('%s', (_, before, one, after) => {
    const edited = editManifest(new TextEncoder().encode(before), [one]);
    expect(new TextDecoder().decode(edited)).toBe(after);
  });

  it.each([
    ['a value that is an object', '{"overrides":{"x":{"y":"1"}}}', edit('overrides', 'x', '2')],
    ['a section that is no object', '{"overrides":"no"}', edit('overrides', 'x', '2')],
    ['a member that is not there', '{"dependencies":{}}', edit('dependencies', 'x')],
  ])('refuses %s', (_, before, one) => {
    expect(() => editManifest(new TextEncoder().encode(before), [one])).toThrow();
  });
});
