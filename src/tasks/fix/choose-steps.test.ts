import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { areCompatible, chooseSteps, compareCosts, costOf } from './choose-steps.ts';
import type { ChangeLevel, Move, Step, StepKind } from './plan.ts';

/** A move to a version with a major number above 1 is a major one. */
const move = (name: string, from: string, to: string, rank = 0): Move => ({
  name,
  from,
  to,
  level: to.startsWith('1.') ? 'patch' : 'major',
  rank,
});

let count = 0;
function step(part: Partial<Step> & Pick<Step, 'clears'>): Step {
  count += 1;
  return {
    id: `s${count}`,
    kind: 'update',
    ecosystem: 'npm',
    lockfile: 'package-lock.json',
    moves: [move(`p${count}`, '1.0.0', '1.0.1')],
    edits: [],
    adds: [],
    dependents: [],
    ...part,
  };
}

describe('the smallest set of steps', () => {
  it.each<[string, Step[], number[]]>([
    [
      'takes one step for two findings instead of two steps',
      [step({ clears: ['a'] }), step({ clears: ['b'] }), step({ clears: ['a', 'b'] })],
      [2],
    ],
    [
      'prefers an update to an override that clears the same',
      [step({ clears: ['a'], kind: 'override' }), step({ clears: ['a'] })],
      [1],
    ],
    [
      'prefers an override to a major step',
      [
        step({ clears: ['a'], kind: 'widen', moves: [move('x', '1.0.0', '2.0.0', 0)] }),
        step({ clears: ['a'], kind: 'override' }),
      ],
      [1],
    ],
    [
      'takes a major step before a new finding',
      [
        step({ clears: ['a'], adds: ['n'] }),
        step({ clears: ['a'], kind: 'widen', moves: [move('x', '1.0.0', '2.0.0', 0)] }),
      ],
      [1],
    ],
    [
      'takes the lower version',
      [
        step({ clears: ['a'], moves: [move('x', '1.0.0', '1.0.9', 1)] }),
        step({ clears: ['a'], moves: [move('x', '1.0.0', '1.0.1', 0)] }),
      ],
      [1],
    ],
    [
      'gives no package two versions',
      [
        step({ clears: ['a'], moves: [move('x', '1.0.0', '1.0.1')] }),
        step({ clears: ['b'], moves: [move('x', '1.0.0', '1.0.2', 1)] }),
        step({ clears: ['a', 'b'], moves: [move('x', '1.0.0', '2.0.0', 2)] }),
      ],
      [2],
    ],
    [
      'counts a package once that two steps move alike',
      [
        step({ clears: ['a'], moves: [move('x', '1.0.0', '1.1.0'), move('d', '1.0.0', '1.1.0')] }),
        step({ clears: ['b'], moves: [move('y', '1.0.0', '1.1.0'), move('d', '1.0.0', '1.1.0')] }),
        step({
          clears: ['a', 'b'],
          moves: ['q', 'r', 's', 't'].map((n) => move(n, '1.0.0', '1.1.0')) as [Move, ...Move[]],
        }),
      ],
      [0, 1],
    ],
    [
      'moves no package to a version that a new version of another one does not accept',
      [
        step({ clears: ['a'], moves: [move('x', '1.0.0', '2.0.0')] }),
        step({
          clears: ['b'],
          moves: [move('y', '1.0.0', '1.1.0')],
          limits: [{ name: 'x', from: '1.0.0', range: '^1.0.0' }],
        }),
        step({ clears: ['a'], kind: 'override', moves: [move('x', '1.0.0', '2.0.0')] }),
      ],
      [1, 2],
    ],
    ['clears what it can', [step({ clears: ['a'] })], [0]],
  ])('%s', (_, steps, expected) => {
    const chosen = chooseSteps(steps, ['a', 'b']);
    expect(new Set(chosen)).toEqual(new Set(expected.map((index) => steps[index])));
  });

  it('equals that of an exhaustive search', () => {
    const kinds: readonly StepKind[] = ['update', 'widen', 'override', 'remove'];
    const anyMove = fc.record({
      name: fc.constantFrom('p', 'q', 'r'),
      from: fc.constant('1.0.0'),
      to: fc.constantFrom('1.0.1', '1.1.0', '2.0.0'),
      rank: fc.nat(2),
      level: fc.constantFrom<ChangeLevel>('patch', 'minor'),
    });
    const anyStep = fc.record({
      kind: fc.constantFrom(...kinds),
      lockfile: fc.constantFrom('a', 'b'),
      moves: fc.uniqueArray(anyMove, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
      clears: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5'), {
        minLength: 1,
        maxLength: 3,
      }),
      adds: fc.uniqueArray(fc.constantFrom('n1', 'n2'), { maxLength: 1 }),
      limits: fc.array(
        fc.record({
          name: fc.constantFrom('p', 'q', 'r'),
          from: fc.constant('1.0.0'),
          range: fc.constantFrom('~1.0.0', '^1.0.0', '>=1.1.0'),
        }),
        { maxLength: 1 },
      ),
    });
    const wanted = ['1', '2', '3', '4', '5'];
    const isValid = (steps: readonly Step[]): boolean =>
      steps.every((a, index) => steps.slice(index + 1).every((b) => areCompatible(a, b)));
    const clearedBy = (steps: readonly Step[]): number =>
      new Set(steps.flatMap(({ clears }) => clears)).size;
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 9 }), (parts) => {
        const steps = parts.map((part) =>
          step({ ...part, moves: part.moves as [Move, ...Move[]] }),
        );
        const chosen = chooseSteps(steps, wanted);
        expect(isValid(chosen)).toBe(true);
        for (let mask = 0; mask < 2 ** steps.length; mask += 1) {
          const other = steps.filter((_, index) => ((mask >> index) & 1) === 1);
          if (!isValid(other)) continue;
          const order =
            clearedBy(other) - clearedBy(chosen) || compareCosts(costOf(chosen), costOf(other));
          expect(order).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
