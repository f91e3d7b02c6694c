/**
 * Opens a base of made-up advisories and looks packages up, half of which have advisories. What
 * `bundle-look-ups.mjs` makes of it takes FOLDER LOOK_UPS RECORDS.
 */
import { openAdvisoryBase } from '../src/advisories/store/open-advisory-base.ts';

export async function lookUp() {
  const [, , folder, lookUps, records] = process.argv;
  const need = { ecosystem: 'npm' };
  const reader = await openAdvisoryBase(folder).open([need], undefined);
  const names = [];
  for (let index = 0; index < Number(lookUps); index += 1) {
    const number = Math.trunc((index * Number(records)) / Number(lookUps));
    names.push(index % 2 === 0 ? `package-${number}` : `absent-${number}`);
  }
  let found = 0;
  // As the matcher asks.
  for (const answer of reader.byPackages(need, names)) {
    for (const advisory of answer) found += advisory.affected.length;
  }
  reader.close();
  console.log(found);
  if (found === 0) throw new Error('nothing was found');
}
