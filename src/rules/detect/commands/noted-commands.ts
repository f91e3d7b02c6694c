/**
 * The effects of a command on those behind it: options of the shell, variables, and files whose
 * text is known.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { ShellCommand } from '../../../formats/text/shell/shell.ts';
import { setOptions } from './errexit.ts';
import { outputOf } from './known-output.ts';
import { pathText, type RunCommand } from './run-command.ts';
import type { ShellState } from './shell-state.ts';

const READERS: ReadonlySet<string> = new Set(['read', 'mapfile', 'readarray']);

/** Takes over what a command changes. */
export function noteCommand(command: RunCommand, state: ShellState): void {
  const { name = '' } = command;
  const { isErrexit = state.isErrexit, isPipefail = state.isPipefail } = setOptions(command);
  state.isErrexit = isErrexit;
  state.isPipefail = isPipefail;
  if (READERS.has(name)) noteRead(command, state);
  noteFiles(command, state);
}

/** The variables of `read` have what comes through the pipe. */
function noteRead({ args, pipedFrom, inputs }: RunCommand, state: ShellState): void {
  const origins = [...pipedFrom, ...inputs.flatMap((one) => one.origins ?? [])];
  for (const { value, text, range } of args) {
    if (value !== undefined && /^[A-Za-z_]\w*$/u.test(value)) {
      state.set(value, { text, range, value: undefined, origins });
    }
  }
}

function noteFiles(command: RunCommand, { files }: ShellState): void {
  const { shell, name, args, pipedFrom } = command;
  const redirects = shell?.redirects ?? [];
  const isTee = name === 'tee';
  if (!isTee && !redirects.some(({ operator }) => operator.startsWith('>'))) return;
  const text = outputOf([...pipedFrom, command]);
  if (text === undefined) return;
  const isAdded = isTee
    ? args.some(({ value = '' }) => /^(?:-[a-z]*a|--append)/u.test(value))
    : redirects.some(({ operator }) => operator === '>>');
  const paths = isTee ? args.map(pathText).filter((one) => !one.startsWith('-')) : [];
  for (const path of [...paths, ...outputs(shell)]) {
    const key = baseName(path);
    const old = isAdded ? (files.get(key)?.text ?? '') : '';
    files.set(key, { text: old + text, isRead: false });
  }
}

function outputs(shell: ShellCommand | undefined): readonly string[] {
  return (shell?.redirects ?? [])
    .filter(({ operator, descriptor = '1' }) => /^>[>|]?$/u.test(operator) && descriptor === '1')
    .map(({ target }) => (target === undefined ? '' : pathText(target)))
    .filter((path) => path !== '' && !path.startsWith('/dev/'));
}
