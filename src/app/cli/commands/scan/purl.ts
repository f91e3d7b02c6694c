/** `assay purl`: asks what is known of packages that are named by their package URLs. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { ScanCommand } from '../command.ts';
import { SCAN_FLAGS } from './flags.ts';

export const purl: ScanCommand = {
  usage: 'PURL...',
  description:
    'Matches packages that are named by their package URLs, as if a bill of materials listed them; all of them come into one report. Packages of a system name it: pkg:deb/debian/bash@5.2.15-2?distro=debian-12, or --distro says it. Quote what has a ? or & in it.',
  scansNoImages: true,
  flags: SCAN_FLAGS,
  examples: [
    { command: 'assay purl pkg:npm/minimist@1.2.5', purpose: 'what is known of this version' },
    {
      command: "assay purl 'pkg:deb/debian/bash@5.2.15-2?distro=debian-12' --fail-on high",
      purpose: 'gate on a package of a system',
    },
  ],
  targets: ({ args }) => {
    const stranger = args.find((text) => !/^pkg:/i.test(text));
    if (args.length === 0 || stranger !== undefined) {
      const what =
        stranger === undefined ? 'no package URL given' : `"${stranger}" is not a package URL`;
      throw new AssayError('USAGE', what, { hint: 'Write assay purl pkg:npm/minimist@1.2.5.' });
    }
    return [{ reference: args.join(' '), kind: 'sbom' }];
  },
};
