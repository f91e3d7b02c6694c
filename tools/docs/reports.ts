/** The tables of formats in the page about reports; the rest of that page is written by hand. */

import { TEMPLATE_FORMAT } from '../../src/scan/report/list.ts';
import type { MissingRuleFields, Reporter } from '../../src/scan/report/reporter.ts';
import { withPart } from './marked-part.ts';

const PAGE = 'docs/reports.md';
const TEMPLATE_PURPOSE = 'writes what a [template](templates.md) of yours makes of the report';

/**
 * The page with the tables as the reporters have them.
 *
 * @throws Error where the page has no place for one.
 */
export function reportsPage(page: string, reporters: readonly Reporter[]): string {
  const formats = [
    '| format | it | media type |',
    '| --- | --- | --- |',
    ...reporters.map(
      ({ id, purpose, mediaType }) => `| \`${id}\` | ${purpose} | \`${mediaType}\` |`,
    ),
    `| \`${TEMPLATE_FORMAT}\` | ${TEMPLATE_PURPOSE} | that of the template |`,
  ];
  const findings = [
    '| format | vulnerabilities | contradictions, broken rules | set aside |',
    '| --- | --- | --- | --- |',
    ...reporters.map(
      ({ id, findings: { vulnerabilities, others, setAside } }) =>
        `| \`${id}\` | ${vulnerabilities} | ${others} | ${setAside} |`,
    ),
  ];
  const missing = [
    '| format | no place for | because it |',
    '| --- | --- | --- |',
    ...reporters.flatMap(({ id, findings: { ruleFieldsWithout } }) =>
      ruleFieldsWithout === undefined
        ? []
        : [`| \`${id}\` | ${fieldsText(ruleFieldsWithout)} | ${ruleFieldsWithout.reason} |`],
    ),
  ];
  const withFormats = withPart(page, { path: PAGE, name: 'formats' }, formats);
  const withFindings = withPart(
    withFormats,
    { path: PAGE, name: 'findings in each format' },
    findings,
  );
  return withPart(withFindings, { path: PAGE, name: 'missing fields of rules' }, missing);
}

function fieldsText({ fields }: MissingRuleFields): string {
  return fields === 'all' ? 'all fields' : fields.map((field) => `\`${field}\``).join(', ');
}
