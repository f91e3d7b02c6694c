/**
 * The page that lists the rules of pipelines beside the audits of zizmor, and the rules of
 * repositories.
 */

import type { ListedRule } from '../../src/tasks/audit/list-rules.ts';
import { RULE_PAGES } from './rules.ts';

const GROUP = 'pipeline/';
const REPOSITORY_GROUP = 'repository/';

/** Audits of zizmor that are no rules of Assay, and what does their work. */
const ELSEWHERE: readonly (readonly [audit: string, meaning: string, what: string])[] = [
  [
    'known-vulnerable-actions',
    'an action with an advisory',
    '`assay fs` and `assay repo` report it as a vulnerability. The name chooses these findings as an id does: in `.assayignore`, in conditions (`id=known-vulnerable-actions`) and for `assay explain`',
  ],
];

/** Returns the page. */
export function pipelineRulesPage(all: readonly ListedRule[], mark: string): string {
  const rules = all.filter(({ id }) => id.startsWith(GROUP));
  const known = rules.filter(({ aliases }) => aliases.length > 0);
  const ours = rules.filter(({ aliases }) => aliases.length === 0);
  return [
    '# Rules of pipelines',
    '',
    mark,
    '',
    `Assay has ${known.length} rules with the names of zizmor's audits and ${ours.length} rules of its own. The name of an audit names a rule wherever the id of the rule does: in [exceptions](exceptions.md), [conditions](conditions.md), \`zizmor.yml\` and comments. How workflows are read, and which findings \`--fix\` repairs: [pipelines](pipelines.md).`,
    '',
    '```sh',
    'assay config .',
    'assay audit . --fix --diff',
    'assay audit rules template-injection',
    '```',
    '',
    '## Rules with names of zizmor',
    '',
    ...table(known),
    '',
    '## Rules of Assay',
    '',
    ...table(ours),
    '',
    '## Rules of repositories',
    '',
    'They judge the root of a repository as a whole: [repositories](repositories.md).',
    '',
    ...table(all.filter(({ id }) => id.startsWith(REPOSITORY_GROUP))),
    '',
    '## Audits that are no rules',
    '',
    '| audit | finds | in Assay |',
    '| --- | --- | --- |',
    ...ELSEWHERE.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

function table(rules: readonly ListedRule[]): readonly string[] {
  return [
    '| rule | reports | severity |',
    '| --- | --- | --- |',
    ...rules.map(({ id, title, severity }) => {
      const page = `${RULE_PAGES}/${id.replaceAll('/', '-')}.md`;
      return `| [${id}](${page}) | ${title.replaceAll('|', String.raw`\|`)} | ${severity} |`;
    }),
  ];
}
