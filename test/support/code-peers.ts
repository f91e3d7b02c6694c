/**
 * Analyzers with which the static analysis is compared: bandit for Python, and
 * eslint-plugin-security for JavaScript. The weaknesses (CWE) of their rules are those of their
 * documentation; rules about anything but injections are left out.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/**
 * The weaknesses that each rule of bandit is about. Source: the list of plugins in the
 * documentation of bandit 1.7.
 */
const BANDIT: Readonly<Record<string, readonly number[]>> = {
  ...rules('B102 B307', [94, 95]),
  ...rules('B301 B302 B506 B614', [502, 20]),
  ...rules('B310', [22, 918]),
  ...rules('B202', [22]),
  ...rules('B313 B314 B315 B316 B317 B318 B319 B320', [611, 776]),
  ...rules('B601 B602 B603 B604 B605 B606 B607 B609', [78, 77, 88]),
  ...rules('B608 B610 B611', [89]),
  ...rules('B701 B702 B703 B704', [79, 80, 94, 1336]),
};

/**
 * The weaknesses that each rule of eslint-plugin-security is about. Source: its pages of rules,
 * version 4.1.
 */
const PLUGIN: Readonly<Record<string, readonly number[]>> = {
  'security/detect-child-process': [78, 77, 88],
  'security/detect-disable-mustache-escape': [79, 80],
  'security/detect-eval-with-expression': [94, 95],
  'security/detect-non-literal-fs-filename': [22, 23, 73],
  'security/detect-non-literal-regexp': [1333, 400, 185],
  'security/detect-non-literal-require': [98, 829, 94, 95],
  'security/detect-object-injection': [1321, 915],
  'security/detect-unsafe-regex': [1333],
};

function rules(ids: string, cwe: readonly number[]): Record<string, readonly number[]> {
  return Object.fromEntries(ids.split(' ').map((id) => [id, cwe]));
}

/** All weaknesses that a peer has a rule for. */
export const CLASSES = {
  bandit: new Set(Object.values(BANDIT).flat()),
  plugin: new Set(Object.values(PLUGIN).flat()),
} as const;

/** A finding of a peer. */
export interface PeerFinding {
  readonly file: string;
  readonly rule: string;
  /** Empty for rules that are not about injections. */
  readonly cwe: readonly number[];
  readonly isMedium: boolean;
}

/** Returns the findings of bandit in files. It ends with 1 where it has some. */
export function bandit(files: readonly string[]): readonly PeerFinding[] {
  const options = { maxBuffer: 256 << 20, encoding: 'utf8' } as const;
  const { stdout } = spawnSync('bandit', ['-q', '-f', 'json', ...files], options);
  const { results } = JSON.parse(stdout) as {
    readonly results: readonly {
      readonly filename: string;
      readonly test_id: string;
      readonly issue_severity: string;
    }[];
  };
  return results.map((one) => ({
    file: one.filename,
    rule: one.test_id,
    cwe: BANDIT[one.test_id] ?? [],
    isMedium: one.issue_severity !== 'LOW',
  }));
}

/** The version of bandit. */
export function banditVersion(): string {
  return execFileSync('bandit', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
}

/** Returns the directory with the plugin: that of the variable, which `.ci/run` sets. */
export function pluginFolder(): string | undefined {
  return process.env['ASSAY_TEST_ESLINT_SECURITY'];
}

/** Returns the findings of the plugin with its recommended rules, for texts by their paths. */
export async function pluginFindings(
  folder: string,
  files: readonly string[],
): Promise<readonly PeerFinding[]> {
  const load = createRequire(path.join(folder, 'package.json'));
  const plugin = load('eslint-plugin-security') as ESLint.Plugin;
  const names = Object.keys(plugin.rules ?? {});
  const eslint = new ESLint({
    overrideConfigFile: true,
    allowInlineConfig: false,
    overrideConfig: [
      {
        files: ['**/*.{js,cjs,mjs,jsx,ts,tsx,txt}'],
        plugins: { security: plugin },
        languageOptions: {
          parser: tseslint.parser,
          parserOptions: { ecmaFeatures: { jsx: true } },
        },
        rules: Object.fromEntries(names.map((name) => [`security/${name}`, 'error' as const])),
      },
    ],
  });
  const findings: PeerFinding[] = [];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const { messages } of await eslint.lintText(text, {
      filePath: path.resolve(path.basename(file)),
    })) {
      for (const { ruleId } of messages) {
        if (ruleId !== null) {
          findings.push({ file, rule: ruleId, cwe: PLUGIN[ruleId] ?? [], isMedium: true });
        }
      }
    }
  }
  return findings;
}
