/**
 * Gates in scripts of PowerShell that cannot fail. GitHub ends such a script with the exit code of
 * the program that ran last: `$ErrorActionPreference = 'stop'`, which it sets, holds for cmdlets,
 * and for programs only with `$PSNativeCommandUseErrorActionPreference`.
 *
 * Source: docs.github.com, "Workflow syntax for GitHub Actions", "Exit codes and error action
 * preference"; the documentation of PowerShell: about_Automatic_Variables (`$LASTEXITCODE`),
 * about_Preference_Variables, about_Operators (`&`), and Start-Process.
 */

import type { TextSpan } from '../../../../formats/text/shell/shell.ts';
import { partsOf, rangeInScalar } from '../../../../formats/text/yaml/yaml-parts.ts';
import { gateIn, type GateCommand } from './gate-commands.ts';
import type { Hit } from '../checks/check.ts';
import {
  readPowershell,
  type PowershellBlock,
  type PowershellCommand,
  type PowershellScript,
} from '../powershell.ts';
import type { PipelineSubject } from '../subject.ts';
import type { Step } from '../workflow.ts';

/** A gate in a script of PowerShell. */
export interface PowershellGate extends Pick<Hit, 'range'>, Omit<GateCommand, 'command'> {
  /** Why its failure changes nothing, as a complete sentence; absent: it may. */
  readonly loss?: string;
}

/** Returns the gates of a step whose script PowerShell runs as GitHub starts it. */
export function powershellGates(subject: PipelineSubject, step: Step): readonly PowershellGate[] {
  const { run } = step;
  if (run === undefined || !isPowershell(subject, step)) return [];
  const script = scriptFacts(readPowershell(run.value));
  const parts = partsOf(run);
  return script.commands.flatMap((command, at) => {
    const started = startedProgram(command);
    const gate = gateIn(started ?? plainNames(command.words));
    if (gate === undefined) return [];
    const loss = lossOf(script, {
      at,
      command,
      name: gate.name,
      isStarted: started !== undefined,
    });
    const range = rangeInScalar(run, parts, command.span);
    return [{ ...gate, range, ...(loss !== undefined && { loss }) }];
  });
}

/** PowerShell is the shell of runners with Windows where none is named. */
function isPowershell({ workflow, ...subject }: PipelineSubject, step: Step): boolean {
  const shell = (step.shell ?? step.job?.shell ?? workflow?.shell)?.value.trim().toLowerCase();
  if (shell !== undefined) return shell === 'pwsh' || shell === 'powershell';
  return !subject.scripts().has(step) && step.job !== undefined;
}

/** The program without its directory and ending, as in `.\tools\trivy.exe`. */
function plainNames([name = '', ...words]: readonly string[]): readonly string[] {
  const plain = name.replace(/^.*[/\\]/u, '').replace(/\.(?:exe|cmd|bat)$/iu, '');
  return [plain.toLowerCase(), ...words];
}

const STARTING = /^(?:start-process|saps|start)$/iu;

/** Returns the words of the program that `Start-Process` starts. */
function startedProgram({ words: [name = '', ...args] }: PowershellCommand) {
  if (!STARTING.test(name)) return undefined;
  const words = args
    .filter((one) => !/^-(?:filepath|argumentlist|args|wait|nonewwindow|passthru)$/iu.test(one))
    .flatMap((one) => one.split(/[\s,]+/u))
    .map((one) => one.replaceAll(/["']/gu, ''))
    .filter((one) => one !== '');
  return plainNames(words);
}

interface PlacedGate {
  readonly at: number;
  readonly command: PowershellCommand;
  readonly name: string;
  readonly isStarted: boolean;
}

/** A script with the places that the gates in it are judged by, in their order. */
interface ScriptFacts extends PowershellScript {
  /** Where the status of the last program is read, and not set. */
  readonly reads: readonly number[];
  /** Where it is set to 0. */
  readonly resets: readonly number[];
  /** Where the variables are set by which programs that fail throw. */
  readonly errors: readonly (readonly [place: number, isOn: boolean])[];
  readonly actions: readonly (readonly [place: number, isStop: boolean])[];
  /** Commands that replace the exit code of what ran before, or end the script. */
  readonly replacing: readonly (readonly [at: number, command: PowershellCommand])[];
  /** Where the exit code of a process is read last. */
  readonly exitCodeAt: number;
}

function scriptFacts({ plain, commands }: PowershellScript): ScriptFacts {
  const places = (pattern: RegExp): readonly number[] =>
    [...plain.matchAll(pattern)].map(({ index }) => index);
  return {
    plain,
    commands,
    reads: places(READ_STATUS),
    resets: places(RESET_STATUS),
    errors: [...plain.matchAll(NATIVE_ERRORS)].map(
      ({ index, groups }) => [index, /true/iu.test(groups?.['value'] ?? '')] as const,
    ),
    actions: places(ERROR_ACTION).map((at) => [at, isStop(plain, at)] as const),
    replacing: [...commands.entries()].filter(([, one]) => replaces(one)),
    exitCodeAt: plain.toLowerCase().lastIndexOf('.exitcode'),
  };
}

const READ_STATUS = /\$(?:\w+:)?LASTEXITCODE\b(?!\s*=)|\$\?/giu;
const RESET_STATUS = /\$(?:\w+:)?LASTEXITCODE\s*=\s*0/giu;

/** Returns whether one of the places is in a span. */
function isIn(places: readonly number[], { start, end }: TextSpan): boolean {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  return (places[low] ?? Infinity) < end;
}

function lossOf(script: ScriptFacts, gate: PlacedGate): string | undefined {
  const { command, name } = gate;
  const { blocks, span } = command;
  if (gate.isStarted) {
    const isAsked = command.words.some((one) => /^-passthru$/iu.test(one));
    if (isAsked && script.exitCodeAt >= span.end) return undefined;
    return `Start-Process does not pass on the exit code of ${name}.`;
  }
  if (command.isBackground || blocks.some(({ kind }) => kind === 'job')) {
    return `The script does not wait for the exit code of ${name}.`;
  }
  if (throws(script, command)) return undefined;
  const loop = blocks.findLast(({ kind }) => kind === 'loop');
  if (loop !== undefined && !isIn(script.reads, { start: span.end, end: loop.end })) {
    return `The next round of the loop replaces the exit code of ${name}.`;
  }
  const next = nextProgram(script, gate);
  const behind = {
    start: span.end,
    end: next?.span.start ?? script.plain.length,
  };
  if (isIn(script.reads, behind)) return undefined;
  if (isIn(script.resets, behind)) return `The script sets the exit code of ${name} to 0.`;
  if (next === undefined) return undefined;
  return isEnding(next)
    ? `The script ends without an error when ${name} fails.`
    : `The script goes on when ${name} fails, and ${next.words[0] ?? ''} replaces its exit code.`;
}

/** Commands behind a gate that are looked at; one of the first follows it in real scripts. */
const MAX_BEHIND = 500;

function nextProgram(
  { replacing }: ScriptFacts,
  { at, command }: PlacedGate,
): PowershellCommand | undefined {
  let low = 0;
  let high = replacing.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((replacing[middle]?.[0] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return replacing.slice(low, low + MAX_BEHIND).find(([, one]) => follows(one, command))?.[1];
}

/** Returns whether a program that fails throws an error that nothing catches. */
function throws({ plain, errors, actions }: ScriptFacts, command: PowershellCommand): boolean {
  const { span, blocks } = command;
  if (errors.findLast(([place]) => place < span.start)?.[1] !== true) return false;
  if (actions.findLast(([place]) => place < span.start)?.[1] === false) return false;
  const caught = blocks.findLast(({ kind }) => kind === 'try');
  return caught === undefined || rethrows(plain, caught);
}

const NATIVE_ERRORS = /\$PSNativeCommandUseErrorActionPreference\s*=\s*\$(?<value>true|false)/giu;
const ERROR_ACTION = /\$(?:global:)?ErrorActionPreference\s*=\s*\S+/giu;

/** The value is in quotes, whose characters are not in the plain text: `Stop` has four. */
function isStop(plain: string, index: number): boolean {
  return /=\s*x{6}(?!x)/u.test(plain.slice(index, index + 100));
}

/** Returns whether the `catch` behind a block ends the script with an error. */
function rethrows(plain: string, { end }: PowershellBlock): boolean {
  const body = /^[^{]{0,200}\bcatch\b[^{]{0,200}\{(?<body>[^}]*)/iu.exec(plain.slice(end));
  return (
    body === null || /\bthrow\b|\bexit\s+[1-9$]|write-error/iu.test(body.groups?.['body'] ?? '')
  );
}

/** Programs; what is not here can be a cmdlet, an alias or a function, which set no exit code. */
const PROGRAMS: ReadonlySet<string> = new Set([
  ...['7z', 'ant', 'aws', 'az', 'bash', 'bun', 'bundle', 'cargo', 'choco', 'cmake', 'composer'],
  ...['cosign', 'ctest', 'deno', 'docker', 'dotnet', 'gcloud', 'gem', 'gh', 'git', 'go', 'gradle'],
  ...['gradlew', 'gpg', 'helm', 'java', 'javac', 'kubectl', 'make', 'msbuild', 'mvn', 'mvnw'],
  ...['nmake', 'node', 'npm', 'npx', 'nuget', 'openssl', 'oras', 'perl', 'php', 'pip', 'pip3'],
  ...[
    'pnpm',
    'podman',
    'poetry',
    'py',
    'pytest',
    'python',
    'python3',
    'robocopy',
    'ruby',
    'rustup',
  ],
  ...[
    'scoop',
    'signtool',
    'sh',
    'tar',
    'terraform',
    'trivy',
    'twine',
    'uv',
    'vcpkg',
    'winget',
    'yarn',
  ],
]);

/** Returns whether a command replaces the exit code of what ran before, or ends the script. */
function replaces(command: PowershellCommand): boolean {
  const [name = ''] = command.words;
  if (isEnding(command)) return true;
  if (STARTING.test(name) || command.isBackground) return false;
  const isFile = /\.(?:exe|cmd|bat)$/iu.test(name);
  const [plain = '', ...words] = plainNames(command.words);
  return isFile || PROGRAMS.has(plain) || gateIn([plain, ...words]) !== undefined;
}

/** `exit 0` and `[Environment]::Exit(0)`. */
function isEnding({ words: [name = '', status] }: PowershellCommand): boolean {
  return /^exit$/iu.test(name) && status === '0';
}

/** Returns whether a later command can run behind an earlier one in the same run. */
function follows(later: PowershellCommand, earlier: PowershellCommand): boolean {
  // The blocks around both are the same objects, the outermost first.
  return later.blocks.every(
    (block, depth) => block === earlier.blocks[depth] || !SEPARATE.has(block.kind),
  );
}

const SEPARATE: ReadonlySet<string> = new Set(['branch', 'job', 'function']);
