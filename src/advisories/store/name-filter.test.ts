import { describe, expect, it } from 'vitest';
import { buildNameFilter, mayHaveName } from './name-filter.ts';

describe('the name filter', () => {
  const names = Array.from(
    { length: 20_000 },
    (_item, index) => `@scope-${index % 97}/package-${index}`,
  );
  const filter = buildNameFilter(names);

  it('lets every name through that is there', () => {
    expect(names.filter((name) => !mayHaveName(filter, name))).toEqual([]);
  });

  it('lets few names through that are not', () => {
    const absent = Array.from({ length: 20_000 }, (_item, index) => `absent-${index}`);
    expect(absent.filter((name) => mayHaveName(filter, name)).length).toBeLessThan(200);
  });

  it('is empty without names', () => {
    expect(mayHaveName(buildNameFilter([]), 'x')).toBe(false);
  });
});
