/** The tables of formats and obstacles in the page about pinning; the rest of that page is written by hand. */

import { FINDERS } from '../../src/pin/finders/list.ts';
import { OBSTACLES, obstacleRow, type ObstacleId } from '../../src/pin/obstacles.ts';

/**
 * The page with the tables as the lists have them.
 *
 * @throws Error where the page has no place for one.
 */
export function pinPage(page: string): string {
  const formats = [
    '| format | files |',
    '| --- | --- |',
    ...FINDERS.map(({ name, files }) => `| ${name} | ${cell(files)} |`),
  ];
  const ids = Object.keys(OBSTACLES) as ObstacleId[];
  const obstacles = [
    '| id | reason | what to do |',
    '| --- | --- | --- |',
    ...ids.map(
      (id) => `| \`${id}\` | ${obstacleRow(id).title} | ${cell(obstacleRow(id).advice)} |`,
    ),
  ];
  return withTable(withTable(page, 'formats', formats), 'obstacles', obstacles);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}

/** The page with the lines between two marks replaced. */
function withTable(page: string, name: string, table: readonly string[]): string {
  const [head, tail] = [`<!-- ${name}: written by \`npm run docs\` -->`, `<!-- end of ${name} -->`];
  const start = page.indexOf(head);
  const end = page.indexOf(tail, start);
  if (start < 0 || end < 0) throw new Error(`docs/pin.md has no lines "${head}" and "${tail}"`);
  return `${page.slice(0, start)}${head}\n\n${table.join('\n')}\n\n${page.slice(end)}`;
}
