/**
 * An image archive on standard input, `-`: kept in a temporary file, since images are read by
 * seeking.
 */

import { addAbortSignal } from 'node:stream';

import { AssayError } from '../../../core/base/errors.ts';
import { looksLikeTarHeader, TAR_BLOCK_BYTES } from '../../../formats/archive/tar/tar-header.ts';
import { detectCompression } from '../../../formats/archive/decompress.ts';
import type { Context } from '../../../core/base/context.ts';
import { archiveFiles } from './archive-files.ts';
import { archiveDigests, openArchive } from './image-archive.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import { parseSelection, type Selection } from '../image/selection.ts';
import type { ArtifactSource, SourceRequest } from '../source.ts';
import { spoolAll, type Spool } from './spool.ts';
import { storedSpan } from '../stored-bytes.ts';

/** In messages and reports. */
const NAME = 'standard input';
/** `-`, with the image that is meant behind it as behind a path. */
const INPUT = /^-(?:@(?<digest>sha(?:256|512):[0-9a-f]+)|:(?<tag>.+))?$/su;

const HINT = 'Pipe an archive into it: docker save IMAGE | assay image -';

export const standardInput: ArtifactSource = {
  id: 'standard-input',
  accepts: ({ reference }) => Promise.resolve(INPUT.test(reference)),
  async open(request, context) {
    const files = await readInput(request, context);
    const { reference, platforms } = request;
    return openArchive(files, { reference, platforms, selection: selectionOf(reference) }, context);
  },
  async digests(request, context) {
    const files = await readInput(request, context);
    const selection = selectionOf(request.reference);
    try {
      return await archiveDigests(files, { platforms: request.platforms, selection, name: '-' });
    } finally {
      await files.close();
    }
  },
};

function selectionOf(reference: string): Selection {
  const { digest, tag } = INPUT.exec(reference)?.groups ?? {};
  const parsed = parseDigest(digest);
  if (parsed !== undefined) return { digest: parsed };
  return tag === undefined ? {} : parseSelection(tag);
}

/** @throws AssayError `DAMAGED` where it is empty or no archive. */
async function readInput({ stdin }: SourceRequest, context: Context): Promise<ImageFiles> {
  const input = stdin?.() ?? ownInput(context);
  const spool = await spoolAll(input, { name: NAME, shown: NAME }, context);
  try {
    await refuseOther(spool);
  } catch (error) {
    await spool.close();
    throw error;
  }
  return archiveFiles(spool, NAME, context);
}

/** Returns the standard input of this process; an interrupted run does not wait for more of it. */
function ownInput({ signal }: Context): AsyncIterable<Uint8Array> {
  if (process.stdin.isTTY)
    throw new AssayError('USAGE', 'standard input is a terminal', { hint: HINT });
  return addAbortSignal(signal, process.stdin);
}

async function refuseOther({ handle }: Spool): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) throw new AssayError('DAMAGED', 'standard input is empty', { hint: HINT });
  const head = await storedSpan(handle, 0, size).head(TAR_BLOCK_BYTES);
  if (detectCompression(head) !== 'none' || looksLikeTarHeader(head)) return;
  throw new AssayError('DAMAGED', 'standard input is not an image archive', { hint: HINT });
}
