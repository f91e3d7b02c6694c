/** All entries of the ignore files, each with its state. */

import type { IgnoreEntry } from '../../../../scan/policy/exceptions/exception.ts';
import { unusedEntries } from '../../../../scan/policy/entries-in-use.ts';
import type { OpenedIgnoreFile } from '../../../config/exception-files.ts';
import type { ReportedFindings } from '../../shell/options/reported-findings.ts';
import type { OpenedOverrideFile } from '../../../config/override-file.ts';

/**
 * `counts`: it sets aside what it is about. With reports: `used` by a finding, or `stale`.
 * `expired`: its date is past. `unusable`: malformed.
 */
export type EntryState = 'counts' | 'used' | 'stale' | 'expired' | 'unusable';

/** An entry of an ignore file with its state. */
export interface ListedEntry {
  /** `path:line`. */
  readonly from: string;
  readonly state: EntryState;
  /** Absent where it could not be read. */
  readonly entry?: IgnoreEntry;
  /** Reason why it does not count, or a note. */
  readonly message?: string;
}

/** Lists entries in the order of the files and of their lines. */
export function listEntries(
  files: readonly OpenedIgnoreFile[],
  found: ReportedFindings | undefined,
): readonly ListedEntry[] {
  const counting = files.flatMap(({ file }) => file.entries);
  const unused = new Set(
    found === undefined ? [] : unusedEntries(counting, found.results, found.advisories),
  );
  const stateOf = (entry: IgnoreEntry): EntryState => {
    if (found === undefined) return 'counts';
    return unused.has(entry) ? 'stale' : 'used';
  };
  return files.flatMap(({ file }) => {
    const rows: ListedEntry[] = [
      ...file.entries.map((entry) => ({ from: entry.from, state: stateOf(entry), entry })),
      ...file.problems
        .filter(({ kind }) => kind !== 'note')
        .map(({ kind, from, message, entry }): ListedEntry => ({
          from,
          state: kind === 'expired' ? 'expired' : 'unusable',
          ...(entry !== undefined && { entry }),
          message,
        })),
    ];
    return rows.sort((a, b) => lineOf(a.from) - lineOf(b.from));
  });
}

/** Corrections of advisories are exceptions too; whether they are needed only a scan can tell. */
export function listCorrections({ entries, problems }: OpenedOverrideFile): readonly ListedEntry[] {
  return [
    ...entries.map((entry): ListedEntry => ({ from: entry.from, state: 'counts', entry })),
    ...problems.map(({ kind, from, message, entry }): ListedEntry => ({
      from,
      state: kind === 'expired' ? 'expired' : 'unusable',
      ...(entry !== undefined && { entry }),
      message,
    })),
  ];
}

function lineOf(from: string): number {
  return Number(from.slice(from.lastIndexOf(':') + 1));
}
