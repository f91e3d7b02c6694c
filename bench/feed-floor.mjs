/**
 * The floor for building an advisory base: what unpacking the records of an archive, checking them
 * and `JSON.parse` cost with Node's public interfaces and nothing else.
 *
 *   node feed-floor.mjs ZIP
 */
import { readFileSync } from 'node:fs';
import { textOf, zipMembers } from './zip-members.mjs';

const file = readFileSync(process.argv[2]);
let ids = 0;
for (const member of zipMembers(file)) ids += JSON.parse(textOf(file, member)).id.length;
if (ids === 0) throw new Error('empty');
