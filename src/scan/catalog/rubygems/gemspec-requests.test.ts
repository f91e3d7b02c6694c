/** What a gemspec of a project requests. */

import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../../test/support/catalog-file.ts';
import { quietContext } from '../../../core/base/context.ts';
import { gemspecRequests } from './gemspec-requests.ts';

describe('a gemspec', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['a range', 's.add_dependency "a", ">= 1", "< 3"', [['a', '>= 1, < 3', undefined, undefined]]],
    ['brackets', "s.add_dependency('a', '1.0')", [['a', '1.0', '1.0', undefined]]],
    ['development', 's.add_development_dependency "a"', [['a', '', undefined, 'development']]],
    ['a comment', '# s.add_dependency "a"', []],
    ['another call', 's.dependency_list "a"', []],
  ])('%s', async (_name, text, expected) => {
    const file = catalogFile('/a.gemspec', text);
    const { manifest } = await gemspecRequests.read(file, { get: () => undefined }, quietContext());
    expect(
      manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
    ).toEqual(expected);
  });
});
