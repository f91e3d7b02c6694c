/** `assay ignore prune`: takes out what has no effect any more. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { AssayError, errnoOf, errorMessage } from '../../../../core/base/errors.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import { entryName } from '../../../../scan/policy/exceptions/entry-checks.ts';
import { lineOf, withoutEntries } from '../../../../scan/policy/exceptions/edit.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { openIgnoreFiles, type OpenedIgnoreFile } from '../../../config/exception-files.ts';
import { listEntries, type ListedEntry } from './ignore-entries.ts';
import { readReportedFindings } from '../../shell/options/reported-findings.ts';
import { textOf } from '../lookup/lookup-session.ts';
import { DRY_RUN_FLAG, IGNOREFILE_FLAG } from '../../shell/options/gate-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const ignorePrune: CommandModule = {
  usage: '[REPORT...]',
  description:
    'Takes entries out of the ignore files that have expired and, with JSON reports, those that no finding of any of them needs. Name the reports of everything that the file is for. All other bytes stay: comments, order, line ends. What is malformed is named and left.',
  flags: [
    IGNOREFILE_FLAG,
    { ...DRY_RUN_FLAG, help: 'print what would be removed, and change nothing' },
    FORMAT_FLAG,
  ],
  examples: [
    { command: 'assay ignore prune', purpose: 'take out what has expired' },
    {
      command: 'assay ignore prune api.json web.json --dry-run',
      purpose: 'what neither of two images needs any more',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const files = await openIgnoreFiles(session);
    const entries = listEntries(files, await readReportedFindings(session));
    const removed = entries.filter(({ state }) => state === 'expired' || state === 'stale');
    const left = entries.filter(({ state }) => state === 'unusable');
    const isDry = session.flags.isOn('dry-run');
    // All edits are made before any is written.
    const edits = files.flatMap((file) => editOf(file, removed));
    if (!isDry) for (const { path, bytes } of edits) await writeIgnoreFile(session, path, bytes);
    const verb = isDry ? 'would be removed' : 'removed';
    const lines = [
      ...removed.map((one) => `${verb}  ${textOfEntry(one)}`),
      ...left.map((one) => `left     ${one.from}: ${one.message ?? ''}`),
    ];
    const data = {
      schemaVersion: 1,
      isDryRun: isDry,
      removed: removed.map(({ from, state, entry }) => ({ from, state, id: entry?.id })),
      left: left.map(({ from, message }) => ({ from, message })),
    };
    const text = textOf((lines.length === 0 ? ['nothing to remove'] : lines).map(stripControl));
    return writeResult(session, format, { data, text });
  },
};

function editOf(
  { path, bytes, file }: OpenedIgnoreFile,
  removed: readonly ListedEntry[],
): readonly { readonly path: string; readonly bytes: Uint8Array }[] {
  const own = removed.filter(({ from }) => from.slice(0, from.lastIndexOf(':')) === path);
  if (own.length === 0) return [];
  const lines = new Set(own.map(({ from }) => lineOf(from)));
  return [{ path, bytes: withoutEntries({ path, bytes, form: file.form }, lines) }];
}

function textOfEntry({ from, state, entry }: ListedEntry): string {
  const what = entry === undefined ? '' : entryName(entry).slice(1, -1);
  const why = state === 'expired' ? `expired on ${entry?.until ?? ''}` : 'no finding needs it';
  return `${from}  ${what}  (${why})`;
}

/**
 * Replaces the content of an ignore file.
 *
 * @throws AssayError `ACCESS_DENIED`
 */
export async function writeIgnoreFile(
  { io }: Pick<Session, 'io'>,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  try {
    await writeFile(resolve(io.cwd, path), bytes);
  } catch (cause) {
    const reason =
      errnoOf(cause) === 'ENOENT' ? 'its directory does not exist' : errorMessage(cause);
    throw new AssayError('ACCESS_DENIED', `cannot write "${path}": ${reason}`, {
      hint: 'Nothing was changed. Make the directory first, or name another file with --ignorefile.',
      cause,
    });
  }
}
