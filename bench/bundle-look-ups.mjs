/**
 * Bundles `look-ups.mjs` as the command is bundled, with what V8 makes of it, into FOLDER/assay.js.
 *
 *   node bundle-look-ups.mjs FOLDER BASE_FOLDER LOOK_UPS RECORDS
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from '../tools/bundle.mjs';

const KEEPER = fileURLToPath(new URL('../tools/keep-scripts.mjs', import.meta.url));
const [, , folder, ...run] = process.argv;

await bundleCommand(folder, 'bench/look-ups-main.mjs');
// The second run is of the code that the first has kept, as `tools/code-cache.mjs` has it.
for (let i = 0; i < 2; i += 1) {
  execFileSync(process.execPath, ['--import', KEEPER, path.join(folder, 'assay.js'), ...run]);
}
