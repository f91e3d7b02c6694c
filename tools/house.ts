/**
 * Prints figures about the sources of a checkout, so that two layouts can be compared:
 *
 *     npx tsx tools/house.ts [--json] [--entered] [CHECKOUT]
 *
 * CHECKOUT is this checkout by default. `--entered` adds the files that a scan of one lockfile and
 * of a small image enters (`entered.mjs`), which compiles the checkout and takes a minute.
 */

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FLAT_FILES, houseFigures, type HouseFigures } from './house/figures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    entered: { type: 'boolean', default: false },
  },
});
const checkout = positionals[0] ?? fileURLToPath(new URL('..', import.meta.url));
const figures = houseFigures(checkout);
const entered = values.entered ? enteredFiles(checkout) : {};
if (values.json) console.log(JSON.stringify({ ...figures, entered }, null, 2));
else
  for (const [name, value] of table(figures, entered)) console.log(`${name.padEnd(52)} ${value}`);

function table(
  house: HouseFigures,
  targets: Readonly<Record<string, number>>,
): readonly (readonly [name: string, value: number | string])[] {
  return [
    ['product files', house.files],
    ['files with one importer', house.oneImporter],
    ['  in the directory of the importer', house.oneImporterBeside],
    [`directories with more than ${FLAT_FILES} product files`, house.flatDirectories.length],
    ...house.flatDirectories.map(([directory, count]) => [`  ${directory}/`, count] as const),
    ['conditional spreads', house.conditionalSpreads],
    ['  by a test for undefined', house.conditionalSpreadsForUndefined],
    ['boxes', house.boxes],
    ['arrows between boxes', house.boxArrows],
    ['rooms', house.rooms],
    ['arrows between rooms', house.roomArrows],
    ...Object.entries(targets).map(
      ([target, count]) => [`files entered by a scan: ${target}`, count] as const,
    ),
  ];
}

/** Returns the number of files that a scan enters, by the name of the target. */
function enteredFiles(directory: string): Readonly<Record<string, number>> {
  const tool = fileURLToPath(new URL('entered.mjs', import.meta.url));
  const text = execFileSync(process.execPath, [tool, '--dir', directory, '--json'], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const { targets } = JSON.parse(text) as {
    readonly targets: Readonly<Record<string, { readonly filesEntered: number }>>;
  };
  return Object.fromEntries(
    Object.entries(targets).map(([target, { filesEntered }]) => [target, filesEntered]),
  );
}
