/** The floor of `assay pin --check`: walks a directory, reads each file and hashes it. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const digests = [];
const open = [process.argv[2]];
for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) open.push(file);
    else digests.push(createHash('sha256').update(readFileSync(file)).digest('hex'));
  }
}
process.stdout.write(`${digests.length}\n`);
