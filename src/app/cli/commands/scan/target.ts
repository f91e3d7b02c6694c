/** `assay TARGET`: scans without saying what the target is. */

import type { ScanCommand } from '../command.ts';
import { BASE_FLAGS } from '../../shell/options/base-flags.ts';
import { SCAN_FLAGS } from './flags.ts';

export const target: ScanCommand = {
  usage: 'TARGET...',
  description:
    'Scans targets and guesses from form and first bytes what they are: a path where there is one, else an image. The log and the report say what was chosen.',
  flags: [...BASE_FLAGS, ...SCAN_FLAGS],
  examples: [
    { command: 'assay ./app.tar', purpose: 'an image archive' },
    { command: 'assay .', purpose: 'this folder' },
  ],
  targets: (session) => session.args.map((reference) => ({ reference })),
};
