/**
 * Dockerfiles: `dockerfile-parse/testfiles`, each a Dockerfile and the form that BuildKit's parser
 * dumps; `dockerfile-lint`, each a Dockerfile, a rule of hadolint, and whether it reports.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readDockerfile,
  type DockerfileInstruction,
} from '../../src/formats/text/dockerfile/dockerfile.ts';
import type { DockerfileSettings } from '../../src/rules/detect/dockerfile/settings.ts';
import { dockerfile, loadShell } from '../../src/rules/detect/dockerfile/dockerfile.ts';
import type { Suite, SuiteResult } from './suite.ts';

const FOLDER = 'dockerfile-parse/testfiles';
const NEITHER_PRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}]/gu;

export const dockerfileSuites: readonly Suite[] = [
  {
    id: 'dockerfile-parse',
    run(folder: string): Promise<SuiteResult | undefined> {
      const root = join(folder, FOLDER);
      return Promise.resolve(existsSync(root) ? judgeAll(root) : undefined);
    },
  },
  {
    id: 'dockerfile-lint',
    async run(folder: string): Promise<SuiteResult | undefined> {
      const file = join(folder, 'dockerfile-lint/cases.jsonl');
      if (!existsSync(file)) return undefined;
      await loadShell();
      return judgeRules(readFileSync(file, 'utf8').trim().split('\n'));
    },
  },
];

interface RuleCase {
  readonly rule: string;
  readonly title: string;
  readonly expect: boolean;
  readonly dockerfile: string;
}

function judgeRules(lines: readonly string[]): SuiteResult {
  const misses = lines.flatMap((line, at) => {
    const { rule, title, expect, dockerfile: text } = JSON.parse(line) as RuleCase;
    const settings = { dockerfile: settingsOf(title) };
    const found = dockerfile.detect({ path: '/Dockerfile', bytes: Buffer.from(text), settings });
    if (found.some(({ aliases }) => aliases.includes(rule)) === expect) return [];
    const reason = expect ? 'not reported' : 'reported';
    return [{ case: `${at + 1}: ${rule} ${title}`, reason }];
  });
  return {
    suite: 'dockerfile-lint',
    passed: lines.length - misses.length,
    total: lines.length,
    misses,
  };
}

/**
 * The cases do not contain the configuration that they are judged by: titles and names of labels
 * tell it.
 */
function settingsOf(title: string): DockerfileSettings {
  return {
    trustedRegistries: REGISTRIES.get(title) ?? [],
    severities: new Map([['DL1001', 'low']]),
    labels: new Map([
      ['required', 'text'],
      ['emptylabel', 'text'],
      ['urllabel', 'url'],
      ['spdxlabel', 'spdx'],
      ['semver', 'semver'],
    ]),
    isStrict: true,
  };
}

const REGISTRIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['warn on non-allowed registry', ['docker.io']],
  ['does not warn on allowed registries', ['x.com', 'random.com']],
  ["doesn't warn on scratch image", ['docker.io']],
  ['allows all forms of docker.io', ['docker.io']],
  ['allows using previous stages', ['random.com']],
  ['warn on non-allowed wildcard registry', ['*.random.com']],
  ['does not warn on allowed wildcard registries', ['*.random.com']],
  ['does not warn on * registry', ['*']],
]);

function judgeAll(root: string): SuiteResult {
  const cases = readdirSync(root).sort();
  const misses = cases.flatMap((name) => {
    const reason = judge(join(root, name));
    return reason === undefined ? [] : [{ case: name, reason }];
  });
  const passed = cases.length - misses.length;
  return { suite: 'dockerfile-parse', passed, total: cases.length, misses };
}

function judge(folder: string): string | undefined {
  try {
    const { instructions } = readDockerfile(readFileSync(join(folder, 'Dockerfile')));
    const dumped = instructions.map((instruction) => `(${dump(instruction)})`).join('\n');
    const expected = readFileSync(join(folder, 'result'), 'utf8').trim();
    return dumped === expected ? undefined : `read as\n${dumped}\nnot as\n${expected}`;
  } catch (error) {
    return String(error);
  }
}

/**
 * Writes an instruction as BuildKit dumps it: keyword, flags as a list, and the arguments quoted.
 */
function dump({ keyword, flags, pairs, words, trigger }: DockerfileInstruction): string {
  const flagTexts = flags.map(({ name, value }) =>
    quoted(value === undefined ? `--${name}` : `--${name}=${value}`),
  );
  const texts = pairs.flatMap(({ name, value, separator }) =>
    keyword === 'ARG'
      ? [value === undefined ? name.text : `${name.text}=${value.text}`]
      : [name.text, value?.text ?? '', separator === '=' ? '=' : ''],
  );
  return [
    keyword.toLowerCase(),
    ...(flagTexts.length === 0 ? [] : [`[${flagTexts.join(' ')}]`]),
    ...(trigger === undefined ? [] : [`(${dump(trigger)})`]),
    ...[...texts, ...words.map(({ value }) => value)].map(quoted),
  ].join(' ');
}

/** Quotes a text as `strconv.Quote` of Go does. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`);
  return `"${escaped.replaceAll(NEITHER_PRINTABLE, escapeOf)}"`;
}

function escapeOf(character: string): string {
  const short = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v', '\u0007': 'a' };
  const letter = short[character as keyof typeof short] as string | undefined;
  if (letter !== undefined) return `\\${letter}`;
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
}
