/** Dockerfiles: `dockerfile-parse/testfiles`, each a Dockerfile and the form that BuildKit's parser dumps. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDockerfile, type DockerfileInstruction } from '../../src/format/dockerfile.ts';
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
];

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

/** Writes an instruction as BuildKit dumps it: keyword, flags as a list, and the arguments quoted. */
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
