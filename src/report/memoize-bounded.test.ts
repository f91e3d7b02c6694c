import { expect, it } from 'vitest';

import { memoizeBounded } from './memoize-bounded.ts';

it('makes a value once for keys that come again soon, and holds a bounded number', () => {
  let madeCount = 0;
  const made = memoizeBounded((key: { readonly name: number }) => {
    madeCount += 1;
    return `value ${key.name}`;
  });
  const keys = Array.from({ length: 5000 }, (_, name) => ({ name }));
  for (const key of keys) {
    expect(made(key)).toBe(`value ${key.name}`);
    expect(made(key)).toBe(`value ${key.name}`);
  }
  expect(madeCount).toBe(5000);
  // The first one is forgotten by now.
  expect(made(keys[0] ?? { name: -1 })).toBe('value 0');
  expect(madeCount).toBe(5001);
});
