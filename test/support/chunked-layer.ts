/**
 * Layers as zstd:chunked, made when a test runs, with tables of contents that a test can make lie.
 */

import type { TarEntry } from '../../src/formats/archive/tar/tar-entry.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { createTarReader } from '../../src/formats/archive/tar/tar.ts';
import { digestOf, type MadeLayer } from './stored-images.ts';
import { rawFrame } from './zstd-frame.ts';

export type TableRow = Record<string, unknown>;

export interface ChunkedOptions {
  /** Bodies are cut into chunks of so many bytes. Default: one piece. */
  readonly chunkBytes?: number;
  /** Changes the table before it is stored. */
  readonly rows?: (rows: TableRow[]) => readonly unknown[];
  /** What is stored in place of the table, before compression. */
  readonly table?: Buffer;
  /** Replaces annotations. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Changes the blob after all, as somebody on the way would. */
  readonly blob?: (blob: Buffer) => Buffer;
}

export const CHECKSUM = 'io.github.containers.zstd-chunked.manifest-checksum';
export const POSITION = 'io.github.containers.zstd-chunked.manifest-position';

const TYPES: Readonly<Record<TarEntry['type'], string>> = {
  file: 'reg',
  hardlink: 'hardlink',
  symlink: 'symlink',
  directory: 'dir',
  characterDevice: 'char',
  blockDevice: 'block',
  fifo: 'fifo',
  unknown: 'unknown',
};

export function chunkedLayer(
  members: readonly TarMember[],
  options: ChunkedOptions = {},
): MadeLayer {
  return chunkedLayerOf(Buffer.from(writeTar(members)), options);
}

/** Returns the layer of an archive. */
export function chunkedLayerOf(tar: Buffer, options: ChunkedOptions = {}): MadeLayer {
  const { body, rows } = chunkTar(tar, options.chunkBytes ?? Infinity);
  const json =
    options.table ??
    Buffer.from(JSON.stringify({ version: 1, entries: options.rows?.(rows) ?? rows }));
  const table = rawFrame(json);
  const before = skippableHead(table.length);
  const start = body.length + before.length;
  const plain = Buffer.concat([body, before, table]);
  const blob = options.blob?.(plain) ?? plain;
  return {
    blob,
    digest: digestOf(blob),
    diffId: digestOf(tar),
    mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
    annotations: {
      [CHECKSUM]: digestOf(table),
      [POSITION]: `${start}:${table.length}:${json.length}:1`,
      ...options.annotations,
    },
  };
}

function chunkTar(
  tar: Buffer,
  chunkBytes: number,
): { readonly body: Buffer; readonly rows: TableRow[] } {
  const entries: TarEntry[] = [];
  const reader = createTarReader(
    { entry: (entry) => void entries.push(entry) },
    { archivePath: 'made' },
  );
  reader.write(tar);
  reader.end();
  const frames: Buffer[] = [];
  const rows: TableRow[] = [];
  let storedBytes = 0;
  let taken = 0;
  const push = (bytes: Buffer): void => {
    const frame = rawFrame(bytes);
    frames.push(frame);
    storedBytes += frame.length;
  };
  for (const { type, path, linkPath, sizeBytes, mode, bodyOffset } of entries) {
    const row: TableRow = { type: TYPES[type], name: path, mode, size: sizeBytes };
    if (linkPath !== '') row['linkName'] = linkPath;
    rows.push(row);
    if (sizeBytes === 0) continue;
    push(tar.subarray(taken, bodyOffset));
    taken = bodyOffset + sizeBytes;
    const content = tar.subarray(bodyOffset, taken);
    row['digest'] = digestOf(content);
    row['offset'] = storedBytes;
    for (let at = 0; at < sizeBytes; at += chunkBytes) {
      const chunk = content.subarray(at, at + chunkBytes);
      if (sizeBytes > chunkBytes) {
        const target = at === 0 ? row : { type: 'chunk', name: path, offset: storedBytes };
        Object.assign(target, { chunkSize: chunk.length, chunkDigest: digestOf(chunk) });
        if (at > 0) rows.push({ ...target, chunkOffset: at });
      }
      push(chunk);
    }
    row['endOffset'] = storedBytes;
  }
  push(tar.subarray(taken));
  return { body: Buffer.concat(frames), rows };
}

function skippableHead(lengthBytes: number): Buffer {
  const head = Buffer.from('502a4d1800000000', 'hex');
  head.writeUInt32LE(lengthBytes, 4);
  return head;
}
