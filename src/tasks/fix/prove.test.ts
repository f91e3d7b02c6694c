import { describe, expect, it } from 'vitest';

import { aFinding, anInventory } from '../../../test/support/model.ts';
import type { Step } from './plan.ts';
import { proveSteps, type Match, type NamedFinding } from './prove.ts';

const found = (name: string, version: string, advisoryId: string): NamedFinding => ({
  name,
  version,
  finding: aFinding(`${name}@${version} ${advisoryId}`, { advisoryId }),
});
const match = (...findings: readonly NamedFinding[]): Match => ({
  findings,
  result: { inventory: anInventory([]), diagnostics: [] },
});
const STEP: Step = {
  id: 's',
  kind: 'widen',
  ecosystem: 'npm',
  lockfile: 'package-lock.json',
  moves: [
    { name: 'a', from: '1.0.0', to: '1.1.0', level: 'minor', rank: 0 },
    { name: 'b', from: '1.0.0', to: '1.1.0', level: 'minor', rank: 0 },
  ],
  edits: [],
  clears: ['a@1.0.0 A'],
  adds: [],
  dependents: [],
};

describe('a step', () => {
  it.each<[string, readonly NamedFinding[], readonly NamedFinding[], boolean]>([
    ['clears what is gone', [found('a', '1.0.0', 'A')], [], true],
    [
      'clears nothing that is still there',
      [found('a', '1.0.0', 'A')],
      [found('a', '1.0.0', 'A')],
      false,
    ],
    [
      'clears nothing that another version has',
      [found('a', '1.0.0', 'A')],
      [found('a', '1.1.0', 'A')],
      false,
    ],
    [
      'may leave a flaw that a moved package had before',
      [found('a', '1.0.0', 'A'), found('b', '1.0.0', 'B')],
      [found('b', '1.1.0', 'B')],
      true,
    ],
    [
      'may not add a second version with a flaw',
      [found('a', '1.0.0', 'A'), found('b', '1.0.0', 'B')],
      [found('b', '1.0.0', 'B'), found('b', '1.1.0', 'B')],
      false,
    ],
    [
      'may not add a flaw',
      [found('a', '1.0.0', 'A'), found('b', '1.0.0', 'B')],
      [found('b', '1.1.0', 'C')],
      false,
    ],
  ])('%s', (_, before, after, holds) => {
    const { steps, problems } = proveSteps([STEP], match(...before), match(...after));
    expect([steps.length, problems.size]).toEqual(holds ? [1, 0] : [0, 1]);
  });
});
