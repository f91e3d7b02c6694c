/** Checks of addresses in settings of update tools and of pre-commit. */

import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { itemsOf, pairsOf, valueOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import { scalarAt } from '../workflow.ts';

/** Schemes that neither encrypt nor say who answers. */
const INSECURE =
  /^\s*(?<scheme>http|git|ftp):\/\/(?!(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))/iu;

const INSECURE_SCHEME: PipelineCheck = {
  rule: ruleOf({
    name: 'insecure-url-scheme',
    severity: 'high',
    title: 'address without encryption',
    cwe: [319, 494],
    why: 'Over http: and git: anybody on the way can replace what is fetched, and hooks and updates run it.',
    remedy: 'Write https:, or ssh: with a known host key.',
    failing: 'repos:\n  - repo: http://example.com/hooks\n    rev: v1.0.0\n    hooks: [{id: a}]\n',
    passing: 'repos:\n  - repo: https://example.com/hooks\n    rev: v1.0.0\n    hooks: [{id: a}]\n',
    path: '/.pre-commit-config.yaml',
  }),
  *find(subject) {
    for (const address of addressesOf(subject)) {
      const scheme = INSECURE.exec(address.value)?.groups?.['scheme'];
      if (scheme === undefined) continue;
      yield {
        range: address.range,
        message: `The address is fetched over ${scheme}:, which anybody on the way can change.`,
        names: [address.value.trim().replace(/\/\/[^/@]*@/u, '//')],
      };
    }
  },
};

/** Returns the addresses of repositories of hooks, and of registries of Dependabot. */
function addressesOf({ preCommit, dependabot }: PipelineSubject): readonly YamlScalar[] {
  const hooks = itemsOf(valueOf(preCommit, 'repos')).map((one) => scalarAt(one, 'repo'));
  const registries = pairsOf(valueOf(dependabot, 'registries')).map(({ value }) =>
    scalarAt(value, 'url'),
  );
  return [...hooks, ...registries].flatMap((one) => one ?? []);
}

/** Checks of addresses. */
export const ADDRESS_CHECKS: readonly PipelineCheck[] = [INSECURE_SCHEME];
