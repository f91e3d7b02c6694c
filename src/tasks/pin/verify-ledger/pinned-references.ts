/** Checks the digests that files have now: whether registries and repositories still have them. */

import type { Context } from '../../../core/base/context.ts';
import { collectFiles } from '../collect-files.ts';
import { compileExclusion } from '../exclusion.ts';
import type { ReferenceKind } from '../finder.ts';
import { FINDERS } from '../finders/list.ts';
import type { ReadFile } from '../read-references.ts';
import { readTree } from '../read-tree.ts';
import { isImmutable } from '../reference-value.ts';
import { createResolvers, questionKey } from '../resolve-all.ts';
import type { ReferenceQuestion, ResolverOptions } from '../resolvers.ts';
import type { LedgerKind } from '../../../trust/ledger/ledger.ts';
import { failedState, type LedgerRow } from './outcome.ts';

const KINDS: Readonly<Record<ReferenceKind, LedgerKind>> = {
  image: 'image',
  action: 'action',
  'git-repository': 'git',
  requirement: 'package',
};

/**
 * Returns a row for each pinned reference of a directory that is gone, refused or not resolved.
 * `notices` receives the files that cannot be read and the references that cannot be resolved on
 * this machine.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED` for the target; `LIMIT_EXCEEDED`; `INTERRUPTED`
 */
export async function checkPinnedReferences(
  target: string,
  options: ResolverOptions,
  { notices, context }: { readonly notices: string[]; readonly context: Context },
): Promise<readonly LedgerRow[]> {
  const exclusion = compileExclusion([]);
  const collected = await collectFiles({ target, cwd: options.cwd }, exclusion, context);
  const reading = { finders: FINDERS, exclusion, cache: undefined };
  const read = await readTree(collected, reading, context);
  for (const failure of [...collected.failures, ...read.failures, ...read.missing]) {
    const { path, line, message } = failure;
    notices.push(`not read, ${path}${line === undefined ? '' : `:${line}`}: ${message}`);
  }
  const places = pinnedPlaces(read.files);
  const questions = [...places.values()].map(({ question }) => question);
  const answers = await createResolvers(options, context).resolveAll(questions);
  const rows: LedgerRow[] = [];
  for (const [key, { place, question }] of places) {
    const answer = answers.get(key);
    const row = { kind: KINDS[question.kind], ref: question.value, from: place };
    if (answer?.ok === false) {
      const { id, message, advice } = answer;
      // Without a configured index nothing is known about the pin.
      if (id === 'configuration') notices.push(`not asked, ${place}: ${message}`);
      else rows.push({ ...row, state: failedState(answer), message, advice });
    } else if (answer?.ok === true) {
      const gone = answer.notes.filter(({ id }) => id === 'gone');
      rows.push(...gone.map(({ message }) => ({ ...row, state: 'gone' as const, message })));
    }
  }
  return rows;
}

interface PinnedPlace {
  /** The first place of the reference: path and line. */
  readonly place: string;
  readonly question: ReferenceQuestion;
}

/** Returns the pinned references of files, by the keys of their questions. */
function pinnedPlaces(files: readonly ReadFile[]): ReadonlyMap<string, PinnedPlace> {
  const places = new Map<string, PinnedPlace>();
  for (const { path, references } of files) {
    for (const { kind, value, line, platform, obstacle, comment } of references) {
      if (obstacle !== undefined || !isImmutable(kind, value)) continue;
      const question: ReferenceQuestion = {
        kind,
        value,
        mode: 'pin',
        ...(platform !== undefined && { platform }),
        ...(comment?.version !== undefined && { version: comment.version }),
      };
      const key = questionKey(question);
      if (!places.has(key)) places.set(key, { place: `${path}:${line}`, question });
    }
  }
  return places;
}
