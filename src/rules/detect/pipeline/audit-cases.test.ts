/**
 * Cases for the audits, written from what their documentation promises and before the rules were
 * run on them. Each names the lines that the audit reports, and no others. Of two cases the line was
 * corrected afterwards, because the documentation names none: the variable is the better place than
 * `env`, and the event the better one than `on`.
 */

import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from './pipeline.ts';
import type { Persona } from '../persona.ts';

await loadShell();

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';
const CHECKOUT = `actions/checkout@${COMMIT}`;

interface Case {
  readonly name: string;
  readonly text: string;
  readonly lines: readonly number[];
  readonly persona?: Persona;
  readonly path?: string;
}

/** Steps of a job; the first line of the steps is line 8. */
function steps(on: string, ...lines: readonly string[]): string {
  const head = [
    `name: x`,
    `on: ${on}`,
    'permissions: {}',
    'jobs:',
    '  a:',
    '    runs-on: ubuntu-24.04',
  ];
  return [...head, '    steps:', ...lines.map((line) => `      ${line}`), ''].join('\n');
}

/** A workflow whose head and jobs are written as they are. */
function file(...lines: readonly string[]): string {
  return [...lines, ''].join('\n');
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  artipacked: [
    {
      name: 'a quoted false',
      text: steps('push', `- uses: ${CHECKOUT}`, '  with: {persist-credentials: "false"}'),
      lines: [],
    },
    {
      name: 'a checkout with other inputs',
      text: steps('push', `- uses: ${CHECKOUT}`, '  with: {fetch-depth: 0}'),
      lines: [8],
    },
    {
      name: 'a composite action',
      text: file('name: x', 'runs:', '  using: composite', '  steps:', `    - uses: ${CHECKOUT}`),
      lines: [5],
      path: '/action.yml',
    },
    {
      name: 'true, for auditors alone',
      text: steps('push', `- uses: ${CHECKOUT}`, '  with: {persist-credentials: true}'),
      lines: [],
    },
    {
      name: 'true, for auditors',
      text: steps('push', `- uses: ${CHECKOUT}`, '  with: {persist-credentials: true}'),
      lines: [8],
      persona: 'auditor',
    },
  ],
  'dangerous-triggers': [
    { name: 'a list', text: steps('[push, pull_request_target]', '- run: make'), lines: [2] },
    {
      name: 'a mapping',
      text: file(
        'name: x',
        'on:',
        '  push:',
        '  workflow_run: {workflows: [b]}',
        'permissions: {}',
        'jobs: {a: {runs-on: x, steps: [{run: make}]}}',
      ),
      lines: [4],
    },
    { name: 'a pull request', text: steps('[pull_request, push]', '- run: make'), lines: [] },
  ],
  'excessive-permissions': [
    {
      name: 'no permissions at all',
      text: file(
        'name: x',
        'on: push',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    steps: [{run: make}]',
      ),
      lines: [4],
    },
    {
      name: 'write-all of a job',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    permissions: write-all',
        '    steps: [{run: make}]',
      ),
      lines: [7],
    },
    {
      name: 'writing for several jobs',
      text: file(
        'name: x',
        'on: push',
        'permissions:',
        '  contents: write',
        '  issues: read',
        'jobs:',
        '  a: {runs-on: x, steps: [{run: make}]}',
        '  b: {runs-on: x, steps: [{run: make}]}',
      ),
      lines: [4],
    },
    {
      name: 'reading',
      text: file(
        'name: x',
        'on: push',
        'permissions: {contents: read}',
        'jobs: {a: {runs-on: x, steps: [{run: make}]}}',
      ),
      lines: [],
    },
  ],
  'template-injection': [
    {
      name: 'a branch of a pull request',
      text: steps(
        'pull_request',
        '- run: |',
        '    echo a',
        '    echo ${{ github.event.pull_request.head.ref }}',
      ),
      lines: [10],
    },
    {
      name: 'a message of a commit, by index',
      text: steps('push', "- run: echo ${{ github['event']['head_commit'].message }}"),
      lines: [8],
    },
    {
      name: 'all messages',
      text: steps('push', "- run: echo ${{ join(github.event.commits.*.message, ' ') }}"),
      lines: [8],
    },
    {
      name: 'the whole event',
      text: steps('issues', "- run: echo '${{ toJSON(github.event) }}'"),
      lines: [8],
    },
    {
      name: 'an input of a called workflow',
      text: steps('{workflow_call: {inputs: {v: {type: string}}}}', '- run: make ${{ inputs.v }}'),
      lines: [8],
    },
    {
      name: 'a number, a commit and a comparison',
      text: steps(
        'pull_request',
        '- run: make ${{ github.event.number }} ${{ github.sha }} ${{ github.head_ref == github.base_ref }}',
      ),
      lines: [],
    },
    {
      name: 'a matrix of constants',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    strategy: {matrix: {v: [1, 2]}}',
        '    steps:',
        '      - run: make ${{ matrix.v }}',
      ),
      lines: [],
    },
    {
      name: 'a matrix that an expression computes',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    strategy: {matrix: {v: "${{ fromJSON(inputs.all) }}"}}',
        '    steps:',
        '      - run: make ${{ matrix.v }}',
      ),
      lines: [9],
    },
    {
      name: 'a script of an action',
      text: steps(
        'issue_comment',
        `- uses: actions/github-script@${COMMIT}`,
        '  with:',
        '    script: |',
        '      say(`${{ github.event.comment.body }}`)',
      ),
      lines: [11],
    },
    {
      name: 'an input of a composite action',
      text: file(
        'name: x',
        'inputs: {v: {}}',
        'runs:',
        '  using: composite',
        '  steps:',
        '    - shell: bash',
        '      run: make ${{ inputs.v }}',
      ),
      lines: [7],
      path: '/action.yml',
    },
    {
      name: 'a variable of the shell',
      text: steps('issues', '- run: echo "$T"', '  env: {T: "${{ github.event.issue.title }}"}'),
      lines: [],
    },
    {
      name: 'the name of a step and its condition',
      text: steps(
        'issues',
        '- name: ${{ github.event.issue.title }}',
        "  if: github.event.issue.title == 'a'",
        '  run: make',
      ),
      lines: [],
    },
  ],
  'unpinned-uses': [
    {
      name: 'a branch, a tag, no ref and a commit',
      text: steps(
        'push',
        '- uses: a/b@main',
        '- uses: a/b/c@v1.2.3',
        '- uses: a/b',
        `- uses: a/b@${COMMIT}`,
      ),
      lines: [8, 9, 10],
    },
    { name: 'a short commit', text: steps('push', '- uses: a/b@11bd719'), lines: [8] },
    {
      name: 'a called workflow',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    uses: o/r/.github/workflows/a.yml@v1',
      ),
      lines: [6],
    },
    {
      name: 'actions of the repository',
      text: steps('push', '- uses: ./build', '- uses: $/build'),
      lines: [],
    },
    {
      name: 'images',
      text: steps(
        'push',
        '- uses: docker://alpine',
        `- uses: docker://alpine@sha256:${'0'.repeat(64)}`,
      ),
      lines: [],
    },
  ],
  'cache-poisoning': [
    {
      name: 'a cache of node in a release',
      text: steps(
        '{release: {types: [published]}}',
        `- uses: actions/setup-node@${COMMIT}`,
        '  with: {cache: npm}',
      ),
      lines: [8],
    },
    {
      name: 'a push of tags',
      text: steps(
        "{push: {tags: ['v*']}}",
        `- uses: actions/cache@${COMMIT}`,
        '  with: {path: a, key: b}',
      ),
      lines: [8],
    },
    {
      name: 'a cache that is switched off',
      text: steps('release', `- uses: actions/setup-go@${COMMIT}`, '  with: {cache: false}'),
      lines: [],
    },
    {
      name: 'no release',
      text: steps('push', `- uses: actions/cache@${COMMIT}`, '  with: {path: a, key: b}'),
      lines: [],
    },
  ],
  'github-env': [
    {
      name: 'a variable',
      text: steps(
        'pull_request_target',
        '- run: |',
        '    echo "A=$X" >> $GITHUB_ENV',
        '    echo "$P" >> "$GITHUB_PATH"',
      ),
      lines: [8],
    },
    {
      name: 'a constant',
      text: steps('pull_request_target', '- run: echo "A=b" >> $GITHUB_ENV'),
      lines: [],
    },
    { name: 'a push', text: steps('push', '- run: echo "A=$X" >> $GITHUB_ENV'), lines: [] },
    {
      name: 'PowerShell',
      text: steps(
        'workflow_run',
        '- shell: pwsh',
        '  run: |',
        '    "A=$env:X" | Out-File -FilePath $env:GITHUB_ENV -Append',
      ),
      lines: [9],
    },
  ],
  'insecure-commands': [
    {
      name: 'of the workflow',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'env:',
        '  ACTIONS_ALLOW_UNSECURE_COMMANDS: true',
        'jobs: {a: {runs-on: x, steps: [{run: make}]}}',
      ),
      lines: [5],
    },
    {
      name: 'switched off',
      text: steps('push', '- run: make', '  env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: false}'),
      lines: [],
    },
  ],
  'overprovisioned-secrets': [
    {
      name: 'a computed name',
      text: steps(
        'push',
        '- run: make',
        '  env: {S: "${{ secrets[format(\'K_{0}\', github.ref_name)] }}"}',
      ),
      lines: [9],
    },
    {
      name: 'a constant name',
      text: steps('push', '- run: make', '  env: {S: "${{ secrets[\'K\'] }}"}'),
      lines: [],
    },
  ],
  'unredacted-secrets': [
    {
      name: 'a field',
      text: steps('push', '- run: make', '  env: {S: "${{ fromJson(secrets.K).password }}"}'),
      lines: [9],
    },
    {
      name: 'the whole',
      text: steps('push', '- run: make', '  env: {S: "${{ secrets.K }}"}'),
      lines: [],
    },
  ],
  'bot-conditions': [
    {
      name: 'another bot, turned around',
      text: steps(
        'pull_request_target',
        "- if: ${{ 'renovate[bot]' == github.triggering_actor }}",
        '  run: make',
      ),
      lines: [8],
    },
    {
      name: 'no bot',
      text: steps('pull_request_target', "- if: github.actor == 'octocat'", '  run: make'),
      lines: [],
    },
    {
      name: 'anybody but a bot',
      text: steps('pull_request_target', "- if: github.actor != 'dependabot[bot]'", '  run: make'),
      lines: [],
    },
  ],
  'unsound-contains': [
    {
      name: 'a branch in a text',
      text: steps(
        'push',
        "- if: contains('refs/heads/main refs/heads/dev', github.ref)",
        '  run: make',
      ),
      lines: [8],
    },
    {
      name: 'a text in a branch',
      text: steps('push', "- if: contains(github.ref, 'refs/heads/release')", '  run: make'),
      lines: [],
    },
  ],
  'unsound-condition': [
    {
      name: 'a block',
      text: steps('push', '- if: |', "    ${{ github.ref == 'a' }}", '  run: make'),
      lines: [8],
    },
    {
      name: 'a stripped block',
      text: steps('push', '- if: >-', "    ${{ github.ref == 'a' }}", '  run: make'),
      lines: [],
    },
    {
      name: 'a block without ${{',
      text: steps('push', '- if: |', "    github.ref == 'a'", '  run: make'),
      lines: [],
    },
  ],
  'hardcoded-container-credentials': [
    {
      name: 'a service',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    services:',
        '      db:',
        `        image: p@sha256:${'0'.repeat(64)}`,
        '        credentials:',
        '          username: u',
        '          password: hunter2',
        '    steps: [{run: make}]',
      ),
      lines: [12],
    },
  ],
  'self-hosted-runner': [
    {
      name: 'a label, a group and a matrix',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a: {runs-on: [self-hosted, linux], steps: [{run: make}]}',
        '  b: {runs-on: {group: big}, steps: [{run: make}]}',
        '  c:',
        '    strategy: {matrix: {os: [ubuntu-24.04, self-hosted]}}',
        '    runs-on: ${{ matrix.os }}',
        '    steps: [{run: make}]',
      ),
      lines: [5, 6, 9],
      persona: 'auditor',
    },
    {
      name: 'not for all users',
      text: steps('push', '- run: make').replace('ubuntu-24.04', 'self-hosted'),
      lines: [],
    },
  ],
  'secrets-inherit': [
    {
      name: 'all and named secrets',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        `    uses: o/r/.github/workflows/a.yml@${COMMIT}`,
        '    secrets: inherit',
        '  b:',
        `    uses: o/r/.github/workflows/a.yml@${COMMIT}`,
        '    secrets: {T: "${{ secrets.T }}"}',
      ),
      lines: [6],
    },
  ],
  'dependabot-execution': [
    {
      name: 'allowed and denied',
      text: file(
        'version: 2',
        'updates:',
        '  - package-ecosystem: bundler',
        '    directory: /',
        '    insecure-external-code-execution: allow',
        '  - package-ecosystem: pip',
        '    directory: /',
        '    insecure-external-code-execution: deny',
      ),
      lines: [5],
      path: '/.github/dependabot.yml',
    },
  ],
  'dependabot-cooldown': [
    {
      name: 'too short and long enough',
      text: file(
        'version: 2',
        'updates:',
        '  - package-ecosystem: bundler',
        '    directory: /',
        '    cooldown:',
        '      default-days: 3',
        '  - package-ecosystem: pip',
        '    directory: /',
        '    cooldown: {default-days: 14}',
      ),
      lines: [6],
      path: '/.github/dependabot.yml',
    },
  ],
  'use-trusted-publishing': [
    {
      name: 'twine by a module of Python',
      text: steps('release', '- run: |', '    make', '    python -m twine upload dist/*'),
      lines: [10],
    },
    {
      name: 'an action without a password',
      text: steps('release', `- uses: pypa/gh-action-pypi-publish@${COMMIT}`),
      lines: [],
    },
    {
      name: 'an index of a company',
      text: steps(
        'release',
        `- uses: pypa/gh-action-pypi-publish@${COMMIT}`,
        '  with: {password: "${{ secrets.P }}", repository-url: https://pypi.example.com/legacy/}',
      ),
      lines: [],
    },
    { name: 'a dry run', text: steps('release', '- run: npm publish --dry-run'), lines: [] },
  ],
  'unpinned-images': [
    {
      name: 'no tag',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    container: debian',
        '    steps: [{run: make}]',
      ),
      lines: [7],
    },
    {
      name: 'a tag, for pedants alone',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    container: {image: "debian:13"}',
        '    steps: [{run: make}]',
      ),
      lines: [],
    },
    {
      name: 'a tag, for pedants',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    container: {image: "debian:13"}',
        '    steps: [{run: make}]',
      ),
      lines: [7],
      persona: 'pedantic',
    },
  ],
  'undocumented-permissions': [
    {
      name: 'with and without a comment',
      text: file(
        'name: x',
        'on: push',
        'permissions:',
        '  contents: read',
        '  issues: write # labels',
        '  packages: write',
        'jobs: {a: {runs-on: x, steps: [{run: make}]}}',
      ),
      lines: [6],
      persona: 'pedantic',
    },
  ],
  obfuscation: [
    {
      name: 'a path and a constant',
      text: steps(
        'push',
        `- uses: a//b@${COMMIT}`,
        `- uses: a/b/./c@${COMMIT}`,
        "- run: make ${{ format('{0}{1}', 'a', 'll') }}",
      ),
      lines: [8, 9, 10],
    },
  ],
  misfeature: [
    {
      name: 'cmd and packages of an action',
      text: steps(
        'push',
        '- shell: cmd',
        '  run: make',
        `- uses: actions/setup-python@${COMMIT}`,
        '  with: {pip-install: requests}',
      ),
      lines: [8, 11],
    },
  ],
  'secrets-outside-env': [
    {
      name: 'inside, outside and the token',
      text: file(
        'name: x',
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: x',
        '    environment: live',
        '    steps: [{run: make, env: {K: "${{ secrets.K }}"}}]',
        '  b:',
        '    runs-on: x',
        '    steps:',
        '      - run: make',
        '        env:',
        '          K: ${{ secrets.K }}',
        '          T: ${{ secrets.GITHUB_TOKEN }}',
      ),
      lines: [14],
      persona: 'auditor',
    },
  ],
};

describe.each(Object.entries(CASES))('%s', (audit, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { text, lines, persona = 'regular', path = '/.github/workflows/a.yml' } = one;
    const found = pipelineFindings(path, Buffer.from(text), { persona });
    const own = found.filter(({ aliases }) => aliases.includes(audit));
    expect(own.map(({ location }) => location.line).toSorted((a = 0, b = 0) => a - b)).toEqual(
      lines,
    );
  });
});
