/** The actions that the workflows and actions of a directory use. */

import type { Context } from '../../base/context.ts';
import { appendTo } from '../../base/maps.ts';
import { collectFiles } from '../../pin/collect-files.ts';
import { compileExclusion } from '../../pin/exclusion.ts';
import { FINDERS } from '../../pin/finders/list.ts';
import { readTree } from '../../pin/read-tree.ts';

/** The references to repositories, by `owner/repository` in lower case. */
export type UsedActions = ReadonlyMap<string, readonly string[]>;

const FORMATS: ReadonlySet<string> = new Set(['github-workflow', 'github-action']);

/**
 * Collects the actions that are used below a directory. @throws AssayError `NOT_FOUND`,
 * `ACCESS_DENIED`, `LIMIT_EXCEEDED`
 */
export async function usedActions(root: string, context: Context): Promise<UsedActions> {
  const finders = FINDERS.filter(({ id }) => FORMATS.has(id));
  const exclusion = compileExclusion([]);
  const collected = await collectFiles({ target: root, cwd: root, finders }, exclusion, context);
  const read = await readTree(collected, { finders, exclusion, cache: undefined }, context);
  const used = new Map<string, string[]>();
  for (const { references } of read.files) {
    for (const { kind, value } of references) {
      const found = kind === 'action' ? ACTION.exec(value)?.groups : undefined;
      const { repository = '', ref = '' } = found ?? {};
      if (repository === '' || /(?:^|\/)\.{1,2}(?:\/|$)/u.test(repository)) continue;
      const key = repository.toLowerCase();
      if (used.get(key)?.includes(ref) !== true) appendTo(used, key, ref);
    }
  }
  return used;
}

const ACTION = /^(?<repository>[\w.-]+\/[\w.-]+)(?:\/[^@]*)?@(?<ref>.+)$/u;
