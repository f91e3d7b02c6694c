/**
 * Writes the picture of the README, `docs/verdict.svg`, from a run of `assay demo`. It needs the
 * built command.
 *
 *   npm run picture
 *
 * `test/e2e/demo.test.ts` compares the file with the output of its own run.
 */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { verdictPicture } from './verdict-picture.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/bin/assay.js', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../docs/verdict.svg', import.meta.url));

const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'demo'], {
  encoding: 'utf8',
});
if (status !== 0) throw new Error(`assay demo ended with ${String(status)}: ${stderr}`);
writeFileSync(PICTURE, verdictPicture(stdout));
