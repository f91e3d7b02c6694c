/**
 * Reads the line of one Dockerfile instruction: keyword, flags, and arguments by the grammar of the
 * instruction.
 */

import {
  blankSeparated,
  jsonWords,
  namesWithOptionalValues,
  namesWithValues,
  wordOf,
  type ArgumentProblem,
} from './dockerfile-arguments.ts';
import { splitFlags } from './dockerfile-flags.ts';
import {
  NOTHING,
  type DockerfileInstruction,
  type DockerfilePair,
  type DockerfileWord,
} from './dockerfile-model.ts';
import {
  decodeByteText,
  isBlank,
  rangeOf,
  skipSpace,
  spaceAt,
  trimmed,
  type LineSlice,
} from './dockerfile-text.ts';

/** An instruction as its line gives it; the file adds here-documents, stage and comments. */
export interface ReadInstruction {
  readonly instruction: DockerfileInstruction;
  readonly problems: readonly ArgumentProblem[];
  /** Whether here-documents can follow the line. */
  readonly mayHaveHeredocs: boolean;
}

/** The grammar of an instruction's arguments. */
type Grammar =
  /** One text, or the JSON form. */
  | 'command'
  /** Words between blanks, or the JSON form. */
  | 'paths'
  /** Words between blanks. */
  | 'words'
  /** One text. */
  | 'text'
  | 'pairs'
  | 'optional-pairs'
  /** A type, and a command behind it. */
  | 'typed-command'
  /** Another instruction. */
  | 'trigger';

interface Arguments {
  readonly words: readonly DockerfileWord[];
  readonly pairs?: readonly DockerfilePair[];
  readonly isJson?: boolean;
  readonly trigger?: ReadInstruction;
  readonly problem?: ArgumentProblem;
}

/** Grammar of each instruction, by its keyword. */
const GRAMMARS: ReadonlyMap<string, Grammar> = new Map<string, Grammar>([
  ['ADD', 'paths'],
  ['ARG', 'optional-pairs'],
  ['CMD', 'command'],
  ['COPY', 'paths'],
  ['ENTRYPOINT', 'command'],
  ['ENV', 'pairs'],
  ['EXPOSE', 'words'],
  ['FROM', 'words'],
  ['HEALTHCHECK', 'typed-command'],
  ['LABEL', 'pairs'],
  ['MAINTAINER', 'text'],
  ['ONBUILD', 'trigger'],
  ['RUN', 'command'],
  ['SHELL', 'command'],
  ['STOPSIGNAL', 'text'],
  ['USER', 'text'],
  ['VOLUME', 'paths'],
  ['WORKDIR', 'text'],
]);

const WITH_HEREDOCS: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);
const NO_TRIGGERS: ReadonlySet<string> = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);
/** Instructions that builders accept without arguments, or with an empty JSON list. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'RUN']);

/** Reads an instruction from a line without white space at its ends. */
export function readInstruction(slice: LineSlice, escape: '\\' | '`'): ReadInstruction {
  return read(slice, escape, false);
}

function read(slice: LineSlice, escape: '\\' | '`', isTrigger: boolean): ReadInstruction {
  const { line, start, end } = slice;
  let keywordEnd = start;
  while (keywordEnd < end && !isBlank(line.text.charCodeAt(keywordEnd))) keywordEnd += 1;
  const keywordSlice = { line, start, end: keywordEnd };
  const keyword = decodeByteText(line.text.slice(start, keywordEnd)).toUpperCase();
  const { flags, rest: behind, problems } = splitFlags({ line, start: keywordEnd, end });
  const rest = trimmed(behind);
  const grammar = GRAMMARS.get(keyword);
  const found = [...problems];
  const args =
    grammar === undefined
      ? NO_ARGUMENTS
      : readArguments(grammar, rest, { keyword, escape, isTrigger });
  if (grammar === undefined) found.push(unknownInstruction(keyword, keywordSlice));
  else if (args.problem !== undefined) found.push(args.problem);
  else if (isMissing(keyword, args, rest)) found.push(missingArgument(keyword, keywordSlice));
  if (args.trigger !== undefined) found.push(...args.trigger.problems);
  const { words, pairs = NOTHING, isJson = false, trigger } = args;
  return {
    instruction: {
      keyword,
      keywordRange: rangeOf(keywordSlice),
      range: rangeOf(slice),
      flags,
      isJson,
      rest: rest.start < rest.end ? wordOf(rest) : undefined,
      words,
      pairs,
      heredocs: NOTHING,
      trigger: trigger?.instruction,
      stageIndex: undefined,
      commentsAbove: NOTHING,
      commentsInside: NOTHING,
    },
    problems: found,
    mayHaveHeredocs: trigger?.mayHaveHeredocs ?? (WITH_HEREDOCS.has(keyword) && !isJson),
  };
}

/** The settings, beside the grammar, that decide how arguments are read. */
interface Reading {
  readonly keyword: string;
  readonly escape: '\\' | '`';
  /** The instruction stands behind `ONBUILD`. */
  readonly isTrigger: boolean;
}

const NO_ARGUMENTS: Arguments = { words: NOTHING };

function readArguments(
  grammar: Grammar,
  rest: LineSlice,
  { keyword, escape, isTrigger }: Reading,
): Arguments {
  if (rest.start >= rest.end) return NO_ARGUMENTS;
  switch (grammar) {
    case 'command':
      return jsonOr(rest, keyword, () => [wordOf(rest)]);
    case 'paths':
      return jsonOr(rest, keyword, () => blankSeparated(rest));
    case 'words':
      return { words: blankSeparated(rest) };
    case 'text':
      return { words: [wordOf(rest)] };
    case 'pairs':
      return { words: NOTHING, ...namesWithValues(rest, escape, keyword) };
    case 'optional-pairs':
      return { words: NOTHING, pairs: namesWithOptionalValues(rest, escape) };
    case 'typed-command':
      return typedCommand(rest, keyword);
    case 'trigger':
      return isTrigger ? NO_ARGUMENTS : triggerOf(rest, escape);
  }
}

function jsonOr(
  rest: LineSlice,
  keyword: string,
  otherwise: () => readonly DockerfileWord[],
): Arguments {
  const words = jsonWords(rest);
  if (words === undefined) return { words: otherwise() };
  if (words !== 'not-strings') return { words, isJson: true };
  const message = `The list of ${keyword} may hold strings only.`;
  return { words: NOTHING, isJson: true, problem: { code: 'not-strings', message, slice: rest } };
}

function typedCommand(rest: LineSlice, keyword: string): Arguments {
  const { line, start, end } = rest;
  let typeEnd = start;
  while (typeEnd < end && spaceAt(line.text, typeEnd) === 0) typeEnd += 1;
  const type = wordOf({ line, start, end: typeEnd });
  const command = { line, start: skipSpace(line.text, typeEnd, end), end };
  if (command.start >= end) return { words: [type] };
  const args = jsonOr(command, keyword, () => [wordOf(command)]);
  return { ...args, words: [type, ...args.words] };
}

function triggerOf(rest: LineSlice, escape: '\\' | '`'): Arguments {
  const trigger = read(rest, escape, true);
  const { keyword } = trigger.instruction;
  if (!NO_TRIGGERS.has(keyword)) return { words: NOTHING, trigger };
  const message = `${keyword} is not allowed behind ONBUILD.`;
  return { words: NOTHING, trigger, problem: { code: 'bad-trigger', message, slice: rest } };
}

function isMissing(
  keyword: string,
  { words, pairs, trigger }: Arguments,
  rest: LineSlice,
): boolean {
  if (trigger !== undefined || MAY_BE_EMPTY.has(keyword)) return false;
  if (keyword === 'ADD' || keyword === 'COPY') return words.length < 2;
  if (keyword === 'HEALTHCHECK') return words.length === 0;
  return rest.start >= rest.end || (words.length === 0 && (pairs ?? NOTHING).length === 0);
}

function missingArgument(keyword: string, slice: LineSlice): ArgumentProblem {
  const message =
    keyword === 'ADD' || keyword === 'COPY'
      ? `${keyword} needs a source and a destination.`
      : `${keyword} has no argument.`;
  return { code: 'missing-argument', message, slice };
}

function unknownInstruction(keyword: string, slice: LineSlice): ArgumentProblem {
  const message = `"${keyword}" is not an instruction of Dockerfiles.`;
  return { code: 'unknown-instruction', message, slice };
}
