/** What pages say of links, commands, flags and exit codes, and where it does not hold. */

import { Command } from 'commander';

import { didYouMean } from '../../src/core/base/did-you-mean.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import type { Flag } from '../../src/app/config/flag.ts';
import { HelpRequest, parseArguments } from '../../src/app/cli/shell/parse-arguments.ts';

/** What the pages are held against. */
export interface Facts {
  /** The flags of a command by its name or alias; `''` is a target without a command. */
  readonly commands: ReadonlyMap<string, readonly Flag[]>;
  /** Flags of other programs that pages name by themselves, without dashes. */
  readonly foreignFlags: ReadonlySet<string>;
  readonly exitCodes: ReadonlySet<number>;
  /**
   * Headings of a file as anchors, `undefined` if there is no such file. `target` is a link
   * relative to the page.
   */
  anchorsOf(page: string, target: string): ReadonlySet<string> | undefined;
}

/** A page. */
export interface Page {
  /** Path from the root of the project. */
  readonly name: string;
  readonly text: string;
}

/** A fence with what a command prints: the comment in front of it names the command. */
export interface ShownOutput {
  readonly line: number;
  readonly command: readonly string[];
  readonly output: string;
  /** Whether the fence shows lines of the output instead of all of it. */
  readonly isPart: boolean;
  /** Whether the command runs among the files that `assay demo --dir demo` writes. */
  readonly inDemo: boolean;
}

const FENCE = /^(?<indent> *)```(?<language>\w*)[^\n]*\n(?<code>[\s\S]*?)^\k<indent>```/gmu;
const INLINE = /(?<!`)`(?<code>[^`\n]+)`(?!`)/gu;
const LINK = /\]\((?<target>[^()\s]+)\)/gu;
const HEADING = /^#{1,6} +(?<title>.+)$/gmu;
const EXIT = /\bexit(?:s|ed)?(?: with)?(?: code)?s? `?(?<code>\d+)\b/giu;
const SHOWN =
  /^<!-- (?<amount>output|part) of(?<demo>, in demo)?: assay (?<command>[^\n]*?) -->\n+```\w*\n(?<output>[\s\S]*?)^```/gmu;
/** Code that is a flag, or begins with one. */
const ALONE = /^--(?<flag>[a-z][a-z-]+)/u;
/** Fences whose lines may be command lines. */
const SHELLS: ReadonlySet<string> = new Set(['', 'sh', 'bash', 'console', 'yaml', 'text']);

/** Returns what does not hold in a page, as `page:line: what`. */
export function pageProblems(page: Page, facts: Facts): readonly string[] {
  return [
    ...linkProblems(page, facts),
    ...commandProblems(page, facts),
    ...exitProblems(page, facts),
  ]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, what }) => `${page.name}:${lineOf(page.text, at)}: ${what}`);
}

/**
 * Returns the anchors of headings as GitHub makes them: lower case, hyphens for spaces, no other
 * marks.
 */
export function anchorsIn(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(HEADING)].map(({ groups }) =>
      (groups?.['title'] ?? '')
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/gu, '-'),
    ),
  );
}

/** Returns the fences of a page that show what a command prints. */
export function shownOutputs({ text }: Page): readonly ShownOutput[] {
  return [...text.matchAll(SHOWN)].map(({ index, groups }) => ({
    line: lineOf(text, index),
    command: commandsIn(`assay ${groups?.['command'] ?? ''}`)[0]?.words.slice(1) ?? [],
    output: groups?.['output'] ?? '',
    isPart: groups?.['amount'] === 'part',
    inDemo: groups?.['demo'] !== undefined,
  }));
}

/**
 * Returns whether a fence shows lines of what a command printed: lines in their order, without
 * gaps. A line `…` stands for any number of lines, and `…` within a line for any number of
 * characters.
 */
export function isPartOf(shown: string, printed: string): boolean {
  const lines = printed.split('\n');
  let from = 0;
  for (const block of shown.trimEnd().split(/^…\n/mu)) {
    const wanted = block.trimEnd().split('\n');
    const at = lines.findIndex(
      (_, index) =>
        index >= from && wanted.every((line, offset) => isLine(line, lines[index + offset])),
    );
    if (at < 0) return false;
    from = at + wanted.length;
  }
  return true;
}

function isLine(shown: string, printed: string | undefined): boolean {
  if (printed === undefined) return false;
  const parts = shown.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(printed.trimEnd());
}

interface Problem {
  readonly at: number;
  readonly what: string;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** The text with blanks in place of code, so that places stay what they are. */
function withoutCode(text: string): string {
  const blank = (code: string): string => code.replaceAll(/[^\n]/gu, ' ');
  return text.replaceAll(FENCE, blank).replaceAll(INLINE, blank);
}

function linkProblems({ name, text }: Page, facts: Facts): readonly Problem[] {
  return [...withoutCode(text).matchAll(LINK)].flatMap(({ index, groups }) => {
    const target = groups?.['target'] ?? '';
    if (/^[a-z]+:/u.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const anchors = file === '' ? anchorsIn(text) : facts.anchorsOf(name, file);
    if (anchors === undefined) return [{ at: index, what: `there is no file ${file}` }];
    if (anchor === undefined || anchors.has(anchor)) return [];
    if (file !== '' && !file.endsWith('.md')) return [];
    return [{ at: index, what: `${target} leads to no heading` }];
  });
}

function exitProblems({ text }: Page, { exitCodes }: Facts): readonly Problem[] {
  return [...text.matchAll(EXIT)].flatMap(({ index, groups }) => {
    const code = Number(groups?.['code']);
    return exitCodes.has(code) ? [] : [{ at: index, what: `there is no exit code ${code}` }];
  });
}

function commandProblems(page: Page, facts: Facts): readonly Problem[] {
  const known = new Set(
    [...facts.commands.values()].flat().flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  );
  return codeOf(page).flatMap(({ at, code }) => {
    const alone = ALONE.exec(code)?.groups?.['flag'];
    if (alone !== undefined && !known.has(alone) && !facts.foreignFlags.has(alone)) {
      // Pages name flags of many other programs: what is nearly a flag of a command is a mistake.
      const near = didYouMean(alone, [...known]);
      return near === undefined ? [] : [{ at, what: `there is no flag --${alone}, but --${near}` }];
    }
    return commandsIn(code).flatMap(({ from, words }) => {
      const why = refusal(words.slice(1), facts);
      return why === undefined ? [] : [{ at: at + from, what: `\`${words.join(' ')}\`: ${why}` }];
    });
  });
}

function codeOf({ text }: Page): readonly { readonly at: number; readonly code: string }[] {
  const fences = [...text.matchAll(FENCE)].flatMap(({ index, 0: all, groups }) => {
    const code = groups?.['code'] ?? '';
    const at = index + all.indexOf('\n') + 1;
    return SHELLS.has(groups?.['language'] ?? '') ? [{ at, code }] : [];
  });
  const prose = text.replaceAll(FENCE, (code) => code.replaceAll(/[^\n]/gu, ' '));
  const inline = [...prose.matchAll(INLINE)].map(({ index, groups }) => ({
    at: index + 1,
    code: groups?.['code'] ?? '',
  }));
  return [...fences, ...inline];
}

/**
 * Why the command line refuses some arguments; `undefined` if it takes them, or if they are a form
 * with placeholders.
 */
function refusal(args: readonly string[], { commands }: Facts): string | undefined {
  // Without a command, the version is all that flags ask for.
  if (args.every((word) => word === '--version' || word === '-v')) return undefined;
  if (args.some((word) => /^\[|\.\.\.|…|^(?:COMMAND|ACTION)$/u.test(word))) return undefined;
  const words = args.filter((word) => !word.startsWith('-')).slice(0, 2);
  const name = [words.join(' '), words[0] ?? ''].find((one) => commands.has(one)) ?? '';
  const flags = commands.get(name);
  if (flags === undefined) return undefined;
  const isGroup = [...commands.keys()].some((one) => one.startsWith(`${words[0] ?? ''} `));
  if (name === '' && isGroup && words.length > 1) return `there is no command ${words.join(' ')}`;
  const rest = [...args];
  for (const word of name.split(' ').filter(Boolean)) rest.splice(rest.indexOf(word), 1);
  try {
    parseArguments({ command: new Command('assay'), flags, takesCommand: true }, rest, {});
  } catch (error) {
    if (error instanceof AssayError) return error.message;
    if (!(error instanceof HelpRequest)) throw error;
  }
  return undefined;
}

interface CommandLine {
  readonly from: number;
  readonly words: readonly string[];
}

/**
 * The command lines of a text that begin with `assay`, up to a pipe, a redirection, a comment or
 * the end of the line.
 */
function commandsIn(code: string): readonly CommandLine[] {
  const joined = code.replaceAll('\\\n', '  ');
  return [...joined.matchAll(/(?<![\w./@-])assay(?= )/gu)].flatMap(({ index }) => {
    const before = joined.slice(joined.lastIndexOf('\n', index) + 1, index);
    return isCommandStart(before) ? [{ from: index, words: wordsFrom(joined, index) }] : [];
  });
}

/** Whether a command may begin behind a part of a line. */
function isCommandStart(before: string): boolean {
  return /^\s*(?:- )?(?:\w+: )?(?:[$#] )?(?:! )?(?:if |then |npx |sudo |time )*(?:[A-Z_]+=\S* )*$|(?:[|;&(]|\$\() *(?:npx )?$/u.test(
    before,
  );
}

const WORD =
  /\s*(?:(?<end>[\n|;&<>)]|#|\d?>)|(?<word>(?:"[^"\n]*"|'[^'\n]*'|\\.|[^\s|;&<>()"'])+))/uy;

function wordsFrom(text: string, from: number): readonly string[] {
  const words: string[] = [];
  WORD.lastIndex = from;
  for (;;) {
    const between = /^[^\S\n]*\n/u.test(text.slice(WORD.lastIndex, WORD.lastIndex + 80));
    const match = between ? null : WORD.exec(text);
    const word = match?.groups?.['word'];
    if (word === undefined) return words;
    words.push(word.replaceAll(/["']/gu, ''));
  }
}
