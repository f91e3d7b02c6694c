/**
 * Edits of pipelines: byte-exact golden texts, the second look, and that GitHub's own language
 * service accepts the result.
 */

import { describe, expect, it } from 'vitest';

import { loadGrammar } from '../../../formats/text/tree-sitter.ts';
import {
  FILES,
  HEAD,
  PERMISSIONS,
  PIN_COMMITS,
  PIN_DIGEST,
  PINS,
  STEPS,
  UNSAFE_FILES,
  UNSAFE_PIN_FILES,
  UNSAFE_PINS,
  UNSAFE_STEPS,
} from '../../../../test/support/pipeline-fix-cases.ts';
import { identifyRuleFindings } from '../../../core/model/rule/rule-identity.ts';
import type { KnownReferences, RepositoryFacts } from '../../../rules/detect/pipeline/settings.ts';
import type { FixLevel } from './fix-level.ts';
import { lookAgainWith } from './look-again.ts';
import { planFixes } from './plan-fixes.ts';

const CALLED =
  'on: {workflow_call: {secrets: {TOKEN: {required: true}, KEY: {}}}}\njobs: {a: {steps: []}}\n';
const UNDECLARED = `${CALLED}# \${{ secrets.OTHER }}\n`;
const { release, main } = PIN_COMMITS;
const NONE = new Map<string, never>();
const REFERENCES: KnownReferences = new Map<string, RepositoryFacts>([
  [
    'example/deploy',
    {
      source: 'git',
      tags: new Map([
        ['v1', [release]],
        ['v1.2', [release]],
        ['v1.2.3', [release]],
        ['both', [release]],
      ]),
      branches: new Map([
        ['main', main],
        ['both', main],
      ]),
      reached: NONE,
    },
  ],
  [
    'slsa-framework/slsa-github-generator',
    { source: 'git', tags: new Map([['v1', [release]]]), branches: NONE, reached: NONE },
  ],
  [
    'example/recorded',
    {
      source: 'ledger',
      tags: new Map([['v4.0.1', [release]]]),
      pins: new Map([
        ['v4', release],
        ['v4.0.1', release],
        ['dev', main],
      ]),
      branches: NONE,
      reached: NONE,
    },
  ],
]);
const look = lookAgainWith(['misconfig'], {
  pipeline: {
    references: REFERENCES,
    images: new Map([
      ['docker.io/library/debian:latest', PIN_DIGEST],
      ['ghcr.io/example/tool:latest', PIN_DIGEST],
    ]),
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

interface Place {
  readonly path?: string | undefined;
  readonly level?: FixLevel;
}

async function fixed(
  text: string,
  { path = '/.github/workflows/a.yml', level = 'safe' }: Place = {},
): Promise<Fixed> {
  const bytes = Buffer.from(text);
  const findings = identifyRuleFindings(await look(path, bytes));
  const question = { level, findings, setAside: [], read: () => bytes, lookAgain: look };
  const [plan] = await planFixes(question);
  const rules = (of: readonly { readonly rule: string }[] = []): readonly string[] =>
    of.map(({ rule }) => rule.replace('pipeline/', ''));
  return {
    text: Buffer.from(plan?.fresh ?? bytes).toString(),
    cleared: rules(plan?.cleared),
    refused: rules(plan?.refused),
  };
}

const CASES = [
  ...[...STEPS, ...PINS].map(
    ([name, before, after]) =>
      [name, HEAD + before, after === '' ? '' : HEAD + after, undefined] as const,
  ),
  ...[...FILES, ...PERMISSIONS].map(
    ([name, before, after, path]) => [name, before, after, path] as const,
  ),
];
const UNSAFE = [
  ...[...UNSAFE_STEPS, ...UNSAFE_PINS].map(
    ([name, before, after]) => [name, HEAD + before, after === '' ? '' : HEAD + after] as const,
  ),
  ...[...UNSAFE_FILES, ...UNSAFE_PIN_FILES].map(
    ([name, before, after]) => [name, before, after] as const,
  ),
];

describe('the fix of pipelines', () => {
  it.each(CASES)('%s', async (_name, before, after, path) => {
    const { text, refused } = await fixed(before, { path });
    expect(text).toBe(after === '' ? before : after);
    expect(refused).toEqual([]);
    // A second run changes nothing.
    expect((await fixed(text, { path })).text).toBe(text);
  });

  it.each(CASES.filter(([, , after]) => after !== ''))(
    '%s, with CRLF',
    async (_name, before, after, path) => {
      const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
      expect((await fixed(crlf(before), { path })).text).toBe(crlf(after));
    },
  );

  it.each(UNSAFE)('%s, by --fix=all alone', async (_name, before, after) => {
    const level = 'all';
    const safe = await fixed(before);
    const { text, refused } = await fixed(before, { level });
    expect(text).toBe(after === '' ? safe.text : after);
    expect(refused).toEqual([]);
    expect(safe.text).not.toBe(after);
    expect((await fixed(text, { level })).text).toBe(text);
    const crlf = (one: string): string => one.replaceAll('\n', '\r\n');
    expect((await fixed(crlf(before), { level })).text).toBe(crlf(text));
  });

  it.each(CASES)('%s, by --fix=all too', async (_name, before, after, path) => {
    if (after !== '') expect((await fixed(before, { path, level: 'all' })).text).toBe(after);
  });

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
