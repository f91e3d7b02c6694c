import { describe, expect, it } from 'vitest';
import { affectedByRanges } from './npm-ranges.ts';

/** `introduced<fixed`, `introduced..limit`, `introduced<=lastAffected`. */
function spans(vulnerable: string, patched?: string): readonly string[] | undefined {
  return affectedByRanges(vulnerable, patched)?.map(
    ({ introduced, fixed, limit, lastAffected }) => {
      if (fixed !== undefined) return `${introduced}<${fixed}`;
      if (lastAffected !== undefined) return `${introduced}<=${lastAffected}`;
      return `${introduced}..${limit ?? ''}`;
    },
  );
}

describe('affectedByRanges', () => {
  it.each<[string, string | undefined, string[]]>([
    ['8.x || 7.x', '^8.1.4 || ^7.10.1', ['7.0.0<7.10.1', '8.0.0<8.1.4']],
    ['6.x || 7.x', '^7.1.0', ['6.0.0..7.0.0', '7.0.0<7.1.0']],
    ['8.5.0', '^8.6.0', ['8.5.0<=8.5.0']],
    ['<= 10', '^10.2.0', ['0<10.2.0']],
    ['>=6.0.0 <6.2.0 || 5.x', '>=6.2.0', ['5.0.0..6.0.0', '6.0.0..6.2.0']],
    ['24.x', undefined, ['24.0.0..25.0.0']],
    ['10.x', '10.x', []],
    ['10.x', '~10.2.0', ['10.0.0<10.2.0', '10.3.0..11.0.0']],
    ['>=12', '>=12.1.0', ['12.0.0<12.1.0']],
    ['*', '^1.2.0', ['0<1.2.0', '2.0.0..']],
  ])('takes from %s what is patched by %s', (vulnerable, patched, expected) => {
    expect(spans(vulnerable, patched)).toEqual(expected);
  });

  it.each([
    ['what?', '^1.0.0'],
    ['1.x', 'what?'],
  ])('cannot read %s and %s', (vulnerable, patched) => {
    expect(spans(vulnerable, patched)).toBeUndefined();
  });
});
