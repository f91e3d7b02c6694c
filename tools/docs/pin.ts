/**
 * The tables of formats and obstacles in the page about pinning; the rest of that page is written
 * by hand.
 */

import { FINDERS } from '../../src/tasks/pin/finders/list.ts';
import { OBSTACLES, obstacleRow, type ObstacleId } from '../../src/tasks/pin/obstacles.ts';
import { withPart } from './marked-part.ts';

const PAGE = 'docs/pin.md';

/**
 * Returns the page with the tables of the lists.
 *
 * @throws Error if the page has no place for one.
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
  const withFormats = withPart(page, { path: PAGE, name: 'formats' }, formats);
  return withPart(withFormats, { path: PAGE, name: 'obstacles' }, obstacles);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}
