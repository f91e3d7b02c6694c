/** `assay rootfs`: scans an unpacked root filesystem. */

import type { ScanCommand } from '../command.ts';
import { readPathArgument } from './path-argument.ts';
import { SCAN_FLAGS } from './flags.ts';

export const rootfs: ScanCommand = {
  usage: 'PATH',
  description:
    'Scans an unpacked root filesystem: its operating system, and what is installed for languages.',
  scansNoImages: true,
  flags: SCAN_FLAGS,
  examples: [
    { command: 'assay rootfs /mnt/root', purpose: 'what is in this system' },
    {
      command: 'assay rootfs /mnt/root --exit-on-eol 9',
      purpose: 'fail when the system is past its end of life',
    },
  ],
  targets: (session) => [{ reference: readPathArgument(session), kind: 'rootfs' }],
};
