import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { workflow } from './workflow.ts';

const PATH = '/.github/workflows/ci.yml';
const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';
const WORKFLOW = `on: [push]
jobs:
  build:
    steps:
      - uses: actions/checkout@${COMMIT} # v4.2.2
      - name: own
        uses: ./action
      - uses: github/codeql-action/init@v3
      - uses: docker://alpine:3.18
      - uses: nobody
      - run: "uses: not/this@v1"
  call:
    uses: octo/shared/.github/workflows/ci.yml@main
`;

async function usesIn(path: string, body: string): Promise<readonly unknown[]> {
  const { packages } = await readCatalog(workflow, path, body);
  return packages.map(({ name, version, line }) => [name, version, line]);
}

describe('a workflow of GitHub', () => {
  it('lists each use of an action', async () => {
    expect(await usesIn(PATH, WORKFLOW)).toEqual([
      ['actions/checkout', COMMIT, 5],
      ['github/codeql-action', 'v3', 8],
      ['octo/shared', 'main', 13],
    ]);
    const { diagnostics } = await readCatalog(workflow, PATH, WORKFLOW);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, undefined]);
  });

  it('reads composite actions', async () => {
    const body = 'runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n';
    expect(await usesIn('/action.yml', body)).toEqual([['a/b', 'v1', 4]]);
  });

  it('reads aliases, without lines', async () => {
    const body = 'jobs:\n  a: &a\n    steps:\n      - uses: a/b@v1\n  b: *a\n';
    expect(await usesIn(PATH, body)).toEqual([
      ['a/b', 'v1', undefined],
      ['a/b', 'v1', undefined],
    ]);
  });

  it('takes no more steps than a workflow can have', async () => {
    const steps = `steps: &s [${'{uses: a/b@v1},'.repeat(200)}]`;
    const jobs = Array.from({ length: 100 }, (_, index) => `  j${index}: {steps: *s}\n`).join('');
    const body = `jobs:\n  first: {${steps}}\n${jobs}`;
    const { packages, diagnostics } = await readCatalog(workflow, PATH, body);
    expect(packages).toHaveLength(10_000);
    expect(diagnostics?.at(-1)?.gap).toBe('limit');
  });

  it.each(['', 'name: x\n', 'jobs:\n  - a list\n', 'text'])('finds nothing in %j', async (body) => {
    expect(await readCatalog(workflow, PATH, body)).toEqual({ packages: [] });
  });

  it('refuses what is no YAML', async () => {
    await expect(readCatalog(workflow, PATH, 'a: [')).rejects.toThrow('invalid YAML');
  });

  it('survives hostile files', () => survivesHostileInput(workflow, PATH, WORKFLOW));
});

const samples = sharedPath('samples/lockfiles/github-actions');

it.skipIf(samples === undefined)('workflows of projects (needs ../shared)', async () => {
  for (const name of await readdir(samples ?? '')) {
    const body = await readFile(`${samples ?? ''}/${name}`, 'utf8');
    const { packages } = await readCatalog(workflow, PATH, body);
    const uses = body.match(/^\s*(?:- )?uses:\s*["']?[^."'\s][^\s]*@/gm) ?? [];
    expect([name, packages.length]).toEqual([name, uses.length]);
  }
});
