/** Finds the command that was typed, runs it, and turns what it throws into an exit code. */

import { Command } from 'commander';

import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../core/model/report/exit-codes.ts';
import { ALL_FLAGS } from './all-flags.ts';
import type { CommandModule, ScanCommand, Session } from '../commands/command.ts';
import { BARE_TARGET, COMMANDS, type CommandRow } from '../commands/list.ts';
import type { Flag } from '../../config/flag.ts';
import type { ConfigFile } from '../../config/config-file.ts';
import { resolveSettings, type ResolvedSettings } from '../../config/resolve.ts';
import { cacheFolder, createContext, usesColor, type RunContext } from './run-context.ts';
import { exitCodeOf, printError } from './exit-code.ts';
import { refuseImplicit } from '../../config/implicit-config.ts';
import type { ProgressDisplay } from '../print/progress.ts';
import { withSource, withSettingSource } from './error-source.ts';
import {
  firstPositional,
  HelpRequest,
  parseArguments,
  type ArgumentForm,
  type ParsedArguments,
} from './parse-arguments.ts';
import {
  flagValues,
  hasForeignSettings,
  type FlagValues,
  type Settings,
} from '../../config/settings.ts';
import { echoCommand, ownWords } from './command-echo.ts';
import { toolVersion } from '../../../core/base/build-info.ts';
import { escapeWorkflowCommands } from '../../../core/base/workflow-commands.ts';
import type { Io, OutputStream } from '../../../core/base/io.ts';
import { COMMON_FLAGS } from './options/common-flags.ts';

/** Loads the module of a command. */
export type LoadCommand = (row: CommandRow) => Promise<CommandModule>;

/** Commands about advisory data. */
const ADVISORY_GROUP = 'db';

/** Runs the process's own command line; the exit code is set, and the process ends when its output is written. */
export async function runProcess(args: readonly string[]): Promise<void> {
  // Writers get the error from `write`; without a listener the process would end here.
  process.stdout.on('error', () => undefined);
  // A closed standard error loses messages; it must not change the exit code.
  process.stderr.on('error', () => undefined);
  const { stdout, stderr, env } = process;
  // Node.js would print the error with all its properties, which may quote what was read.
  process.on('uncaughtException', (error) => {
    printError(error, stderr, false);
    process.exit(EXIT_CODES.internal);
  });
  process.exitCode = await runCommandLine(args, { stdout, stderr, env, cwd: process.cwd() });
}

/** Runs one command line. Errors are printed and become exit codes; it never throws. */
export async function runCommandLine(
  args: readonly string[],
  io: Io,
  load: LoadCommand = (row) => row.load(),
): Promise<number> {
  try {
    return await dispatchOrHelp(args, io, load);
  } catch (error) {
    printError(error, io.stderr, isDebugging(args, io));
    const word = args[firstPositional(args, 0, ALL_FLAGS)];
    return exitCodeOf(error, word === ADVISORY_GROUP ? 'advisoryData' : 'target');
  }
}

async function dispatchOrHelp(args: readonly string[], io: Io, load: LoadCommand): Promise<number> {
  try {
    return await dispatch(args, io, load);
  } catch (error) {
    if (!(error instanceof HelpRequest)) throw error;
    await write(io.stdout, error.message);
    return EXIT_CODES.pass;
  }
}

async function dispatch(args: readonly string[], io: Io, load: LoadCommand): Promise<number> {
  const first = firstPositional(args, 0, ALL_FLAGS);
  const word = args[first];
  if (word === undefined) return withoutCommand(args, io);
  if (word === 'help') return helpOn(args.slice(first + 1), io, load);

  const second = firstPositional(args, first + 1, ALL_FLAGS);
  const pair = `${word} ${args[second] ?? ''}`;
  const without = (...used: readonly number[]): readonly string[] =>
    args.filter((_arg, index) => !used.includes(index));

  const action = COMMANDS.find((row) => row.name === pair);
  if (action !== undefined) return runRow(action, without(first, second), { io, load });
  const row = COMMANDS.find(({ name, aliases }) => name === word || aliases?.includes(word));
  if (row !== undefined) {
    if (second !== -1 && isGroup(word)) await refuseForeignAction(pair);
    return runRow(row, without(first), { io, load });
  }
  if (isGroup(word)) return groupWithoutAction(word, args[second], { args, io });
  if (PLAIN_WORD.test(word)) {
    const { refuseUnknownCommand } = await import('./unknown-command.ts');
    refuseUnknownCommand({ word, next: args[first + 1], cwd: io.cwd });
  }
  return runRow(BARE_TARGET, args, { io, load });
}

/** Refuses `registry login` of trivy, where `registry` is a command with actions of its own. @throws AssayError `USAGE` */
async function refuseForeignAction(pair: string): Promise<void> {
  const { foreignAction } = await import('./unknown-command.ts');
  const error = foreignAction(pair);
  if (error !== undefined) throw error;
}

/** Matches a possible command; paths and names with a tag or a registry are targets. */
const PLAIN_WORD = /^[\w-]+$/u;

/** Shows help: `assay help WORD...` is `assay WORD... --help`; a word without help of its own is an error. */
async function helpOn(args: readonly string[], io: Io, load: LoadCommand): Promise<number> {
  const word = args[firstPositional(args, 0, ALL_FLAGS)];
  const isCommand = COMMANDS.some(
    ({ name, aliases = [] }) => word === undefined || name === word || aliases.includes(word),
  );
  if (word !== undefined && word !== 'help' && !isCommand && !isGroup(word)) {
    const { refuseHelpTopic } = await import('./unknown-command.ts');
    refuseHelpTopic({ word, cwd: io.cwd });
  }
  return dispatch([...args, '--help'], io, load);
}

function isGroup(word: string): boolean {
  return COMMANDS.some(({ name }) => name.startsWith(`${word} `));
}

async function withoutCommand(args: readonly string[], io: Io): Promise<number> {
  if (args.some((arg) => arg === '--help' || arg === '-h')) {
    await write(io.stdout, (await import('./help.ts')).topHelp());
    return EXIT_CODES.pass;
  }
  if (args.some((arg) => arg === '--version' || arg === '-v')) {
    await write(io.stdout, `assay ${toolVersion()}\n`);
    return EXIT_CODES.pass;
  }
  if (args.length > 0) {
    throw new AssayError('USAGE', 'no command and no target', {
      hint: 'Commands and examples: assay --help',
    });
  }
  // An empty command line scans nothing; in a job it must not look like a pass.
  io.stderr.write((await import('./help.ts')).topHelp());
  return EXIT_CODES.usage;
}

async function groupWithoutAction(
  group: string,
  action: string | undefined,
  { args, io }: { args: readonly string[]; io: Io },
): Promise<number> {
  if (action !== undefined) {
    const { unknownAction } = await import('./unknown-command.ts');
    throw unknownAction(group, action);
  }
  const isAsked = args.some((arg) => arg === '--help' || arg === '-h');
  const { groupHelp } = await import('./help.ts');
  await write(isAsked ? io.stdout : io.stderr, groupHelp(group));
  return isAsked ? EXIT_CODES.pass : EXIT_CODES.usage;
}

/** Parses arguments. A request for help gets what follows the flags. @throws AssayError and HelpRequest */
async function parsedOrHelp(
  form: ArgumentForm,
  args: readonly string[],
  { io, module }: { readonly io: Io; readonly module: CommandModule },
): Promise<ParsedArguments> {
  try {
    return parseArguments(form, args, io.env);
  } catch (error) {
    if (!(error instanceof HelpRequest)) throw error;
    const { commandHelpEnd } = await import('./help.ts');
    throw new HelpRequest(`${error.message}${commandHelpEnd(module)}\n`, { cause: error });
  }
}

/** Returns whether help leaves a flag out. */
function isUnlisted({ scansNoImages }: CommandModule): (flag: Flag) => boolean {
  return ({ isForImages }) => scansNoImages === true && isForImages === true;
}

async function runRow(
  row: CommandRow,
  args: readonly string[],
  { io, load }: { io: Io; load: LoadCommand },
): Promise<number> {
  const module = await load(row);
  const name = row.name === '' ? 'assay' : `assay ${row.name}`;
  const command = new Command(name)
    .usage(`[flags] ${module.usage}`)
    .description(module.description);
  const flags = [...module.flags, ...COMMON_FLAGS];
  const form = { command, flags, takesCommand: module.takesCommand === true };
  const parsed = await parsedOrHelp({ ...form, isUnlisted: isUnlisted(module) }, args, {
    io,
    module,
  });
  refuseExcess(name, module, parsed.args);

  const config = await configOf(module, parsed.settings, io);
  const { settings, policy } = settingsOf(flags, parsed.settings, config);
  const hasNotices = mayNeedNotices(flags, settings, { config, env: io.env });
  const notices = hasNotices ? await import('./notices.ts') : undefined;
  notices?.refuseUnsupported(flags, settings);
  const values = flagValues(settings);
  if (config !== undefined) refuseImplicit(settings, config, { cwd: io.cwd, flags: values });

  const shown = values.isOn('no-color') ? withoutColor(io) : io;
  using run = contextOf(values, shown, settings);
  notices?.logNotices(flags, settings, { config, log: run.context.log, env: io.env });
  const session: Session = {
    args: parsed.args,
    ...(parsed.guarded !== undefined && { guarded: parsed.guarded }),
    flags: values,
    settings,
    ...(config !== undefined && { config }),
    ...(policy !== undefined && { policy }),
    io: shown,
    context: run.context,
    cacheDir: cacheFolder(values, io),
    commands: [BARE_TARGET, ...COMMANDS],
    typed: echoCommand(row.name, ownWords(args, parsed.guarded), ALL_FLAGS),
    color: usesColor(shown),
    ...writersOf(shown, run.progress),
    run: (inner, part) => runCommandLine(inner, { ...shown, ...part }, load),
    renderTemplate: async (job, data) => {
      const { renderInChildProcess } = await import('../print/template-process.ts');
      return renderInChildProcess(job, data, { context: run.context, env: shown.env });
    },
  };
  try {
    const exitCode =
      'targets' in module ? await scanFor(session, module) : await module.run(session);
    if (module.endsBySignal !== true) refuseEnded(session, run.context.signal);
    return exitCode;
  } catch (error) {
    throw withSettingSource(endedBy(run.context.signal, error), settings);
  }
}

/**
 * Returns the settings of a run; nothing stands above or below the typed ones without a
 * configuration and a policy.
 */
function settingsOf(
  flags: readonly Flag[],
  typed: Settings,
  config: ConfigFile | undefined,
): ResolvedSettings {
  if (config === undefined && !typed.has('policy')) return { settings: typed };
  return resolveSettings(flags, typed, config);
}

/**
 * Returns whether there may be something to say of the settings. There is nothing if none is meant
 * for another tool or stands in a file, all have an effect, and no variable is empty.
 */
function mayNeedNotices(
  flags: readonly Flag[],
  settings: Settings,
  { config, env }: { readonly config: ConfigFile | undefined; readonly env: Io['env'] },
): boolean {
  if (config !== undefined || Object.values(env).includes('')) return true;
  if (hasForeignSettings(settings)) return true;
  return flags.some(({ name, effect }) => effect !== undefined && settings.has(name));
}

/** Refuses arguments of a command that takes none. @throws AssayError `USAGE` */
function refuseExcess(
  name: string,
  { usage, instead }: CommandModule,
  [excess]: readonly string[],
): void {
  if (usage !== '' || excess === undefined) return;
  throw new AssayError('USAGE', `"${name}" takes no arguments, but got "${excess}"`, {
    hint: instead ?? `Its flags: ${name} --help`,
  });
}

/** Loads what scans, which the other commands do without. */
async function scanFor(session: Session, command: ScanCommand): Promise<number> {
  const { scanTargets } = await import('../commands/scan/scan-command.ts');
  return scanTargets(session, command);
}

/**
 * Returns {@link createContext}; the error for a bad value names the variable or the line of the
 * file that it came from.
 */
function contextOf(values: FlagValues, io: Io, settings: Settings): RunContext {
  try {
    return createContext(values, io);
  } catch (error) {
    throw withSettingSource(error, settings);
  }
}

/**
 * Returns the surroundings of a run with `--no-color`: as with `NO_COLOR=1`, which nothing
 * overrides.
 */
function withoutColor(io: Io): Io {
  const env = { ...io.env, NO_COLOR: '1', FORCE_COLOR: undefined, CLICOLOR_FORCE: undefined };
  return { ...io, env };
}

/**
 * Returns the two streams of a session; the progress line is removed before anything is written.
 */
function writersOf(
  { stdout, stderr }: Io,
  progress: ProgressDisplay | undefined,
): Pick<Session, 'write' | 'say'> {
  return {
    write: (text) => {
      progress?.clear();
      return write(stdout, text);
    },
    say: async (text) => {
      progress?.clear();
      // The exit code and the reports carry the outcome where standard error takes nothing.
      await write(stderr, escapeWorkflowCommands(text)).catch(() => undefined);
    },
  };
}

/**
 * A run that a signal has called off does not end with the code of a verdict, even where it was about to be done. The
 * command behind a gate decides by itself what a signal means.
 */
function refuseEnded({ guarded }: Session, { reason }: AbortSignal): void {
  if (guarded !== undefined || !(reason instanceof AssayError)) return;
  if (reason.code === 'INTERRUPTED') throw reason;
}

/**
 * Returns the reason for the end of a run, if it made the run fail: rooms below know that it was
 * ended, and not why.
 */
function endedBy({ aborted, reason }: AbortSignal, error: unknown): unknown {
  const isEnded = aborted && error instanceof AssayError && error.code === 'INTERRUPTED';
  return isEnded && reason instanceof AssayError ? reason : error;
}

async function configOf(
  { isAlone = false }: CommandModule,
  typed: Settings,
  { cwd }: Io,
): Promise<ConfigFile | undefined> {
  if (isAlone) return undefined;
  const { loadConfig } = await import('../../config/load.ts');
  const named = typed.get('config');
  try {
    return await loadConfig(cwd, named?.values.at(-1), ALL_FLAGS);
  } catch (error) {
    throw named === undefined || named.from === 'flag' ? error : withSource(named.where, error);
  }
}

/** Read apart from the other flags, because an error may come before they are read. */
function isDebugging(args: readonly string[], io: Io): boolean {
  const variable = io.env['ASSAY_DEBUG'] ?? io.env['TRIVY_DEBUG'] ?? '';
  return args.some((arg) => DEBUG_FLAG.test(arg)) || SWITCHED_ON.test(variable);
}

const DEBUG_FLAG = /^(?:-d|--debug(?:=(?:1|t|true))?)$/iu;
const SWITCHED_ON = /^(?:1|t|true)$/iu;

/**
 * Resolves when the text is taken. A reader that goes away, as `head` does, is not an error: what is left is not written.
 *
 * @throws AssayError `ACCESS_DENIED` where the text cannot be written, as on a full disk.
 */
function write(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === undefined || error === null || isGone(error)) resolve();
      else reject(cannotWrite(error));
    });
  });
}

const READER_GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

function isGone(error: Error): boolean {
  return 'code' in error && READER_GONE.has(error.code);
}

function cannotWrite(cause: Error): AssayError {
  const message = `cannot write to standard output: ${errorMessage(cause)}`;
  return new AssayError('ACCESS_DENIED', message, { cause });
}
