import { expect, it } from 'vitest';

import type { NpmVersions } from '../../../../clients/package-index/npm-registry.ts';
import { areCompatible } from '../../choose-steps.ts';
import type { Move, Step } from '../../plan.ts';
import { readNpmGraph } from '../npm/npm-graph.ts';
import { readOverrides } from '../npm/overrides.ts';
import { withLimits } from './limits.ts';

/**
 * Version 1.0.0 of `a` accepts every `b`, and version 1.1.0 only those of the first major version.
 */
const graph = readNpmGraph({
  '': { name: 'app', dependencies: { a: '1.0.0', b: '>=1.0.0' } },
  'node_modules/a': { version: '1.0.0', dependencies: { b: '>=1.0.0' } },
  'node_modules/b': { version: '1.0.0' },
});
const released: NpmVersions = new Map([
  ['1.0.0', new Map([['b', '>=1.0.0']])],
  [
    '1.1.0',
    new Map([
      ['b', '^1.0.0'],
      ['c', '^1.0.0'],
    ]),
  ],
]);
const search = {
  ...{ lockfile: 'package-lock.json', graph, overrides: readOverrides('package.json', {}) },
  ...{ manifestOf: () => 'package.json' },
  versionsOf: (name: string) => Promise.resolve(name === 'a' ? released : undefined),
};

function stepOf(...moves: readonly [Move, ...Move[]]): Step {
  return {
    ...{ id: 'one', kind: 'widen', ecosystem: 'npm', lockfile: 'package-lock.json', moves },
    ...{ edits: [], clears: ['f'], adds: [], dependents: [] },
  };
}

const move = (name: string, to: string): Move => ({
  ...{ name, from: '1.0.0', to, level: 'minor', rank: 0 },
});

it('knows what a new version requests of packages that are there', async () => {
  const step = await withLimits(stepOf(move('a', '1.1.0')), search);
  expect(step).toMatchObject({ limits: [{ name: 'b', from: '1.0.0', range: '^1.0.0' }] });
  if (typeof step === 'string') throw new Error(step);
  expect(areCompatible(step, stepOf(move('b', '2.0.0')))).toBe(false);
  expect(areCompatible(stepOf(move('b', '2.0.0')), step)).toBe(false);
  expect(areCompatible(step, stepOf(move('b', '1.5.0')))).toBe(true);
});

it('refuses a step whose own moves do not accept each other', async () => {
  expect(await withLimits(stepOf(move('b', '2.0.0'), move('a', '1.1.0')), search)).toBe(
    'with b 2.0.0, another package of the step would require b "^1.0.0"',
  );
});

it('leaves a step as it is where no registry is asked', async () => {
  const step = stepOf(move('a', '1.1.0'));
  const offline = { ...search, versionsOf: () => Promise.resolve(undefined) };
  expect(await withLimits(step, offline)).toBe(step);
});
