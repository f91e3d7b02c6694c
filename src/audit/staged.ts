/** Secrets in what is staged for the next commit: the blobs that the index has and HEAD has not. */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { runGit, type GitPlace } from '../git/git-command.ts';
import { ObjectReader } from '../git/git-objects.ts';
import type { RuleDraft } from '../model/rule-finding.ts';
import type { SecretSettings } from '../model/secret-settings.ts';
import { SecretBodies } from '../scan/secret-body.ts';

const ENTRY = /^:\d{6} (?<mode>\d{6}) [0-9a-f]+ (?<blob>[0-9a-f]{40,64}) [A-Z]\d*$/u;

/** Returns the secrets in the staged files below the directory of the place. @throws AssayError `DAMAGED` if git fails */
export async function searchStaged(
  place: GitPlace,
  settings: SecretSettings | undefined,
  context: Context,
): Promise<readonly RuleDraft[]> {
  const shape = ['--raw', '--no-abbrev', '--no-renames', '--relative', '--no-ext-diff', '-z'];
  const { code, stderr, text } = await runGit(
    ['diff', '--cached', '--diff-filter=d', ...shape],
    place,
    context,
  );
  if (code !== 0)
    throw new AssayError(
      'DAMAGED',
      `git cannot list what is staged: ${stderr.trim().split('\n')[0] ?? ''}`,
    );
  if (text.length >= 1024 * 1024)
    throw new AssayError('LIMIT_EXCEEDED', 'too many files are staged to list them');
  const bodies = new SecretBodies(settings);
  const reader = new ObjectReader(place, context);
  const drafts: RuleDraft[] = [];
  try {
    const tokens = text.split('\0');
    for (let at = 0; at + 1 < tokens.length; at += 2) {
      const groups = ENTRY.exec(tokens[at] ?? '')?.groups;
      if (groups === undefined || groups['mode'] === '160000') continue;
      const file = { path: `/${tokens[at + 1] ?? ''}`, sizeBytes: 8192 };
      const sink = bodies.sink(file, ({ draft }) => drafts.push(draft));
      await reader.read(groups['blob'] ?? '', (piece) => {
        sink.write(piece);
      });
      sink.end();
    }
  } finally {
    reader.stop();
  }
  return drafts;
}
