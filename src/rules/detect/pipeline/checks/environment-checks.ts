/** Checks of what steps write for later ones: `$GITHUB_ENV` and `$GITHUB_PATH`. */

import type { PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import { nameOf, pairRange } from './step-checks.ts';
import { dangerousTriggers } from './trigger-checks.ts';
import { pairOf } from '../workflow.ts';

/** The names of the two files. */
const ENV_FILE = /\b(?:GITHUB_(?:ENV|PATH)|github\.(?:env|path))\b/giu;
/**
 * What stands in front of the name of a file that is written to, in the syntaxes of POSIX shells,
 * PowerShell and cmd.
 */
const WRITE_BEFORE =
  /(?:>>?|\b(?:tee|cp|mv|dd|install|out-file|add-content|set-content|copy-item|move-item)\b[^\n|;&]*)\s*["']?(?:\$\{?(?:env:)?|%|\$\{\{\s*(?:env\.)?)?$/iu;
/** Characters in front of a name that are looked at, so that long lines take linear time. */
const MAX_BEFORE = 300;

const GITHUB_ENV: PipelineCheck = {
  rule: ruleOf({
    name: 'github-env',
    severity: 'high',
    title: 'environment of later steps set in a workflow that outsiders start',
    cwe: [74],
    why: 'Variables such as LD_PRELOAD and directories of the search path decide which code later steps run. In a workflow that outsiders start, what is written there can come from them.',
    remedy:
      'Hand values on by $GITHUB_OUTPUT, and write only constants to $GITHUB_ENV and $GITHUB_PATH.',
    failing:
      'on: pull_request_target\njobs: {a: {runs-on: x, steps: [{run: "cat vars >> $GITHUB_ENV"}]}}\n',
    passing:
      'on: pull_request_target\njobs: {a: {runs-on: x, steps: [{run: "cat vars >> $GITHUB_OUTPUT"}]}}\n',
  }),
  *find(subject) {
    // Who calls an action is not known: a workflow that outsiders start may do it.
    const isOfAction = subject.action !== undefined;
    if (!isOfAction && dangerousTriggers(subject).length === 0) return;
    for (const step of subject.steps) {
      const run = pairOf(step.node, 'run');
      const file = writtenFile(step.run?.value ?? '');
      if (run === undefined || file === undefined) continue;
      yield {
        range: pairRange(run),
        message: isOfAction
          ? `The step writes to ${file}, and a workflow that outsiders start may use the action.`
          : `The step writes to ${file}, in a workflow that outsiders can start.`,
        names: [...nameOf(step), file],
      };
    }
  },
};

/** The file that a script writes something else than a constant to. */
function writtenFile(script: string): string | undefined {
  const names = new Map<string, string>();
  for (const line of script.split(/\r\n|\n|\r/u)) {
    const file = fileIn(line, names) ?? fileByVariable(line, names);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The file that a line writes to. Variables that the line sets to the name of one are added. */
function fileIn(line: string, names: Map<string, string>): string | undefined {
  for (const { 0: name, index } of line.matchAll(ENV_FILE)) {
    const file = name.toUpperCase().replace('.', '_');
    const before = line.slice(Math.max(0, index - MAX_BEFORE), index);
    if (isWrite(line, before, index)) return file;
    const variable = ASSIGNED_BEFORE.exec(before)?.groups?.['name'];
    if (variable !== undefined && names.size < MAX_NAMES) names.set(variable, file);
  }
  return undefined;
}

/** The file that a line writes to by a variable. */
function fileByVariable(line: string, names: ReadonlyMap<string, string>): string | undefined {
  if (names.size === 0) return undefined;
  for (const { index, groups } of line.matchAll(VARIABLE)) {
    const file = names.get(groups?.['name'] ?? '');
    const at = index + (groups?.['mark']?.length ?? 0);
    const before = line.slice(Math.max(0, at - MAX_BEFORE), at);
    if (file !== undefined && isWrite(line, before, at)) return file;
  }
  return undefined;
}

function isWrite(line: string, before: string, index: number): boolean {
  const write = WRITE_BEFORE.exec(before);
  return write !== null && !isConstantEcho(line.slice(0, index - write[0].length));
}

/** Variables that a script sets to the name of such a file; real ones set one. */
const MAX_NAMES = 20;
/** What stands in front of the name of a file that a variable is set to. */
const ASSIGNED_BEFORE =
  /(?:^|[\s;&|({])(?:\$(?:env:)?)?(?<name>[A-Za-z_]\w*)\s?=\s?["']?(?:\$\{?(?:env:)?|%|\$\{\{\s*(?:env\.)?)$/u;
const VARIABLE = /(?<mark>\$\{?)(?<name>[A-Za-z_]\w*)/gu;

/** `echo` or `printf` of texts without variables, substitutions and expressions. */
function isConstantEcho(command: string): boolean {
  return /^\s*(?:echo|printf)\s[^$`%|;&]*$/u.test(command);
}

/** Checks of the environment of later steps. */
export const ENVIRONMENT_CHECKS: readonly PipelineCheck[] = [GITHUB_ENV];
