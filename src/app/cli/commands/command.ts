/** The contract of a subcommand: what it takes as data, and one function that runs it. */

import type { Context } from '../../../core/base/context.ts';
import type { Flag } from '../../config/flag.ts';
import type { ConfigFile } from '../../config/config-file.ts';
import type { NamedPolicy } from '../../config/policies.ts';
import type { TemplateJob, TemplateOutcome } from '../../../scan/report/template/job.ts';
import type { runScan, RunRequest } from '../../../scan/pipeline/run-scan.ts';
import type { Target } from '../../../scan/pipeline/target.ts';
import type { FlagValues, Settings } from '../../config/settings.ts';
import type { Io } from '../../../core/base/io.ts';

export type { FlagValues } from '../../config/settings.ts';

/** The environment of a running command. */
export interface Session {
  /** Positional arguments after the command's name. */
  readonly args: readonly string[];
  /**
   * The arguments behind `--`, for a {@link CommandModule.takesCommand}; `undefined` without `--`.
   */
  readonly guarded?: readonly string[];
  readonly flags: FlagValues;
  /**
   * The sources of the flags: the command line, the environment, the policy, the configuration
   * file.
   */
  readonly settings: Settings;
  /** The configuration file that was read; absent: none. */
  readonly config?: ConfigFile;
  /** The named gate that was asked for. */
  readonly policy?: NamedPolicy;
  readonly io: Io;
  /** Clock, log, network and limits as the common flags ask for them. */
  readonly context: Context;
  /** Folder for advisory data and other things that can be fetched again; absolute. */
  readonly cacheDir: string;
  /** All commands, with that of a target without a command. */
  readonly commands: readonly NamedCommand[];
  /** The command line that the user typed, quoted for a shell: `assay image --input app.tar`. */
  readonly typed: string;
  /** Whether standard output may be coloured. */
  readonly color: boolean;
  /**
   * Writes to standard error, after the progress line is removed. A text that cannot be written is
   * dropped.
   */
  readonly say: (text: string) => Promise<void>;
  /**
   * Writes to standard output and waits until it is taken; a reader that went away is not an error.
   */
  readonly write: (text: string) => Promise<void>;
  /**
   * Runs another command line in this process, as if the user had typed it, and gives its exit
   * code; errors are printed and become their exit code. `io` replaces parts, as a stdout that
   * collects.
   */
  readonly run: (args: readonly string[], io?: Partial<Io>) => Promise<number>;
  /**
   * Renders a report, given as its published JSON in pieces, by a template in a process of its own.
   */
  readonly renderTemplate: (
    job: TemplateJob,
    data: AsyncIterable<string>,
  ) => Promise<TemplateOutcome>;
}

/** A command as the command line knows it: a name, a line of help and how its module is loaded. */
export interface NamedCommand {
  /**
   * One word, or two for the actions of a group: `db update`. Empty for a target without a command.
   */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, starts with a verb. */
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** One command, loaded when it is typed. Its name and summary stand in `commands/list.ts`. */
export type CommandModule = PlainCommand | ScanCommand;

/** The help and the arguments of a command. */
interface CommandForm {
  /** Positional arguments, for help: `[REF...]`; empty for none. */
  readonly usage: string;
  /** The meaning of each positional argument, and facts to know before use; whole sentences. */
  readonly description: string;
  /** Besides the flags that every command has (`COMMON_FLAGS`). */
  readonly flags: readonly Flag[];
  readonly examples: readonly Example[];
  /** The replacement of an argument, if the command takes none; a whole sentence. */
  readonly instead?: string;
  /** Its targets are never images: help leaves out the flags for them. */
  readonly scansNoImages?: true;
  /**
   * It runs until a signal ends it. If everything under way is finished then, its own exit code
   * counts.
   */
  readonly endsBySignal?: true;
  /** It needs no configuration file, and reads none. */
  readonly isAlone?: boolean;
  /** Behind `--` comes another program's command line, which is no argument of this one. */
  readonly takesCommand?: true;
}

/** A command that does its own work. */
export interface PlainCommand extends CommandForm {
  /** @returns the exit code. @throws AssayError, which `exit-code.ts` turns into one. */
  readonly run: (session: Session) => Promise<number>;
}

/** A command that scans: it names its targets, and `scan-command.ts` does the rest. */
export interface ScanCommand extends CommandForm {
  /** @returns the targets in the order of the report. @throws AssayError `USAGE` */
  readonly targets: (session: Session) => readonly Target[] | Promise<readonly Target[]>;
  /**
   * Changes what is looked for. Called once, before anything is scanned; absent: the flags decide
   * alone.
   *
   * @throws AssayError `USAGE`, or `CONFIG_INVALID` for a file that is read for it
   */
  readonly request?: (session: Session, request: RunRequest) => Promise<RunRequest>;
  /**
   * Works on the targets before they are scanned for the report. Returns the exit code of a run
   * that makes no report.
   *
   * @throws AssayError as the scan does
   */
  readonly before?: (
    session: Session,
    request: RunRequest,
    scan: typeof runScan,
  ) => Promise<number | undefined>;
}

/** A command line that can be pasted, and what it is for. */
export interface Example {
  readonly command: string;
  readonly purpose: string;
}
