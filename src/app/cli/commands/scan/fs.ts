/** `assay fs`: scans a folder of code. */

import type { ScanCommand } from '../command.ts';
import { readPathArgument } from './path-argument.ts';
import { SCAN_FLAGS } from './flags.ts';

export const fs: ScanCommand = {
  usage: 'PATH',
  description:
    'Scans a directory: the packages that its lockfiles pin, and those that are installed below it. PATH can also be a single lockfile.',
  scansNoImages: true,
  flags: SCAN_FLAGS,
  examples: [
    { command: 'assay fs .', purpose: 'what is in this code base' },
    { command: 'assay fs . --fail-on critical', purpose: 'fail on what is critical' },
    { command: 'assay fs . --scanners packages', purpose: 'packages only, without advisory data' },
  ],
  targets: (session) => [{ reference: readPathArgument(session), kind: 'directory' }],
};
