/**
 * Opens a base of made-up advisories and looks packages up, half of which have advisories. Bundled before it is measured,
 * as the command is.
 *
 *   node look-ups.mjs FOLDER LOOK_UPS RECORDS
 */
import { openAdvisoryBase } from '../src/advisory/open.ts';

const [, , folder, lookUps, records] = process.argv;
const need = { ecosystem: 'npm' };
const reader = await openAdvisoryBase(folder).open([need], undefined);
let found = 0;
for (let index = 0; index < Number(lookUps); index += 1) {
  const number = Math.trunc((index * Number(records)) / Number(lookUps));
  const name = index % 2 === 0 ? `package-${number}` : `absent-${number}`;
  for (const advisory of reader.byPackage(need, name)) found += advisory.affected.length;
}
reader.close();
console.log(found);
if (found === 0) throw new Error('nothing was found');
