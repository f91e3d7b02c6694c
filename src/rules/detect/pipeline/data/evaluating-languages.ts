/**
 * Calls in scripts of PowerShell, Python and JavaScript that run a text, where the value of a
 * variable of the environment is a part of it. The scripts are not parsed: variables that a line
 * sets, and the arguments of the calls, are searched for by their words.
 *
 * Source: the documentation of these languages.
 */

import type { TextSpan } from '../../../../formats/text/shell/shell.ts';
import type { Freedom } from './context-values.ts';
import type { DataVariables } from './data-sources.ts';
import { cleansData } from './shell-data.ts';

/** The languages whose calls are known. */
export type ScriptLanguage = 'powershell' | 'python' | 'javascript';

/** A call that runs a value. */
export interface EvaluatingCall {
  readonly span: TextSpan;
  readonly variable: string;
  readonly freedom: Freedom;
  readonly by: string;
}

interface LanguageFacts {
  /** A value of the environment, with its name; or another value of outsiders, without. */
  readonly source: RegExp;
  /** A variable that a line sets. */
  readonly assignment: RegExp;
  /** A call whose arguments begin behind the match. */
  readonly call: RegExp;
  /** A command whose arguments end with the line. */
  readonly command?: RegExp;
  /** Returns whether a call has the arguments to run a text, by the name of the call. */
  readonly needs?: (call: string, text: string) => boolean;
  /** Marks that a variable of the language has in texts. */
  readonly mark: string;
}

const LANGUAGES: Readonly<Record<ScriptLanguage, LanguageFacts>> = {
  powershell: {
    source: /\$\{?env:(?<name>\w+)/giu,
    assignment: /^\s*\$(?<name>\w+)\s*\+?=(?<value>.*)$/u,
    call: /(?<call>\[scriptblock\]::create|\.invokescript|newscriptblock)\s*\(/giu,
    command:
      /(?<call>\binvoke-expression\b|(?<![\w-])iex\b|(?<![\w-])(?:cmd|cmd\.exe)\s+\/c\b|\b(?:pwsh|powershell)(?:\.exe)?\s+-c\w*|\b(?:ba)?sh\s+-c\b|^\s*[&.](?=\s*["']?\$))/giu,
    mark: String.raw`\$\{?`,
  },
  python: {
    source:
      /\bos\.(?:environ\s*\[\s*["'](?<name>\w+)["']\s*\]|environ\.get\(\s*["'](?<get>\w+)["']|getenv\(\s*["'](?<env>\w+)["'])/gu,
    assignment: /^\s*(?<name>\w+)\s*(?::[^=]*)?\+?=(?!=)(?<value>.*)$/u,
    call: /(?<![\w.])(?<call>eval|exec|compile|os\.system|os\.popen|subprocess\.\w+|pty\.spawn|commands\.getoutput)\s*\(/gu,
    needs: (call, text) =>
      !call.startsWith('subprocess.') ||
      /\bshell\s*=\s*True\b|["'](?:ba)?sh["']\s*,\s*["']-c["']/u.test(text) ||
      /getoutput$|getstatusoutput$/u.test(call),
    mark: String.raw`(?<![\w."'])`,
  },
  javascript: {
    source:
      /\bprocess\.env(?:\.(?<name>\w+)|\[\s*["'`](?<key>\w+)["'`]\s*\])|\bcontext\.payload\b[\w.?[\]'"]{0,80}\.(?:title|body|message|ref|head_branch)\b/gu,
    assignment: /^\s*(?:(?:const|let|var)\s+)?(?<name>[\w$]+)\s*\+?=(?!=)(?<value>.*)$/u,
    call: /(?<![\w.])(?<call>eval|new\s+Function|(?:(?:child_process|cp|vm|require\(["'](?:node:)?child_process["']\))\.)?(?:exec|execSync|spawnSync?|runIn\w*Context)|exec\.(?:exec|getExecOutput))\s*\(/gu,
    needs: (call, text) =>
      !/spawn|^exec\./u.test(call) ||
      /\bshell\s*:\s*true\b|["'`](?:ba)?sh\b["'`]?[^)]{0,40}-c\b/u.test(text),
    mark: String.raw`(?<![\w."'])`,
  },
};

/** Longer scripts are cut. */
const MAX_SCRIPT = 200_000;
/** Variables of a script that are followed; real scripts have some. */
const MAX_NAMES = 200;

/** Yields the calls of a script that run a value. */
export function* evaluatingCalls(
  language: ScriptLanguage,
  script: string,
  variables: DataVariables,
): Generator<EvaluatingCall> {
  const facts = LANGUAGES[language];
  const text = script.slice(0, MAX_SCRIPT);
  const names = dataNames(text, facts, variables);
  const find = (part: string): Found | undefined => dataIn(part, facts, { variables, names });
  yield* callsIn(text, facts, find);
  if (facts.command !== undefined) yield* commandsIn(text, facts.command, find);
}

type Find = (part: string) => Found | undefined;

function* callsIn(text: string, facts: LanguageFacts, find: Find): Generator<EvaluatingCall> {
  for (const match of text.matchAll(facts.call)) {
    const start = match.index + match[0].length;
    const end = closingFrom(text, start);
    const by = match.groups?.['call'] ?? '';
    const given = text.slice(start, end);
    const found = facts.needs?.(by, given) === false ? undefined : find(given);
    if (found === undefined) continue;
    yield { span: { start: match.index, end: Math.min(end + 1, text.length) }, by, ...found };
  }
}

/** Yields the lines with a command; what comes through a pipe stands in front of it. */
function* commandsIn(text: string, command: RegExp, find: Find): Generator<EvaluatingCall> {
  let at = 0;
  for (const line of text.split('\n')) {
    const span = { start: at, end: at + line.length };
    at = span.end + 1;
    if (line.trimStart().startsWith('#')) continue;
    const [match] = line.matchAll(command);
    const call = match?.groups?.['call']?.trim();
    const found = call === undefined ? undefined : find(line);
    if (call === undefined || found === undefined) continue;
    yield { span, by: /^[&.]$/u.test(call) ? 'the name of a command' : call, ...found };
  }
}

interface Found {
  readonly variable: string;
  readonly freedom: Freedom;
}

interface KnownData {
  readonly variables: DataVariables;
  readonly names: ReadonlyMap<string, Found>;
}

/**
 * Returns the variables of the language that lines set to values of the environment, in the order
 * of the lines.
 */
function dataNames(
  text: string,
  facts: LanguageFacts,
  variables: DataVariables,
): ReadonlyMap<string, Found> {
  const names = new Map<string, Found>();
  for (const line of text.split('\n')) {
    const { name, value } = facts.assignment.exec(line.slice(0, MAX_LINE))?.groups ?? {};
    if (name === undefined || value === undefined || names.size >= MAX_NAMES) continue;
    const found = dataIn(value, facts, { variables, names });
    if (found !== undefined) names.set(name, found);
  }
  for (const match of text.matchAll(
    /\b(?:const|let|var)\s*\{(?<names>[^{}]{1,500})\}\s*=\s*process\.env\b/gu,
  )) {
    for (const one of (match.groups?.['names'] ?? '').split(',')) {
      const [key = '', local = key] = one.split(':').map((part) => part.trim());
      const freedom = variables.get(key);
      if (freedom !== undefined) names.set(local, { variable: key, freedom });
    }
  }
  return names;
}

const MAX_LINE = 2000;

function dataIn(
  text: string,
  facts: LanguageFacts,
  { variables, names }: KnownData,
): Found | undefined {
  if (cleansData(text)) return undefined;
  for (const match of text.matchAll(facts.source)) {
    const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    const name = Object.values(groups).find((one) => one !== undefined);
    if (name === undefined) return { variable: match[0], freedom: 'free' };
    const freedom = variables.get(name);
    if (freedom !== undefined) return { variable: name, freedom };
  }
  if (names.size === 0) return undefined;
  for (const match of text.matchAll(new RegExp(`${facts.mark}(?<name>[A-Za-z_]\\w*)`, 'gu'))) {
    const found = names.get(match.groups?.['name'] ?? '');
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The parenthesis that closes one before an offset, or the end of the text. Parentheses in texts
 * count like others.
 */
function closingFrom(text: string, from: number): number {
  let depth = 1;
  const end = Math.min(text.length, from + MAX_LINE);
  for (let at = from; at < end; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return end;
}
