/**
 * A Dockerfile as its rules see it: stages, instructions with their variables, and the commands
 * that shells run.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import {
  readDockerfile,
  type Dockerfile,
  type DockerfileInstruction,
  type DockerfileStage,
  type DockerfileWord,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import {
  globalScope,
  scopesOf,
  type DockerfileScope,
  type DockerfileVariable,
} from '../../../formats/text/dockerfile/dockerfile-scope.ts';
import { stageNamed } from '../../../formats/text/dockerfile/dockerfile-stages.ts';
import { decodeByteText } from '../../../formats/text/dockerfile/dockerfile-text.ts';
import type { ShellReader } from '../../../formats/text/shell/shell.ts';
import { commandsOf, SHELLS, type RunCommand, type RunCommands } from '../commands/commands.ts';
import { isLimit, MAX_STAGES, READING_TOO_LONG, TOO_MANY_STAGES } from '../commands/limits.ts';
import { hasErrexit } from '../commands/errexit.ts';
import { defaultBase } from './default-base.ts';
import { execCommands } from './exec-form.ts';
import { scriptDocuments } from './script-documents.ts';
import type { RunText, WrittenFile, WrittenFiles } from '../commands/run-command.ts';
import type { DetectedFile } from '../detector.ts';
import { NO_SETTINGS, type DockerfileSettings } from './settings.ts';
import { runTextOf, scriptOf } from './run-text.ts';
import type { ShellEnvironment } from '../commands/shell-state.ts';

/** A Dockerfile that rules look at. */
export interface DockerfileSubject {
  /** The path of the file in what is judged. */
  readonly path: string;
  readonly settings: DockerfileSettings;
  readonly file: Dockerfile;
  readonly stages: readonly SubjectStage[];
  /** In file order, triggers of `ONBUILD` in the place of their instruction. */
  readonly steps: readonly Step[];
  /** Places that were not read as a builder or a shell reads them. */
  readonly unread: readonly UnreadPart[];
}

/** A part of the file that was not read as a builder or a shell reads it. */
export interface UnreadPart {
  /** A complete sentence. */
  readonly message: string;
  readonly range: ByteRange;
  readonly step: Step | undefined;
  /** Whether a limit is the reason: the report has a gap for it. */
  readonly isLimit: boolean;
}

/** A stage with what its base is. */
export interface SubjectStage {
  readonly stage: DockerfileStage;
  /** The image, variables replaced; absent where the file does not decide it. */
  readonly image: string | undefined;
  /** The earlier stage that it builds on. */
  readonly parent: SubjectStage | undefined;
  readonly steps: readonly Step[];
}

/** An instruction of a stage. */
export interface Step {
  readonly instruction: DockerfileInstruction;
  readonly isTrigger: boolean;
  /** Before the first `FROM` there is none. */
  readonly stage: SubjectStage | undefined;
  /**
   * The shell that runs the shell form here, without its folder; as in `sh`, `bash`, `powershell`.
   */
  readonly shell: ShellInUse;
  /** What a shell runs here: `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK`. */
  readonly run: RunCommands;
  /** The commands of {@link Step.run}. */
  readonly commands: readonly RunCommand[];
  /** Texts that instructions of the stage write into files. */
  readonly files: WrittenFiles;
  /** Expands the words of the instruction. */
  readonly values: Pick<DockerfileScope, 'expand' | 'get'>;
}

/** What `SHELL` says. */
export interface ShellInUse {
  readonly name: string;
  /** Options of the shell, as in `-o pipefail -c`. */
  readonly options: readonly string[];
  /** Whether its language is that of the POSIX shell. */
  readonly isPosix: boolean;
  /**
   * A comment that names a shell of another language; it asks to ignore what is found in the
   * commands.
   */
  readonly named?: { readonly name: string; readonly line: number };
}

const NO_COMMANDS: RunCommands = { commands: [], body: undefined, unread: [] };
const DEFAULT_SHELL: ShellInUse = { name: 'sh', options: ['-c'], isPosix: true };
const RUNNING: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** A stage whose instructions are being read. */
interface OpenStage extends SubjectStage {
  readonly steps: Step[];
  readonly parent: OpenStage | undefined;
  readonly files: WrittenFiles;
  shell: ShellInUse;
}

/** Reads a Dockerfile. */
export function subjectOf(
  { bytes, path, settings }: DetectedFile,
  reader: ShellReader,
  isLate: () => boolean = () => false,
): DockerfileSubject {
  const read = new SubjectReader(readDockerfile(bytes), reader).read(isLate);
  return { ...read, path, settings: settings?.dockerfile ?? NO_SETTINGS };
}

class SubjectReader {
  readonly #file: Dockerfile;
  readonly #reader: ShellReader;
  readonly #steps: Step[] = [];
  readonly #stages: OpenStage[] = [];
  readonly #unread: UnreadPart[] = [];

  constructor(file: Dockerfile, reader: ShellReader) {
    this.#file = file;
    this.#reader = reader;
  }

  read(isLate: () => boolean): Omit<DockerfileSubject, 'path' | 'settings'> {
    const globals = globalScope(this.#file);
    const values = withEnvironment(globals);
    for (const instruction of this.#file.preamble) {
      this.#add(instruction, { stage: undefined, values });
      values.add(instruction);
    }
    for (const { instruction, scope } of scopesOf(this.#file)) {
      const isMany = this.#stages.length > MAX_STAGES;
      if (isMany || isLate()) {
        const { range } = instruction;
        const message = isMany ? TOO_MANY_STAGES : READING_TOO_LONG;
        this.#unread.push({ message, range, step: undefined, isLimit: true });
        break;
      }
      if (instruction.keyword === 'FROM') this.#open(scope);
      const stage = this.#stages.at(-1);
      // The scope grows behind this step, so words are expanded while it is here.
      this.#add(instruction, { stage, values: scope });
      if (stage !== undefined && instruction.keyword === 'SHELL' && instruction.isJson) {
        stage.shell = shellOf(instruction);
      }
    }
    for (const { severity, message, range } of this.#file.problems) {
      if (severity === 'error')
        this.#unread.push({ message, range, step: undefined, isLimit: false });
    }
    const { stages, steps } = { stages: this.#stages, steps: this.#steps };
    return { file: this.#file, stages, steps, unread: this.#unread };
  }

  #open(globals: DockerfileScope): void {
    const stage = this.#file.stages[this.#stages.length];
    if (stage === undefined) return;
    const { escape } = this.#file;
    const image = stage.base === undefined ? undefined : defaultBase(stage.base, globals, escape);
    const earlier =
      image === undefined ? undefined : stageNamed(this.#file.stages, image, stage.index);
    const parent = earlier === undefined ? undefined : this.#stages[earlier.index];
    // Windows images run cmd, whose language is not read.
    const shell = parent?.shell ?? DEFAULT_SHELL;
    const files: WrittenFiles = new Map(parent?.files);
    this.#stages.push({ stage, image, parent, steps: [], shell, files });
  }

  #add(
    instruction: DockerfileInstruction,
    where: { readonly stage: OpenStage | undefined; readonly values: DockerfileScope },
  ): void {
    const { stage, values } = where;
    const named = shellComment(instruction);
    if (stage !== undefined && named !== undefined) stage.shell = this.#namedShell(stage, named);
    const shell = stage?.shell ?? DEFAULT_SHELL;
    const files: WrittenFiles = stage?.files ?? new Map<string, WrittenFile>();
    const inner = instruction.trigger;
    for (const [one, isTrigger] of [
      [instruction, false],
      ...(inner === undefined ? [] : [[inner, true] as const]),
    ] as const) {
      const run = this.#commands(one, shell, { values, files });
      const expanded = withKnownValues(one, values);
      const step = { instruction: one, isTrigger, stage, shell, run, files, values: expanded };
      const whole = { ...step, commands: run.commands };
      for (const message of run.unread) {
        this.#unread.push({ message, range: one.range, step: whole, isLimit: isLimit(message) });
      }
      this.#steps.push(whole);
      stage?.steps.push(whole);
    }
  }

  /**
   * A comment does not change how builders read a script, so one that names another language hides
   * nothing.
   */
  #namedShell({ shell }: OpenStage, { name, comment }: NamedShell): ShellInUse {
    if (SHELLS.has(name)) return { name, options: ['-c'], isPosix: true };
    const { line } = this.#file.placeOf(comment.range.start);
    return shell.isPosix ? { ...shell, named: { name, line } } : shell;
  }

  #commands(
    instruction: DockerfileInstruction,
    shell: ShellInUse,
    { values, files }: { readonly values: DockerfileScope; readonly files: WrittenFiles },
  ): RunCommands {
    const isErrexit = hasErrexit(shell.options);
    const environment = { lookup: lookupIn(values), files, isErrexit };
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      return scriptDocuments(instruction, this.#file, { reader: this.#reader, environment });
    }
    if (!RUNNING.has(instruction.keyword)) return NO_COMMANDS;
    const words = instruction.words.slice(instruction.keyword === 'HEALTHCHECK' ? 1 : 0);
    if (instruction.isJson) {
      const exec = { ...environment, isErrexit: false };
      const values = words.map(({ value }) => value);
      return execCommands(values, instruction.range, { reader: this.#reader, environment: exec });
    }
    const text = this.#text({ ...instruction, words }, shell);
    return text === undefined ? NO_COMMANDS : commandsOf(text, this.#reader, environment);
  }

  #text(instruction: DockerfileInstruction, shell: ShellInUse): RunText | undefined {
    const { bytes } = this.#file;
    const script = scriptOf(instruction, bytes);
    if (script !== undefined) return isOtherLanguage(script.text, shell) ? undefined : script;
    const [word] = instruction.words;
    if (word === undefined || !shell.isPosix) return undefined;
    return runTextOf(word.slice, instruction.heredocs, bytes);
  }
}

/** A here-document with `#!` is run by that program, else by the shell in use. */
function isOtherLanguage(text: string, shell: ShellInUse): boolean {
  const program = /^#![ \t]*(?:\S*\/env[ \t]+(?:-\S+[ \t]+)*)?(?<path>\S+)/u.exec(text)?.groups?.[
    'path'
  ];
  if (program === undefined) return !shell.isPosix;
  return !SHELLS.has(baseName(program));
}

/**
 * Builders refuse `ENV` in front of the first `FROM`; parts of files are read as if it were there.
 */
function withEnvironment(
  globals: DockerfileScope,
): DockerfileScope & { readonly add: (instruction: DockerfileInstruction) => void } {
  const set = new Map<string, DockerfileVariable>();
  return {
    get: (name) => set.get(name) ?? globals.get(name),
    expand: (word) => globals.expand(word),
    add(instruction) {
      if (instruction.keyword !== 'ENV') return;
      for (const pair of instruction.pairs) {
        const name = pair.name.text;
        const value = pair.value === undefined ? undefined : globals.expand(pair.value).value;
        set.set(name, { name, keyword: 'ENV', instruction, pair, value, global: undefined });
      }
    },
  };
}

/** The values of variables that a shell is given. A build argument is one as well. */
function lookupIn(values: DockerfileScope): ShellEnvironment['lookup'] {
  return (name) => values.get(name)?.value;
}

function shellOf({ words }: Pick<DockerfileInstruction, 'words'>): ShellInUse {
  const [path = 'sh', ...options] = words.map(({ value }) => value);
  const name = (path.split(/[/\\]/u).at(-1) ?? path).replace(/\.exe$/iu, '').toLowerCase();
  // As in ["/usr/bin/env", "bash", "-c"].
  if (['env', 'busybox'].includes(name) && options.length > 0) {
    return shellOf({ words: words.slice(1) });
  }
  return { name, options, isPosix: SHELLS.has(name) };
}

interface NamedShell {
  readonly name: string;
  readonly comment: DockerfileInstruction['commentsAbove'][number];
}

/**
 * As in `# hadolint shell=powershell` above an instruction: the shell from there to the end of the
 * stage.
 */
function shellComment({
  commentsAbove,
}: Pick<DockerfileInstruction, 'commentsAbove'>): NamedShell | undefined {
  for (const comment of commentsAbove.toReversed()) {
    const path = /^hadolint\s+shell\s*=\s*(?<path>\S+)/u.exec(comment.text)?.groups?.['path'];
    if (path === undefined) continue;
    const name = (path.split(/[/\\]/u).at(-1) ?? path).replace(/\.exe$/iu, '').toLowerCase();
    return { name, comment };
  }
  return undefined;
}

/** The variables of a step are those of its place: a scope changes with the next step. */
function withKnownValues(
  instruction: DockerfileInstruction,
  scope: DockerfileScope,
): Pick<DockerfileScope, 'expand' | 'get'> {
  const words = [
    ...instruction.words,
    ...instruction.pairs.flatMap(({ name, value }) =>
      value === undefined ? [name] : [name, value],
    ),
  ];
  const known = new Map(words.map((word) => [word, scope.expand(word)]));
  return {
    expand: (word) => known.get(word) ?? scope.expand(word),
    get: (name) => scope.get(name),
  };
}

/**
 * The steps of each stage; those in front of the first `FROM`, which builders refuse, are a group
 * as well.
 */
export function stepGroups({ steps, stages }: DockerfileSubject): readonly (readonly Step[])[] {
  const before = steps.filter(({ stage }) => stage === undefined);
  return [before, ...stages.map((stage) => stage.steps)];
}

/** The steps whose layers are in the image: of the last stage, and of those that it builds on. */
export function shippedSteps(subject: DockerfileSubject): readonly Step[] {
  let known = shippedOf.get(subject);
  if (known === undefined) {
    known = shippedIn(subject);
    shippedOf.set(subject, known);
  }
  return known;
}

/** Many rules ask for the steps of one file. */
const shippedOf = new WeakMap<DockerfileSubject, readonly Step[]>();

function shippedIn(subject: DockerfileSubject): readonly Step[] {
  const shipped = new Set<SubjectStage | undefined>([undefined]);
  for (let stage = subject.stages.at(-1); stage !== undefined; stage = stage.parent)
    shipped.add(stage);
  return subject.steps.filter(({ stage }) => shipped.has(stage));
}

/** Text of a file by its bytes, for people. */
export function textAt({ bytes }: Dockerfile, { start, end }: ByteRange): string {
  return decodeByteText(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
}

/** The name that `ENV`, `ARG` or `LABEL` sets: quotes are removed and variables replaced. */
export function variableName({ values }: Pick<Step, 'values'>, name: DockerfileWord): string {
  return values.expand(name).value ?? name.text;
}
