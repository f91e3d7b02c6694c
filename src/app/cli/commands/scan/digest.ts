/** `assay digest`: the digests of an image, ready to paste. */

import { AssayError } from '../../../../core/base/errors.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import type { ImageDigest } from '../../../../scan/pipeline/index.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule } from '../command.ts';
import { imageTargets } from './image-references.ts';
import { readTargets } from '../../shell/options/scan-options.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { INPUT_FLAG } from '../../shell/options/target-flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { SCAN_FLAGS } from './flags.ts';

const TARGET_FLAGS = new Set(['platform', 'image-src', 'docker-host', 'podman-host']);

export const digest: CommandModule = {
  usage: 'REF...',
  description:
    'Prints the digests of images, each as a reference that can be pasted: of the index first, then of every platform, or of those named. The registry is asked first, then the daemons of this machine, unless --image-src says otherwise. Archives and OCI layouts have digests too where they hold manifests.',
  flags: [
    INPUT_FLAG,
    ...SCAN_FLAGS.filter(({ name }) => TARGET_FLAGS.has(name)),
    ...REGISTRY_FLAGS,
    FORMAT_FLAG,
  ],
  examples: [
    { command: 'assay digest python:3.12', purpose: 'its index and all platforms' },
    { command: 'assay digest python:3.12 --platform linux/arm64', purpose: 'of one platform' },
    { command: 'assay digest ./layout:1.2', purpose: 'of an OCI layout' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const named = imageTargets(session);
    if (named.length === 0) {
      throw new AssayError('USAGE', 'no image given', {
        hint: 'Name one: assay digest python:3.12',
      });
    }
    const targets = await readTargets(session, named);
    const { imageDigests } = await import('../../../../scan/pipeline/index.ts');
    const found = await imageDigests({ targets }, session.context);
    return writeResult(session, format, { data: found, text: lines(found) });
  },
};

function lines(digests: readonly ImageDigest[]): string {
  const rows = digests.map((row) => ({
    reference: stripControl(`${row.name}@${row.digest}`),
    what: stripControl(row.isIndex ? 'index' : platformText(row)),
  }));
  const width = Math.max(...rows.map(({ reference }) => reference.length));
  return rows
    .map(({ reference, what }) => `${reference.padEnd(width)}  ${what}`.trimEnd())
    .join('\n')
    .concat('\n');
}

function platformText({ platform }: ImageDigest): string {
  if (platform === undefined) return '';
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}
