/** Reads reports that an earlier run wrote. */

import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, errnoOf, errorMessage } from '../../../core/base/errors.ts';
import { detectEncoding, UTF_8_HINT } from '../../../core/base/text-encoding.ts';
import { decodeReport } from '../../../core/codec/codec.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { Io } from '../../../core/base/io.ts';

/** A report of a large image has some 50 MB; texts of more than twice this do not fit a string. */
const MAX_REPORT_BYTES = 256 * 1024 * 1024;
/** The version of the schema that is read. */
const SCHEMA_VERSION = 1;

/** The target `-`. */
export const STANDARD_INPUT = '-';

const HINT = 'Write one with -o json=report.json.';

/**
 * Returns the report in a file, or on standard input for `-`.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `LIMIT_EXCEEDED`, and `PARSE` for what is not a
 * report of this version
 */
export async function readStoredReport(
  { io }: { readonly io: Pick<Io, 'cwd'> },
  name: string,
  stdin: () => AsyncIterable<Uint8Array> = () => process.stdin,
): Promise<Report> {
  const shown = name === STANDARD_INPUT ? 'standard input' : name;
  const text =
    name === STANDARD_INPUT
      ? await readUpTo(stdin(), shown)
      : await readFileText(resolve(io.cwd, name), shown);
  if (text.trim() === '') {
    throw new AssayError('PARSE', `"${shown}" is empty`, { hint: HINT });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AssayError('PARSE', `"${shown}" is not a report: ${errorMessage(cause)}`, {
      hint: HINT,
      cause,
    });
  }
  refuseOther(value, shown);
  try {
    return decodeReport(value);
  } catch (cause) {
    throw new AssayError('PARSE', `"${shown}" is not a report: ${errorMessage(cause)}`, {
      hint: HINT,
      cause,
    });
  }
}

async function readFileText(path: string, shown: string): Promise<string> {
  try {
    return textOf(await readBoundedFile(path, { maxBytes: MAX_REPORT_BYTES }), shown);
  } catch (cause) {
    if (cause instanceof AssayError && cause.code === 'PARSE') throw cause;
    if (cause instanceof AssayError && cause.code === 'LIMIT_EXCEEDED') throw tooLarge(shown);
    const isAbsent = errnoOf(cause) === 'ENOENT';
    const message = isAbsent
      ? `no report "${shown}"`
      : `cannot read "${shown}": ${errorMessage(cause)}`;
    throw new AssayError(isAbsent ? 'NOT_FOUND' : 'ACCESS_DENIED', message, {
      cause,
      ...(isAbsent && { hint: `It was looked for at "${path}". ${HINT}` }),
    });
  }
}

async function readUpTo(pieces: AsyncIterable<Uint8Array>, shown: string): Promise<string> {
  const taken: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const piece of pieces) {
    lengthBytes += piece.length;
    if (lengthBytes > MAX_REPORT_BYTES) throw tooLarge(shown);
    taken.push(piece);
  }
  return textOf(Buffer.concat(taken), shown);
}

function tooLarge(shown: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `"${shown}" is larger than ${MAX_REPORT_BYTES} bytes`);
}

function textOf(bytes: Uint8Array, shown: string): string {
  if (detectEncoding(bytes) !== 'utf-8') {
    throw new AssayError('PARSE', `"${shown}" is in UTF-16, and reports are UTF-8`, {
      hint: `Write it anew with -o json=FILE, or ${UTF_8_HINT}.`,
    });
  }
  // TextDecoder takes a byte order mark off.
  return new TextDecoder().decode(bytes);
}

/** Names what a document is that is not a report of this version. */
function refuseOther(value: unknown, shown: string): void {
  if (typeof value !== 'object' || value === null) return;
  const { schemaVersion, SchemaVersion, kind, bomFormat, spdxVersion } = value as Readonly<
    Record<string, unknown>
  >;
  const refuse = (what: string, hint = HINT): never => {
    throw new AssayError('PARSE', `"${shown}" is ${what}, not a report of Assay`, { hint });
  };
  if (SchemaVersion !== undefined) refuse("trivy's JSON");
  if (bomFormat !== undefined || spdxVersion !== undefined) {
    refuse('a bill of materials', `Scan it, with a gate: assay sbom ${shown} --fail-on high`);
  }
  if (kind === 'assay-verdict') refuse('a verdict');
  if (typeof schemaVersion === 'number' && schemaVersion !== SCHEMA_VERSION) {
    throw new AssayError(
      'PARSE',
      `"${shown}" is of schema ${schemaVersion}, and this version of assay reads ${SCHEMA_VERSION}`,
      { hint: 'Judge it with the version that wrote it, or a newer one.' },
    );
  }
}

/**
 * The first bytes say whether a file is a report of Assay's; whether it is a sound one is seen
 * later.
 */
const HEAD_BYTES = 4096;
const REPORT_HEAD = /^\s*\{\s*"schemaVersion"\s*:/u;

/** Returns whether a name is one of a file that begins as a report does. */
export async function isStoredReport(
  { io }: { readonly io: Pick<Io, 'cwd'> },
  name: string,
): Promise<boolean> {
  const path = resolve(io.cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return REPORT_HEAD.test(
      buffer
        .subarray(0, bytesRead)
        .toString('utf8')
        .replace(/^\uFEFF/u, ''),
    );
  } finally {
    await file.close();
  }
}
