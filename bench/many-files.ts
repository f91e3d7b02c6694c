/**
 * A `docker save` archive of one layer with so many empty files: what grows with entries, and not
 * with bytes.
 */

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { tarFileHeader } from '../src/formats/archive/tar/tar-writer.ts';

const BLOCK_BYTES = 512;
const FILES_A_FOLDER = 1000;
const BATCH_BLOCKS = 2000;

/** Writes it, with the files below `folder`, and answers where. */
export function manyFiles(target: string, count: number, folder: string, mode?: number): string {
  const file = openSync(target, 'w+');
  const layerBytes = (count + 2) * BLOCK_BYTES;
  write(file, tarFileHeader('layer.tar', layerBytes));
  const layerStart = BLOCK_BYTES;
  const hash = createHash('sha256');
  for (let done = 0; done < count; done += BATCH_BLOCKS) {
    const blocks = Array.from({ length: Math.min(BATCH_BLOCKS, count - done) }, (_, index) =>
      tarFileHeader(
        `${folder}/d${Math.floor((done + index) / FILES_A_FOLDER)}/f${done + index}`,
        0,
        mode,
      ),
    );
    write(file, Buffer.concat(blocks), hash);
  }
  write(file, Buffer.alloc(2 * BLOCK_BYTES), hash);
  const diffIds = [`sha256:${hash.digest('hex')}`];
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  writeMember(file, 'config.json', config);
  writeMember(
    file,
    'manifest.json',
    JSON.stringify([{ Config: 'config.json', RepoTags: ['crowd:1'], Layers: ['layer.tar'] }]),
  );
  write(file, Buffer.alloc(2 * BLOCK_BYTES));
  const head = Buffer.alloc(BLOCK_BYTES);
  readSync(file, head, 0, BLOCK_BYTES, layerStart);
  closeSync(file);
  if (head[0] === 0) throw new Error(`"${target}" was not written`);
  return target;
}

function writeMember(file: number, name: string, text: string): void {
  const body = Buffer.from(text);
  const padding = Buffer.alloc((BLOCK_BYTES - (body.length % BLOCK_BYTES)) % BLOCK_BYTES);
  write(file, Buffer.concat([tarFileHeader(name, body.length), body, padding]));
}

function write(file: number, bytes: Buffer, hash?: ReturnType<typeof createHash>): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
  hash?.update(bytes);
}
