import { expect, it } from 'vitest';

import { namedVersion } from './named-version.ts';

it.each([
  ['1.2.3', '1.2.3'],
  [' 1.0.0-beta.1+5 ', '1.0.0-beta.1+5'],
  ['[1.2.3]', '1.2.3'],
  ['[1.0,2.0)', ''],
  ['(,1.0]', ''],
  ['1.*', ''],
  ['$(Version)', ''],
  ['', ''],
])('%s names "%s"', (requirement, version) => {
  expect(namedVersion(requirement)).toBe(version);
});
