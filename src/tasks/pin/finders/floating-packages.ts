/**
 * Commands of scripts that download a package anew at each run, by a tag or range instead of one
 * version: `npx x@latest`, `go install x@latest`, `npm install -g x@next`. Such a command has no
 * place for a digest.
 *
 * Source: the documentation of npm, pnpm, Yarn, Bun, uv, pipx and Go on `exec`, `dlx`, `install`
 * and `run`. A script is not interpreted: only commands at the beginning of a line or behind a
 * separator such as `&&` are read.
 */

import type { Obstacle } from '../finder.ts';
import { shownText } from './shown-text.ts';

/** A package of a command, with its place in the text. */
export interface FloatingPackage {
  readonly value: string;
  readonly index: number;
  readonly obstacle: Obstacle;
}

/** Commands with one package, behind which its own arguments follow. */
const WITH_ONE: ReadonlySet<string> = new Set([
  ...['npx', 'pnpx', 'bunx', 'uvx', 'npm exec', 'npm x', 'npm create', 'npm init', 'pnpm dlx'],
  ...['pnpm create', 'yarn dlx', 'yarn create', 'bun x', 'pipx run', 'go run'],
]);
/** Commands with any number of packages. */
const WITH_SEVERAL: ReadonlySet<string> = new Set([
  ...['npm install', 'npm i', 'npm add', 'pnpm add', 'yarn global', 'bun add', 'pipx install'],
  ...['go install', 'uv tool'],
]);

/** Comments, separators of commands, and words. */
const TOKEN = /(?<=^|\s)#[^\n]*|\\\r?\n|[;&|()\n]|(?:[^\s;&|()\\]|\\(?!\r?\n))+/gu;
const SEPARATOR = /^[;&|()\n]$/u;
/** Words before a command. */
const BEFORE = /^(?:sudo|then|do|else|exec|time|env|command|(?:ba|da|z)?sh|-c|-lc|-ec|\w+=.*)$/u;
const QUOTES = /^["'`]+|["'`]+$/gu;
/** Options that name the package, in one word. */
const PACKAGE_OPTION = /^--(?:package|from|spec)=["']?/u;
/** Options with a value in the next word. */
const WITH_VALUE = /^(?:--(?:registry|prefix|python|with|cache|userconfig|call)|-[Cc])$/u;
const PACKAGE = /^(?<name>(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)*)@(?<version>[^@\s$]+)$/u;
/** One version, or a commit of Go. */
const EXACT = /^(?:=|==)?v?\d+\.\d+\.\d+(?:[-+.][\w.+-]*)?$|^[0-9a-f]{12,40}$/u;

/** Returns the packages of the commands in a text, in their order. */
export function floatingPackages(text: string): readonly FloatingPackage[] {
  // Most scripts have none.
  if (!text.includes('@')) return [];
  return [...commandsOf(text)].flatMap((words) =>
    packagesOf(words).flatMap(({ text: value, index }): readonly FloatingPackage[] => {
      const { version } = PACKAGE.exec(value)?.groups ?? {};
      if (version === undefined || EXACT.test(version)) return [];
      const message = `a command downloads what "${shownText(value)}" names at each run`;
      return [{ value, index, obstacle: { id: 'floating-package', message } }];
    }),
  );
}

/** Returns the words of a command that can be packages. */
function packagesOf(words: readonly Word[]): readonly Word[] {
  const [first, second, ...others] = words.slice(words.findIndex(({ text }) => !BEFORE.test(text)));
  if (first === undefined || second === undefined) return [];
  const name = `${first.text} ${second.text}`;
  if (WITH_ONE.has(first.text)) return namesOf([second, ...others]).slice(0, 1);
  if (WITH_ONE.has(name)) return namesOf(others).slice(0, 1);
  return WITH_SEVERAL.has(name) ? namesOf(others) : [];
}

/** Returns the words that are no options, and the values of options that name a package. */
function namesOf(words: readonly Word[]): readonly Word[] {
  return words.flatMap(({ text, index }, at): readonly Word[] => {
    const [option = ''] = PACKAGE_OPTION.exec(text) ?? [];
    if (option !== '') return [{ text: text.slice(option.length), index: index + option.length }];
    const isValue = WITH_VALUE.test(words[at - 1]?.text ?? '');
    return isValue || text.startsWith('-') ? [] : [{ text, index }];
  });
}

interface Word {
  readonly text: string;
  readonly index: number;
}

function* commandsOf(text: string): Generator<readonly Word[]> {
  let words: Word[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (SEPARATOR.test(token)) {
      if (words.length > 0) yield words;
      words = [];
    } else if (!token.startsWith('#') && !token.startsWith('\\')) {
      const plain = token.replace(QUOTES, '');
      words.push({ text: plain, index: index + token.indexOf(plain) });
    }
  }
  if (words.length > 0) yield words;
}
