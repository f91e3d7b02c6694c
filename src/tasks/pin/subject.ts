/**
 * References of files before anything is resolved: which are pinned, exempt, blocked or mutable,
 * and what is asked of them.
 */

import type { Exclusion } from './exclusion.ts';
import type { FoundReference } from './finder.ts';
import { obstacleRow, type ObstacleId } from './obstacles.ts';
import type { ReferenceRow } from './outcome.ts';
import type { ReadFile } from './read-references.ts';
import { isImmutable } from './reference-value.ts';
import type { PinRequest } from './request.ts';
import type { ReferenceQuestion } from './resolvers.ts';

/** A reference of a file, and what is known of it so far. */
export interface Subject {
  readonly file: ReadFile;
  readonly found: FoundReference;
  readonly row: ReferenceRow;
  /** Absent if nothing is to be resolved. */
  readonly question?: ReferenceQuestion;
}

/** Returns the references of a file with their first state. */
export function subjectsOf(
  file: ReadFile,
  exclusion: Exclusion,
  request: QuestionOptions,
): readonly Subject[] {
  const drafts = file.references.map((found): Subject => {
    const row = firstRow(file, found, exclusion);
    return { file, found, row };
  });
  const frozen = frozenRanges(drafts);
  return drafts.map((subject) => {
    const settled = withoutSharing(subject, frozen);
    const question = questionOf(settled, request);
    return question === undefined ? settled : { ...settled, question };
  });
}

function firstRow(file: ReadFile, found: FoundReference, exclusion: Exclusion): ReferenceRow {
  const { line, column, kind, where, value, obstacle, noPin } = found;
  const base = { path: file.path, line, column, kind, where, value, notes: [] };
  if (exclusion.isReferenceExcluded(kind, value)) {
    return { ...base, state: 'excluded', reason: '--exclude leaves it out' };
  }
  if (noPin !== undefined && noPin !== '') return { ...base, state: 'exempt', reason: noPin };
  if (noPin !== undefined) {
    return blocked(base, 'no-reason', `the comment that exempts "${value}" gives no reason`);
  }
  if (obstacle !== undefined) {
    return blocked(base, obstacle.id, obstacle.message, obstacle.advice);
  }
  return { ...base, state: isImmutable(kind, value) ? 'pinned' : 'mutable' };
}

function blocked(
  base: Omit<ReferenceRow, 'state'>,
  id: ObstacleId,
  message: string,
  advice: string = obstacleRow(id).advice,
): ReferenceRow {
  return { ...base, state: 'blocked', obstacle: id, reason: message, advice };
}

/**
 * Returns the values that stay as they are, by the place of the edit: an argument or anchor that an
 * exempt reference uses too.
 */
function frozenRanges(subjects: readonly Subject[]): ReadonlySet<string> {
  const staying = subjects.filter(({ row }) => row.state !== 'mutable' && row.state !== 'pinned');
  return new Set(staying.map(({ found }) => rangeKey(found)));
}

function withoutSharing(subject: Subject, frozen: ReadonlySet<string>): Subject {
  const { found, row } = subject;
  if (row.state !== 'mutable' || !frozen.has(rangeKey(found))) return subject;
  const message = `the value of "${found.value}" is also used where it must not be pinned`;
  return { ...subject, row: blocked(row, 'shared-value', message) };
}

/** Returns a key that is equal for references that one edit changes. */
export function rangeKey({ edit }: FoundReference): string {
  return `${edit.range.start}-${edit.range.end}`;
}

type QuestionOptions = Pick<PinRequest, 'isUpdate' | 'platform' | 'mode' | 'sightings'>;

function questionOf(
  { found, row }: Subject,
  { isUpdate, platform, mode, sightings }: QuestionOptions,
): ReferenceQuestion | undefined {
  if (mode === 'check') return undefined;
  const { kind, value } = found;
  const question = {
    kind,
    value,
    ...(found.comment?.version !== undefined && { version: found.comment.version }),
    ...(platform !== undefined && kind === 'image' && { platform }),
  };
  if (row.state === 'mutable') return { ...question, mode: 'pin' };
  if (row.state !== 'pinned') return undefined;
  if (isUpdate) {
    return { ...question, mode: 'update', ...(found.keepsTag === true && { keepsTag: true }) };
  }
  if (kind === 'requirement') return undefined;
  // Of a commit its comment and its repository are checked. A digest of an image needs no check;
  // what its tag names is recorded.
  if (kind !== 'image') return { ...question, mode: 'pin' };
  return sightings === undefined ? undefined : { ...question, mode: 'update' };
}
