/**
 * The entry point of `assay pin`: collects files, finds their references, resolves them, and shows or writes what changes. Files
 * are written one by one; one that cannot be written is named and stays as it was.
 */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { collectFiles } from './collect-files.ts';
import { editFile } from './edit-file.ts';
import { compileExclusion } from './exclusion.ts';
import type { FileRow, PinOutcome, ReferenceRow } from './outcome.ts';
import { readReferences, type ReadFile } from './read-references.ts';
import type { PinRequest } from './request.ts';
import { createResolvers } from './resolve-all.ts';
import { settleSubjects } from './settle.ts';
import { subjectsOf, type Subject } from './subject.ts';
import { replaceContent } from './write-file.ts';

/**
 * Pins the references of a directory or file.
 *
 * @throws AssayError `USAGE`, `NOT_FOUND`, `ACCESS_DENIED` for the target; `OFFLINE` if references must be resolved and there
 * is no network; `NOTHING_TO_SCAN` without a single file; `INTERRUPTED`; as scans do while candidates are judged
 */
export async function run(request: PinRequest, context: Context): Promise<PinOutcome> {
  const { target, cwd, mode } = request;
  const exclusion = compileExclusion(request.exclude);
  context.progress({ kind: 'phase', name: `reading ${target}` });
  const collected = await collectFiles(target, cwd, exclusion, context);
  const { root, directories, excluded, symlinks } = collected;
  const read = await readReferences(root, collected.files, context);
  const first = read.files.flatMap((file) => subjectsOf(file, exclusion, request));
  const subjects = mode === 'check' ? first : await resolved(first, request, context);
  const planned = planFiles(subjects);
  const files = mode === 'apply' ? writeFiles(planned, root, context) : planned.map(rowOf);
  return {
    target,
    mode,
    isUpdate: request.isUpdate,
    fileCount: collected.files.length,
    references: subjects.map(({ row }) => row),
    files,
    failures: [...collected.failures, ...read.failures],
    leftOut: { directories, excluded, symlinks },
    diff: request.wantsDiff ? planned.map(({ edit }) => (edit.ok ? edit.diff : '')).join('') : '',
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
  const open = subjects.find(({ question }) => question !== undefined);
  if (open === undefined) return subjects;
  if (context.fetch === undefined) {
    throw new AssayError('OFFLINE', `--offline: "${open.found.value}" cannot be resolved`, {
      hint: 'To list mutable references without a network: assay pin --check',
    });
  }
  const { resolverOptions, resolvers: replaced } = request;
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
    const list = byFile.get(subject.file);
    if (list === undefined) byFile.set(subject.file, [subject]);
    else list.push(subject);
  }
  return [...byFile].flatMap(([file, own]) => {
    const referenceCount = own.filter(({ row }) => isWritten(row)).length;
    if (referenceCount === 0) return [];
    return [{ file, edit: editFile(file, own), referenceCount }];
  });
}

function isWritten({ state }: ReferenceRow): boolean {
  return state === 'pin' || state === 'update';
}

function rowOf({ file: { path }, edit, referenceCount }: PlannedFile): FileRow {
  if (edit.ok) return { path, state: 'changes', referenceCount };
  return { path, state: 'failed', referenceCount, message: edit.message };
}

function writeFiles(
  planned: readonly PlannedFile[],
  root: string,
  context: Context,
): readonly FileRow[] {
  return planned.map((one) => {
    throwIfInterrupted(context.signal);
    const { file, edit, referenceCount } = one;
    if (!edit.ok) return rowOf(one);
    const message = replaceContent(file, edit.content, root);
    return message === undefined
      ? { path: file.path, state: 'changed', referenceCount }
      : { path: file.path, state: 'failed', referenceCount, message };
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
    `${waiting} newer digests wait for --min-age; it counts from the first sight in the ledger, which this run records`,
  ];
}
