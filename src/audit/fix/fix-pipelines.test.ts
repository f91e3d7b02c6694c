/** Edits of pipelines: byte-exact golden texts, the second look, and that GitHub's own language service accepts the result. */

import { describe, expect, it } from 'vitest';

import { loadGrammar } from '../../format/tree-sitter.ts';
import { identifyRuleFindings } from '../../model/rule-identity.ts';
import { lookAgainWith } from './look-again.ts';
import { planFixes } from './plan-fixes.ts';

const CALLED =
  'on: {workflow_call: {secrets: {TOKEN: {required: true}, KEY: {}}}}\njobs: {a: {steps: []}}\n';
const UNDECLARED = `${CALLED}# \${{ secrets.OTHER }}\n`;
const look = lookAgainWith(['misconfig'], {
  pipeline: {
    read: (path) => {
      if (path.endsWith('/undeclared.yml')) return Buffer.from(UNDECLARED);
      return path.endsWith('/called.yml') ? Buffer.from(CALLED) : undefined;
    },
  },
});

interface Fixed {
  readonly text: string;
  readonly cleared: readonly string[];
  readonly refused: readonly string[];
}

async function fixed(text: string, path = '/.github/workflows/a.yml'): Promise<Fixed> {
  const bytes = Buffer.from(text);
  const findings = identifyRuleFindings(await look(path, bytes));
  const [plan] = await planFixes({ findings, setAside: [], read: () => bytes, lookAgain: look });
  const rules = (of: readonly { readonly rule: string }[] = []): readonly string[] =>
    of.map(({ rule }) => rule.replace('pipeline/', ''));
  return {
    text: Buffer.from(plan?.fresh ?? bytes).toString(),
    cleared: rules(plan?.cleared),
    refused: rules(plan?.refused),
  };
}

const HEAD =
  'name: x\non: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n';
const CHECKOUT = 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683';

/** Steps behind the same head. */
const STEPS: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'a checkout',
    `      - uses: ${CHECKOUT} # v4.2.2\n      - run: make\n`,
    `      - uses: ${CHECKOUT} # v4.2.2\n        with:\n          persist-credentials: false\n      - run: make\n`,
  ],
  [
    'a checkout with inputs and comments',
    `      # first\n      - name: a\n        uses: "${CHECKOUT}"\n        with:\n          # all\n          fetch-depth: 0 # commits\n`,
    `      # first\n      - name: a\n        uses: "${CHECKOUT}"\n        with:\n          # all\n          persist-credentials: false\n          fetch-depth: 0 # commits\n`,
  ],
  [
    'a checkout in flow style',
    `      - {uses: ${CHECKOUT}}\n      - {uses: ${CHECKOUT}, with: {fetch-depth: 0}}\n`,
    `      - {uses: ${CHECKOUT}, with: {persist-credentials: false}}\n      - {uses: ${CHECKOUT}, with: {persist-credentials: false, fetch-depth: 0}}\n`,
  ],
  [
    'a checkout with an anchor',
    `      - &c\n        uses: ${CHECKOUT}\n      - run: make\n`,
    `      - &c\n        uses: ${CHECKOUT}\n        with:\n          persist-credentials: false\n      - run: make\n`,
  ],
  ['a checkout in front of a push', `      - uses: ${CHECKOUT}\n      - run: git push\n`, ''],
  [
    'an expression without quotes',
    '      - run: echo ${{ github.event.issue.title }} # title\n',
    '      - env:\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n        run: echo "$ISSUE_TITLE" # title\n',
  ],
  [
    'expressions in quotes in a block',
    '      - name: a\n        run: |\n          echo "by ${{ github.event.issue.user.name }}: ${{ github.event.issue.title }}" # x\n          echo a${{ github.event.issue.title }}b\n',
    '      - name: a\n        env:\n          ISSUE_USER_NAME: ${{ github.event.issue.user.name }}\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n        run: |\n          echo "by ${ISSUE_USER_NAME}: ${ISSUE_TITLE}" # x\n          echo a"$ISSUE_TITLE"b\n',
  ],
  [
    'an expression between double quotes of YAML',
    '      - run: "echo ${{ github.head_ref }}"\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: "echo \\"$HEAD_REF\\""\n',
  ],
  [
    'an expression between single quotes of YAML',
    "      - run: 'echo ${{ github.head_ref }}'\n",
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: \'echo "$HEAD_REF"\'\n',
  ],
  [
    'an expression in flow style',
    '      - {run: "echo ${{ github.head_ref }}"}\n',
    '      - {env: {HEAD_REF: \'${{ github.head_ref }}\'}, run: "echo \\"$HEAD_REF\\""}\n',
  ],
  [
    'an expression beside variables',
    '      - run: echo ${{ github.head_ref }}\n        env:\n          # a\n          HEAD_REF: a\n',
    '      - run: echo "$HEAD_REF_2"\n        env:\n          # a\n          HEAD_REF_2: ${{ github.head_ref }}\n          HEAD_REF: a\n',
  ],
  [
    'an expression that a variable has already',
    '      - run: echo ${{ github.head_ref }}\n        env: {REF: "${{ github.head_ref }}"}\n',
    '      - run: echo "$REF"\n        env: {REF: "${{ github.head_ref }}"}\n',
  ],
  [
    'an expression in a substitution',
    '      - run: x="$(echo ${{ github.head_ref }} | wc -c)"\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: x="$(echo "$HEAD_REF" | wc -c)"\n',
  ],
  [
    'numbers stay',
    '      - run: echo ${{ github.event.issue.number }} ${{ github.head_ref }}\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: echo ${{ github.event.issue.number }} "$HEAD_REF"\n',
  ],
  [
    'an expression beside a variable of the script',
    '      - run: HEAD_REF=main && git checkout ${{ github.head_ref }}\n',
    '      - env:\n          HEAD_REF_2: ${{ github.head_ref }}\n        run: HEAD_REF=main && git checkout "$HEAD_REF_2"\n',
  ],
  [
    'an expression in a text that another step may run too',
    '      - run: &a |\n          echo ${{ github.head_ref }}\n      - run: *a\n',
    '',
  ],
  [
    'an expression whose variable the script changes',
    '      - run: REF=main && git checkout ${{ github.head_ref }}\n        env: {REF: "${{ github.head_ref }}"}\n',
    '      - run: REF=main && git checkout "$HEAD_REF"\n        env: {HEAD_REF: \'${{ github.head_ref }}\', REF: "${{ github.head_ref }}"}\n',
  ],
  ['an expression between single quotes', "      - run: echo '${{ github.head_ref }}'\n", ''],
  [
    'an expression in a here-document',
    "      - run: |\n          cat <<'E'\n          ${{ github.head_ref }}\n          E\n",
    '',
  ],
  [
    'an expression in PowerShell',
    '      - run: echo ${{ github.head_ref }}\n        shell: pwsh\n',
    '',
  ],
  ['an expression that is the command', '      - run: ${{ github.head_ref }}\n', ''],
];

/** Whole files. */
const FILES: readonly (readonly [name: string, before: string, after: string, path?: string])[] = [
  [
    'permissions',
    'name: x\non: push\n# all\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
    'name: x\non: push\n# all\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
  ],
  [
    'no permissions where a job uses its token',
    'name: x\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: gh pr list}]\n',
    '',
  ],
  [
    'secrets',
    'name: x\non: push\npermissions: {}\njobs:\n  a:\n    uses: $/.github/workflows/called.yml\n    secrets: inherit # all\n',
    'name: x\non: push\npermissions: {}\njobs:\n  a:\n    uses: $/.github/workflows/called.yml\n    secrets:\n      TOKEN: ${{ secrets.TOKEN }}\n      KEY: ${{ secrets.KEY }} # all\n',
  ],
  [
    'secrets in flow style',
    'name: x\non: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/called.yml, secrets: inherit}}\n',
    "name: x\non: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/called.yml, secrets: {TOKEN: '${{ secrets.TOKEN }}', KEY: '${{ secrets.KEY }}'}}}\n",
  ],
  [
    'secrets of a workflow that uses others than it declares',
    'name: x\non: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/undeclared.yml, secrets: inherit}}\n',
    '',
  ],
  [
    'secrets of a workflow elsewhere',
    'name: x\non: push\npermissions: {}\njobs: {a: {uses: a/b/.github/workflows/c.yml@11bd71901bbe5b1630ceea73d27597364c9af683, secrets: inherit}}\n',
    '',
  ],
  [
    'waiting times',
    'version: 2\nupdates:\n  - package-ecosystem: npm # a\n    directory: /\n  - {package-ecosystem: pip, directory: /}\n  - package-ecosystem: cargo\n    cooldown:\n      default-days: 2 # b\n  - package-ecosystem: maven\n    cooldown: {}\n  - package-ecosystem: gomod\n    cooldown:\n      semver-major-days: 30\n',
    'version: 2\nupdates:\n  - package-ecosystem: npm # a\n    cooldown:\n      default-days: 7\n    directory: /\n  - {package-ecosystem: pip, cooldown: {default-days: 7}, directory: /}\n  - package-ecosystem: cargo\n    cooldown:\n      default-days: 7 # b\n  - package-ecosystem: maven\n    cooldown: {default-days: 7}\n  - package-ecosystem: gomod\n    cooldown:\n      default-days: 7\n      semver-major-days: 30\n',
    '/.github/dependabot.yml',
  ],
];

const CASES = [
  ...STEPS.map(
    ([name, before, after]) =>
      [name, HEAD + before, after === '' ? '' : HEAD + after, undefined] as const,
  ),
  ...FILES.map(([name, before, after, path]) => [name, before, after, path] as const),
];

describe('the fix of pipelines', () => {
  it.each(CASES)('%s', async (_name, before, after, path) => {
    const { text, refused } = await fixed(before, path);
    expect(text).toBe(after === '' ? before : after);
    expect(refused).toEqual([]);
    // A second run changes nothing.
    expect((await fixed(text, path)).text).toBe(text);
  });

  it.each(CASES.filter(([, , after]) => after !== ''))(
    '%s, with CRLF',
    async (_name, before, after, path) => {
      const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
      expect((await fixed(crlf(before), path)).text).toBe(crlf(after));
    },
  );

  it('edits one step in 2,000 lines', async () => {
    const filler = Array.from({ length: 2000 }, (_, at) => `      - run: make ${at}\n`).join('');
    const [, before = '', after = ''] =
      STEPS.find(([name]) => name === 'an expression without quotes') ?? [];
    const { text } = await fixed(HEAD + filler + before + filler);
    expect(text).toBe(HEAD + filler + after + filler);
  });

  it('reads scripts after a file that exhausted the memory of the grammars', async () => {
    const python = await loadGrammar('python', { maxLength: 1 << 20, maxMs: 60_000 });
    expect(python.read('(a,'.repeat(300_000), () => 1)).toEqual({ failure: 'aborted' });
    const [, before = '', after = ''] =
      STEPS.find(([name]) => name === 'an expression without quotes') ?? [];
    expect((await fixed(HEAD + before)).text).toBe(HEAD + after);
  });

  it('is undone and named where the second look does not confirm it', async () => {
    const bytes = Buffer.from(`${HEAD}      - run: echo \${{ github.head_ref }}\n`);
    const path = '/.github/workflows/a.yml';
    const findings = identifyRuleFindings(await look(path, bytes));
    const again = () => look(path, bytes);
    const [plan] = await planFixes({ findings, setAside: [], read: () => bytes, lookAgain: again });
    expect(plan?.fresh).toEqual(bytes);
    expect(plan?.refused.map(({ rule }) => rule)).toEqual(['pipeline/template-injection']);
  });
});
