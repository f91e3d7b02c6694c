import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { pinRequest } from '../../test/support/pin-scene.ts';
import { quietContext } from '../base/context.ts';
import { pinCauses } from './exit-code.ts';
import { FINDERS } from './finders/list.ts';
import type { PinOutcome } from './outcome.ts';
import { run } from './run.ts';

const PINNED = `FROM a@sha256:${'a'.repeat(64)}\n`;
const WORKFLOW = 'on: push\njobs: {a: {container: node:18, steps: [{uses: a/b@v1}]}}\n';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-unread-')));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function check(target = '.'): Promise<PinOutcome> {
  return run(pinRequest(root, { finders: FINDERS, mode: 'check', target }), quietContext());
}

describe('symlinks of a check', () => {
  it.each<[string, string, string, boolean]>([
    ['to a file with another name', 'Dockerfile', 'base.txt', true],
    ['out of the directory', 'src/Dockerfile', '../../outside', true],
    ['to a file that another format reads', 'Dockerfile', 'ci.yaml', true],
    ['of a compose file to a file of another name', 'compose.yaml', 'app.yaml', true],
    ['into a directory that is left out', 'Dockerfile', 'vendor/Dockerfile', true],
    ['to a file that is read', 'Dockerfile', 'Dockerfile.prod', false],
    ['that lead nowhere', 'Dockerfile', 'none', false],
    ['of a name that no format has', 'notes', 'base.txt', false],
  ])('%s', async (_, link, target, isUnread) => {
    for (const name of ['base.txt', 'ci.yaml', 'app.yaml', 'vendor/Dockerfile'])
      write(name, 'FROM evil:1\n');
    for (const name of ['Dockerfile.prod', 'src/x.dockerfile']) write(name, PINNED);
    const outside = `${root}/../outside-${process.pid}`;
    writeFileSync(outside, 'FROM evil:1\n');
    symlinkSync(target === '../../outside' ? outside : target, join(root, link));
    const outcome = await check();
    rmSync(outside);
    expect(outcome.failures.map(({ path }) => path)).toEqual(isUnread ? [link] : []);
    expect(pinCauses(outcome)).toEqual(isUnread ? ['incomplete'] : []);
  });
});

describe('a directory with a meaning as the target', () => {
  it.each([
    ['.github', '.github/workflows/a.yml', WORKFLOW],
    ['.github/workflows', '.github/workflows/a.yml', WORKFLOW],
    ['x/.github/workflows', 'x/.github/workflows/a.yaml', WORKFLOW],
    ['.gitlab/ci', '.gitlab/ci/a.yml', 'a: {image: node:18, script: x}\n'],
    ['.circleci', '.circleci/config.yml', 'jobs: {a: {docker: [{image: "node:18"}]}}\n'],
    ['.azure-pipelines', '.azure-pipelines/a.yml', 'jobs: [{job: a, container: "node:18"}]\n'],
    ['requirements', 'requirements/base.txt', 'a==1\n'],
  ])('%s', async (target, path, text) => {
    write(path, text);
    const outcome = await check(target);
    expect(pinCauses(outcome)).toEqual(['findings']);
  });
});

describe('what looks pinned, exempt or decided elsewhere', () => {
  it.each([
    ['Dockerfile', 'FROM {{ image }}\n'],
    ['Dockerfile', 'FROM node:{{ v }}\n'],
    ['Dockerfile', 'FROM <%= image %>\n'],
    ['pod.yaml', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: "{{ x }}"}]}\n'],
    ['compose.yaml', 'services: {a: {image: "@IMAGE@"}}\n'],
    ['.github/workflows/a.yml', 'jobs: {a: {container: "__IMAGE__"}}\n'],
    ['compose.YAML', 'services: {a: {image: "evil:1"}}\n'],
    ['pod.YML', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: evil:1}]}\n'],
    ['Dockerfile', '# assay: no-pin \u200b\nFROM evil:1\n'],
    ['Dockerfile', '# assay: no-pin --\nFROM evil:1\n'],
    ['.github/workflows/a.yml', `jobs: {a: {steps: [{uses: a/b@${'a'.repeat(64)}}]}}\n`],
  ])('%s: %s', async (path, text) => {
    write(path, text);
    expect(pinCauses(await check())).toEqual(['findings']);
  });
});
