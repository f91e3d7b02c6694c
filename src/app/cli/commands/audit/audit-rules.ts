/** `assay audit rules`: lists rules, explains one, or tests rules of the user. */

import {
  listOwnRules,
  listRules,
  requireRules,
  type ListedRule,
} from '../../../../tasks/audit/list-rules.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule } from '../command.ts';
import { RULES_FLAG } from './flags.ts';

export const auditRules: CommandModule = {
  usage: '[ID | test DIR]',
  description:
    'Lists the rules of Assay, or explains one: why it matters, what to do, and what it does and does not report. ID is the id of a rule, or one of its aliases: ids of other tools and benchmarks. "test DIR" tests rules of your own by comments in example programs. The line below "ruleid: ID" must have a finding of that rule, and the line below "ok: ID" must have none. A finding without such a comment and a rule without an example are failures; the exit code is then 1. To audit a directory named "rules", write assay audit ./rules.',
  flags: [
    { ...RULES_FLAG, help: 'list rules of your own, too: a file, or a directory; repeatable' },
    FORMAT_FLAG,
  ],
  examples: [
    { command: 'assay audit rules', purpose: 'all rules' },
    { command: 'assay audit rules --rules rules/', purpose: 'those of a directory, too' },
    { command: 'assay audit rules CIS-DI-0001', purpose: 'the rule that has this id in dockle' },
    {
      command: 'assay audit rules test rules/',
      purpose: 'rules of your own, with the examples beside them',
    },
  ],
  run: async (session) => {
    if (session.args[0] === 'test') return (await import('./rules-test.ts')).runRulesTest(session);
    const format = readResultFormat(session);
    const [name, second] = session.args;
    if (second !== undefined) {
      throw new AssayError('USAGE', `only one rule is accepted, and "${second}" is another one`, {
        hint: 'Write: assay audit rules ID. Rules of your own are tested with: assay audit rules test DIR',
      });
    }
    const paths = session.flags.all(RULES_FLAG.name);
    const own = await listOwnRules(paths, session.io.cwd);
    for (const message of own.unread) session.context.log.warn(message);
    const all = [...own.rules, ...(await listRules())];
    const rules = name === undefined ? all : requireRules(all, name, 'audit rules');
    const text = name === undefined ? tableOf(rules) : rules.map(pageOf).join('\n');
    return writeResult(session, format, {
      data: { schemaVersion: 1, rules, ...(own.unread.length > 0 && { unread: own.unread }) },
      text,
    });
  },
};

function tableOf(rules: readonly ListedRule[]): string {
  return formatColumns([
    ['RULE', 'SCANNER', 'SEVERITY', 'ALIASES', 'TITLE'],
    ...rules.map(({ id, scanner, severity, aliases, title }) => [
      ...[id, scanner, severity.toUpperCase(), aliases.join(', '), title],
    ]),
  ]);
}

function pageOf(rule: ListedRule): string {
  const { id, title, severity, scanner, category, cwe, aliases, why, remedy } = rule;
  const facts = [
    `Severity: ${severity}`,
    `Scanner: ${scanner} (${category})`,
    ...(cwe.length > 0 ? [`Weaknesses: ${cwe.map((number) => `CWE-${number}`).join(', ')}`] : []),
    ...(aliases.length > 0 ? [`Aliases: ${aliases.join(', ')}`] : []),
  ];
  return [
    `${id}: ${title}`,
    ...facts,
    '',
    `Why: ${why}`,
    `Remedy: ${remedy}`,
    ...exampleOf('Reported:', rule.failing),
    ...exampleOf('Not reported:', rule.passing),
    '',
  ].join('\n');
}

function exampleOf(title: string, example: ListedRule['failing']): readonly string[] {
  return example.text === '' ? [] : ['', title, indented(example.text)];
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gmu, '  ');
}
