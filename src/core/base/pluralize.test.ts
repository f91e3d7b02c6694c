import { expect, it } from 'vitest';

import { pluralize } from './pluralize.ts';

it.each([
  [0, '0 entries'],
  [1, '1 entry'],
  [2, '2 entries'],
])('%i of them are %s', (count, text) => {
  expect(pluralize(count, 'entry', 'entries')).toBe(text);
  expect(pluralize(count, 'file')).toBe(`${count} file${count === 1 ? '' : 's'}`);
});
