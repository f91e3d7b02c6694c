/** The pages of rules: one for each, and a list. */

import type { ListedRule } from '../../src/tasks/audit/list-rules.ts';

/** Where the pages stand in `docs/`. */
export const RULE_PAGES = 'rules';

/** Returns the pages by their path in `docs/`. */
export function rulePages(rules: readonly ListedRule[], mark: string): ReadonlyMap<string, string> {
  const pages = new Map([[`${RULE_PAGES}/README.md`, rulesIndex(rules, mark)]]);
  for (const rule of rules.filter(hasPage)) {
    pages.set(`${RULE_PAGES}/${pageName(rule)}`, rulePage(rule, mark));
  }
  return pages;
}

/** Kinds of secrets have no examples and share one page. */
function hasPage({ failing }: ListedRule): boolean {
  return failing.text !== '';
}

function rulesIndex(all: readonly ListedRule[], mark: string): string {
  const rules = all.filter(hasPage);
  const rows = rules.map((rule) => {
    const { id, scanner, severity, title, aliases } = rule;
    return `| [${id}](${pageName(rule)}) | ${scanner} | ${severity} | ${cell(title)} | ${aliases.join(', ')} |`;
  });
  return [
    '# Rules',
    '',
    mark,
    '',
    'All rules of Assay, by the scanner that applies them. `assay audit rules` prints this list, and `assay audit rules ID` one of them, by its id or by an alias. How rules are used: [audit](../audit.md). The kinds of secrets have a [page of their own](../secrets.md).',
    '',
    '```sh',
    'assay audit rules',
    'assay image app:1.2 --scanners misconfig --fail-on high',
    '```',
    '',
    '| rule | scanner | severity | reports | aliases |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function rulePage(rule: ListedRule, mark: string): string {
  const { id, title, severity, scanner, category, cwe, aliases, why, remedy } = rule;
  const weaknesses = cwe.map(
    (number) => `[CWE-${number}](https://cwe.mitre.org/data/definitions/${number}.html)`,
  );
  return [
    `# ${id}`,
    '',
    mark,
    '',
    `Reports: ${title}.`,
    '',
    '| | |',
    '| --- | --- |',
    `| severity | ${severity} |`,
    `| scanner | \`${scanner}\` |`,
    `| category | ${category} |`,
    ...(weaknesses.length > 0 ? [`| weaknesses | ${weaknesses.join(', ')} |`] : []),
    ...(aliases.length > 0
      ? [`| aliases | ${aliases.map((one) => `\`${one}\``).join(', ')} |`]
      : []),
    ...section('Why', why),
    ...section('Remedy', remedy),
    ...section('Reported', code(rule.failing)),
    ...section('Not reported', code(rule.passing)),
    '',
  ].join('\n');
}

function section(title: string, text: string): readonly string[] {
  return ['', `## ${title}`, '', text];
}

function code({ text, path }: ListedRule['failing']): string {
  const name = path === undefined ? '' : `\`${path}\`:\n\n`;
  return `${name}\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}

function pageName({ id }: ListedRule): string {
  return `${id.replaceAll('/', '-')}.md`;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
