import { describe, expect, it } from 'vitest';

import { AssayError } from '../../../../core/base/errors.ts';
import type { JsonObject } from '../../../../formats/text/json/json.ts';
import type { Move, Step } from '../../plan.ts';
import type { ProjectFile } from '../../project-files.ts';
import { heldPackages } from './held-packages.ts';
import { movePackages } from './move-packages.ts';
import { readNpmGraph } from './npm-graph.ts';
import { pinnedFiles } from './pinned-files.ts';

type Requests = Readonly<Record<string, string>>;

/** Rows of a lockfile; each package as its version and what it requests. */
function packagesOf(
  direct: Requests,
  packages: Readonly<Record<string, readonly [version: string, requests?: Requests]>>,
): JsonObject {
  const rows = Object.entries(packages).map(([path, [version, dependencies = {}]]) => [
    `node_modules/${path}`,
    { version, dependencies },
  ]);
  return { '': { name: 'app', dependencies: direct }, ...Object.fromEntries(rows) } as JsonObject;
}

function stepOf(...moves: readonly [Move, ...Move[]]): Step {
  return {
    ...{ id: 'one', kind: 'widen', ecosystem: 'npm', lockfile: 'package-lock.json', moves },
    ...{ edits: [], clears: ['f'], adds: [], dependents: [] },
  };
}

const move = (name: string, to: string): Move => ({
  ...{ name, from: '1.0.0', to, level: 'minor', rank: 0 },
});

// a binds b exactly, and b alone requests c.
const before = readNpmGraph(
  packagesOf(
    { a: '1.0.0' },
    { a: ['1.0.0', { b: '1.0.0' }], b: ['1.0.0', { c: '^1.0.0' }], c: ['1.0.0'] },
  ),
);
const step = stepOf(move('b', '1.1.0'), move('a', '1.1.0'));

it('holds a package that npm renewed and that no step moves', () => {
  const after = readNpmGraph(
    packagesOf(
      { a: '1.1.0' },
      { a: ['1.1.0', { b: '^1.0.0' }], b: ['1.1.0', { c: '^1.0.0' }], c: ['1.9.0'] },
    ),
  );
  const held = heldPackages(before, after, [step]);
  expect(held).toEqual([{ name: 'c', from: '1.9.0', to: '1.0.0', graph: after }]);
  const manifest = new TextEncoder().encode(JSON.stringify({ dependencies: { a: '1.1.0' } }));
  const [file] = pinnedFiles({
    manifests: [{ path: 'package.json', bytes: manifest }],
    steps: [step],
    graph: before,
    manifestOf: () => 'package.json',
    held,
  });
  expect(JSON.parse(new TextDecoder().decode(file?.bytes))).toEqual({
    dependencies: { a: '1.1.0' },
    overrides: { b: '1.1.0', c: '1.0.0' },
  });
});

it.each<[string, Requests]>([
  ['requests a newer version', { c: '^1.5.0' }],
  ['has a request that is no range', { c: 'https://example.com/c.tgz' }],
])('holds no package if its dependent %s', (_, requests) => {
  const after = readNpmGraph(
    packagesOf(
      { a: '1.1.0' },
      { a: ['1.1.0', { b: '^1.0.0' }], b: ['1.1.0', requests], c: ['1.9.0'] },
    ),
  );
  expect(heldPackages(before, after, [step])).toEqual([]);
});

it('holds neither what a step moves, nor what the lockfile has, nor a package that is new', () => {
  const after = readNpmGraph(
    packagesOf(
      { a: '1.1.0' },
      {
        ...{ a: ['1.1.0', { b: '^1.0.0' }], b: ['1.1.0', { c: '^1.0.0', d: '^1.0.0' }] },
        ...{ c: ['1.0.0'], d: ['1.4.0'] },
      },
    ),
  );
  expect(heldPackages(before, after, [step])).toEqual([]);
});

it('pins each request of a package that has other versions beside the renewed one', () => {
  const two = { c: ['1.0.0'], 'e/node_modules/c': ['2.0.0'] } as const;
  const direct = { a: '1.0.0', e: '1.0.0' };
  const e = ['1.0.0', { c: '^2.0.0' }] as const;
  const old = readNpmGraph(
    packagesOf(direct, {
      ...{ a: ['1.0.0', { b: '1.0.0' }], b: ['1.0.0', { c: '^1.0.0' }], e, ...two },
    }),
  );
  const after = readNpmGraph(
    packagesOf(direct, {
      ...{ a: ['1.1.0', { b: '^1.0.0' }], b: ['1.1.0', { c: '^1.0.0' }], e, ...two },
      c: ['1.9.0'],
    }),
  );
  const held = heldPackages(old, after, [step]);
  expect(held).toMatchObject([{ name: 'c', from: '1.9.0', to: '1.0.0' }]);
  const [file] = pinnedFiles({
    manifests: [{ path: 'package.json', bytes: new TextEncoder().encode('{}') }],
    ...{ steps: [step], graph: old, manifestOf: () => 'package.json', held },
  });
  expect(JSON.parse(new TextDecoder().decode(file?.bytes))).toMatchObject({
    overrides: { b: { '.': '1.1.0', c: '1.0.0' } },
  });
});

describe('runs of npm', () => {
  const request = {
    manifests: [{ path: 'package.json', bytes: new TextEncoder().encode('{}') }],
    ...{ steps: [step], graph: before, manifestOf: () => 'package.json' },
  };
  const renewed = readNpmGraph(
    packagesOf(
      { a: '1.1.0' },
      { a: ['1.1.0', { b: '^1.0.0' }], b: ['1.1.0', { c: '^1.0.0' }], c: ['1.9.0'] },
    ),
  );
  const kept = readNpmGraph(
    packagesOf(
      { a: '1.1.0' },
      { a: ['1.1.0', { b: '^1.0.0' }], b: ['1.1.0', { c: '^1.0.0' }], c: ['1.0.0'] },
    ),
  );
  const holdsC = (files: readonly ProjectFile[]): boolean =>
    new TextDecoder().decode(files[0]?.bytes).includes('"c":"1.0.0"');

  it('are repeated until they renew nothing that the steps do not name', async () => {
    const runs: boolean[] = [];
    await movePackages(request, (files) => {
      runs.push(holdsC(files));
      return Promise.resolve(holdsC(files) ? kept : renewed);
    });
    expect(runs).toEqual([false, true]);
  });

  it('end with what npm renews if it refuses to keep a package, or keeps none', async () => {
    const runs: boolean[] = [];
    await movePackages(request, (files) => {
      runs.push(holdsC(files));
      if (holdsC(files))
        return Promise.reject(new AssayError('USAGE', 'npm ended with exit code 1'));
      return Promise.resolve(renewed);
    });
    expect(runs).toEqual([false, true, false]);
    runs.length = 0;
    await movePackages(request, (files) => {
      runs.push(holdsC(files));
      return Promise.resolve(renewed);
    });
    expect(runs).toEqual([false, true]);
  });

  it('fail as the first one does', async () => {
    const error = new AssayError('USAGE', 'npm ended with exit code 1');
    await expect(movePackages(request, () => Promise.reject(error))).rejects.toBe(error);
  });
});
