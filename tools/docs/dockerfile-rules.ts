/** The page that lists the rules of Dockerfiles beside the ids of hadolint. */

import type { ListedRule } from '../../src/tasks/audit/list-rules.ts';
import { dockerfile, loadShell } from '../../src/rules/detect/dockerfile/dockerfile.ts';
import { RULE_PAGES } from './rules.ts';

const GROUP = 'dockerfile/';
const HADOLINT = /^DL\d{4}$/u;

/** Rules of hadolint that Assay does not have, and why. */
const NOT_TAKEN: readonly (readonly [id: string, meaning: string, why: string])[] = [
  ['DL3017', 'no `apk upgrade`', 'hadolint has dropped it; an upgrade brings security patches'],
  ['DL3031', 'no `yum update`', 'hadolint has dropped it; an upgrade brings security patches'],
  ['DL3039', 'no `dnf update`', 'hadolint has dropped it; an upgrade brings security patches'],
  [
    'SC…',
    'findings of shellcheck',
    'Assay starts no other program. `--sarif FILE` takes the findings of shellcheck into the report.',
  ],
];

/** Returns the page. */
export async function dockerfileRulesPage(
  all: readonly ListedRule[],
  mark: string,
): Promise<string> {
  await loadShell();
  const rules = all.filter(({ id }) => id.startsWith(GROUP));
  const known = rules.flatMap((rule) => hadolintIds(rule).map((id) => ({ id, rule })));
  const ours = rules.filter((rule) => hadolintIds(rule).length === 0);
  return [
    '# Rules of Dockerfiles',
    '',
    mark,
    '',
    `Assay has ${known.length} rules with the ids of hadolint and ${ours.length} rules of its own. An id of hadolint or trivy names a rule wherever its own id does: in [exceptions](exceptions.md), [conditions](conditions.md), ignore files and comments. How Dockerfiles are read: [audit](audit.md).`,
    '',
    '```sh',
    'assay config .',
    'assay audit . --fix --diff',
    'assay audit rules DL3008',
    '```',
    '',
    'A rule with **yes** in the last column has an edit, which `--fix` makes if a second look confirms that the finding is gone and no other has come.',
    '',
    '## Rules of hadolint',
    '',
    '| hadolint | rule | reports | severity | edit |',
    '| --- | --- | --- | --- | --- |',
    ...known
      .sort((a, b) => Number(a.id.slice(2)) - Number(b.id.slice(2)))
      .map(({ id, rule }) => `| ${id} | ${cells(rule)} |`),
    '',
    '## Rules of Assay',
    '',
    '| rule | reports | severity | edit |',
    '| --- | --- | --- | --- |',
    ...ours.map((rule) => `| ${cells(rule)} |`),
    '',
    '## Not taken',
    '',
    '| id | meaning | why |',
    '| --- | --- | --- |',
    ...NOT_TAKEN.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

function hadolintIds({ aliases }: ListedRule): readonly string[] {
  return aliases.filter((alias) => HADOLINT.test(alias));
}

function cells(rule: ListedRule): string {
  const { id, title, severity } = rule;
  const page = `${RULE_PAGES}/${id.replaceAll('/', '-')}.md`;
  const cell = title.replaceAll('|', String.raw`\|`);
  return `[${id}](${page}) | ${cell} | ${severity} | ${hasEdit(rule) ? 'yes' : ''}`;
}

/** Tells whether the finding in the failing example of a rule comes with an edit. */
function hasEdit({ id, failing }: ListedRule): boolean {
  const { text, path = 'Dockerfile' } = failing;
  const drafts = dockerfile.detect({ path, bytes: Buffer.from(text) });
  return drafts.some(({ rule, fix }) => rule === id && fix !== undefined);
}
