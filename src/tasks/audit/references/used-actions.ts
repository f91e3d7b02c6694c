/** The repositories that the workflows, actions and hooks of pre-commit of a directory use. */

import type { Context } from '../../../core/base/context.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { collectFiles } from '../../pin/collect-files.ts';
import { compileExclusion } from '../../pin/exclusion.ts';
import { FINDERS } from '../../pin/finders/list.ts';
import { GITHUB_REPOSITORY } from '../../../rules/detect/pipeline/uses.ts';
import { readTree } from '../../pin/read-tree.ts';

/** The references to repositories, by `owner/repository` in lower case. */
export type UsedActions = ReadonlyMap<string, readonly string[]>;

const FORMATS: ReadonlySet<string> = new Set(['github-workflow', 'github-action', 'pre-commit']);

/**
 * Collects the repositories that are used below a directory. @throws AssayError `NOT_FOUND`,
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
      const { repository = '', ref = '' } = usedBy(kind, value);
      if (repository === '' || /(?:^|\/)\.{1,2}(?:\/|$)/u.test(repository)) continue;
      const key = repository.toLowerCase();
      if (used.get(key)?.includes(ref) !== true) appendTo(used, key, ref);
    }
  }
  return used;
}

interface Used {
  readonly repository?: string;
  readonly ref?: string;
}

function usedBy(kind: string, value: string): Used {
  if (kind === 'action') return ACTION.exec(value)?.groups ?? {};
  if (kind !== 'git-repository') return {};
  const at = value.lastIndexOf('@');
  const repository = GITHUB_REPOSITORY.exec(value.slice(0, at))?.groups?.['name'];
  return repository === undefined ? {} : { repository, ref: value.slice(at + 1) };
}

const ACTION = /^(?<repository>[\w.-]+\/[\w.-]+)(?:\/[^@]*)?@(?<ref>.+)$/u;
