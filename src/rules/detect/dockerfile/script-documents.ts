/** Scripts that here-documents of `COPY` and `ADD` write into files. */

import { baseName } from '../../../core/base/artifact-path.ts';
import type {
  Dockerfile,
  DockerfileHeredoc,
  DockerfileInstruction,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import { byteText } from '../../../formats/text/dockerfile/dockerfile-text.ts';
import type { ShellReader } from '../../../formats/text/shell/shell.ts';
import { commandsOf, SHELLS, type RunCommands } from '../commands/commands.ts';
import { scriptText } from './run-text.ts';
import type { ShellEnvironment } from '../commands/shell-state.ts';

/** A here-document with the path of the file that it becomes. */
export interface WrittenDocument {
  readonly heredoc: DockerfileHeredoc;
  readonly path: string;
  readonly text: string;
}

/** Returns the files that the here-documents of an instruction become. */
export function writtenDocuments(
  { keyword, heredocs, words }: DockerfileInstruction,
  { bytes }: Pick<Dockerfile, 'bytes'>,
): readonly WrittenDocument[] {
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const target = (words.at(-1)?.value ?? '').replaceAll(/["']/gu, '');
  return heredocs.map((heredoc) => {
    const { start, end } = heredoc.bodyRange;
    const text = byteText(bytes.subarray(start, end)).replaceAll('\r\n', '\n');
    return { heredoc, text, path: /\/$|^\.$/u.test(target) ? `${target}/${heredoc.name}` : target };
  });
}

/**
 * Reads the here-documents that are scripts of a shell by their first line or name, and notes the
 * texts of all.
 */
export function scriptDocuments(
  instruction: DockerfileInstruction,
  file: Pick<Dockerfile, 'bytes'>,
  { reader, environment }: { readonly reader: ShellReader; readonly environment: ShellEnvironment },
): RunCommands {
  const found = writtenDocuments(instruction, file).map(({ heredoc, path, text }) => {
    const isRead = isScript(path, text);
    environment.files.set(baseName(path), { text, isRead });
    if (!isRead) return { commands: [], unread: [] };
    const { start, end } = heredoc.bodyRange;
    const whole = scriptText(file.bytes.subarray(start, end));
    const rangeOf = (span: { readonly start: number; readonly end: number }) => ({
      start: start + span.start,
      end: start + span.end,
    });
    const isErrexit = /^#!.*\s-[a-z]*e/u.test(text);
    return commandsOf({ text: whole, rangeOf }, reader, { ...environment, isErrexit });
  });
  return {
    commands: found.flatMap(({ commands }) => commands),
    body: undefined,
    unread: found.flatMap(({ unread }) => unread),
  };
}

function isScript(path: string, text: string): boolean {
  const program = /^#![ \t]*(?:\S*\/env[ \t]+(?:-\S+[ \t]+)*)?(?<path>\S+)/u.exec(text)?.groups?.[
    'path'
  ];
  return program === undefined ? /\.(?:sh|bash)$/u.test(path) : SHELLS.has(baseName(program));
}
