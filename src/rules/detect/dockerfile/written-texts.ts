/** Texts that commands and here-documents write into files, with the command that writes them. */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { Dockerfile } from '../../../formats/text/dockerfile/dockerfile.ts';
import { redirectTargets } from '../commands/downloads.ts';
import { pathText, type Argument, type RunCommand } from '../commands/run-command.ts';
import { writtenDocuments } from './script-documents.ts';
import type { Step } from './subject.ts';

/** A text that becomes a part of a file. */
export interface WrittenText {
  readonly path: string;
  /** The text; its unknown parts are as in the source. */
  readonly text: string;
  readonly range: ByteRange;
  readonly command: RunCommand | undefined;
}

const WRITERS: ReadonlySet<string> = new Set(['echo', 'printf', 'cat', 'tee']);

/** Returns the texts that an instruction writes into files. */
export function writtenTexts(step: Step, file: Pick<Dockerfile, 'bytes'>): readonly WrittenText[] {
  const documents = writtenDocuments(step.instruction, file).map(({ heredoc, path, text }) => ({
    ...{ path, text, command: undefined },
    range: heredoc.bodyRange,
  }));
  return [...documents, ...step.commands.flatMap(textsOf)];
}

function textsOf(command: RunCommand): readonly WrittenText[] {
  const { name = '', args, pipedFrom, inputs, range } = command;
  if (!WRITERS.has(name)) return [];
  const isText = name === 'echo' || name === 'printf';
  const paths = [
    ...redirectTargets(command, '>', '>>', '>|', '&>'),
    ...(name === 'tee' ? args.map(pathText).filter((one) => !one.startsWith('-')) : []),
  ];
  if (paths.length === 0) return [];
  const given = isText ? [args] : [inputs, ...pipedFrom.map((one) => [...one.args, ...one.inputs])];
  const text = given.map((one) => `\n${one.map(plain).join(' ')}`).join('\n');
  return paths.map((path) => ({ path, text, range, command }));
}

/** Escapes that stand for the end of a line, and marks of here-documents, are replaced. */
function plain({ value, text }: Argument): string {
  return (value ?? text.replaceAll(/^["']|["']$/gu, ''))
    .replace(/^<<[-<]?/u, '\n')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\"', '"');
}
