/** `assay host`: scans the system that it runs on. */

import { nonLocalMounts } from './host-mounts.ts';
import type { ScanCommand } from '../command.ts';
import { SCAN_FLAGS } from './flags.ts';

/**
 * Directories in which engines store images and containers: other systems, which are scanned by
 * themselves.
 */
const STORES = ['/var/lib/docker', '/var/lib/containerd', '/var/lib/containers'];

export const host: ScanCommand = {
  usage: '',
  description:
    'Scans the system that it runs on: its packages, and what is installed for languages. File systems that are no disk of this machine (proc, sysfs, tmpfs, overlay, network) are left out, and so is where Docker, containerd and Podman keep images: scan those with assay image. Run it as root, or files that only root may read are gaps.',
  scansNoImages: true,
  flags: SCAN_FLAGS,
  instead: 'Another root filesystem: assay rootfs PATH. A directory of code: assay fs PATH',
  examples: [
    { command: 'assay host', purpose: 'what is on this machine' },
    {
      command: 'assay host --pkg-types os --exit-on-eol 9',
      purpose: 'its own packages, and its age',
    },
    { command: 'assay host --skip-dirs /home', purpose: 'without the folders of its users' },
  ],
  targets: async ({ context }) => {
    const skipped = [...STORES, ...(await nonLocalMounts())];
    context.log.debug(`left out: ${skipped.join(', ')}`);
    return [{ reference: '/', kind: 'rootfs', skipDirs: skipped }];
  },
};
