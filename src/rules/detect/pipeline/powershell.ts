/**
 * Commands of PowerShell scripts with the blocks around them. Scripts are split at separators and
 * braces outside of comments and texts, and not parsed.
 *
 * Source: the documentation of PowerShell: about_Parsing, about_Quoting_Rules, about_Comments,
 * about_Language_Keywords.
 */

import type { TextSpan } from '../../../formats/text/shell/shell.ts';

/** A block in braces. */
export interface PowershellBlock {
  /**
   * What runs it: a `loop` several times, a `branch` such as `else` instead of what stands before,
   * a `job` beside the script, a `function` when it is called, `try` with the errors caught; other
   * ones once or not at all.
   */
  readonly kind: 'loop' | 'branch' | 'job' | 'function' | 'try' | 'other';
  readonly start: number;
  /** Behind the closing brace; of the script where that is missing. */
  end: number;
}

/** One command. */
export interface PowershellCommand {
  /** The name first, without quotes. */
  readonly words: readonly string[];
  readonly span: TextSpan;
  /** The blocks around it, the outermost first. */
  readonly blocks: readonly PowershellBlock[];
  /** Whether `&` behind it runs it beside the script. */
  readonly isBackground: boolean;
}

/** A script without its comments and texts, with its commands. */
export interface PowershellScript {
  /** The script in which comments are spaces, and characters in quotes are `x`. */
  readonly plain: string;
  readonly commands: readonly PowershellCommand[];
}

/** Longer scripts are cut; real ones are far shorter. */
const MAX_SCRIPT = 100_000;
/** Blocks in each other; deeper ones count as one. */
const MAX_DEPTH = 100;

/** Reads a script. */
export function readPowershell(script: string): PowershellScript {
  const text = script.slice(0, MAX_SCRIPT);
  const plain = withoutTexts(text);
  const commands: PowershellCommand[] = [];
  let blocks: readonly PowershellBlock[] = [];
  let kind: PowershellBlock['kind'] = 'other';
  let start = 0;
  for (const { index, 0: mark } of plain.matchAll(SEPARATOR)) {
    const piece = plain.slice(start, index);
    kind = kindOf(piece) ?? kind;
    const command = commandIn(text, plain, { start, end: index });
    if (command !== undefined) {
      const isBackground = mark === '&' && !/^\s*[|&]/u.test(plain.slice(index + 1));
      commands.push({ ...command, blocks, isBackground });
    }
    start = index + mark.length;
    if (mark === '{') {
      if (blocks.length < MAX_DEPTH) blocks = [...blocks, { kind, start, end: text.length }];
      kind = 'other';
    } else if (mark === '}') {
      const last = blocks.at(-1);
      if (last !== undefined) last.end = start;
      blocks = blocks.slice(0, -1);
    }
  }
  return { plain, commands };
}

const SEPARATOR = /&&|\|\||[\n;|&{}()]|$/gu;

const KINDS: readonly (readonly [RegExp, PowershellBlock['kind']])[] = [
  [/^\s*(?:foreach|for|while|do|foreach-object|%)(?![\w-])/iu, 'loop'],
  [/^\s*(?:else|elseif|catch|switch|trap)(?![\w-])/iu, 'branch'],
  [/^\s*(?:start-job|start-threadjob|sajb)(?![\w-])/iu, 'job'],
  [/^\s*(?:function|filter)\s/iu, 'function'],
  [/^\s*try(?![\w-])/iu, 'try'],
  [/^\s*(?:if|finally|begin|process|end)(?![\w-])/iu, 'other'],
];

function kindOf(piece: string): PowershellBlock['kind'] | undefined {
  return KINDS.find(([pattern]) => pattern.test(piece))?.[1];
}

/** What stands in front of a command: the variable that gets its output, keywords. */
const LEAD =
  /^\s*(?:(?:\[[\w.[\]]+\]\s*)?\$(?:\w+:)?\w+\s*\+?=\s*|(?:return|throw|else|do|try|finally)(?![\w-])\s*|\[void\]\s*|\.\s+)*/iu;
const KEYWORD = /^(?:if|elseif|foreach|for|while|until|switch|catch|function|filter|param|in)$/iu;

function commandIn(
  text: string,
  plain: string,
  { start, end }: TextSpan,
): Pick<PowershellCommand, 'words' | 'span'> | undefined {
  const piece = plain.slice(start, end);
  const lead = LEAD.exec(piece)?.[0].length ?? 0;
  const from = start + lead;
  const to = start + piece.trimEnd().length;
  if (from >= to) return undefined;
  const words: string[] = [];
  for (const { index, 0: word } of plain.slice(from, to).matchAll(/\S+/gu)) {
    words.push(unquoted(text.slice(from + index, from + index + word.length)));
  }
  if (words.length === 0 || KEYWORD.test(words[0] ?? '')) return undefined;
  return { words, span: { start: from, end: to } };
}

function unquoted(word: string): string {
  return /^(?<mark>["'])(?<inside>.*)\k<mark>$/su.exec(word)?.groups?.['inside'] ?? word;
}

/** Comments, texts, and the mark that continues a line, each at its begin. */
const OPAQUE =
  /<#[\s\S]*?(?:#>|$)|(?<![^\s;(){}|&,])#[^\n]*|@'\r?\n[\s\S]*?(?:\n'@|$)|@"\r?\n[\s\S]*?(?:\n"@|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"`]|`[\s\S]|"")*(?:"|$)|`(?:\r?\n|[\s\S])/gu;

function withoutTexts(text: string): string {
  return text.replace(OPAQUE, (found) => {
    const isSpace = found.startsWith('#') || found.startsWith('<#') || /^`\r?\n$/u.test(found);
    return (isSpace ? ' ' : 'x').repeat(found.length);
  });
}
