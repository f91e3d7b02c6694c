/**
 * The commands of scripts in `run`. Expressions are replaced by variables of the same length, whose
 * value is not known. Files that a step writes are known to later steps of its job.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", `jobs.<job_id>.steps[*].shell`,
 * for the options of each shell.
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import { findExpressions } from '../../../formats/text/github-expression/find-expressions.ts';
import type { ShellReader, ShellSequence } from '../../../formats/text/shell/shell.ts';
import { partsOf, rangeInScalar } from '../../../formats/text/yaml/yaml-parts.ts';
import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { asScalar, itemsOf } from '../../../formats/text/yaml/yaml-walk.ts';
import { commandsOf } from '../commands/commands.ts';
import { hasErrexit } from '../commands/errexit.ts';
import type { RunCommand, WrittenFile, WrittenFiles } from '../commands/run-command.ts';
import type { Job, Step, Workflow } from './workflow.ts';

/** The script of a step. */
export interface StepScript {
  /** The script in which each expression is a variable of the same length. */
  readonly text: string;
  /** Absent where it could not be read. */
  readonly body: ShellSequence | undefined;
  readonly commands: readonly RunCommand[];
  /** Texts that steps of the job write into files. */
  readonly files: WrittenFiles;
  /** Reasons for unread parts, in complete sentences. */
  readonly unread: readonly string[];
}

/** Reads the scripts of steps whose shell is one of POSIX. */
export function readScripts(
  steps: readonly Step[],
  workflow: Workflow | undefined,
  reader: ShellReader,
): ReadonlyMap<Step, StepScript> {
  const ofJobs = new Map<Job | undefined, WrittenFiles>();
  const scripts = new Map<Step, StepScript>();
  for (const step of steps) {
    const options = step.run === undefined ? undefined : shellOf(step, workflow);
    if (step.run === undefined || options === undefined) continue;
    const files: WrittenFiles = ofJobs.get(step.job) ?? new Map<string, WrittenFile>();
    ofJobs.set(step.job, files);
    const environment = { ...options, lookup: () => undefined, files };
    const run = runText(step.run);
    const { body, commands, unread } = commandsOf(run, reader, environment);
    scripts.set(step, { text: run.text, body, commands, files, unread });
  }
  return scripts;
}

interface ShellOptions {
  readonly isErrexit: boolean;
  readonly isPipefail: boolean;
}

/** Returns the name of the shell of a step, as in `bash`, `pwsh` and `cmd`, without its options. */
export function shellName(step: Step, workflow: Workflow | undefined): string {
  const text = (step.shell ?? step.job?.shell ?? workflow?.shell)?.value.trim();
  if (text === undefined) return isWindows(step.job) ? 'pwsh' : 'bash';
  const [program = ''] = text.split(/\s+/u);
  return program
    .replace(/^.*[/\\]/u, '')
    .replace(/\.exe$/iu, '')
    .toLowerCase();
}

const POSIX = /^(?:.*\/)?(?:bash|sh|dash|zsh|ksh)$/u;

/** Returns the options of the shell of a step; `undefined` for shells of other languages. */
function shellOf(step: Step, workflow: Workflow | undefined): ShellOptions | undefined {
  const text = (step.shell ?? step.job?.shell ?? workflow?.shell)?.value.trim();
  if (text === undefined) {
    return isWindows(step.job) ? undefined : { isErrexit: true, isPipefail: false };
  }
  if (text === 'bash') return { isErrexit: true, isPipefail: true };
  if (text === 'sh') return { isErrexit: true, isPipefail: false };
  const [program = '', ...options] = text.split(/\s+/u);
  if (!POSIX.test(program)) return undefined;
  return { isErrexit: hasErrexit(options), isPipefail: options.includes('pipefail') };
}

function isWindows(job: Job | undefined): boolean {
  const labels = [job?.runsOn, ...itemsOf(job?.runsOn)];
  return labels.some((label) => /windows/iu.test(asScalar(label)?.value ?? ''));
}

function runText(scalar: YamlScalar): {
  readonly text: string;
  rangeOf(span: ByteRange): ByteRange;
} {
  const parts = partsOf(scalar);
  return {
    text: withVariables(scalar.value),
    rangeOf: (span) => rangeInScalar(scalar, parts, span),
  };
}

/** Returns a script in which `${{ … }}` are variables of the same length. */
function withVariables(script: string): string {
  let text = '';
  let at = 0;
  for (const { start, end } of findExpressions(script)) {
    if (!script.slice(start, end).endsWith('}}')) continue;
    text += `${script.slice(at, start)}\${${'x'.repeat(end - start - 3)}}`;
    at = end;
  }
  return text + script.slice(at);
}
