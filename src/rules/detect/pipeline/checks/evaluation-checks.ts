/**
 * Checks of variables whose values are read as code once more. An expression in `env` does not
 * become a part of the script, but `eval "$TITLE"` makes it one again.
 *
 * Source: docs.github.com, "Script injections"; the manual of bash for `eval`, and for arithmetic,
 * which evaluates variables.
 */

import type { ByteRange } from '../../../../formats/bytes/byte-range.ts';
import type {
  ShellPart,
  ShellSequence,
  ShellStatement,
  ShellWord,
} from '../../../../formats/text/shell/shell.ts';
import { partsOf } from '../../../../formats/text/yaml/yaml-parts.ts';
import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import type { Freedom } from '../data/context-values.ts';
import { sourcesOf, type DataVariables } from '../data/data-sources.ts';
import { evaluatingCalls, type ScriptLanguage } from '../data/evaluating-languages.ts';
import { evaluationsIn } from '../data/evaluations.ts';
import type { PipelineSubject } from '../subject.ts';
import { inputOf, type Step } from '../workflow.ts';

/** A place where a value is run. */
interface Run {
  readonly range: ByteRange;
  readonly variable: string;
  readonly freedom: Freedom;
  readonly by: string;
  readonly isShell: boolean;
}

const EVALUATED: PipelineCheck = {
  rule: ruleOf({
    name: 'evaluated-variable',
    isOwn: true,
    severity: 'high',
    title: 'variable with an untrusted value that is run as code',
    cwe: [78, 95],
    why: 'A variable of the environment keeps a title or a branch out of the script, until the script has its value read as code: by eval, by sh -c, by a program in an argument, in arithmetic, or through a pipe to an interpreter. A value with the right characters then becomes a command that has the secrets of the job.',
    remedy:
      'Hand the value to the command as an argument or by the environment: sh -c \'echo "$1"\' sh "$TITLE", python -c \'import os; print(os.environ["TITLE"])\', jq --arg title "$TITLE".',
    failing:
      'on: issues\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: \'bash -c "echo $T"\', env: {T: "${{ github.event.issue.title }}"}}]}}\n',
    passing:
      'on: issues\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "bash -c \'echo \\"$T\\"\'", env: {T: "${{ github.event.issue.title }}"}}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      for (const run of runsOf(step, subject)) yield hitOf(run, step);
    }
  },
};

function hitOf({ range, variable, freedom, by, isShell }: Run, step: Step): Hit {
  const who = freedom === 'free' ? ', which outsiders can choose,' : '';
  return {
    range,
    message: `The value of ${variable}${who} is run as code by ${by}.`,
    names: [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? '', variable, by],
    ...(freedom === 'chosen' && {
      severity: 'medium' as const,
      persona: isShell ? ('regular' as const) : ('pedantic' as const),
    }),
  };
}

function* runsOf(step: Step, subject: PipelineSubject): Generator<Run> {
  const language = languageOf(step, subject);
  if (language !== undefined) {
    yield* callsIn(language.scalar, language.language, sourcesOf(subject).variables(step));
    return;
  }
  const script = subject.scripts().get(step);
  if (script === undefined || step.run === undefined) return;
  const text = step.run.value;
  const variables = unchecked(sourcesOf(subject).variables(step), text);
  if (variables.size === 0 || (script.files.size === 0 && !mentionsAny(text, variables))) return;
  yield* evaluationsIn(script.commands, variables);
  const parts = partsOf(step.run);
  for (const { span, ...found } of comparisonsIn(text, variables)) {
    const range = parts.rangeOf(span.start, span.end) ?? step.run.range;
    yield { range, ...found, by: 'arithmetic', isShell: true };
  }
  if (script.body === undefined) return;
  for (const { word, part } of arithmeticIn(script.body)) {
    const found = nameIn(part.text, variables);
    if (found === undefined) continue;
    const range = parts.rangeOf(word.span.start, word.span.end) ?? step.run.range;
    yield { range, ...found, by: 'arithmetic', isShell: true };
  }
}

/**
 * Returns whether a script has the name of a variable in it, or may read the event. Quotes and
 * backslashes are left out, because a shell can join the parts of a name. Escapes can stand for any
 * character.
 */
function mentionsAny(script: string, variables: DataVariables): boolean {
  if (/\$'|\\[xuU0-7]/u.test(script)) return true;
  const text = /["'\\]/u.test(script) ? script.replaceAll(/["']|\\\r?\n?/gu, '') : script;
  if (/GITHUB_EVENT_PATH|\bgh\b/u.test(text)) return true;
  for (const name of variables.keys()) if (text.includes(name)) return true;
  return false;
}

/** Returns the variables that no test of the script compares with a pattern from its begin on. */
function unchecked(variables: DataVariables, script: string): DataVariables {
  if (!/=~|\bgrep\b/u.test(script)) return variables;
  const checked = new Set(
    [
      ...script.matchAll(/\$\{?(?<name>\w+)\}?["']?\s*=~\s*["']?\^/gu),
      ...script.matchAll(/\$\{?(?<name>\w+)\}?["']?\s*\|\s*grep\s[^\n|]{0,80}["']\^/gu),
    ].map(({ groups }) => groups?.['name'] ?? ''),
  );
  return new Map([...variables].filter(([name]) => !checked.has(name)));
}

interface Scripted {
  readonly scalar: YamlScalar;
  readonly language: ScriptLanguage;
}

const LANGUAGE_NAMES: readonly (readonly [RegExp, ScriptLanguage])[] = [
  [/^(?:pwsh|powershell)\b/iu, 'powershell'],
  [/^(?:python|pypy)[\d.]*\b/u, 'python'],
  [/^(?:node|nodejs|bun|deno|tsx)\b/u, 'javascript'],
];

/** Returns the script of a step, if it is of a known language that is no shell of POSIX. */
function languageOf(step: Step, subject: PipelineSubject): Scripted | undefined {
  if (step.uses?.kind === 'repository') {
    const scalar = inputOf(step, 'script');
    const isScript = step.uses.action === 'actions/github-script';
    return isScript && scalar !== undefined ? { scalar, language: 'javascript' } : undefined;
  }
  if (step.run === undefined || subject.scripts().has(step)) return undefined;
  const shell = (step.shell ?? step.job?.shell ?? subject.workflow?.shell)?.value.trim() ?? 'pwsh';
  const found = LANGUAGE_NAMES.find(([name]) => name.test(shell));
  return found && { scalar: step.run, language: found[1] };
}

function* callsIn(
  scalar: YamlScalar,
  language: ScriptLanguage,
  variables: DataVariables,
): Generator<Run> {
  const parts = partsOf(scalar);
  for (const { span, ...call } of evaluatingCalls(language, scalar.value, variables)) {
    const range = parts.rangeOf(span.start, span.end) ?? scalar.range;
    yield { ...call, range, isShell: true };
  }
}

/**
 * Returns the variable with data in the text of an arithmetic expression; its quotes have no
 * meaning.
 */
function nameIn(text: string, variables: DataVariables) {
  if (!/^\$?\(\(|^\$\[/u.test(text)) return undefined;
  for (const match of text.slice(0, MAX_ARITHMETIC).matchAll(/(?<![\w#])(?<name>[A-Za-z_]\w*)/gu)) {
    const variable = match.groups?.['name'] ?? '';
    const freedom = variables.get(variable);
    if (freedom !== undefined) return { variable, freedom };
  }
  return undefined;
}

const MAX_ARITHMETIC = 2000;

/** Yields comparisons as in `[[ $COUNT -gt 1 ]]`, which evaluates both sides; `[ … ]` does not. */
function* comparisonsIn(text: string, variables: DataVariables) {
  if (!text.includes('[[')) return;
  for (const match of text.matchAll(COMPARISON)) {
    const variable = match.groups?.['left'] ?? match.groups?.['right'] ?? '';
    const freedom = variables.get(variable);
    const before = text.slice(Math.max(0, match.index - MAX_ARITHMETIC), match.index);
    const isCondition = before.slice(before.lastIndexOf('\n') + 1).includes('[[');
    if (freedom === undefined || !isCondition) continue;
    const span = { start: match.index, end: match.index + match[0].length };
    yield { span, variable, freedom };
  }
}

const COMPARISON =
  /\$\{?(?<left>[A-Za-z_]\w*)\}?"?\s+-(?:eq|ne|lt|le|gt|ge)\s|\s-(?:eq|ne|lt|le|gt|ge)\s+"?\$\{?(?<right>[A-Za-z_]\w*)/gu;

interface Arithmetic {
  readonly word: ShellWord;
  readonly part: Extract<ShellPart, { readonly kind: 'arithmetic' }>;
}

/** Yields the arithmetic expressions of a script. */
function* arithmeticIn({ statements }: ShellSequence): Generator<Arithmetic> {
  for (const one of statements) yield* arithmeticOf(one);
}

function* arithmeticOf(statement: ShellStatement): Generator<Arithmetic> {
  switch (statement.kind) {
    case 'command': {
      const values = statement.assignments.flatMap(({ value }) => value ?? []);
      for (const word of [...values, ...statement.words]) yield* arithmeticInWord(word);
      return;
    }
    case 'chain':
      yield* arithmeticOf(statement.first);
      for (const one of statement.rest) yield* arithmeticOf(one.statement);
      return;
    case 'pipeline':
      for (const one of statement.stages) yield* arithmeticOf(one);
      return;
    case 'compound':
      for (const word of statement.words) yield* arithmeticInWord(word);
      for (const one of [...statement.conditions, ...statement.statements]) {
        yield* arithmeticOf(one);
      }
  }
}

function* arithmeticInWord(word: ShellWord): Generator<Arithmetic> {
  for (const part of word.parts) {
    if (part.kind === 'arithmetic') yield { word, part };
    const inner =
      part.kind === 'substitution' ? [part] : 'substitutions' in part ? part.substitutions : [];
    for (const { body } of inner) yield* arithmeticIn(body);
  }
}

/** Checks of values that are run. */
export const EVALUATION_CHECKS: readonly PipelineCheck[] = [EVALUATED];
