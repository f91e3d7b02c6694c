import {
  readFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { pinRequest } from '../../../test/support/pin-scene.ts';
import { quietContext } from '../../core/base/context.ts';
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
    ['c/templates/a.yaml', 'a: {{ .Values.a }}\nb: [{name: x, image: evil:1}]\n'],
    ['c/templates/a.yaml', 'a: {{ .Values.a }}\nb: [{"image": "evil:1", name: x}]\n'],
    ['c/templates/a.yaml', 'b: [{name: x, image: evil:{{ .Values.a }} }]\n'],
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

describe('files that other files name', () => {
  const pinned = { 'x.dockerfile': PINNED };
  it.each<[string, Record<string, string>, string[]]>([
    [
      'of GitLab by a path',
      { '.gitlab-ci.yml': 'include: /ci/b.yml\n', 'ci/b.yml': 'a: {image: evil:1}\n' },
      ['findings'],
    ],
    [
      'of GitLab by local',
      {
        '.gitlab-ci.yml': 'include: [{local: ci/b.txt}]\n',
        'ci/b.txt': 'default: {image: evil:1}\n',
      },
      ['findings'],
    ],
    [
      'of GitLab by a pattern',
      { '.gitlab-ci.yml': 'include: [{local: "ci/**.yml"}]\n', 'ci/b.yml': 'image: evil:1\n' },
      ['findings'],
    ],
    [
      'of GitLab by a file that is included',
      {
        '.gitlab-ci.yml': 'include: a.yml\n',
        'a.yml': 'include: b.yml\n',
        'b.yml': 'image: evil:1\n',
      },
      ['findings'],
    ],
    [
      'of GitLab in a circle',
      { '.gitlab-ci.yml': 'include: a.yml\n', 'a.yml': 'include: [a.yml, .gitlab-ci.yml]\n' },
      [],
    ],
    [
      'of GitLab by an address',
      { '.gitlab-ci.yml': 'include: https://example.com/a.yml\n' },
      ['findings'],
    ],
    [
      'of Compose by include',
      { 'compose.yaml': 'include: [b.yml]\n', 'b.yml': 'services: {a: {image: evil:1}}\n' },
      ['findings'],
    ],
    [
      'of Compose by extends',
      {
        'compose.yaml': 'services: {a: {extends: {file: ./b.txt, service: a}}}\n',
        'b.txt': 'services: {a: {image: evil:1}}\n',
      },
      ['findings'],
    ],
    [
      'of Compose as a Dockerfile',
      {
        'c/compose.yaml': 'services: {a: {build: {context: ../x, dockerfile: my.build}}}\n',
        'x/my.build': 'FROM evil:1\n',
      },
      ['findings'],
    ],
    [
      'of Compose by the default of a variable',
      {
        'compose.yaml': 'services: {a: {build: {context: "${X:-x}", dockerfile: my.build}}}\n',
        'x/my.build': 'FROM evil:1\n',
      },
      ['findings'],
    ],
    [
      'of Compose by a variable of .env',
      {
        'compose.yaml': 'include: ["./$PART.yml"]\n',
        '.env': "PART='b' # the part\n",
        'b.yml': 'services: {a: {image: evil:1}}\n',
      },
      ['findings'],
    ],
    [
      'of Compose by variables, which are not there',
      {
        'compose.yaml':
          'include: ["${X:-none.yml}", "${Y}"]\nservices: {a: {build: {dockerfile: "${X:-none}"}}}\n',
      },
      [],
    ],
    [
      'of an action',
      { 'action.yml': 'runs: {using: docker, image: my.build}\n', 'my.build': 'FROM evil:1\n' },
      ['findings'],
    ],
    [
      'of a dev container',
      {
        '.devcontainer/devcontainer.json': '{"build": {"dockerfile": "../my.build"}}',
        'my.build': 'FROM evil:1\n',
      },
      ['findings'],
    ],
    [
      'of Azure by template',
      {
        'ci/azure-pipelines.yml': 'jobs: [{template: jobs/a.yml}]\n',
        'ci/jobs/a.yml': 'jobs: [{job: a, container: evil:1}]\n',
      },
      ['findings'],
    ],
    [
      'of Azure by a template from the root',
      {
        'ci/azure-pipelines.yml': 'extends: {template: /jobs/a.yml}\n',
        'jobs/a.yml': 'steps: [{template: b.yml@self}]\n',
        'b.yml': 'container: evil:1\n',
      },
      ['findings'],
    ],
    [
      'of Azure in another repository',
      { 'azure-pipelines.yml': 'jobs: [{template: a.yml@other}, {template: "${{ x }}"}]\n' },
      [],
    ],
    [
      'of pip behind another option',
      { 'requirements.txt': '--pre -r other.in\n', 'other.in': 'a==1\n' },
      ['findings'],
    ],
    ['of pip', { 'requirements.txt': '-r other.in\n', 'other.in': 'a==1\n' }, ['findings']],
    [
      'that are pinned',
      { 'action.yml': 'runs: {using: docker, image: my.build}\n', 'my.build': PINNED },
      [],
    ],
    [
      'that are not there',
      { 'action.yml': 'runs: {using: docker, image: my.build}\n' },
      ['incomplete'],
    ],
    ['out of the directory', { 'requirements.txt': '-r ../other.txt\n' }, ['incomplete']],
    [
      'by an absolute path',
      { 'action.yml': 'runs: {using: docker, image: /other}\n' },
      ['incomplete'],
    ],
  ])('%s', async (_, files, causes) => {
    for (const [path, text] of Object.entries({ ...pinned, ...files })) write(path, text);
    expect(pinCauses(await check())).toEqual(causes);
  });

  it('are written, each once, if they are in the directory', async () => {
    write(
      'compose.yaml',
      'services: {a: {build: {dockerfile: my.build}}, b: {build: {dockerfile: my.build}}}\n',
    );
    write('my.build', 'FROM evil:1\n');
    const pinnedTo = `evil:1@sha256:${'b'.repeat(64)}`;
    const digest = `sha256:${'b'.repeat(64)}`;
    const resolvers = {
      image: () => ({
        resolve: () => Promise.resolve({ ok: true, pinned: pinnedTo, digest, notes: [] } as const),
      }),
    };
    const { files } = await run(pinRequest(root, { finders: FINDERS, resolvers }), quietContext());
    expect(files).toEqual([{ path: 'my.build', state: 'changed', referenceCount: 1 }]);
    expect(readFileSync(join(root, 'my.build'), 'utf8')).toBe(`FROM ${pinnedTo}\n`);
  });

  it('are read once more by each format that names them', async () => {
    write('values.yaml', 'image: evil:1\n');
    write('.gitlab-ci.yml', 'include: values.yaml\n');
    write('compose.yaml', 'services: {a: {build: {dockerfile: Dockerfile.prod}}}\n');
    write('Dockerfile.prod', 'FROM evil:2\n');
    const { references, fileCount } = await check();
    expect(references.map(({ value }) => value)).toEqual(['evil:2', 'evil:1']);
    expect(fileCount).toBe(4);
  });

  it('are no others if the target is one file', async () => {
    write('requirements.txt', '-r other.in\n');
    write('other.in', 'a==1\n');
    expect(pinCauses(await check('requirements.txt'))).toEqual([]);
  });
});
