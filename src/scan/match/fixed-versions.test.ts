import { describe, expect, it } from 'vitest';
import { affects, below } from '../../../test/support/model.ts';
import { fixedVersionsOf } from './fixed-versions.ts';

describe('fixedVersionsOf', () => {
  it.each([
    ['nothing is fixed', [affects('left', [{ introduced: '0' }])], []],
    [
      'two records agree',
      [affects('left', [below('2.0.0')]), affects('left', [below('2.0.0')])],
      ['2.0.0'],
    ],
    [
      'one record is stricter',
      [affects('left', [below('1.1.0')]), affects('left', [below('1.2.0')])],
      ['1.2.0', '1.1.0'],
    ],
    [
      'one record knows no fix',
      [affects('left', [below('1.1.0')]), affects('left', [{ introduced: '0' }])],
      ['1.1.0'],
    ],
    [
      'no single version satisfies all',
      [
        affects('left', [below('1.1.0'), { introduced: '1.2.0' }]),
        affects('left', [below('1.2.0')]),
      ],
      ['1.1.0', '1.2.0'],
    ],
    [
      'a statement of innocence names a version',
      [
        affects('left', [below('1.1.0')]),
        affects('left', [below('9.0.0')], { status: 'notAffected' }),
      ],
      ['1.1.0'],
    ],
    [
      'a later branch already had the fix',
      [affects('left', [below('1.1.0'), { introduced: '2.0.3', fixed: '2.0.3' }])],
      ['1.1.0', '2.0.3'],
    ],
    ['the fix cannot be ordered', [affects('left', [below('soon')])], ['soon']],
  ])('of 1.0.0 when %s', (_, entries, expected) => {
    expect(fixedVersionsOf('npm', '1.0.0', entries)).toEqual(expected);
  });
});
