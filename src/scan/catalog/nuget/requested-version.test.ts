import { expect, it } from 'vitest';

import { requestedVersion } from './requested-version.ts';

it.each([
  ['1.2.3', '1.2.3', '1.2.3'],
  [' 1.0.0-beta.1+5 ', '1.0.0-beta.1+5', '1.0.0-beta.1+5'],
  ['[1.2.3]', '1.2.3', '1.2.3'],
  ['[1.0,2.0)', '', '1.0'],
  ['[ 1.0 ,)', '', '1.0'],
  ['(1.0,2.0)', '', ''],
  ['(,1.0]', '', ''],
  ['1.*', '', '1.0.0'],
  ['6.*', '', '6.0.0'],
  ['6.1.*', '', '6.1.0'],
  ['6.1.2.*', '', '6.1.2'],
  ['6.*-*', '', '6.0.0'],
  ['[6.*, 7.0)', '', '6.0.0'],
  ['*', '', ''],
  ['*-*', '', ''],
  ['(6.0,7.0]', '', ''],
  ['$(Version)', '', ''],
  ['', '', ''],
])('%s names "%s", and "%s" where ranges are asked for', (requirement, precise, comprehensive) => {
  expect(requestedVersion(requirement, {})).toBe(precise);
  expect(requestedVersion(requirement, { detectionPriority: 'comprehensive' })).toBe(comprehensive);
});
