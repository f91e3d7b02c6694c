/**
 * Builds the peer of the look-ups: the same advisories in SQLite, one row for each package that
 * holds the JSON of all of its advisories.
 *
 *   node sqlite-build.mjs PEER_FOLDER ZIP DATABASE
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { textOf, zipMembers } from './zip-members.mjs';

const [, , peer, zip, database] = process.argv;
const Database = createRequire(`${peer}/`)('better-sqlite3');
const file = readFileSync(zip);
const byPackage = new Map();
for (const member of zipMembers(file)) {
  const { ecosystem, name } = JSON.parse(textOf(file, member)).affected[0].package;
  const key = JSON.stringify([ecosystem, name]);
  const known = byPackage.get(key);
  if (known === undefined) byPackage.set(key, [member]);
  else known.push(member);
}
const base = new Database(database);
base.exec(
  'CREATE TABLE advisories (ecosystem TEXT, name TEXT, json BLOB, PRIMARY KEY (ecosystem, name)) WITHOUT ROWID',
);
const insert = base.prepare('INSERT INTO advisories VALUES (?, ?, ?)');
base.transaction(() => {
  for (const [key, members] of byPackage) {
    const texts = members.map((member) => textOf(file, member));
    insert.run(...JSON.parse(key), Buffer.from(`[${texts.join(',')}]`));
  }
})();
base.close();
