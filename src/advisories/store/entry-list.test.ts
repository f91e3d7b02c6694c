import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryList } from './entry-list.ts';

describe('EntryList', () => {
  it('gives names and the entries of each in their order, whichever came first', () => {
    const name = fc.constantFrom('a', 'b', '__proto__', '@scope/näme', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (rows) => {
        const list = new EntryList();
        for (const [key, json] of rows) list.add(key, json);
        const names = [...new Set(rows.map(([key]) => key))].sort();
        expect(list.names()).toEqual(names);
        for (const key of names) {
          const own = rows.filter(([other]) => other === key).map(([, json]) => json);
          expect(list.of(key)).toEqual(own.sort());
        }
      }),
    );
  });

  it('has no entries of other names, and none after it was cleared', () => {
    const list = new EntryList();
    for (let index = 0; index < 3000; index += 1) list.add(`name-${index % 7}`, `{"i":${index}}`);
    expect(list.of('name-3')).toHaveLength(429);
    expect(list.of('name-8')).toEqual([]);
    list.clear();
    expect(list.names()).toEqual([]);
    expect(list.of('name-3')).toEqual([]);
  });
});
