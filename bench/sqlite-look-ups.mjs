/**
 * The look-ups of `look-ups.mjs` in the peer that `sqlite-build.mjs` has built.
 *
 *   node sqlite-look-ups.mjs PEER_FOLDER DATABASE LOOK_UPS RECORDS
 */
import { createRequire } from 'node:module';

const [, , peer, database, lookUps, records] = process.argv;
const Database = createRequire(`${peer}/`)('better-sqlite3');
const base = new Database(database, { readonly: true });
const select = base.prepare('SELECT json FROM advisories WHERE ecosystem = ? AND name = ?');
let found = 0;
for (let index = 0; index < Number(lookUps); index += 1) {
  const number = Math.trunc((index * Number(records)) / Number(lookUps));
  const name = index % 2 === 0 ? `package-${number}` : `absent-${number}`;
  const row = select.get('npm', name);
  if (row === undefined) continue;
  for (const advisory of JSON.parse(row.json.toString())) found += advisory.affected.length;
}
base.close();
console.log(found);
if (found === 0) throw new Error('nothing was found');
