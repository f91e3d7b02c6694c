/**
 * Runs one cataloger on one file: what the file does wrong becomes a diagnostic, what Assay does
 * wrong is thrown.
 */

import { AssayError } from '../../core/base/errors.ts';
import { maskLine } from '../../core/base/mask-secrets.ts';
import { ENCODING_BYTES, detectEncoding, UTF_8_HINT } from '../../core/base/text-encoding.ts';
import type { Context } from '../../core/base/context.ts';
import type { CatalogFile, CatalogResult, Siblings } from '../../core/model/catalog/catalog.ts';
import type { Diagnostic, GapKind } from '../../core/model/finding/finding.ts';
import type { CatalogerRow } from './cataloger.ts';
import { findNonLockfileContent } from './not-a-lockfile.ts';

/**
 * Reads one file with one row's cataloger. A file that is not of its format is a gap `unreadable`,
 * one beyond a bound a gap `limit`. See `downgraded-gaps.ts` for the places where a gap is only a
 * note. What declares packages and holds what no tool writes there is a gap as well, whatever its
 * reader made of it.
 *
 * @throws whatever is no fault of the file, such as an interruption.
 */
export async function runCataloger(
  row: CatalogerRow,
  file: CatalogFile,
  siblings: Siblings,
  context: Context,
): Promise<CatalogResult> {
  const cataloger = await row.load();
  context.progress({ kind: 'file', path: file.path, sizeBytes: file.sizeBytes });
  const read = async (): Promise<CatalogResult> => {
    const found = await cataloger.read(file, siblings, context);
    return row.presence === 'declared' && row.files.scripts === undefined
      ? withForeignText(found, row, file)
      : found;
  };
  try {
    return await readOrExplain(read, row, file);
  } finally {
    context.progress({ kind: 'fileDone', path: file.path });
  }
}

/** Readers of a file of this size hold a hundred megabytes. */
const LARGE_BYTES = 4 * 1024 * 1024;
/**
 * Archives are read in parts; of one of this size the table of contents may be as large as that.
 */
const LARGE_ARCHIVE_BYTES = 64 * 1024 * 1024;

/**
 * Returns whether the reader of a file of this size may hold much in memory. Programs are read in
 * parts.
 */
export function needsMuchMemory(
  { isArchive, readsPrograms }: CatalogerRow,
  sizeBytes: number,
): boolean {
  if (readsPrograms === true) return false;
  return sizeBytes > (isArchive === true ? LARGE_ARCHIVE_BYTES : LARGE_BYTES);
}

async function readOrExplain(
  read: () => Promise<CatalogResult>,
  row: CatalogerRow,
  file: CatalogFile,
): Promise<CatalogResult> {
  try {
    return await read();
  } catch (error) {
    const gap = gapOf(error);
    if (gap === undefined) throw error;
    const cure = gap === 'unreadable' && (await isUtf16(file)) ? `; ${IS_UTF_16}` : '';
    const diagnostic: Diagnostic = {
      stage: 'catalog',
      message: `${row.id}: ${maskLine((error as AssayError).message)}${cure}`,
      location: { path: file.path, layer: 0 },
      gap,
    };
    return { packages: [], diagnostics: [diagnostic] };
  }
}

/** A reader that says itself that it could not read all of the file has said enough. */
async function withForeignText(
  result: CatalogResult,
  row: CatalogerRow,
  file: CatalogFile,
): Promise<CatalogResult> {
  const { diagnostics = [] } = result;
  if (diagnostics.some(({ gap }) => gap !== undefined)) return result;
  if (result.packages.length === 0 && row.readsUtf16 !== true && (await isUtf16(file))) {
    const diagnostic: Diagnostic = {
      stage: 'catalog',
      message: `${row.id}: nothing was found in "${file.path}"; ${IS_UTF_16}`,
      location: { path: file.path, layer: 0 },
      gap: 'unreadable',
    };
    return { ...result, diagnostics: [...diagnostics, diagnostic] };
  }
  const foreign = await findNonLockfileContent(file);
  if (foreign === undefined) return result;
  const { reason, line } = foreign;
  const diagnostic: Diagnostic = {
    stage: 'catalog',
    message: `${row.id}: "${file.path}" holds ${reason}`,
    location: { path: file.path, layer: 0, line },
    gap: 'unreadable',
  };
  return { ...result, diagnostics: [...diagnostics, diagnostic] };
}

/** Returns whether the file is UTF-16, which readers of UTF-8 cannot read. */
async function isUtf16(file: CatalogFile): Promise<boolean> {
  const lengthBytes = Math.min(ENCODING_BYTES, file.sizeBytes);
  return lengthBytes > 1 && detectEncoding(await file.readAt(0, lengthBytes)) !== 'utf-8';
}

const IS_UTF_16 = `it is in UTF-16: ${UTF_8_HINT}`;

function gapOf(error: unknown): GapKind | undefined {
  if (!(error instanceof AssayError)) return undefined;
  if (error.code === 'PARSE') return 'unreadable';
  return error.code === 'LIMIT_EXCEEDED' ? 'limit' : undefined;
}
