/** The destinations of reports: the rules of `-f` and `-o`, and writing. */

import { createWriteStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, normalize, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { AssayError, errnoOf, errorMessage } from '../../../core/base/errors.ts';
import { didYouMean } from '../../../core/base/did-you-mean.ts';
import type { FlagValues } from '../commands/command.ts';
import { badValue } from '../../config/values.ts';
import { FORMAT_NAMES } from '../../../scan/report/list.ts';

/** One report to write. */
export interface Output {
  readonly format: string;
  /** The path as the user wrote it; absent: standard output. */
  readonly path?: string;
  /** The file is the summary of a job, which the report is added to as long as it has room. */
  readonly isSummary?: boolean;
  /** For the format `template`. */
  readonly template?: Template;
}

/** A template of the user. */
export interface Template {
  /** For messages: its path, or the beginning of its text. */
  readonly name: string;
  readonly text: string;
}

/** Formats for people that contain the verdict block. */
const WITH_VERDICT: ReadonlySet<string> = new Set(['table', 'markdown']);

/** Returns whether a report on standard output contains the verdict block. */
export function showsVerdict(outputs: readonly Output[], flags: FlagValues): boolean {
  // Tables of other tools end without a verdict.
  const isForeign = flags.isOn('compat');
  return outputs.some(
    ({ format, path }) =>
      path === undefined && WITH_VERDICT.has(format) && !(isForeign && format === 'table'),
  );
}

/**
 * Formats that are planned: their names are taken already, and asking for one is answered
 * truthfully.
 */
const PLANNED_FORMATS: readonly string[] = ['html'];

/** The formats of all commands. Most commands write only some of them. */
const KNOWN_FORMATS: readonly string[] = [...FORMAT_NAMES, 'openvex'];

/**
 * Reads outputs: `-o NAME=PATH` with NAME a format writes that format to that file; `-o NAME`
 * without `-f` writes that format to standard output; anything else is the path for the format of
 * `-f`, and `-` is standard output. `NAME=PATH` is refused if NAME is nearly a format, a format of
 * other commands, or `plugin` as trivy has it; `./NAME=PATH` is a path. Where nothing goes to
 * standard output and `-f` is given without a path of its own, its format goes there. `meant` gives
 * the format that the name of `-f` stands for.
 *
 * @throws AssayError `USAGE` for an unknown format, or for two reports in one place.
 */
export function planOutputs(
  flags: FlagValues,
  formats: readonly string[],
  usual = 'table',
  meant: (name: string) => string = (name) => name,
): readonly Output[] {
  const named = flags.text('format');
  const format = named === undefined ? usual : checkFormat(meant(named), formats);
  const outputs = flags.all('output').map((text) =>
    readOutput(text, format, {
      formats,
      isFormatGiven: named !== undefined,
    }),
  );
  const usesFormat = outputs.some((output) => output.isDefaultFormat);
  if (outputs.length === 0 || (named !== undefined && !usesFormat)) {
    outputs.push({ format, isDefaultFormat: true });
  }
  const places = outputs.map(({ path }) => (path === undefined ? '-' : normalize(path)));
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    const place = twice === '-' ? 'standard output' : `"${twice}"`;
    throw new AssayError('USAGE', `two reports would go to ${place}`, {
      hint: 'Give each report a place of its own, as in -o table -o json=report.json.',
    });
  }
  return outputs.map(({ format: name, path }) =>
    path === undefined ? { format: name } : { format: name, path },
  );
}

interface PlannedOutput extends Output {
  readonly isDefaultFormat: boolean;
}

const NAME_AND_PATH = /^(?<name>[a-z][a-z-]*)=(?<path>.+)$/su;

function readOutput(
  text: string,
  format: string,
  { formats, isFormatGiven }: { formats: readonly string[]; isFormatGiven: boolean },
): PlannedOutput {
  if (text === '') throw badValue('output', text, 'Write a path, NAME=PATH or NAME.');
  const isName = (name: string): boolean =>
    [formats, KNOWN_FORMATS, PLANNED_FORMATS].some((names) => names.includes(name)) ||
    isForeign(name, formats);
  const parts = NAME_AND_PATH.exec(text)?.groups;
  const name = parts?.['name'] ?? '';
  if (isName(name)) {
    return {
      format: checkFormat(name, formats),
      isDefaultFormat: false,
      ...place(parts?.['path']),
    };
  }
  if (parts !== undefined) refuseMistyped(text, name, formats);
  if (!isFormatGiven && isName(text)) {
    return { format: checkFormat(text, formats), isDefaultFormat: false };
  }
  return { format, isDefaultFormat: true, ...place(text) };
}

/**
 * A file called `jsn=report.json` is seldom what `-o jsn=report.json` asks for. @throws AssayError
 * `USAGE`
 */
function refuseMistyped(text: string, name: string, formats: readonly string[]): void {
  const path = text.slice(name.length + 1);
  const file = `A file of that name: -o ./${text}`;
  if (name === 'plugin') {
    throw new AssayError(
      'USAGE',
      `-o "${text}" names an output plugin of trivy, which Assay does not run`,
      {
        hint: `Write a report for the program to read, as in -o json=FILE.\n${file}`,
      },
    );
  }
  const near = didYouMean(name, formats);
  if (near === undefined) return;
  throw new AssayError('USAGE', `unknown format "${name}" in -o "${text}"`, {
    hint: `Did you mean -o ${near}=${path}? Formats: ${formats.join(', ')}.\n${file}`,
  });
}

function place(path: string | undefined): { path?: string } {
  return path === undefined || path === '-' ? {} : { path };
}

/** Formats of trivy that Assay does not write, with their replacements. */
const FOREIGN_FORMATS: ReadonlyMap<string, string> = new Map([
  ['spdx', 'SPDX is written in JSON only: -f spdx-json.'],
]);

/** Returns whether a name is one of those, where reports are written. */
function isForeign(name: string, formats: readonly string[]): boolean {
  return FOREIGN_FORMATS.has(name) && formats.includes('spdx-json');
}

/** Returns the name of a format that is written. @throws AssayError `USAGE` for every other name */
export function checkFormat(name: string, formats: readonly string[]): string {
  if (formats.includes(name)) return name;
  if (isForeign(name, formats)) {
    const hint = FOREIGN_FORMATS.get(name) ?? '';
    throw new AssayError('USAGE', `format "${name}" is not written`, { hint });
  }
  const near = didYouMean(name, formats);
  const guess = near === undefined ? '' : `Did you mean ${near}? `;
  const hint = `${guess}Formats: ${formats.join(', ')}.`;
  if (PLANNED_FORMATS.includes(name)) {
    throw new AssayError('USAGE', `format "${name}" is not available yet`, { hint });
  }
  if (KNOWN_FORMATS.includes(name)) {
    throw new AssayError('USAGE', `this command does not write the format "${name}"`, { hint });
  }
  throw new AssayError('USAGE', `unknown format "${name}"`, { hint });
}

/**
 * Finds out before a long scan that a report could not be written.
 *
 * @throws AssayError `USAGE`
 */
export async function checkWritable(outputs: readonly Output[], cwd: string): Promise<void> {
  for (const { path } of outputs) {
    if (path === undefined) continue;
    const full = resolve(cwd, path);
    const existing = await stat(full).catch(() => undefined);
    if (existing?.isDirectory() === true) throw cannotWrite(path, 'it is a folder');
    try {
      await access(existing === undefined ? dirname(full) : full, constants.W_OK);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw noFolder(path, error);
      throw cannotWrite(path, errorMessage(error), error);
    }
  }
}

function noFolder(path: string, cause: unknown): AssayError {
  const message = `cannot write the report to "${path}": there is no folder "${dirname(path)}"`;
  return new AssayError('USAGE', message, {
    hint: 'Nothing was scanned. Make the folder first, as with mkdir -p, or name a file in one that exists.',
    cause,
  });
}

function cannotWrite(path: string, reason: string, cause?: unknown): AssayError {
  return new AssayError('USAGE', `cannot write the report to "${path}": ${reason}`, {
    hint: 'Nothing was scanned. Name a file in a folder that exists and that you may write to.',
    cause,
  });
}

/**
 * Writes a file piece by piece, or adds to it.
 *
 * @throws AssayError `ACCESS_DENIED` where it cannot be written, as on a full disk.
 */
export async function writeReportFile(
  path: string,
  cwd: string,
  pieces: AsyncIterable<string>,
  flags: 'w' | 'a' = 'w',
): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), createWriteStream(resolve(cwd, path), { flags }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new AssayError(
      'ACCESS_DENIED',
      `cannot write the report to "${path}": ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
