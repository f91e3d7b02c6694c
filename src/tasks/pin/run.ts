/**
 * The entry point of `assay pin`: collects files, finds their references, resolves them, and shows
 * or writes what changes. Files are written one by one; one that cannot be written is named and
 * stays as it was.
 */

import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { appendTo } from '../../core/base/maps.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import { plainDiff, type DiffFile } from '../../formats/text/diff/unified-diff.ts';
import { openCheckCache } from './check-cache.ts';
import { collectFiles } from './collect-files.ts';
import { editFile } from './edit-file.ts';
import { compileExclusion } from './exclusion.ts';
import { FINDERS } from './finders/list.ts';
import { isWritten, type FileRow, type PinOutcome, type ReferenceRow } from './outcome.ts';
import type { ReadFile } from './read-references.ts';
import { readTree } from './read-tree.ts';
import type { PinRequest } from './request.ts';
import { createResolvers } from './resolve-all.ts';
import { settleSubjects } from './settle.ts';
import { subjectsOf, type Subject } from './subject.ts';
import { unreadSymlinks } from './unread-symlinks.ts';
import { replaceContent } from './write-file.ts';

/**
 * Pins the references of a directory or file.
 *
 * @throws AssayError `USAGE`, `NOT_FOUND`, `ACCESS_DENIED` for the target; `OFFLINE` if references
 * must be resolved and there is no network; `NOTHING_TO_SCAN` without a single file; `INTERRUPTED`;
 * as scans do while candidates are judged
 */
export async function run(request: PinRequest, context: Context): Promise<PinOutcome> {
  const { target, mode } = request;
  const exclusion = compileExclusion(request.exclude);
  context.progress({ kind: 'phase', name: `reading ${target}` });
  const collected = await collectFiles(request, exclusion, context);
  const { root, directories, excluded, symlinks } = collected;
  if (collected.files.length === 0 && !request.allowEmpty) throw nothingToRead(target);
  const cache =
    mode === 'check' && request.cache !== undefined
      ? await openCheckCache(request.cache, root)
      : undefined;
  const read = await readTree(
    collected,
    { finders: request.finders ?? FINDERS, exclusion, cache },
    context,
  );
  await cache?.save();
  const first = read.files.flatMap((file) => subjectsOf(file, exclusion, request));
  const subjects = mode === 'check' ? first : await resolved(first, request, context);
  const planned = planFiles(subjects);
  const files = mode === 'apply' ? await writeFiles(planned, root, context) : planned.map(rowOf);
  return {
    target,
    folder: collected.isAlone ? dirname(target) : target,
    mode,
    isUpdate: request.isUpdate,
    fileCount: read.collected.length,
    references: subjects.map(({ row }) => row),
    files,
    failures: [
      ...collected.failures,
      ...read.failures,
      ...(mode === 'check'
        ? [...read.missing, ...unreadSymlinks({ ...collected, files: read.collected })]
        : []),
    ],
    leftOut: { directories, excluded, symlinks: symlinks.map(({ path }) => path) },
    diff: request.wantsDiff ? diffOf(planned, request.diffFile ?? plainDiff) : '',
    notices: noticesOf(
      request,
      subjects.map(({ row }) => row),
    ),
  };
}

async function resolved(
  subjects: readonly Subject[],
  request: PinRequest,
  context: Context,
): Promise<readonly Subject[]> {
  const { resolverOptions, resolvers: replaced } = request;
  const asked = subjects.filter(({ question }) => question !== undefined);
  if (asked.length === 0) return subjects;
  const open = asked.find(({ found }) => replaced?.[found.kind] === undefined);
  if (context.fetch === undefined && open !== undefined) {
    throw new AssayError('OFFLINE', `--offline: "${open.found.value}" cannot be resolved`, {
      hint: 'To list mutable references without a network: assay pin --check',
    });
  }
  const resolvers = createResolvers(resolverOptions, context, replaced);
  return settleSubjects(subjects, { request, resolvers, context });
}

/** A file with references to write, and its new content. */
interface PlannedFile {
  readonly file: ReadFile;
  readonly edit: ReturnType<typeof editFile>;
  readonly referenceCount: number;
}

function planFiles(subjects: readonly Subject[]): readonly PlannedFile[] {
  const byFile = new Map<ReadFile, Subject[]>();
  for (const subject of subjects) {
    appendTo(byFile, subject.file, subject);
  }
  return [...byFile].flatMap(([file, own]) => {
    const referenceCount = own.filter(({ row }) => isWritten(row)).length;
    if (referenceCount === 0) return [];
    return [{ file, edit: editFile(file, own), referenceCount }];
  });
}

function diffOf(planned: readonly PlannedFile[], diffFile: DiffFile): string {
  return planned
    .map(({ file: { path, bytes }, edit }) =>
      edit.ok ? diffFile({ path, old: bytes, fresh: edit.content }) : '',
    )
    .join('');
}

function rowOf({ file: { path }, edit, referenceCount }: PlannedFile): FileRow {
  if (edit.ok) return { path, state: 'changes', referenceCount };
  return { path, state: 'failed', referenceCount, message: edit.message };
}

async function writeFiles(
  planned: readonly PlannedFile[],
  root: string,
  context: Context,
): Promise<readonly FileRow[]> {
  const rows: FileRow[] = [];
  for (const one of planned) {
    // A signal is noticed between two files, never within one.
    await setImmediate();
    if (context.signal.aborted && rows.length > 0) {
      context.log.warn(
        `ended after ${rows.length} of ${planned.length} files; each of them is whole`,
      );
    }
    throwIfInterrupted(context.signal);
    rows.push(writeOne(one, root));
  }
  return rows;
}

function writeOne(one: PlannedFile, root: string): FileRow {
  const { file, edit, referenceCount } = one;
  if (!edit.ok) return rowOf(one);
  const message = replaceContent(file, edit.content, root);
  return message === undefined
    ? { path: file.path, state: 'changed', referenceCount }
    : { path: file.path, state: 'failed', referenceCount, message };
}

function nothingToRead(target: string): AssayError {
  return new AssayError('NOTHING_TO_SCAN', `"${target}" has no file that assay pin reads`, {
    hint: 'The formats are in docs/pin.md. If there may be none, add --allow-empty.',
  });
}

function noticesOf(
  { minAgeMs, isUpdate }: PinRequest,
  references: readonly ReferenceRow[],
): readonly string[] {
  if (minAgeMs === undefined || !isUpdate) return [];
  const waiting = references.filter(({ state }) => state === 'waiting').length;
  if (waiting === 0) return [];
  return [
    `Waiting for --min-age: ${pluralize(waiting, 'newer digest')}. The age counts from the first sight in the ledger, which this run records.`,
  ];
}
