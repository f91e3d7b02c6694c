/**
 * The smallest edits that clear findings. An edit is offered only where the words of the file are
 * those that a shell gets.
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { DockerfileInstruction } from '../../../formats/text/dockerfile/dockerfile.ts';
import type { Argument, RunCommand } from '../commands/run-command.ts';
import { textAt, type DockerfileSubject, type Step } from './subject.ts';

/** A change of some bytes of a Dockerfile. */
export interface HitFix {
  /** A complete sentence. */
  readonly description: string;
  readonly range: ByteRange;
  readonly text: string;
}

type File = Pick<DockerfileSubject, 'file'>;

/** Adds a word behind another one of a command. */
export function addWord(
  { file }: File,
  word: Argument | undefined,
  added: string,
): HitFix | undefined {
  if (word === undefined || !isPlain(file, word)) return undefined;
  const { end } = word.range;
  return { description: `Add ${added}.`, range: { start: end, end }, text: ` ${added}` };
}

/** Replaces a word of a command. */
export function replaceWord(
  { file }: File,
  word: Argument | undefined,
  text: string,
): HitFix | undefined {
  if (word === undefined || !isPlain(file, word)) return undefined;
  return { description: `Write ${text} instead of ${word.text}.`, range: word.range, text };
}

/**
 * Adds a command to the end of an instruction. The instruction must be one chain of commands that
 * are joined by `&&`: behind another end the failure of what stands before would be lost.
 */
export function addCommand({ file }: File, step: Step, added: string): HitFix | undefined {
  const { instruction, run, shell } = step;
  const { isJson, heredocs, words, range } = instruction;
  const [statement, second] = run.body?.statements ?? [];
  if (isJson || heredocs.length > 0 || !shell.isPosix) return undefined;
  if (statement === undefined || second !== undefined || statement.isBackground) return undefined;
  const isChain =
    statement.kind === 'command' ||
    (statement.kind === 'chain' && statement.rest.every(({ operator }) => operator === '&&'));
  const last = words.at(-1);
  // A comment of the shell at the end would swallow the command.
  if (!isChain || last === undefined || /(?:^|\s)#/u.test(last.text)) return undefined;
  const { end } = range;
  const isWhole = textAt(file, { start: end - 1, end }).trim() !== '';
  if (!isWhole) return undefined;
  return { description: `Add ${added}.`, range: { start: end, end }, text: ` && ${added}` };
}

/** Replaces the keyword of an instruction, in its case of letters. */
export function replaceKeyword(
  { file }: File,
  { keywordRange }: Pick<DockerfileInstruction, 'keywordRange'>,
  keyword: string,
): HitFix {
  const old = textAt(file, keywordRange);
  const text = old === old.toLowerCase() ? keyword.toLowerCase() : keyword;
  return { description: `Use ${keyword}.`, range: keywordRange, text };
}

/**
 * Returns whether the bytes of a word are its text: it is in no script of another word, and has no
 * continuation.
 */
function isPlain(file: DockerfileSubject['file'], { range, text, value }: Argument): boolean {
  return value === text && textAt(file, range) === text;
}

/** Returns the word of a command that has a value. */
export function wordWith({ args }: RunCommand, value: string): Argument | undefined {
  return args.find((one) => one.value === value);
}
