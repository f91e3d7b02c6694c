/**
 * SARIF documents of the real ESLint, compared with what ESLint reports as JSON about the same
 * files.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readSarif, type SarifResults } from '../../src/tasks/audit/sarif/read-sarif.ts';
import { Tree } from '../../src/tasks/audit/sarif/tree.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { identifyRuleFindings } from '../../src/core/model/rule/rule-identity.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const require = createRequire(import.meta.url);
const CONFIG = `export default [{ rules: {
  'no-eval': 'error', 'no-unused-vars': 'warn', 'no-debugger': 'error', 'no-var': 'warn',
} }];`;
const APP = [
  'var unused = "😀";',
  '',
  'export function run(text) {',
  '  return eval(text);',
  '}',
  'eval("1"); // eslint-disable-line no-eval -- a constant',
  '/* 😀 */ debugger;',
];

/** A message in ESLint's own JSON. */
interface Message {
  readonly ruleId: string | null;
  readonly severity: number;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

interface FileResult {
  readonly filePath: string;
  readonly messages: readonly Message[];
  readonly suppressedMessages: readonly Message[];
}

let folder: string;
let tree: string;

/** Runs ESLint in the tree; it ends with 1 or 2 where it reports something. */
function lint(format: string, output: string): void {
  const program = path.join(path.dirname(require.resolve('eslint/package.json')), 'bin/eslint.js');
  const args = [program, '-f', format, '-o', path.join(folder, output), '.'];
  try {
    execFileSync(process.execPath, args, { cwd: tree, stdio: 'pipe' });
  } catch (error) {
    if ((error as { status?: number }).status !== 1) throw error;
  }
}

async function read(): Promise<SarifResults> {
  lint(require.resolve('@microsoft/eslint-formatter-sarif'), 'out.sarif');
  const sources = { tree: new Tree('tree', tree), cwd: folder, context: quietContext() };
  return readSarif(['out.sarif'], sources);
}

const missing = missingForInterop();
describe.skipIf(missing !== undefined)(`documents of ESLint${needs(missing)}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-eslint-'));
    tree = path.join(folder, 'my tree');
    mkdirSync(path.join(tree, 'src'), { recursive: true });
    writeFileSync(path.join(tree, 'eslint.config.mjs'), CONFIG);
    writeFileSync(path.join(tree, 'src/app.js'), APP.join('\n'));
    writeFileSync(path.join(tree, 'src/clean.js'), 'export const one = 1;\n');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('have the same findings as its JSON: rules, levels, texts and ranges', async () => {
    const { drafts, diagnostics } = await read();
    lint('json', 'out.json');
    const files = JSON.parse(readFileSync(path.join(folder, 'out.json'), 'utf8')) as FileResult[];
    const expected = files.flatMap(({ filePath, messages, suppressedMessages }) =>
      [...messages, ...suppressedMessages].map((one) => ({
        rule: `eslint/${one.ruleId}`,
        tool: 'ESLint',
        severity: one.severity === 2 ? 'high' : 'medium',
        message: one.message,
        location: {
          path: `/${path.relative(tree, filePath)}`,
          layer: 0,
          line: one.line,
        },
        range: {
          startLine: one.line,
          startColumn: one.column,
          endLine: one.endLine,
          endColumn: one.endColumn,
        },
      })),
    );
    expect(expected.length).toBeGreaterThanOrEqual(5);
    expect(drafts).toMatchObject(expected);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it('have titles and help, and the reasons of comments', async () => {
    const { drafts } = await read();
    const evals = drafts.filter(({ rule }) => rule === 'eslint/no-eval');
    expect(evals.map(({ comments = [] }) => comments.map(({ reason }) => reason))).toEqual([
      [],
      ['a constant'],
    ]);
    expect(evals[0]).toMatchObject({
      title: 'Disallow the use of `eval()`',
      helpUri: 'https://eslint.org/docs/latest/rules/no-eval',
      aliases: ['no-eval'],
      category: 'code',
    });
  });

  it('give the same ids after 200 lines above, in a renamed file', async () => {
    const before = identifyRuleFindings((await read()).drafts).map(({ id }) => id);
    writeFileSync(path.join(tree, 'src/app.js'), `${'// more\n'.repeat(200)}${APP.join('\n')}`);
    renameSync(path.join(tree, 'src/app.js'), path.join(tree, 'src/renamed.js'));
    const after = identifyRuleFindings((await read()).drafts).map(({ id }) => id);
    expect(new Set(after)).toEqual(new Set(before));
    renameSync(path.join(tree, 'src/renamed.js'), path.join(tree, 'src/app.js'));
    writeFileSync(
      path.join(tree, 'src/app.js'),
      `${APP.join('\n')}\nexport const f = (x) => eval(x);`,
    );
    const added = identifyRuleFindings((await read()).drafts).map(({ id }) => id);
    expect(added.filter((id) => !before.includes(id))).toHaveLength(1);
  });

  it('have a gap for a file that ESLint cannot parse', async () => {
    writeFileSync(path.join(tree, 'src/broken.js'), 'const = 1;');
    const { diagnostics } = await read();
    const gaps = diagnostics.filter(({ gap }) => gap === 'unreadable');
    expect(gaps.map(({ message }) => message)).toEqual([
      '"out.sarif" says that ESLint met 1 error; the first: Parsing error: Unexpected token =',
    ]);
  });
});
