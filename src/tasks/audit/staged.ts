/** Secrets in what is staged for the next commit: the blobs that the index has and HEAD has not. */

import type { Context } from '../../core/base/context.ts';
import type { GitPlace } from '../../clients/git/git-command.ts';
import { ObjectReader } from '../../clients/git/git-objects.ts';
import { gitTokens } from '../../clients/git/git-output.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../core/model/rule/secret-settings.ts';
import { SecretBodies } from '../../scan/pipeline/rules/secret-body.ts';
import { missingGap, type SearchedHistory } from './history/search-history.ts';

const ENTRY = /^:\d{6} (?<mode>\d{6}) [0-9a-f]+ (?<blob>[0-9a-f]{40,64}) [A-Z]\d*$/u;

const ZERO = /^0+$/u;

/**
 * Returns the secrets in the staged files below the directory of the place. @throws AssayError
 * `DAMAGED` if git fails
 */
export async function searchStaged(
  place: GitPlace,
  settings: SecretSettings | undefined,
  context: Context,
): Promise<SearchedHistory> {
  const shape = ['--raw', '--no-abbrev', '--no-renames', '--relative', '--no-ext-diff', '-z'];
  const bodies = new SecretBodies(settings);
  const reader = new ObjectReader(place, context);
  const drafts: RuleDraft[] = [];
  let missingCount = 0;
  try {
    const args = ['diff', '--cached', '--diff-filter=d', ...shape];
    let entry: string | undefined;
    for await (const token of gitTokens(args, place, context)) {
      if (entry === undefined) {
        entry = token;
        continue;
      }
      const groups = ENTRY.exec(entry)?.groups;
      entry = undefined;
      const { mode = '', blob = '' } = groups ?? {};
      // A submodule, or a path with conflicts, which cannot be committed.
      if (groups === undefined || mode === '160000' || ZERO.test(blob)) continue;
      const file = { path: `/${token}`, sizeBytes: 8192 };
      const sink = bodies.sink(file, ({ draft }) => drafts.push(draft));
      const isThere = await reader.read(blob, (piece) => {
        sink.write(piece);
      });
      if (isThere) sink.end();
      else missingCount += 1;
    }
  } finally {
    reader.stop();
  }
  return { drafts, diagnostics: missingGap(missingCount, 'what is staged') };
}
