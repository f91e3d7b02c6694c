/** The table of formats in the page about reports; the rest of that page is written by hand. */

import { REPORTERS, TEMPLATE_FORMAT } from '../../src/report/list.ts';
import { FORMAT_PURPOSES } from '../../src/report/format-purposes.ts';

const START = '<!-- formats: written by `npm run docs` -->';
const END = '<!-- end of formats -->';

/**
 * The page with the table as the list of reporters has it.
 *
 * @throws Error where the page has no place for it.
 */
export function reportsPage(page: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`docs/reports.md has no lines "${START}" and "${END}"`);
  const rows = REPORTERS.map(
    ({ id, mediaType }) => `| \`${id}\` | ${purposeOf(id)} | \`${mediaType}\` |`,
  );
  rows.push(`| \`${TEMPLATE_FORMAT}\` | ${purposeOf(TEMPLATE_FORMAT)} | that of the template |`);
  const table = ['| format | it | media type |', '| --- | --- | --- |', ...rows].join('\n');
  return `${page.slice(0, start)}${START}\n\n${table}\n\n${page.slice(end)}`;
}

function purposeOf(id: string): string {
  const purpose = FORMAT_PURPOSES[id];
  if (purpose === undefined)
    throw new Error(`src/report/format-purposes.ts has no purpose of "${id}"`);
  return purpose;
}
