/**
 * Scripts that a command runs and the file contains: in an argument, in a here-document, in a file,
 * or in the pipe.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { ShellCommand, TextSpan } from '../../../formats/text/shell/shell.ts';
import { outputOf } from './known-output.ts';
import { pathText, type Argument, type RunCommand, type WrittenFiles } from './run-command.ts';
import type { RunText } from './run-command.ts';
import { SCRIPT_PROGRAMS, scriptArgument, SHELLS } from './wrappers.ts';

/** A script of a command. */
export interface NestedScript {
  /** Absent where the file does not decide the text. */
  readonly run: RunText | undefined;
  /** Whether a failure ends the script, as with `sh -e`. */
  readonly isErrexit: boolean;
  /** Whether its commands read what comes through the pipe. */
  readonly takesPipe: boolean;
}

/**
 * Returns the scripts of a command. The characters of a text in quotes have no places of their own:
 * they have that of a word.
 */
export function scriptsOf(command: RunCommand, files: WrittenFiles): readonly NestedScript[] {
  const { name = '', args } = command;
  const script = SCRIPT_PROGRAMS.has(name) ? scriptArgument(name, args) : undefined;
  if (script !== undefined) return scriptIn(script, command);
  const isReader = SHELLS.has(name) || name === '.' || name === 'source';
  return isReader ? scriptsRead(command, files) : [];
}

/**
 * Returns the scripts in a shell's input, as in `bash <<EOF`: the here-document is the script of a
 * shell without another one.
 */
export function inputScripts(
  { words, redirects }: ShellCommand,
  run: RunText,
): readonly NestedScript[] {
  const [name, ...args] = words.map(({ value }) => value ?? '');
  const isShell = name !== undefined && SHELLS.has(baseName(name));
  if (!isShell || args.some((value) => !value.startsWith('-'))) return [];
  return redirects.flatMap(({ hereDocument }) => {
    if (hereDocument === undefined) return [];
    const { text, span } = hereDocument;
    const rangeOf = ({ start, end }: TextSpan): ByteRange =>
      run.rangeOf({ start: span.start + start, end: span.start + end });
    const isErrexit = args.some((value) => /^-[a-zA-Z]*e/u.test(value));
    return [{ run: { text, rangeOf }, isErrexit, takesPipe: true }];
  });
}

function scriptIn(
  { value, range, origins = [] }: Argument,
  { args }: RunCommand,
): readonly NestedScript[] {
  if (value === undefined) {
    return origins.length === 0 ? [{ run: undefined, isErrexit: false, takesPipe: true }] : [];
  }
  const isErrexit = args.some((one) => /^-[a-zA-Z]*e[a-zA-Z]*$/u.test(one.value ?? ''));
  return [{ run: { text: value, rangeOf: () => range }, isErrexit, takesPipe: true }];
}

/** Returns a script that an earlier command has written into a file, or writes to the pipe. */
function scriptsRead(command: RunCommand, files: WrittenFiles): readonly NestedScript[] {
  const { args, range, pipedFrom, inputs } = command;
  const rangeOf = (): ByteRange => range;
  const path = args.map(pathText).find((one) => !/^[-+]/u.test(one));
  if (path !== undefined && !/^\/(?:dev|proc)\//u.test(path)) {
    const file = files.get(baseName(path));
    if (file === undefined || file.isRead) return [];
    file.isRead = true;
    return [{ run: { text: file.text, rangeOf }, isErrexit: false, takesPipe: true }];
  }
  const text = pipedFrom.length > 0 ? outputOf(pipedFrom) : undefined;
  const piped = text === undefined ? [] : [{ text, takesPipe: false }];
  // A here-document has places of its own.
  const given = inputs.flatMap(({ value, text: written }) =>
    value !== undefined && written.startsWith('<<<') ? [{ text: value, takesPipe: true }] : [],
  );
  return [...piped, ...given].map((one) => ({
    run: { text: one.text, rangeOf },
    isErrexit: false,
    takesPipe: one.takesPipe,
  }));
}
