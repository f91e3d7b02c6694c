import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../core/version/index.ts';
import { spansOf, type RangeEvent } from './ranges.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

const compare = (a: string, b: string): -1 | 0 | 1 | undefined => compareVersions('npm', a, b);

/** `i1 f2 l3 m4`: introduced, fixed, last affected, limit. */
function events(text: string): RangeEvent[] {
  const kinds = { i: 'introduced', f: 'fixed', l: 'last_affected', m: 'limit' } as const;
  return text.split(' ').map((word) => ({
    kind: kinds[word.charAt(0) as keyof typeof kinds],
    version: word.slice(1),
  }));
}

describe('spansOf', () => {
  it.each<[string, string, unknown]>([
    ['one span', 'i0 f1.2.0', [{ introduced: '0', fixed: '1.2.0' }]],
    ['no end', 'i1.0.0', [{ introduced: '1.0.0' }]],
    ['the last affected', 'i0 l1.1.0', [{ introduced: '0', lastAffected: '1.1.0' }]],
    [
      'several spans',
      'i0 f1.2.0 i2.0.0 f2.1.0 i3.0.0',
      [
        { introduced: '0', fixed: '1.2.0' },
        { introduced: '2.0.0', fixed: '2.1.0' },
        { introduced: '3.0.0' },
      ],
    ],
    [
      'events in any order',
      'f2.1.0 i2.0.0 f1.10.0 i0',
      [
        { introduced: '0', fixed: '1.10.0' },
        { introduced: '2.0.0', fixed: '2.1.0' },
      ],
    ],
    [
      'one span up to the beginning of the next',
      'i0 i2.0.0 f2.0.0 f3.0.0',
      [
        { introduced: '0', fixed: '2.0.0' },
        { introduced: '2.0.0', fixed: '3.0.0' },
      ],
    ],
    [
      'single versions',
      'i2.0.0 l2.0.0 i1.0.0 l1.0.0',
      [
        { introduced: '1.0.0', lastAffected: '1.0.0' },
        { introduced: '2.0.0', lastAffected: '2.0.0' },
      ],
    ],
    [
      'a span that begins where another one has its last version',
      'i0 l1.0.0 i1.0.0 f2.0.0',
      [
        { introduced: '0', lastAffected: '1.0.0' },
        { introduced: '1.0.0', fixed: '2.0.0' },
      ],
    ],
    [
      'further fixes as empty spans',
      'i0 f1.1.0 f2.1.0',
      [
        { introduced: '0', fixed: '1.1.0' },
        { introduced: '2.1.0', fixed: '2.1.0' },
      ],
    ],
    ['a limit', 'i0 m2.0.0', [{ introduced: '0', limit: '2.0.0' }]],
    ['the highest of several limits', 'i0 m2.0.0 m10.0.0', [{ introduced: '0', limit: '10.0.0' }]],
    ['the limit that is none', 'i0 m2.0.0 m*', [{ introduced: '0' }]],
    [
      'a second introduction within a span',
      'i0 i1.0.0 f2.0.0',
      [{ introduced: '0', fixed: '2.0.0' }],
    ],
    [
      'events without order as they stand',
      'i0 f?? i2.0.0',
      [{ introduced: '0', fixed: '??' }, { introduced: '2.0.0' }],
    ],
    [
      'events without order around the very first version',
      'f?? i0 f1.0.0',
      [
        { introduced: '??', fixed: '??' },
        { introduced: '0', fixed: '1.0.0' },
      ],
    ],
    ['nothing introduced', 'f1.0.0', undefined],
  ])('reads %s', (_title, text, expected) => {
    expect(spansOf(events(text), compare)).toEqual(expected);
  });

  it('reads a hundred thousand events in linear time', () => {
    const text = Array.from(
      { length: 50_000 },
      (_item, index) => `i${index + 1}.0.0 f${index + 1}.5.0`,
    );
    const cpuMs = startCpuClock();
    expect(spansOf(events(text.reverse().join(' ')), compare)).toHaveLength(50_000);
    expect(cpuMs()).toBeLessThan(30_000);
  });
});
