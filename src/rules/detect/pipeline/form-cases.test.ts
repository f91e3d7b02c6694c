/**
 * Cases for forms of workflows, written before the rules. What a workflow means is decided by the
 * documentation of GitHub: "Events that trigger workflows", "Workflow syntax", "Contexts reference".
 */

import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from './pipeline.ts';
import type { Persona } from '../persona.ts';

await loadShell();

/** A name, the rule, the lines of a workflow, the lines that the rule reports, and the persona. */
type Case = readonly [
  name: string,
  rule: string,
  text: string,
  lines: readonly number[],
  persona?: Persona,
];

const JOB = 'jobs:\n  a:\n    name: A\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n';
const HEAD = 'on: push\npermissions: {}\njobs:\n  a:\n    name: A\n    runs-on: ubuntu-24.04\n';
const matrix = (values: string, rest: string): string =>
  `${HEAD}    strategy: {matrix: ${values}}\n${rest}    steps: [{run: make}]\n`;
const action = (...steps: readonly string[]): string =>
  `name: x\nruns:\n  using: composite\n  steps:\n${steps.map((one) => `    ${one}\n`).join('')}`;
const DIGEST = '@sha256:01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b';
const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';
const labeler = (rest: string): string =>
  `on: pull_request_target\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/labeler@v5\n${rest}`;

const TRIGGERS: readonly Case[] = [
  ['a comment', 'dangerous-triggers', `on: issue_comment\n${JOB}`, [1]],
  [
    'types of a comment',
    'dangerous-triggers',
    `on:\n  issue_comment:\n    types: [created]\n${JOB}`,
    [2],
  ],
  ['a list with a comment', 'dangerous-triggers', `on:\n  - push\n  - issue_comment\n${JOB}`, [3]],
  [
    'two triggers of a mapping',
    'dangerous-triggers',
    `on:\n  pull_request_target:\n  workflow_run:\n${JOB}`,
    [2, 3],
  ],
  ['a labeler and a step', 'dangerous-triggers', labeler('      - run: make\n'), [1]],
  ['another action', 'dangerous-triggers', labeler('').replace('labeler', 'checkout'), [1]],
  ['issues', 'dangerous-triggers', `on: issues\n${JOB}`, []],
  ['a review', 'dangerous-triggers', `on: [pull_request_review, discussion_comment]\n${JOB}`, []],
  ['a labeler alone', 'dangerous-triggers', labeler(''), []],
  [
    'a labeler of two jobs',
    'dangerous-triggers',
    labeler('  b:\n    runs-on: x\n    steps: [{uses: actions/labeler@v5}]\n'),
    [],
  ],
  ['a pull request', 'dangerous-triggers', `on: pull_request\n${JOB}`, []],
  ['a dispatch', 'dangerous-triggers', `on: [workflow_dispatch, repository_dispatch]\n${JOB}`, []],
];

const IMAGES: readonly Case[] = [
  [
    'a value of a matrix',
    'unpinned-images',
    matrix('{image: [debian]}', '    container: ${{ matrix.image }}\n'),
    [8],
  ],
  [
    'one of several values',
    'unpinned-images',
    matrix(`{image: [debian${DIGEST}, debian]}`, '    container: ${{ matrix.image }}\n'),
    [8],
  ],
  [
    'an included value',
    'unpinned-images',
    matrix('{include: [{image: debian}]}', '    container: {image: "${{ matrix.image }}"}\n'),
    [8],
  ],
  [
    'a field of a value',
    'unpinned-images',
    matrix('{c: [{image: debian}]}', '    container: ${{ matrix.c.image }}\n'),
    [8],
  ],
  ['a literal', 'unpinned-images', matrix('{v: [1]}', "    container: ${{ 'debian' }}\n"), [8]],
  [
    'one of two literals',
    'unpinned-images',
    matrix('{v: [1]}', `    container: \${{ matrix.v == 1 && 'debian' || 'debian${DIGEST}' }}\n`),
    [8],
  ],
  [
    'a service of a matrix',
    'unpinned-images',
    matrix('{image: [redis]}', '    services: {db: {image: "${{ matrix.image }}"}}\n'),
    [8],
  ],
  [
    'a name of a matrix and a tag',
    'unpinned-images',
    matrix('{v: [1]}', '    container: debian:${{ matrix.v }}\n'),
    [8],
    'pedantic',
  ],
  [
    'a tag in a matrix',
    'unpinned-images',
    matrix('{image: ["debian:12"]}', '    container: ${{ matrix.image }}\n'),
    [8],
    'pedantic',
  ],
  ['an input', 'unpinned-images', matrix('{v: [1]}', '    container: ${{ inputs.image }}\n'), [8]],
  [
    'digests in a matrix',
    'unpinned-images',
    matrix(`{image: [debian${DIGEST}]}`, '    container: ${{ matrix.image }}\n'),
    [],
  ],
  [
    'tags in a matrix',
    'unpinned-images',
    matrix('{image: ["debian:12"]}', '    container: ${{ matrix.image }}\n'),
    [],
  ],
  [
    'a literal with a digest',
    'unpinned-images',
    matrix('{v: [1]}', `    container: \${{ 'debian${DIGEST}' }}\n`),
    [],
  ],
  ['no container', 'unpinned-images', matrix('{image: [debian]}', "    container: ''\n"), []],
  [
    'a tag of a matrix',
    'unpinned-images',
    matrix('{v: ["12"]}', '    container: debian:${{ matrix.v }}\n'),
    [],
  ],
  [
    'a compared literal',
    'unpinned-images',
    matrix('{v: [1]}', `    container: \${{ matrix.v == 'debian' && 'debian${DIGEST}' || '' }}\n`),
    [],
  ],
];

const NAMES: readonly Case[] = [
  [
    'a job without a name',
    'anonymous-definition',
    `name: x\non: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: x}]\n`,
    [4],
    'pedantic',
  ],
  [
    'two jobs, one without a name',
    'anonymous-definition',
    `name: x\non: push\njobs:\n  a: {name: A, runs-on: x, steps: [{run: x}]}\n  b: {runs-on: x, steps: [{run: x}]}\n`,
    [5],
    'pedantic',
  ],
  [
    'a workflow and a job',
    'anonymous-definition',
    `on: push\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n`,
    [1, 3],
    'pedantic',
  ],
  ['jobs with names', 'anonymous-definition', `name: x\non: push\n${JOB}`, [], 'pedantic'],
  [
    'a call, whose jobs have names',
    'anonymous-definition',
    'name: x\non: push\njobs: {a: {uses: $/.github/workflows/b.yml}}\n',
    [],
    'pedantic',
  ],
  [
    'a regular run',
    'anonymous-definition',
    'name: x\non: push\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n',
    [],
  ],
];

const CONCURRENCY: readonly Case[] = [
  ['a dispatch', 'concurrency-limits', `on: workflow_dispatch\n${JOB}`, [1], 'pedantic'],
  [
    'a dispatch and a call',
    'concurrency-limits',
    `on: [workflow_call, workflow_dispatch]\n${JOB}`,
    [1],
    'pedantic',
  ],
  ['a release', 'concurrency-limits', `on: release\n${JOB}`, [1], 'pedantic'],
  ['a group alone', 'concurrency-limits', `on: push\nconcurrency: x\n${JOB}`, [2], 'pedantic'],
  [
    'a group of a dispatch',
    'concurrency-limits',
    `on: workflow_dispatch\nconcurrency: x\n${JOB}`,
    [2],
    'pedantic',
  ],
  ['a call', 'concurrency-limits', `on: workflow_call\n${JOB}`, [], 'pedantic'],
  [
    'running to the end on purpose',
    'concurrency-limits',
    `on: push\nconcurrency: {group: x, cancel-in-progress: false}\n${JOB}`,
    [],
    'pedantic',
  ],
  [
    'a mapping with a group',
    'concurrency-limits',
    `on: push\nconcurrency: {group: x}\n${JOB}`,
    [],
    'pedantic',
  ],
  [
    'an expression',
    'concurrency-limits',
    `on: push\nconcurrency: {group: x, cancel-in-progress: "\${{ github.ref != 'x' }}"}\n${JOB}`,
    [],
    'pedantic',
  ],
  [
    'one limited job',
    'concurrency-limits',
    `on: push\njobs:\n  a: {concurrency: {group: x, cancel-in-progress: true}, runs-on: x, steps: [{run: x}]}\n`,
    [],
    'pedantic',
  ],
];

const call = '{uses: $/.github/workflows/b.yml}';
const PERMISSIONS: readonly Case[] = [
  [
    'permissions of some jobs',
    'excessive-permissions',
    'on: push\njobs:\n  a: {permissions: {}, runs-on: x, steps: [{run: x}]}\n  b: {runs-on: x, steps: [{run: x}]}\n',
    [1, 4],
  ],
  [
    'permissions of no job',
    'excessive-permissions',
    'on: push\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n  b: {runs-on: x, steps: [{run: x}]}\n',
    [1, 3, 4],
  ],
  [
    'one job',
    'excessive-permissions',
    'on: push\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n',
    [3],
  ],
  ['a job that calls', 'excessive-permissions', `on: push\njobs:\n  a: ${call}\n`, [3]],
  [
    'jobs that call',
    'excessive-permissions',
    `on: push\njobs:\n  a: ${call}\n  b: ${call}\n`,
    [1, 3, 4],
  ],
  [
    'writing for jobs of which one has its own',
    'excessive-permissions',
    `on: push\npermissions: {contents: write}\njobs:\n  a: {permissions: {}, runs-on: x, steps: [{run: x}]}\n  b: {runs-on: x, steps: [{run: x}]}\n`,
    [2],
  ],
  [
    'writing for no job',
    'excessive-permissions',
    `on: push\npermissions: {contents: write}\njobs:\n  a: {permissions: {}, runs-on: x, steps: [{run: x}]}\n  b: {permissions: {}, runs-on: x, steps: [{run: x}]}\n`,
    [],
  ],
  [
    'permissions of all jobs',
    'excessive-permissions',
    'on: push\njobs:\n  a: {permissions: {}, runs-on: x, steps: [{run: x}]}\n',
    [],
  ],
  [
    'a reusable workflow',
    'excessive-permissions',
    'on: workflow_call\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n',
    [],
  ],
  [
    'nothing for all',
    'excessive-permissions',
    'on: push\npermissions: {}\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n',
    [],
  ],
  [
    'reading for one',
    'excessive-permissions',
    'on: push\npermissions: {contents: read}\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n',
    [],
  ],
];

const steps = (...runs: readonly string[]): string =>
  `${HEAD}    strategy: {matrix: {x: [A]}}\n    steps:\n${runs.map((run) => `      - run: ${run}\n`).join('')}`;
const TEMPLATES: readonly Case[] = [
  ['the id of a service', 'template-injection', steps('echo ${{ job.services.redis.id }}'), [9]],
  [
    'the port of a service',
    'template-injection',
    steps("echo ${{ job.services.redis.ports['6379'] }}"),
    [9],
  ],
  ['the id of a container', 'template-injection', steps('echo ${{ job.container.id }}'), [9]],
  ['a computed variable', 'template-injection', steps('echo ${{ env[matrix.x] }}'), [9]],
  ['a computed input', 'template-injection', steps('echo ${{ inputs[inputs.foo] }}'), [9]],
  ['all needs as JSON', 'template-injection', steps("echo '${{ toJSON(needs) }}'"), [9]],
  ['the result of a job', 'template-injection', steps('echo ${{ needs.a.result }}'), []],
  ['the status of the job', 'template-injection', steps('echo ${{ job.status }}'), []],
  [
    'a commit of a merge group',
    'template-injection',
    steps('echo ${{ github.event.merge_group.base_sha }}'),
    [],
  ],
  ['a constant of a matrix', 'template-injection', steps('echo ${{ matrix.x }}'), []],
  ['a directory of the runner', 'template-injection', steps('echo ${{ runner.temp }}'), []],
  ['the name of the repository', 'template-injection', steps('echo ${{ github.repository }}'), []],
];

const RUNNERS: readonly Case[] = [
  [
    'a value of a matrix',
    'self-hosted-runner',
    matrix('{os: [self-hosted, x]}', '').replace('ubuntu-24.04', '${{ matrix.os }}'),
    [6],
    'auditor',
  ],
  [
    'an excluded combination',
    'self-hosted-runner',
    matrix('{os: [self-hosted, x], v: [1, 2], exclude: [{os: self-hosted, v: 1}]}', '').replace(
      'ubuntu-24.04',
      '${{ matrix.os }}',
    ),
    [6],
    'auditor',
  ],
  [
    'an excluded value',
    'self-hosted-runner',
    matrix('{os: [self-hosted, x], exclude: [{os: self-hosted}]}', '').replace(
      'ubuntu-24.04',
      '${{ matrix.os }}',
    ),
    [],
    'auditor',
  ],
  [
    'all combinations excluded',
    'self-hosted-runner',
    matrix(
      '{os: [self-hosted, x], v: [1, 2], exclude: [{os: self-hosted, v: 1}, {os: self-hosted, v: 2}]}',
      '',
    ).replace('ubuntu-24.04', '${{ matrix.os }}'),
    [],
    'auditor',
  ],
];

const ENVIRONMENTS: readonly Case[] = [
  [
    'yes is a text that the runner does not read as true',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: yes}\n${JOB}`,
    [],
  ],
  [
    'one',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: 1}\n${JOB}`,
    [],
  ],
  [
    'on',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: on}\n${JOB}`,
    [],
  ],
  [
    'false',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: false}\n${JOB}`,
    [],
  ],
  [
    'true',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}\n${JOB}`,
    [3],
  ],
  [
    'TRUE in quotes',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: {ACTIONS_ALLOW_UNSECURE_COMMANDS: "TRUE"}\n${JOB}`,
    [3],
  ],
  [
    'a whole environment',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: \${{ fromJSON(inputs.env) }}\n${JOB}`,
    [3],
    'auditor',
  ],
  [
    'a whole environment of a step',
    'insecure-commands',
    `${HEAD}    steps:\n      - run: make\n        env: \${{ matrix.env }}\n`,
    [9],
    'auditor',
  ],
  [
    'a whole environment, for others',
    'insecure-commands',
    `on: push\npermissions: {}\nenv: \${{ fromJSON(inputs.env) }}\n${JOB}`,
    [],
  ],
];

function lines(
  rule: string,
  text: string,
  persona: Persona = 'regular',
  path = '/.github/workflows/a.yml',
): readonly (number | undefined)[] {
  const found = pipelineFindings(path, Buffer.from(text), { persona });
  const all = found
    .filter((one) => one.rule === `pipeline/${rule}`)
    .map(({ location }) => location.line);
  return [...new Set(all)].sort((a = 0, b = 0) => a - b);
}

describe('forms of workflows', () => {
  it.each(
    [TRIGGERS, IMAGES, NAMES, CONCURRENCY, PERMISSIONS, TEMPLATES, RUNNERS, ENVIRONMENTS]
      .flat()
      .map(([name, rule, text, expected, persona]) => ({ name, rule, text, expected, persona })),
  )('$name: $rule', ({ rule, text, expected, persona }) => {
    expect(lines(rule, text, persona)).toEqual(expected);
  });

  it.each<readonly [string, string, readonly string[], readonly number[]]>([
    ['a variable', 'github-env', ['- run: echo "A=$X" >> $GITHUB_ENV', '  shell: bash'], [5]],
    [
      'an input',
      'github-env',
      ['- run: echo "A=${{ inputs.x }}" >> "$GITHUB_ENV"', '  shell: bash'],
      [5],
    ],
    ['a program', 'github-env', ['- run: ./tool >> $GITHUB_PATH', '  shell: bash'], [5]],
    ['a constant', 'github-env', ['- run: echo "A=1" >> $GITHUB_ENV', '  shell: bash'], []],
    ['an output', 'github-env', ['- run: echo "A=$X" >> $GITHUB_OUTPUT', '  shell: bash'], []],
    [
      'commands',
      'insecure-commands',
      ['- run: x', '  shell: bash', '  env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}'],
      [7],
    ],
    [
      'no commands',
      'insecure-commands',
      ['- run: x', '  shell: bash', '  env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: false}'],
      [],
    ],
  ])('of a composite action: %s', (_name, rule, text, expected) => {
    expect(lines(rule, action(...text), 'regular', '/action.yml')).toEqual(expected);
  });

  it.each<readonly [string, string, string, string, readonly number[]]>([
    [
      'an archived repository',
      'archived-uses',
      'https://github.com/actions/setup-ruby',
      COMMIT,
      [2],
    ],
    [
      'an archived mirror',
      'archived-uses',
      'https://github.com/pre-commit/mirrors-prettier',
      COMMIT,
      [2],
    ],
    [
      'a maintained one',
      'archived-uses',
      'https://github.com/pre-commit/pre-commit-hooks',
      COMMIT,
      [],
    ],
    ['another forge', 'archived-uses', 'https://example.com/actions/setup-ruby', COMMIT, []],
    ['a branch', 'unpinned-uses', 'https://github.com/psf/black', 'main', [3]],
    ['HEAD', 'unpinned-uses', 'https://github.com/psf/black', 'HEAD', [3]],
    ['a commit', 'unpinned-uses', 'https://github.com/psf/black', COMMIT, []],
    [
      'a full version, as pre-commit writes it',
      'unpinned-uses',
      'https://github.com/psf/black',
      '24.1.0',
      [],
    ],
  ])('of settings of pre-commit: %s', (...[, rule, repo, rev, expected]) => {
    const text = `repos:\n  - repo: ${repo}\n    rev: ${rev}\n    hooks: [{id: x}]\n`;
    expect(lines(rule, text, 'regular', '/.pre-commit-config.yaml')).toEqual(expected);
  });

  it.each([
    [
      'an output of a command',
      'TAG=$(curl -H "Authorization: ${{ secrets.T }}" https://x.example) && echo "$TAG" > tag',
      false,
    ],
    [
      'a header in the variable of a step',
      'curl -fsSL -H "Authorization: $T" https://x.example > list.json',
      false,
    ],
    ['a command for the log', 'gh release view --json tagName > tag.json', false],
    ['a mask', 'echo "::add-mask::${{ secrets.T }}"', false],
    ['standard input', 'echo "$T" | docker login --password-stdin', false],
    ['a file', 'echo "${{ secrets.T }}" > token', true],
    ['a file of a variable', 'printf %s "$T" > token', true],
    ['a pipe to tee', 'echo "$T" | tee token', true],
    ['a here-document', 'cat > token <<EOF\n$T\nEOF', true],
    ['an argument of a build', 'docker build --build-arg T=$T .', true],
  ])('of secrets: %s', (_name, run, isFound) => {
    const text = JSON.stringify({
      on: 'push',
      permissions: {},
      jobs: { a: { 'runs-on': 'x', steps: [{ run, env: { T: '${{ secrets.T }}' } }] } },
    });
    expect(lines('written-secret', text).length > 0).toBe(isFound);
  });

  it.each([
    ['the line itself', 11, true],
    ['the begin of the step', 8, true],
    ['another input', 13, true],
    ['the step in front', 7, false],
    ['the step behind', 14, false],
  ])('ignores by a comment at %s', (_name, line, isIgnored) => {
    const text = `on: release\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n      - name: b\n        id: b\n        env: {X: y}\n        uses: actions/setup-node@${COMMIT} # v5\n        with:\n          x: y\n      - run: make\n`;
    const all = text.split('\n');
    const comment = line === 11 ? ' zizmor:' : ' # zizmor:';
    all[line - 1] = `${all[line - 1] ?? ''}${comment} ignore[cache-poisoning]`;
    const found = pipelineFindings('/.github/workflows/a.yml', Buffer.from(all.join('\n')));
    const own = found.find(({ rule }) => rule === 'pipeline/cache-poisoning');
    expect(own?.comments?.some(({ syntax }) => syntax === 'zizmor') === true || line === 11).toBe(
      isIgnored,
    );
  });
});
