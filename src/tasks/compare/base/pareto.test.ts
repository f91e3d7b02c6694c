import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { aFactSheet } from '../../../../test/support/fact-sheets.ts';
import type { FindingCounts, ImageFactSheet } from '../../../core/model/report/base-comparison.ts';
import { paretoSet } from './pareto.ts';

/** An image by its critical and high findings, all findings, packages and sizes. */
function image(
  name: string,
  [critical, high, total]: readonly [number, number, number],
  fields: Partial<ImageFactSheet> = {},
): ImageFactSheet {
  const bySeverity = { unknown: 0, low: total - critical - high, medium: 0, high, critical };
  return aFactSheet(name, { findings: { total, bySeverity, fixable: 0, exploited: 0 }, ...fields });
}

/** Without findings. */
function unmatched(name: string, fields: Partial<ImageFactSheet> = {}): ImageFactSheet {
  return without('findings', aFactSheet(name, fields));
}

const ENDED = { gaps: [{ kind: 'endOfLife', count: 1 }] };
const SMALL = { packageCount: 1, compressedBytes: 1, unpackedBytes: 1 };

function without(fact: keyof ImageFactSheet, sheet: ImageFactSheet): ImageFactSheet {
  const copy = { ...sheet };
  Reflect.deleteProperty(copy, fact);
  return copy;
}

describe('the Pareto set', () => {
  it.each<[string, readonly ImageFactSheet[], string]>([
    ['one image alone', [image('a', [1, 1, 5])], 'a yes'],
    ['fewer findings', [image('a', [0, 1, 5]), image('b', [0, 0, 4])], 'a no (b), b yes'],
    ['equal images', [image('a', [1, 1, 5]), image('b', [1, 1, 5])], 'a yes, b yes'],
    [
      'fewer findings in a larger image',
      [image('a', [1, 1, 5]), image('b', [0, 0, 0], { compressedBytes: 9999 })],
      'a yes, b yes',
    ],
    [
      'fewer findings, one of them critical',
      [image('a', [0, 0, 9]), image('b', [1, 0, 2])],
      'a yes, b yes',
    ],
    [
      'an image that two are better than',
      [image('a', [2, 2, 9]), image('b', [1, 1, 5]), image('c', [0, 0, 1])],
      'a no (b, c), b no (c), c yes',
    ],
    [
      'an image past its end of life without a finding, which is no proof',
      [image('a', [0, 1, 5]), image('b', [0, 0, 0], { ...SMALL, ...ENDED })],
      'a yes, b unknown',
    ],
    [
      'an image with gaps that is worse even so',
      [image('a', [0, 0, 0]), image('b', [1, 1, 3], ENDED)],
      'a yes, b no (a)',
    ],
    [
      'an image whose findings are unknown',
      [image('a', [0, 0, 0], SMALL), unmatched('b')],
      'a yes, b unknown',
    ],
    [
      'images whose findings are all unknown: packages and sizes decide',
      [unmatched('a'), unmatched('b', SMALL)],
      'a no (b), b yes',
    ],
    [
      'a size that is not known of all, which does not decide',
      [
        without('compressedBytes', image('a', [0, 0, 1])),
        image('b', [0, 0, 2], { compressedBytes: 1 }),
      ],
      'a yes, b no (a)',
    ],
  ])('%s', (_, images, expected) => {
    const shown = paretoSet(images).standings.map(({ isMember, dominatedBy }, index) => {
      const by = dominatedBy.length === 0 ? '' : ` (${dominatedBy.join(', ')})`;
      return `${images[index]?.name ?? ''} ${isMember}${by}`;
    });
    expect(shown.join(', ')).toBe(expected);
  });

  it('names the quantities that decided', () => {
    const images = [image('a', [0, 0, 0]), without('unpackedBytes', image('b', [0, 0, 0]))];
    const { dimensions } = paretoSet(images);
    expect(dimensions).toEqual([
      ...['critical', 'high', 'findings', 'exploited', 'packages', 'compressedBytes'],
    ]);
    expect(paretoSet([]).dimensions).toEqual([]);
  });

  it('has for complete images what its definition says, and is never empty', () => {
    const small = fc.nat({ max: 3 });
    const sheets = fc
      .array(fc.tuple(small, small, small, small, small, small, small), {
        minLength: 1,
        maxLength: 6,
      })
      .map((rows) =>
        rows.map(([critical, high, low, exploited, packageCount, compressedBytes, more], index) => {
          const findings: FindingCounts = {
            total: critical + high + low,
            bySeverity: { unknown: 0, low, medium: 0, high, critical },
            fixable: 0,
            exploited,
          };
          const sizes = { compressedBytes, unpackedBytes: compressedBytes + more };
          return aFactSheet(String(index), { findings, packageCount, ...sizes });
        }),
      );
    const vector = ({ findings, ...one }: ImageFactSheet): readonly number[] =>
      [
        ...[findings?.bySeverity.critical, findings?.bySeverity.high, findings?.total],
        ...[findings?.exploited, one.packageCount, one.compressedBytes, one.unpackedBytes],
      ].map((number) => number ?? Number.NaN);
    fc.assert(
      fc.property(sheets, (images) => {
        const members = images.filter(
          (one) =>
            !images.some(
              (other) =>
                vector(other).every((value, at) => value <= (vector(one)[at] ?? 0)) &&
                vector(other).some((value, at) => value < (vector(one)[at] ?? 0)),
            ),
        );
        const { standings } = paretoSet(images);
        expect(images.filter((_, at) => standings[at]?.isMember === 'yes')).toEqual(members);
        expect(members.length).toBeGreaterThan(0);
      }),
    );
  });
});
