/** The commands of a step, whatever shell runs its script: one of POSIX, PowerShell or cmd. */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import { findExpressions } from '../../../formats/text/github-expression/find-expressions.ts';
import { partsOf, rangeInScalar } from '../../../formats/text/yaml/yaml-parts.ts';
import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import {
  packageCommands,
  type CommandWord,
  type PackageCommand,
} from '../commands/package-command.ts';
import { batchCommands } from './batch.ts';
import { readPowershell } from './powershell.ts';
import { shellName } from './scripts.ts';
import type { PipelineSubject } from './subject.ts';
import type { Step } from './workflow.ts';

/** A command of a step. */
interface StepCommand {
  readonly name: string | undefined;
  readonly args: readonly CommandWord[];
  readonly range: ByteRange;
}

/** What a command of a step does with packages. */
export interface StepPackageCommand {
  readonly command: PackageCommand;
  readonly range: ByteRange;
}

const known = new WeakMap<Step, readonly StepPackageCommand[]>();

/** Names of programs in scripts that may do something with packages. */
const MAY_CONCERN =
  /\b(?:npm|npx|pnpm|pnpx|pnx|yarn|yarnpkg|bunx?|gem|bundler?|pip[\d.]*|pipx|uvx?|cargo|go|dotnet|dnx|nuget|twine|poetry|hatch|flit|pdm)\b/iu;

/** Returns what the commands of a step do with packages. */
export function stepPackageCommands(
  subject: PipelineSubject,
  step: Step,
): readonly StepPackageCommand[] {
  const before = known.get(step);
  if (before !== undefined) return before;
  const found = readPackageCommands(subject, step);
  known.set(step, found);
  return found;
}

function readPackageCommands(subject: PipelineSubject, step: Step): readonly StepPackageCommand[] {
  // Quotes may stand within a name.
  const text = step.run?.value.replaceAll(/["'\\]/gu, '') ?? '';
  if (!MAY_CONCERN.test(text)) return [];
  return stepCommands(subject, step).flatMap(({ name, args, range }) =>
    packageCommands(name, args).map((command) => ({ command, range })),
  );
}

/** Returns the commands of a step; none for scripts of other languages. */
function stepCommands(subject: PipelineSubject, step: Step): readonly StepCommand[] {
  const { run } = step;
  if (run === undefined) return [];
  const script = subject.scripts().get(step);
  if (script !== undefined) return script.commands;
  const shell = shellName(step, subject.workflow);
  if (shell === 'pwsh' || shell === 'powershell') {
    return placed(run, readPowershell(withVariables(run.value)).commands);
  }
  return shell === 'cmd' ? placed(run, batchCommands(withVariables(run.value))) : [];
}

function placed(
  run: YamlScalar,
  commands: readonly {
    readonly words: readonly string[];
    readonly span: { readonly start: number; readonly end: number };
  }[],
): readonly StepCommand[] {
  const parts = partsOf(run);
  return commands.map(({ words: [name, ...args], span }) => ({
    name,
    args: args.map((text) => ({ text, value: /[$%]/u.test(text) ? undefined : text })),
    range: rangeInScalar(run, parts, span),
  }));
}

/** Returns a script in which expressions are variables of the same length. */
function withVariables(script: string): string {
  let text = '';
  let at = 0;
  for (const { start, end } of findExpressions(script)) {
    text += `${script.slice(at, start)}$${'x'.repeat(end - start - 1)}`;
    at = end;
  }
  return text + script.slice(at);
}
