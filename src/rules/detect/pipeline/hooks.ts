/** Repositories of hooks in settings of pre-commit. Source: pre-commit.com, "Adding hooks". */

import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { itemsOf, valueOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { PipelineSubject } from './subject.ts';
import { GITHUB_REPOSITORY } from './uses.ts';
import { scalarAt } from './workflow.ts';

/** A repository of hooks. */
export interface HookRepository {
  /** The address. */
  readonly scalar: YamlScalar;
  /** `owner/repository` at GitHub in lower case; absent for other addresses. */
  readonly repository: string | undefined;
  /** The tag, branch or commit. */
  readonly revision: YamlScalar | undefined;
}

/** Returns the repositories of hooks; none for `local` and `meta`. */
export function hookRepositories({ preCommit }: PipelineSubject): readonly HookRepository[] {
  return [...itemsOf(valueOf(preCommit, 'repos'))].flatMap((item) => {
    const scalar = scalarAt(item, 'repo');
    if (scalar === undefined || /^(?:local|meta)$/u.test(scalar.value.trim())) return [];
    const name = GITHUB_REPOSITORY.exec(scalar.value.trim())?.groups?.['name'];
    return [{ scalar, repository: name?.toLowerCase(), revision: scalarAt(item, 'rev') }];
  });
}
