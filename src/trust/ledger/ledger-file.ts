/** The ledger on disk: read with bounds, changed by one process at a time, replaced as a whole. */

import { lstat, realpath, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { writeFileAtomically } from '../../core/base/cache-directory.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { exists, isMissing } from '../../core/base/exists.ts';
import { withFileLock } from '../../core/base/file-lock.ts';
import { EMPTY_LEDGER, type Ledger } from './ledger.ts';
import { formatLedger, readLedger, type LedgerReading } from './ledger-text.ts';

/** The name of a ledger where none is given. */
export const LEDGER_NAME = 'assay.lock';

/** A line has some 250 bytes; 64 MiB hold the packages of hundreds of lockfiles. */
const MAX_LEDGER_BYTES = 64 * 1024 * 1024;
const MAX_ATTRIBUTES_BYTES = 1024 * 1024;

/**
 * Reads a ledger. A file that does not exist is an empty ledger.
 *
 * @throws AssayError `ACCESS_DENIED` or `LIMIT_EXCEEDED`, which name the file
 */
export async function loadLedger(path: string): Promise<LedgerReading> {
  try {
    const bytes = await readBoundedFile(path, { maxBytes: MAX_LEDGER_BYTES });
    return readLedger(bytes.toString('utf8'));
  } catch (error) {
    if (isMissing(error)) return { ledger: EMPTY_LEDGER, problems: [] };
    throw new AssayError(
      error instanceof AssayError ? error.code : 'ACCESS_DENIED',
      `the ledger "${path}" cannot be read: ${errorMessage(error)}`,
      { hint: 'Check the path and the permissions of the file.', cause: error },
    );
  }
}

/**
 * Returns the ledger of a file without problems.
 *
 * @throws AssayError `CONFIG_INVALID` with the first bad line, and what {@link loadLedger} throws
 */
export async function loadSoundLedger(path: string): Promise<Ledger> {
  return soundLedger(path, await loadLedger(path));
}

/**
 * Changes a ledger: `change` gets what the file has now and returns what it should have. Nothing is
 * written if that is the same text. In a working tree of git, `.gitattributes` beside the file gets
 * the line that lets branches be merged.
 *
 * @throws AssayError `CONFIG_INVALID` for a ledger with bad lines, which are never overwritten;
 * `ACCESS_DENIED`
 */
export async function changeLedger(
  path: string,
  change: (ledger: Ledger) => Ledger,
  context: Pick<Context, 'signal'>,
): Promise<Ledger> {
  const target = await realpath(path).catch(() => resolve(path));
  const lock = join(dirname(target), `.${LEDGER_NAME}.lock`);
  const work = async (): Promise<Ledger> => {
    const reading = await loadLedger(target);
    const before = soundLedger(path, reading);
    const after = change(before);
    const text = formatLedger(after);
    if (text !== (await currentText(target))) {
      await writeFileAtomically(target, Buffer.from(text));
      await addMergeAttribute(target);
    }
    return after;
  };
  return withFileLock(lock, work, { signal: context.signal });
}

function soundLedger(path: string, { ledger, problems }: LedgerReading): Ledger {
  const [first] = problems;
  if (first === undefined) return ledger;
  const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  throw new AssayError('CONFIG_INVALID', `${path}:${first.line}: ${first.message}${others}`, {
    hint: first.advice,
  });
}

async function currentText(path: string): Promise<string | undefined> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_LEDGER_BYTES })).toString('utf8');
  } catch {
    return undefined;
  }
}

/**
 * Source: gitattributes(5), "merge" (union) and "eol". A line that names the ledger already is left
 * as it is.
 */
async function addMergeAttribute(path: string): Promise<void> {
  const folder = dirname(path);
  const name = path.slice(folder.length).replace(/^[/\\]/u, '');
  if (!(await isInWorkingTree(folder))) return;
  const file = join(folder, '.gitattributes');
  // A link could lead to a file that is not of this repository.
  const facts = await lstat(file).catch(() => undefined);
  if (facts !== undefined && !facts.isFile()) return;
  if (facts !== undefined && facts.size > MAX_ATTRIBUTES_BYTES) return;
  const before = facts === undefined ? '' : await readFile(file, 'utf8');
  if (before.split(/\r?\n/u).some((line) => namesLedger(line, name))) return;
  const end = before.includes('\r\n') ? '\r\n' : '\n';
  const gap = before === '' || before.endsWith('\n') ? '' : end;
  const line = `${quotedPattern(name)} merge=union text eol=lf${end}`;
  await writeFileAtomically(file, Buffer.from(`${before}${gap}${line}`));
}

function namesLedger(line: string, name: string): boolean {
  const [pattern = '', ...attributes] = line.trim().split(/[ \t]+/u);
  const isNamed = [name, `/${name}`, quotedPattern(name)].includes(pattern);
  return isNamed && attributes.some((one) => /^[-!]?merge(?:=|$)/u.test(one));
}

/** A pattern with white space is written as a string of C. */
function quotedPattern(name: string): string {
  return /[\s"\\*?[\]#!]/u.test(name) ? JSON.stringify(name.replace(/[*?[\]\\]/gu, '\\$&')) : name;
}

async function isInWorkingTree(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (await exists(join(at, '.git'))) return true;
    if (dirname(at) === at) return false;
  }
}
