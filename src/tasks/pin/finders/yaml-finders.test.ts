import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';

import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { pinnedText } from '../../../../test/support/pinned-text.ts';
import type { FileReadings } from '../finder.ts';
import { FINDERS } from './list.ts';
import { isYaml } from './yaml-file-names.ts';

const CORPUS = join(import.meta.dirname, '../../../../test/support/pin-corpus');

/** Reads a file by the finders that accept it. */
async function readingsOf(path: string, text: string, isAlone = false): Promise<FileReadings> {
  const bytes = Buffer.from(text);
  const all: FileReadings[] = [];
  for (const row of FINDERS.filter((each) => each.accepts(path, isAlone))) {
    all.push((await row.load()).find({ path, bytes }));
  }
  return {
    references: all.flatMap(({ references }) => references),
    problems: all.flatMap(({ problems }) => problems),
  };
}

const valuesOf = ({ references }: FileReadings): readonly string[] =>
  references.map(({ value, obstacle }) =>
    obstacle === undefined ? value : `${value} (${obstacle.id})`,
  );

describe('what is read', () => {
  it.each([
    [
      'a key with an escape',
      'x.yaml',
      '{"api\\u0056ersion": v1, kind: Pod, spec: {containers: [{image: "a:1"}]}}',
      ['a:1'],
    ],
    [
      'keys by aliases',
      'x.yaml',
      'apiVersion: v1\nkind: Pod\nx: &k containers\nspec: {*k : [{image: a:1}]}',
      ['a:1'],
    ],
    [
      'a nested list',
      'x.yaml',
      'apiVersion: v1\nkind: List\nitems: [{kind: List, items: [{spec: {containers: [{image: a:1}]}}]}]',
      ['a:1'],
    ],
    [
      'a pod template of another API group',
      'x.yml',
      'apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: {spec: {containers: [{image: a:1}]}}}',
      ['a:1'],
    ],
    [
      'a manifest whose kind is merged',
      'x.yaml',
      '<<: {apiVersion: v1, kind: Pod}\nspec: {containers: [{image: a:1}]}',
      ['a:1'],
    ],
    [
      'a bundle of Tekton whose resolver is merged',
      'x.yaml',
      'apiVersion: v1\nkind: TaskRun\nspec: {taskRef: {<<: {resolver: bundles}, params: [{<<: {name: bundle}, value: a:1}]}}',
      ['a:1'],
    ],
    [
      'a volume of Compose whose type is merged',
      'compose.yaml',
      'services: {s: {volumes: [{<<: {type: image}, source: a:1}]}}',
      ['a:1'],
    ],
    [
      'repositories of pre-commit that are merged',
      '.pre-commit-config.yaml',
      '<<: {repos: [{<<: {repo: https://h/a}, rev: v1}]}',
      ['https://h/a@v1'],
    ],
    [
      'a list of repositories, as for pre-commit 2',
      '.pre-commit-config.yaml',
      '[{repo: https://h/a, rev: v1}]',
      ['https://h/a@v1'],
    ],
    [
      'a hook of pre-commit whose language is merged',
      '.pre-commit-config.yaml',
      'repos: [{repo: local, hooks: [{<<: {language: docker_image}, entry: a:1 x}]}]',
      ['a:1'],
    ],
    ['a compose file of podman', 'podman-compose.yml', 'services: {a: {image: a:1}}', ['a:1']],
    [
      'a service that is merged from two places',
      'compose.yaml',
      'x: &x {image: a:1}\ny: &y {image: b:1}\nservices: {s: {<<: [*x, *y]}}',
      ['a:1'],
    ],
    [
      'a workflow whose "on" is quoted',
      '.github/workflows/a.yml',
      '"on": push\njobs: {a: {uses: "a/b@v1"}}',
      ['a/b@v1'],
    ],
    [
      'a workflow without "on"',
      '.github/workflows/a.yml',
      'jobs: {a: {steps: [{uses: a/b@v1}]}}',
      ['a/b@v1'],
    ],
    [
      'steps behind a tag',
      '.github/workflows/a.yml',
      'on: push\njobs: {a: {steps: !!seq [{uses: !!str a/b@v1}]}}',
      ['a/b@v1'],
    ],
    [
      'a tag that computes the value',
      '.github/workflows/a.yml',
      'on: push\njobs: {a: {steps: [{uses: !!binary YS9iQHYx}]}}',
      ['YS9iQHYx (computed-name)'],
    ],
    [
      'a docker:// in other letters',
      '.github/workflows/a.yml',
      'on: push\njobs: {a: {steps: [{uses: "Docker://a:1"}]}}',
      ['a:1'],
    ],
    [
      'an action below a directory',
      'x/action.yml',
      'runs: {using: composite, steps: [{uses: a/b/c@v1}]}',
      ['a/b/c@v1'],
    ],
    [
      'a dotted action name',
      '.github/workflows/a.yml',
      'on: push\njobs: {a: {steps: [{uses: a.b/c.d@v1}]}}',
      ['a.b/c.d@v1'],
    ],
    [
      'a job of GitLab with an image below default',
      '.gitlab-ci.yml',
      'default: {services: [{name: a:1}]}',
      ['a:1'],
    ],
    ['pages of GitLab', '.gitlab/ci/pages.yml', 'pages: {image: a:1, script: x}', ['a:1']],
    [
      'a matrix executor of CircleCI',
      '.circleci/continue.yml',
      'version: 2.1\njobs: {a: {docker: [{image: a:1}]}}',
      ['a:1'],
    ],
    [
      'a job of Azure without a list',
      'ci/azure-pipelines-pr.yml',
      'container: a:1\nsteps: []',
      ['a:1'],
    ],
    [
      'a parallel step of Bitbucket',
      'bitbucket-pipelines.yml',
      'pipelines: {branches: {main: [{parallel: {steps: [{step: {image: a:1}}]}}]}}',
      ['a:1'],
    ],
    [
      'values beside a chart of another name',
      'charts/x/my-values.yml',
      'x: {image: {repository: a, tag: "1"}}',
      ['a:1'],
    ],
    [
      'an image of values with a digest',
      'values.yaml',
      `image: {repository: a, digest: "sha256:${'0'.repeat(64)}"}`,
      [`a@sha256:${'0'.repeat(64)}`],
    ],
  ])('%s', async (_, path, text, expected) => {
    const readings = await readingsOf(path, text);
    expect(valuesOf(readings)).toEqual(expected);
    expect(readings.problems).toEqual([]);
  });

  it.each([
    ['a compose file', 'x.yml', 'services: {a: {image: a:1}}', ['a:1']],
    ['a workflow', 'x.yml', 'on: push\njobs: {a: {steps: [{uses: a/b@v1}]}}', ['a/b@v1']],
    ['a pipeline of GitLab', 'x.yml', 'test: {image: a:1, script: x}', ['a:1']],
    [
      'a configuration of pre-commit',
      'x.yaml',
      'repos: [{repo: https://h/a, rev: v1}]',
      ['https://h/a@v1'],
    ],
    ['something else', 'x.yaml', 'image: a:1\nuses: a/b@v1', []],
  ])('of a file that is named alone: %s', async (_, path, text, expected) => {
    expect(valuesOf(await readingsOf(path, text, true))).toEqual(expected);
    expect(valuesOf(await readingsOf(path, text))).toEqual([]);
  });

  it.each([
    ['an OpenAPI document', 'openapi.yaml', 'openapi: 3.0.0\npaths: {/image: {get: {}}}'],
    [
      'a definition of a resource',
      'crd.yaml',
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {versions: [{schema: {properties: {containers: {type: array, items: {properties: {image: {type: string}}}}}}}]}',
    ],
    ['dependabot', '.github/dependabot.yml', 'version: 2\nupdates: [{package-ecosystem: docker}]'],
    [
      'a chart',
      'Chart.yaml',
      'apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies: [{name: y, version: 1.x, repository: https://c}]',
    ],
    [
      'values without images',
      'values.yaml',
      'replicas: 2\nhomepageImage: ./a.png\nimagePullPolicy: Always\ntag: x\nrepository: https://github.com/a/b',
    ],
    ['an empty workflow', '.github/workflows/a.yml', ''],
    [
      'images of virtual machines',
      '.circleci/config.yml',
      'jobs: {a: {machine: {image: ubuntu-2204:current}}}',
    ],
    [
      'a manifest without images',
      'x.yaml',
      'apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}]}',
    ],
  ])('has no reference in %s', async (_, path, text) => {
    expect(await readingsOf(path, text)).toEqual({ references: [], problems: [] });
  });

  it.each([
    ['a workflow that is not YAML', '.github/workflows/a.yml', 'a: [', 1],
    ['a manifest that is not YAML', 'x.yaml', 'apiVersion: v1\nkind: Pod\n spec: x', 3],
    ['a manifest in UTF-16', 'x.yaml', '\uFEFFa', 1],
    ['a manifest with a byte order mark inside', 'x.yaml', 'apiVersion: v1\n\uFEFFkind: Pod', 2],
    [
      'a manifest that a byte order mark indents',
      'x.yaml',
      '# x\n\uFEFFapiVersion: v1\n kind: Pod\n spec: x',
      3,
    ],
    [
      'a manifest whose key a tag computes',
      'x.yaml',
      'apiVersion: v1\n!!binary a2luZA==: Pod\n# kind',
      2,
    ],
    ['values that are not YAML', 'values.yaml', 'a: 1\n b: 2', 2],
  ])('names the line of %s', async (name, path, text, line) => {
    const bytes = name.includes('UTF-16') ? Buffer.from(text, 'utf16le') : Buffer.from(text);
    const rows = FINDERS.filter((row) => row.accepts(path, false));
    const readings = await Promise.all(
      rows.map(async (row) => (await row.load()).find({ path, bytes }).problems),
    );
    expect(readings.flat().map((problem) => problem.line)).toEqual([line]);
  });

  it('reads 50,000 lines in a moment', async () => {
    const pod = (at: number): string =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p${at}\nspec:\n  containers:\n    - name: a\n      image: app:${at} # é\n      env: []\n---\n`;
    const text = Array.from({ length: 5000 }, (_, at) => pod(at)).join('');
    const cpuMs = startCpuClock();
    const { before, after, values } = await pinnedText('all.yaml', Buffer.from(text));
    expect(cpuMs()).toBeLessThan(15_000);
    expect(values).toHaveLength(5000);
    expect(after.replaceAll(/@sha256:[0-9a-f]{64}/gu, '')).toBe(before);
  });

  it('follows aliases that describe deep structures', async () => {
    let text = 'apiVersion: v1\nkind: Pod\na0: &a0 {containers: [{image: a:1}]}\n';
    for (let at = 1; at <= 60; at += 1) {
      text += `a${at}: &a${at} ${'['.repeat(400)}*a${at - 1}${']'.repeat(400)}\n`;
    }
    const { references } = await readingsOf('x.yaml', text);
    expect(references.map(({ value }) => value)).toEqual(['a:1']);
  });
});

/**
 * All scalars of a file by their path; pinned values and new keys for digests are made as before.
 */
function leavesOf(text: string): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const add = (node: unknown, path: string): void => {
    if (isMap(node)) for (const { key, value } of node.items) add(value, `${path}.${String(key)}`);
    else if (isSeq(node))
      for (const [at, item] of node.items.entries()) add(item, `${path}[${at}]`);
    else if (isScalar(node)) leaves.set(path, String(node.value));
  };
  const documents = parseAllDocuments(text.replace(/^\uFEFF/u, ''), {
    schema: 'failsafe',
    uniqueKeys: false,
  });
  if (Array.isArray(documents))
    for (const [at, each] of documents.entries()) add(each.contents, `${at}`);
  return leaves;
}

describe('the yaml package reads pinned files as the original but for the pinned values', () => {
  const cases = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('expected.json'))
    .map((name) => dirname(name))
    .filter((name) => {
      const text = readFileSync(join(CORPUS, name, 'expected.json'), 'utf8');
      return isYaml((JSON.parse(text) as { path: string }).path);
    });

  it.each(cases)('%s', (name) => {
    const text = (file: string): string => readFileSync(join(CORPUS, name, file), 'utf8');
    const before = leavesOf(text('input'));
    const after = new Map(leavesOf(text('expected')));
    for (const [path, value] of after) {
      const old = before.get(path);
      if (old === value) continue;
      if (old === undefined || old === '') {
        expect(path).toMatch(/\.digest$/u);
        expect(value).toMatch(/^sha256:[0-9a-f]{64}$/u);
        after.delete(path);
      } else {
        const plain = value.replaceAll(/@(?:sha256:[0-9a-f]{64}|[0-9a-f]{40})/gu, '');
        const isCommit = /^[0-9a-f]{40}$/u.test(value);
        if (!isCommit)
          expect(old.replaceAll(/(?<=[\w-])@[\w.]+(?=\s|$)/gu, '').trimEnd()).toBe(plain.trimEnd());
      }
    }
    expect([...after.keys()].filter((path) => !before.has(path))).toEqual([]);
    expect(
      [...before.keys()].filter((path) => !after.has(path) && before.get(path) !== ''),
    ).toEqual([]);
  });
});

it.each([
  ['a repository that is missing', '', '"repo" is missing beside "main"'],
  ['a repository that is no URL', 'repo: my hooks, ', '"my hooks" is not the URL of a repository'],
])('names %s of pre-commit', async (_, repo, message) => {
  const text = `repos: [{${repo}rev: main, hooks: [{id: x}]}]`;
  const { references } = await readingsOf('.pre-commit-config.yaml', text);
  expect(references.map(({ obstacle }) => obstacle?.message)).toEqual([message]);
});
