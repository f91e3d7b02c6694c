import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affected } from '../../core/model/advisory/advisory.ts';
import { isAffected } from '../../core/version/index.ts';
import { checkVersion } from './explain.ts';

function entry(overrides: Partial<Affected>): Affected {
  return {
    ecosystem: 'debian',
    release: '12',
    name: 'bell',
    ranges: [],
    versions: [],
    status: 'affected',
    ratings: [],
    ...overrides,
  };
}

describe('checkVersion', () => {
  it.each([
    ['1.0-1', '1:0.5-1', { part: 'epoch', ofVersion: '0', ofBound: '1' }],
    ['1.0-1', '1.1-1', { part: 'upstream', ofVersion: '0', ofBound: '1' }],
    ['1.0~rc1-1', '1.0-1', { part: 'upstream', ofVersion: '~', ofBound: '' }],
    ['1.0-1', '1.0-1+deb12u1', { part: 'revision', ofVersion: '', ofBound: '+' }],
    ['0:1.0-1', '1.0-1', undefined],
  ])('tells where %s and %s differ', (version, fixed, difference) => {
    const check = checkVersion('deb', version, [entry({ ranges: [{ introduced: '0', fixed }] })]);
    expect(check.entries[0]?.ranges[0]?.bounds[1]?.difference).toEqual(difference);
  });

  it('lets "not affected" silence other entries', () => {
    const all = [{ introduced: '0' }];
    const entries = [entry({ ranges: all }), entry({ status: 'notAffected' })];
    expect(checkVersion('deb', '1', entries).isAffected).toBe(false);
    expect(checkVersion('deb', '1', entries.slice(0, 1)).isAffected).toBe(true);
  });

  it('answers nothing where a version has no order', () => {
    const check = checkVersion('npm', 'one', [
      entry({ ranges: [{ introduced: '0', fixed: '2.0.0' }] }),
    ]);
    expect(check.isAffected).toBeUndefined();
    expect(check.entries[0]?.ranges[0]?.bounds[1]).not.toHaveProperty('order');
  });

  it('says what matching says', () => {
    const version = fc.stringMatching(/^[0-2](?:\.[0-9]){2}(?:-(?:a|b)\.[0-9])?$/);
    const range = fc.record(
      { introduced: version, fixed: version, lastAffected: version, limit: version },
      { requiredKeys: ['introduced'] },
    );
    fc.assert(
      fc.property(
        version,
        fc.array(range, { maxLength: 4 }),
        fc.array(version),
        (one, ranges, versions) => {
          const check = checkVersion('npm', one, [entry({ ranges, versions })]);
          expect(check.isAffected).toBe(isAffected('npm', one, ranges, versions));
          const isInRange = check.entries[0]?.ranges.some(({ isInside }) => isInside === true);
          expect(isInRange === true || check.entries[0]?.isListed === true).toBe(check.isAffected);
          for (const { bounds, isInside } of check.entries[0]?.ranges ?? []) {
            expect(bounds.every((bound) => bound.isInside === true)).toBe(isInside);
          }
        },
      ),
    );
  });
});
