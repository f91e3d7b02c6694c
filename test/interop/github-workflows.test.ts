/**
 * GitHub's own language service accepts pinned and fixed workflows and actions as it accepts them
 * before.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lookAgainWith } from '../../src/tasks/audit/fix/look-again.ts';
import { planFixes } from '../../src/tasks/audit/fix/plan-fixes.ts';
import { identifyRuleFindings } from '../../src/core/model/rule/rule-identity.ts';
import {
  FILES,
  HEAD,
  PERMISSIONS,
  PINS,
  STEPS,
  UNSAFE_FILES,
  UNSAFE_PIN_FILES,
  UNSAFE_PINS,
  UNSAFE_STEPS,
} from '../support/pipeline-fix-cases.ts';
import { missingForInterop } from '../support/interop.ts';
import { pinnedText } from '../support/pinned-text.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';

/** The part of the language service that is used. Severity 1 is an error. */
interface LanguageService {
  validate(
    document: unknown,
    config?: { readonly actionsMetadataProvider?: unknown },
  ): Promise<readonly { readonly severity?: number; readonly message: string }[]>;
  readonly TextDocument: {
    create(uri: string, languageId: string, version: number, text: string): unknown;
  };
}

const CORPUS = join(import.meta.dirname, '../support/pin-corpus');
const missing = missingForInterop();

let service: LanguageService;
let folder: string;
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'assay-language-service-'));
  const outfile = join(folder, 'service.mjs');
  // The package imports JSON without attributes, which Node.js refuses.
  await build({
    stdin: {
      contents: `export { validate } from '@actions/languageservice';
        export { TextDocument } from 'vscode-languageserver-textdocument';`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
  });
  service = (await import(pathToFileURL(outfile).href)) as LanguageService;
});
afterAll(() => {
  if (missing === undefined) rmSync(folder, { recursive: true });
});

const lookAgain = lookAgainWith(['misconfig'], undefined);

/** The text of a workflow with all edits of `assay audit --fix`. */
async function fixedText(path: string, bytes: Uint8Array): Promise<string> {
  const findings = identifyRuleFindings(await lookAgain(path, bytes));
  const [plan] = await planFixes({ findings, setAside: [], read: () => bytes, lookAgain });
  return Buffer.from(plan?.fresh ?? bytes).toString();
}

/** Workflows of other projects. */
function fixableFiles(): readonly string[] {
  const shared = sharedPath('conformance/workflows/input');
  return shared === undefined
    ? []
    : filesOf(shared).filter((file) => !/action\.ya?ml$/u.test(file));
}

let count = 0;
async function errorsOf(path: string, text: string): Promise<readonly string[]> {
  // The service caches what it parsed by the address.
  count += 1;
  const document = service.TextDocument.create(`file:///${count}/${path}`, 'yaml', 1, text);
  const found = await service.validate(document);
  return found.filter(({ severity = 1 }) => severity === 1).map(({ message }) => message);
}

/** Messages without the values that are pinned. */
function withoutValues(messages: readonly string[]): readonly string[] {
  return messages.map((message) => message.replace(/@[\w.:@-]+/gu, '@'));
}

function casesOf(format: string): readonly (readonly [string, string])[] {
  const names = readdirSync(join(CORPUS, format), { withFileTypes: true });
  return names.filter((entry) => entry.isDirectory()).map(({ name }) => [format, name] as const);
}

/**
 * Fixed workflows, byte for byte what the unit tests of `--fix` expect; the settings of Dependabot
 * are no workflow.
 */
const GOLDEN = [
  ...[...STEPS, ...PINS, ...UNSAFE_STEPS, ...UNSAFE_PINS].map(
    ([name, before, after]) => [name, HEAD + before, after === '' ? '' : HEAD + after] as const,
  ),
  ...[...FILES, ...PERMISSIONS, ...UNSAFE_FILES, ...UNSAFE_PIN_FILES].flatMap(
    ([name, before, after, path]) => (path === undefined ? [[name, before, after] as const] : []),
  ),
].filter(([, , after]) => after !== '');

const cases = [...casesOf('github-workflow'), ...casesOf('github-action')];
/** Cases that GitHub refuses before they are pinned. */
const REFUSED = new Set(['mistakes', 'broken', 'containers']);

describe.skipIf(missing !== undefined)(`the language service of GitHub${needs(missing)}`, () => {
  it.each(cases)('accepts the pinned case %s: %s', async (format, name) => {
    const text = (file: string): string => readFileSync(join(CORPUS, format, name, file), 'utf8');
    const { path } = JSON.parse(text('expected.json')) as { path: string };
    const before = await errorsOf(path, text('input'));
    const after = await errorsOf(path, text('expected'));
    expect(withoutValues(after)).toEqual(withoutValues(before));
    expect({ errors: after, isRefused: after.length > 0 }).toMatchObject({
      isRefused: REFUSED.has(name),
    });
  });

  const fixable = fixableFiles();
  it.skipIf(fixable.length === 0).each(fixable)(
    'accepts the fixed file %s (needs ../shared)',
    async (file) => {
      const path = '.github/workflows/ci.yml';
      const old = readFileSync(file);
      const fresh = await fixedText(`/${path}`, old);
      const before = await errorsOf(path, old.toString());
      expect(await errorsOf(path, fresh)).toEqual(before);
    },
  );

  it.each(GOLDEN)('accepts the golden file: %s', async (_name, _before, after) => {
    expect(await errorsOf('.github/workflows/ci.yml', after)).toEqual([]);
  });

  it('refuses a step that a wrong edit would make', async () => {
    const text = readFileSync(join(CORPUS, 'github-workflow/steps/input'), 'utf8');
    const broken = text.replace('actions/checkout@v4', 'actions/checkout');
    expect(await errorsOf('.github/workflows/ci.yml', broken)).not.toEqual([]);
  });

  const shared = sharedPath('conformance/workflows/input');
  const workflows = shared === undefined ? [] : filesOf(shared);
  it.skipIf(shared === undefined).each(workflows)(
    'accepts the pinned file %s (needs ../shared)',
    async (file) => {
      const path = /action\.ya?ml$/u.test(file) ? 'action.yml' : '.github/workflows/ci.yml';
      const pinned = await pinnedText(path, readFileSync(file));
      const before = await errorsOf(path, pinned.before);
      const after = await errorsOf(path, pinned.after);
      expect(withoutValues(after)).toEqual(withoutValues(before));
    },
  );
});

function filesOf(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/u.test(name) && !/dependabot|zizmor/u.test(name))
    .map((name) => join(root, name));
}
