import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';
import type { Persona } from '../persona.ts';

await loadShell();

const PINNED = 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683';

interface Options {
  readonly path?: string;
  readonly persona?: Persona;
}

function found(
  text: string,
  { path = '/.github/workflows/a.yml', persona = 'regular' }: Options = {},
): readonly string[] {
  return pipelineFindings(path, Buffer.from(text), { persona }).map(
    ({ rule, range }) =>
      `${rule.replace('pipeline/', '')} ${range?.startLine ?? 0}:${range?.startColumn ?? 0}`,
  );
}

/** A workflow with the steps of one job, which has no other faults. Steps begin in line 8. */
function steps(text: string, on = 'push'): string {
  const lines = text.split('\n').map((line) => `      ${line}`);
  return [
    ...[
      'name: x',
      `on: ${on}`,
      'permissions: {}',
      'jobs:',
      '  build:',
      '    runs-on: ubuntu-24.04',
    ],
    ...['    steps:', ...lines, ''],
  ].join('\n');
}

const INJECTION = 'template-injection';

describe('expressions in scripts', () => {
  it.each<[string, string, readonly string[]]>([
    ['a title', '- run: echo ${{ github.event.issue.title }}', [`${INJECTION} 8:23`]],
    ['a title in capitals', '- run: echo ${{ GITHUB.event.Issue.TITLE }}', [`${INJECTION} 8:23`]],
    [
      'a title by index',
      "- run: echo ${{ github['event'].issue['title'] }}",
      [`${INJECTION} 8:23`],
    ],
    [
      'a computed index',
      "- run: echo ${{ github[format('{0}', 'head_ref')] }}",
      ['obfuscation 8:30', `${INJECTION} 8:23`],
    ],
    ['all of an event', '- run: echo ${{ toJSON(github.event) }}', [`${INJECTION} 8:30`]],
    ['all of github', '- run: echo ${{ toJSON(github) }}', [`${INJECTION} 8:30`]],
    [
      'messages of commits',
      '- run: echo ${{ github.event.commits.*.message }}',
      [`${INJECTION} 8:23`],
    ],
    ['a branch', '- run: echo ${{ github.head_ref }}', [`${INJECTION} 8:23`]],
    ['a branch that is pushed', '- run: echo ${{ github.ref_name }}', [`${INJECTION} 8:23`]],
    ['a choice', "- run: echo ${{ github.event.a || 'b' }}", [`${INJECTION} 8:23`]],
    ['a choice by a condition', "- run: echo ${{ github.event.a && 'b' || 'c' }}", []],
    [
      'a property of a choice',
      '- run: echo ${{ (github.event.a || github.b).title }}',
      [`${INJECTION} 8:24`, `${INJECTION} 8:42`],
    ],
    [
      'a value of case',
      "- run: echo ${{ case(true, github.head_ref, 'x') }}",
      [`${INJECTION} 8:34`],
    ],
    [
      'a text made by format',
      "- run: echo ${{ format('{0}', github.head_ref) }}",
      [`${INJECTION} 8:37`],
    ],
    [
      'an input with the name of a number',
      '- run: echo ${{ github.event.inputs.number }}',
      [`${INJECTION} 8:23`],
    ],
    [
      'a payload with the name of an address',
      '- run: echo ${{ github.event.client_payload.url }}',
      [`${INJECTION} 8:23`],
    ],
    ['a comparison', "- run: echo ${{ github.head_ref == 'main' }}", []],
    ['a number', '- run: echo ${{ github.event.issue.number }}', []],
    ['a commit', '- run: echo ${{ github.sha }}', []],
    ['a secret', '- run: echo ${{ secrets.X }}', []],
    ['an output of a step', '- run: echo ${{ steps.a.outputs.b }}', [`${INJECTION} 8:23`]],
    ['an outcome of a step', '- run: echo ${{ steps.a.outcome }}', []],
    [
      'a variable that an expression sets',
      '- run: echo ${{ env.A }}\n  env: {A: "${{ github.head_ref }}"}',
      [`${INJECTION} 8:23`],
    ],
    ['a variable that is a constant', '- run: echo ${{ env.A }}\n  env: {A: b}', []],
    ['a variable of the shell', '- run: echo "$A"\n  env: {A: "${{ github.head_ref }}"}', []],
    [
      'a line of a block',
      '- run: |\n    echo\n    echo ${{ github.head_ref }}',
      [`${INJECTION} 10:20`],
    ],
    ['a folded block', '- run: >\n    echo\n    ${{ github.head_ref }}', [`${INJECTION} 10:15`]],
    [
      'a script of github-script',
      '- uses: actions/github-script@60a0d83039c74a4aee543508d2ffcb1c3799cdea\n  with: {script: "${{ github.head_ref }}"}',
      [`${INJECTION} 9:29`],
    ],
    [
      'the same in capitals',
      '- uses: Actions/GitHub-Script@60a0d83039c74a4aee543508d2ffcb1c3799cdea\n  with: {SCRIPT: "${{ github.head_ref }}"}',
      [`${INJECTION} 9:29`],
    ],
    [
      'an input that is no code',
      `- uses: ${PINNED}\n  with: {ref: "\${{ github.head_ref }}", persist-credentials: false}`,
      [],
    ],
    ['a broken expression', '- run: echo ${{ a b }}', ['unread-part 8:14']],
    ['an expression without an end', '- run: echo ${{ github.head_ref', ['unread-part 8:14']],
  ])('%s', (_name, text, expected) => {
    expect(found(steps(text)).toSorted()).toEqual(expected.toSorted());
  });

  it.each([
    ['github.event.pull_request.title', 'high'],
    ['github.event.pull_request.head.ref', 'high'],
    ['github.event.pull_request.head.repo.default_branch', 'high'],
    ['github.event.pull_request.base.ref', 'medium'],
    ["github.event['pull_request']['base'].ref", 'medium'],
    ['github.event.pull_request.base.repo.default_branch', 'medium'],
    ['github.event.pull_request.*.ref', 'high'],
    ['toJSON(github.event.pull_request)', 'high'],
    ['github.event.repository.default_branch', 'medium'],
    ['github.event.workflow_run.head_repository.description', 'high'],
    ['github.event.forkee.default_branch', 'high'],
    ['github.event.ref', 'medium'],
    ['github.event.release.tag_name', 'medium'],
    ['github.event.release.body', 'high'],
    ['github.event.release.*', 'high'],
    ['toJSON(github.event.release)', 'high'],
    ['github.event.inputs.repository', 'high'],
    ['github.event.client_payload.ref', 'high'],
  ])('%s is of %s severity', (value, severity) => {
    const text = steps(`- run: echo \${{ ${value} }}`);
    const all = pipelineFindings('/.github/workflows/a.yml', Buffer.from(text));
    expect(all.map((one) => one.severity)).toEqual([severity]);
  });

  it.each([
    ['string', [`${INJECTION} 1:146`]],
    ['boolean', []],
    ['choice', []],
  ])('an input of the type %s', (type, expected) => {
    const text = `{name: x, on: {workflow_dispatch: {inputs: {a: {type: ${type}}}}}, permissions: {}, jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "echo \${{ inputs.a }}"}]}}}`;
    expect(found(text).length).toBe(expected.length);
  });

  it.each([
    ['/.github/workflows/a.yml', 0],
    ['/.gitea/workflows/a.yml', 1],
  ])('a merge key, which GitHub refuses, is reported in %s', (path, gaps) => {
    const text = `${steps('- run: make')}x: {<<: {a: b}}\n`;
    const notes: unknown[] = [];
    const drafts = pipelineFindings(path, Buffer.from(text), {}, (note) => notes.push(note));
    expect(drafts.map(({ rule }) => rule)).toContain('pipeline/unread-part');
    expect(notes.length).toBe(gaps);
  });

  it('inputs of an action are texts of outsiders', () => {
    const text =
      'name: x\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: echo ${{ inputs.a }}\n';
    expect(found(text, { path: '/x/action.yml' })).toEqual([`${INJECTION} 6:21`]);
  });

  it.each([
    ['echo', []],
    ['cat a >> $GITHUB_ENV', [`${INJECTION} 9:23`]],
  ])('a constant of the job beside the script %s', (script, expected) => {
    const text = steps(`- run: echo \${{ env.B }}\n- run: ${script}`);
    expect(found(text.replace('    steps:', '    env: {B: c}\n    steps:'))).toEqual(expected);
  });

  it('values of a matrix that an expression computes', () => {
    const text = steps('- run: echo ${{ matrix.a }} ${{ matrix.b }}').replace(
      '    steps:',
      '    strategy: {matrix: {a: [1, 2], b: "${{ fromJSON(needs.x.outputs.y) }}"}}\n    steps:',
    );
    expect(found(text)).toEqual([`${INJECTION} 9:39`]);
  });
});

describe('events, permissions and what is used', () => {
  it.each<[string, string, readonly string[]]>([
    ['a list of events', steps('- run: make', '[push, workflow_run]'), ['dangerous-triggers 2:12']],
    [
      'a mapping of events',
      steps('- run: make', '{pull_request_target: {branches: [a]}}'),
      ['dangerous-triggers 2:6'],
    ],
    [
      'a quoted key',
      steps('- run: make', 'pull_request_target').replace('on:', '"on":'),
      ['dangerous-triggers 2:1'],
    ],
    ['an anchor', steps('- run: make', '&a pull_request_target'), ['dangerous-triggers 2:1']],
    [
      'default permissions',
      steps('- run: make').replace('permissions: {}\n', ''),
      ['excessive-permissions 4:3'],
    ],
    ['write-all', steps('- run: make').replace('{}', 'write-all'), ['excessive-permissions 3:1']],
    ['a tag', steps('- uses: a/b@v1'), ['unpinned-uses 8:15']],
    ['a branch', steps('- uses: a/b/c@main'), ['unpinned-uses 8:15']],
    ['a short commit', steps('- uses: a/b@11bd719'), ['unpinned-uses 8:15']],
    ['no version', steps('- uses: a/b'), ['unpinned-uses 8:15']],
    ['a commit in capitals', steps('- uses: a/b@11BD71901BBE5B1630CEEA73D27597364C9AF683'), []],
    ['a path', steps('- uses: ./a'), ['self-repository 8:15']],
    ['a path of the repository', steps('- uses: $/a'), []],
    ['an image', steps('- uses: docker://debian:13'), []],
    ['an image without a tag', steps('- uses: docker://debian'), ['unpinned-images 8:15']],
    [
      'an image with a port and no tag',
      steps('- uses: docker://h:5000/debian'),
      ['unpinned-images 8:15'],
    ],
    ['an image by digest', steps(`- uses: docker://debian@sha256:${'a'.repeat(64)}`), []],
    [
      'a superfluous slash',
      steps('- uses: a//b@11bd71901bbe5b1630ceea73d27597364c9af683'),
      ['obfuscation 8:9'],
    ],
    ['a checkout', steps(`- uses: ${PINNED}`), ['artipacked 8:9']],
    [
      'a checkout with a computed value',
      steps(`- uses: ${PINNED}\n  with: {persist-credentials: "\${{ a }}"}`),
      [],
    ],
    [
      'a checkout that keeps on purpose',
      steps(`- uses: ${PINNED}\n  with: {persist-credentials: true}`),
      [],
    ],
    [
      'a checkout that does not keep',
      steps(`- uses: ${PINNED}\n  with: {Persist-Credentials: "FALSE"}`),
      [],
    ],
    [
      'a write to the environment',
      steps('- run: cat a >> "$GITHUB_ENV"', 'workflow_run'),
      ['dangerous-triggers 2:1', 'github-env 8:9'],
    ],
    [
      'a write by tee',
      steps('- run: cat a | tee -a $GITHUB_PATH', 'workflow_run'),
      ['dangerous-triggers 2:1', 'github-env 8:9'],
    ],
    [
      'a write of a constant',
      steps('- run: echo A=b >> "$GITHUB_ENV"', 'workflow_run'),
      ['dangerous-triggers 2:1'],
    ],
    [
      'a condition in a block',
      steps('- run: make\n  if: |\n    ${{ false }}'),
      ['obfuscation 10:15', 'unsound-condition 9:9'],
    ],
    ['a condition in a stripped block', steps('- run: make\n  if: |-\n    ${{ github.ref }}'), []],
    [
      'a condition between texts',
      steps('- run: make\n  if: ${{ a }} == b'),
      ['unsound-condition 9:9'],
    ],
    ['a bot', steps("- run: make\n  if: github.actor == 'x[bot]'"), ['bot-conditions 9:13']],
    [
      'a bot, the other way around',
      steps('- run: make\n  if: "\'x[bot]\' == github.actor"'),
      ['bot-conditions 9:14'],
    ],
    ['not a bot', steps("- run: make\n  if: github.actor != 'x[bot]'"), []],
    [
      'all secrets by a filter',
      steps('- run: make\n  env: {A: "${{ join(secrets.*) }}"}'),
      ['overprovisioned-secrets 9:23'],
    ],
    [
      'all secrets by a computed name',
      steps('- run: make\n  env: {A: "${{ secrets[inputs.a] }}"}'),
      ['overprovisioned-secrets 9:23'],
    ],
    [
      'a part of a secret',
      steps('- run: make\n  env: {A: "${{ fromJSON(secrets.A).b }}"}'),
      ['unredacted-secrets 9:23'],
    ],
    [
      'unsecure commands',
      steps('- run: make\n  env: {actions_allow_unsecure_commands: TRUE}'),
      ['insecure-commands 9:15'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(text).toSorted()).toEqual(expected.toSorted());
  });

  it('shows more to auditors', () => {
    const text = steps('- run: make\n  env: {A: "${{ secrets.A }}"}');
    expect(found(text, { persona: 'auditor' })).toEqual([
      'secrets-outside-env 9:23',
      'concurrency-limits 2:1',
      'anonymous-definition 5:3',
    ]);
  });
});

describe('files', () => {
  it.each(['/a.yml', '/.github/a.yml', '/.github/workflows/a.txt', '/.github/workflows/a/b.yml'])(
    '%s is no part of a pipeline',
    (path) => {
      expect(found('on: pull_request_target\njobs: {a: {}}\n', { path })).toEqual([]);
    },
  );

  it('that are broken are a finding, beside those of the documents that can be read', () => {
    const text = `${steps('- run: make', 'workflow_run')}---\n[`;
    expect(found(text).map((one) => one.split(' ')[0])).toEqual(
      expect.arrayContaining(['dangerous-triggers', 'unread-part']),
    );
  });

  it('with aliases that grow without end are a finding', () => {
    const lines = Array.from(
      { length: 40 },
      (_, at) => `a${at + 1}: &b${at + 1} [*b${at}, *b${at}]`,
    );
    const text = ['on: push', 'permissions: {}', 'a0: &b0 [x]', ...lines, 'jobs: {}', ''].join(
      '\n',
    );
    expect(found(text).some((one) => one.startsWith('unread-part'))).toBe(true);
  });

  it.each([
    ['expressions', steps(`- run: "${'${{ github.head_ref }} '.repeat(20_000)}"`)],
    [
      'words that could write a file',
      steps(`- run: "${'tee >> '.repeat(60_000)}"`, 'workflow_run'),
    ],
    ['commands', steps(`- run: "${'npm; '.repeat(60_000)}"`)],
    ['quotes', steps(`- run: "${"${{ '".repeat(60_000)}"`)],
  ])(
    'with half a megabyte of %s take linear time',
    (_name, text) => {
      const spentMs = startCpuClock();
      expect(found(text)).toBeDefined();
      // In quadratic time each takes several times as long.
      expect(spentMs()).toBeLessThan(10_000);
    },
    60_000,
  );

  it('with any bytes end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(
          pipelineFindings('/.github/workflows/a.yml', bytes, { persona: 'auditor' }),
        ).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it('with pieces of workflows in any order end', () => {
    const piece = fc.constantFrom(
      ...[
        'on: ',
        'push\n',
        'jobs:\n',
        '  a:\n',
        '    steps:\n',
        '      - ',
        'run: x\n',
        'uses: a@b\n',
      ],
      ...[
        'if: ',
        '${{ a',
        ' }}\n',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a ',
        '- ',
        '"',
        '\n',
        'permissions: ',
        'env: ',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(found(pieces.join(''), { persona: 'auditor' })).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });
});
