/** The tables of formats in the page about reports; the rest of that page is written by hand. */

import { TEMPLATE_FORMAT } from '../../src/report/list.ts';
import type { Reporter } from '../../src/report/reporter.ts';

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
  return withTable(withTable(page, 'formats', formats), 'findings in each format', findings);
}

/** The page with the lines between two marks replaced. */
function withTable(page: string, name: string, table: readonly string[]): string {
  const [head, tail] = [`<!-- ${name}: written by \`npm run docs\` -->`, `<!-- end of ${name} -->`];
  const start = page.indexOf(head);
  const end = page.indexOf(tail, start);
  if (start < 0 || end < 0) throw new Error(`docs/reports.md has no lines "${head}" and "${tail}"`);
  return `${page.slice(0, start)}${head}\n\n${table.join('\n')}\n\n${page.slice(end)}`;
}
