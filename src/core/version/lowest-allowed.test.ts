import { describe, expect, it } from 'vitest';
import type { SchemeId } from '../model/package/ecosystem.ts';
import { lowestAllowed } from './lowest-allowed.ts';

describe('the lowest version that a range allows', () => {
  it.each<[SchemeId, string, string | undefined]>([
    ['npm', '1.0.0', '1.0.0'],
    ['npm', '>2.0.0', '2.0.1'],
    ['npm', '~3.1.0', '3.1.0'],
    ['npm', '^0.4.2', '0.4.2'],
    ['npm', '5.x', '5.0.0'],
    ['npm', '>=1.0.0 <2.0.0', '1.0.0'],
    ['npm', '^2.0.0 || ^1.2.0', '1.2.0'],
    ['npm', '*', undefined],
    ['npm', 'latest', undefined],
    ['npm', 'git+https://example.test/a.git', undefined],
    ['pypi', '>=2.20,<3.0', '2.20'],
    ['pypi', '~=1.4.5', '1.4.5'],
    ['pypi', '<=1.2.3', '1.2.3'],
    ['pypi', '>3', undefined],
    ['pypi', '!=1.0', undefined],
    ['pypi', '', undefined],
    ['nuget', '>= 4.0.0', '4.0.0'],
  ])('of %s %s is %s', (scheme, range, version) => {
    expect(lowestAllowed(scheme, range)).toBe(version);
  });
});
