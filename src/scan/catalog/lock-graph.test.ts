import { describe, expect, it } from 'vitest';

import { scopesOf, type LockEdge, type LockRoot } from './lock-graph.ts';

const GRAPH: Readonly<Record<string, readonly LockEdge[]>> = {
  app: [{ to: 'lib' }, { to: 'native', isOptional: true }],
  lib: [{ to: 'app' }],
  native: [{ to: 'binding' }],
  tool: [{ to: 'lib' }, { to: 'watcher', isOptional: true }, { to: 'own' }],
  watcher: [{ to: 'native' }],
};

const scopes = (roots: readonly LockRoot[]) =>
  Object.fromEntries(scopesOf(roots, (key) => GRAPH[key] ?? []));

describe('scopesOf', () => {
  it('gives each package the strongest scope that reaches it', () => {
    expect(
      scopes([
        { to: 'tool', scope: 'development' },
        { to: 'app', scope: 'runtime' },
      ]),
    ).toEqual({
      app: 'runtime',
      lib: 'runtime',
      native: 'optional',
      binding: 'optional',
      tool: 'development',
      watcher: 'development',
      own: 'development',
    });
  });

  it('says nothing of what no root reaches', () => {
    expect(scopes([{ to: 'watcher', scope: 'peer' }])).toEqual({
      watcher: 'peer',
      native: 'peer',
      binding: 'peer',
    });
  });

  it('takes linear time in a long chain', () => {
    const found = scopesOf([{ to: '0', scope: 'runtime' }], (key) =>
      Number(key) < 200_000 ? [{ to: String(Number(key) + 1) }] : [],
    );
    expect(found.size).toBe(200_001);
  });
});
