/** `assay image`: scans images. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { ScanCommand } from '../command.ts';
import { imageTargets } from './image-references.ts';
import { needsNoTarget } from './scan-skipping.ts';
import { BASE_FLAGS } from '../../shell/options/base-flags.ts';
import { INPUT_FLAG } from '../../shell/options/target-flags.ts';
import { VEX_SIGNER_FLAGS } from '../sign/flags.ts';
import { LAZY_FLAG, SCAN_FLAGS } from './flags.ts';

export const image: ScanCommand = {
  usage: '[REF...]',
  description:
    'Scans images: from the daemons of this machine, their stores, registries, archives of docker save, and OCI layouts as folder or tar; - is an archive on standard input. REF is a name; a path begins with ./, ../ or /, has a prefix such as oci:, or follows --input. Several images go into one report with one verdict; if one of them cannot be read, there is no verdict. With --input FILE, the arguments choose images of that file.',
  flags: [INPUT_FLAG, LAZY_FLAG, ...BASE_FLAGS, ...SCAN_FLAGS, ...VEX_SIGNER_FLAGS],
  examples: [
    { command: 'assay image python:3.12', purpose: 'an image, wherever it is' },
    { command: 'assay image - < app.tar', purpose: 'from standard input' },
    { command: 'assay image --input app.tar', purpose: 'show everything, decide nothing' },
    {
      command: 'assay image --input app.tar --fail-on high+fixable',
      purpose: 'fail on what is high or critical and has a fix',
    },
    {
      command: 'assay image ghcr.io/acme/app:1 --lazy',
      purpose: 'look into an image of zstd:chunked layers without pulling it',
    },
    {
      command:
        'assay image --input app.tar --exit-code 1 --severity HIGH,CRITICAL --ignore-unfixed',
      purpose: 'the same gate as trivy writes it',
    },
    {
      command: 'assay image docker://ghcr.io/acme/app:1 --vex oci --verify-key security.pub',
      purpose: 'set aside what signed VEX attestations of the image say is harmless',
    },
    {
      command: 'assay image --input app.tar -o table -o json=report.json',
      purpose: 'a table here and JSON in a file, from one scan',
    },
  ],
  targets: (session) => {
    const targets = imageTargets(session);
    if (targets.length === 0 && !needsNoTarget(session.flags)) {
      throw new AssayError('USAGE', 'no image given', {
        hint: 'Name one: assay image python:3.12, or assay image --input app.tar',
      });
    }
    return targets;
  },
};
