import { expect, it } from 'vitest';

import type { NpmVersions } from '../../../../clients/package-index/npm-registry.ts';
import { readAllowance } from '../../allowance.ts';
import { makeLockGraph, type LockNode } from './lock-graph.ts';
import { findMoves } from './moves.ts';

/**
 * Layers of packages, each of which requests all of the next layer; the last layer is the
 * vulnerable package.
 */
function layers(count: number, width: number): readonly LockNode[] {
  const nameOf = (layer: number, index: number): string =>
    layer === count ? 'vuln' : `p${layer}-${index}`;
  const nodes: LockNode[] = [];
  for (let layer = 0; layer < count; layer += 1) {
    const next = new Set(Array.from({ length: width }, (_, index) => nameOf(layer + 1, index)));
    const requests = [...next].map((name) => ({
      section: 'dependencies' as const,
      name,
      range: '1.0.0',
    }));
    for (let index = 0; index < width; index += 1) {
      const name = nameOf(layer, index);
      nodes.push({ path: name, isProject: false, name, version: '1.0.0', requests });
    }
  }
  const top = Array.from({ length: width }, (_, index) => ({
    section: 'dependencies' as const,
    name: nameOf(0, index),
    range: 'file:elsewhere',
  }));
  const project = { path: '', isProject: true, name: 'app', version: '', requests: top };
  const vuln = { path: 'vuln', isProject: false, name: 'vuln', version: '1.0.0', requests: [] };
  return [project, ...nodes, vuln];
}

it('ends the search for packages that accept a version after a bounded number of requests', async () => {
  const nodes = layers(7, 6);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const graph = makeLockGraph(nodes, (_, { name }) =>
    [byName.get(name)].filter((one) => one !== undefined),
  );
  let asked = 0;
  // Each package has releases that accept the new versions, and the project accepts none of them.
  const free: NpmVersions = new Map(
    ['1.0.1', '1.0.2', '1.0.3'].map((version) => [version, new Map()]),
  );
  const found = await findMoves(
    { name: 'vuln', from: '1.0.0', to: '1.0.1', level: 'patch', rank: 0 },
    {
      graph,
      allowance: readAllowance([]),
      manifestOf: () => 'package.json',
      versionsOf: () => {
        asked += 1;
        return Promise.resolve(free);
      },
    },
  );
  expect(found).toMatchObject({
    reason: expect.stringContaining('more than 2000 requests') as string,
  });
  expect(asked).toBeLessThanOrEqual(2000);
});
