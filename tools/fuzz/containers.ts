/** Archives and compressed streams. */

import { gzipSync } from 'node:zlib';

import { chunkedLayer } from '../../test/support/chunked-layer.ts';
import { rawFrame } from '../../test/support/zstd-frame.ts';
import { zip } from '../../test/support/zip.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import { gunzip } from '../../src/formats/archive/gzip/gzip.ts';
import {
  createUnpackBudgets,
  createLayerTarReader,
} from '../../src/formats/archive/tar/layer-tar.ts';
import { createTarReader } from '../../src/formats/archive/tar/tar.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { readChunkedTable } from '../../src/formats/archive/zstd/zstd-chunked.ts';
import { splitFrames } from '../../src/formats/archive/zstd/zstd-frames.ts';
import { unzstd } from '../../src/formats/archive/zstd/zstd.ts';
import { openZip } from '../../src/formats/archive/zip/zip.ts';
import type { LayerEntry, RawFileHeader } from '../../src/core/model/artifact/artifact.ts';
import { drain, expect, fileOf, piecesOf, type FuzzTarget } from './target.ts';

const MIB = 1024 * 1024;
const ZIP_LIMITS = { maxEntries: 5000, maxEntryBytes: 4 * MIB, maxTotalBytes: 16 * MIB };
const OUTPUT_BYTES = 64 * MIB;
/** What `zstd -19` makes of forty lines that differ by a number. */
const COMPRESSED_LINES =
  'KLUv/WTmBFUDAOLEDxGgPYDgW2HJAADsNmWGgp9TMKaQIZpXA5tChmheDWsKGaJ5VU0hQzSvArQcvkr4x52//JM+P/rnSdQypDO1AiioEcC3/2fgNasBETQE//8MQekHQJLFkEDRgAClTbtfIm9+DEWrrALdGRjT';
const BLOCK_BYTES = 512;
const CHECKSUM_AT = 148;
const MAGIC_AT = 257;

function smallTar(): Uint8Array {
  return writeTar([
    { path: 'etc/', type: 'directory' },
    { path: 'etc/os-release', body: 'ID=debian\n' },
    { path: `long/${'x'.repeat(120)}`, body: 'y'.repeat(700) },
    { path: 'lib', type: 'symlink', target: 'usr/lib' },
    { path: 'etc/.wh.passwd', body: '' },
  ]);
}

/**
 * What a tar reader tells of an archive, in pieces of the given sizes; the refusal is the last
 * thing told.
 */
function told(bytes: Uint8Array, pieceBytes: number): readonly string[] {
  const lines: string[] = [];
  let bodyBytes = 0;
  const sink = {
    write: (piece: Uint8Array): void => void (bodyBytes += piece.length),
    end: (): void => void lines.push(`end ${bodyBytes}`),
  };
  const reader = createTarReader(
    {
      entry({ type, path, sizeBytes }) {
        lines.push(`${type} ${path} ${sizeBytes}`);
        bodyBytes = 0;
        return lines.length % 3 === 0 ? undefined : sink;
      },
    },
    { archivePath: 'fuzzed' },
  );
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      reader.write(bytes.subarray(at, at + pieceBytes));
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    lines.push(error.message);
  }
  return lines;
}

/**
 * What a reader of layers tells of a tar; the refusal is the last thing told. With `isRaw`, plain
 * files by their headers.
 */
function layerTold(bytes: Uint8Array, isRaw: boolean): readonly string[] {
  const lines: string[] = [];
  const tell = (path: string, mode: number, sizeBytes: number): void =>
    void lines.push(`file ${path} ${mode.toString(8)} ${sizeBytes}`);
  const acceptHeader = (file: RawFileHeader): boolean => {
    const name = Buffer.from(file.bytes.subarray(file.start, file.end)).toString('latin1');
    expect(!name.slice(0, file.nameStart - file.start - 1).endsWith('/'), 'two slashes');
    tell(`/${name}`, file.mode, file.sizeBytes);
    return true;
  };
  const visit = (entry: LayerEntry): undefined => {
    if (entry.type === 'file') tell(entry.path, entry.mode, entry.sizeBytes);
    else lines.push(`${entry.type} ${entry.path}`);
  };
  const limits = { maxUnpackedBytes: 64 * MIB, maxEntries: 5000 };
  const reader = createLayerTarReader(isRaw ? Object.assign(visit, { acceptHeader }) : visit, {
    layerName: 'fuzzed',
    budget: createUnpackBudgets(limits, 'fuzzed')(0),
  });
  try {
    reader.write(Buffer.from(bytes));
    reader.end();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    lines.push(error.message);
  }
  return lines;
}

/** Counts what comes out, and gives up beyond what an input of this size may become. */
function bounded(): (piece: Uint8Array) => void {
  let total = 0;
  return (piece) => {
    total += piece.length;
    if (total > OUTPUT_BYTES) throw new AssayError('LIMIT_EXCEEDED', 'unpacks to too much');
  };
}

/**
 * The archive with right checksums in what looks like a header, so that other changes of a header
 * are read at all.
 */
function withChecksums(bytes: Uint8Array): Buffer {
  const tar = Buffer.from(bytes);
  for (let at = 0; at + BLOCK_BYTES <= tar.length; at += BLOCK_BYTES) {
    const block = tar.subarray(at, at + BLOCK_BYTES);
    if (block.toString('latin1', MAGIC_AT, MAGIC_AT + 5) !== 'ustar') continue;
    block.fill(' ', CHECKSUM_AT, CHECKSUM_AT + 8);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  }
  return tar;
}

export const CONTAINER_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'tar/pieces',
    seeds: () => [smallTar()],
    run(bytes: Uint8Array): void {
      const tar = withChecksums(bytes);
      const whole = told(tar, Math.max(1, tar.length)).join('\n');
      expect(told(tar, 61).join('\n') === whole, 'pieces change what a tar holds');
    },
  },
  {
    id: 'tar/layer',
    seeds: () => [smallTar()],
    run(bytes: Uint8Array): void {
      const limits = { maxUnpackedBytes: 64 * MIB, maxEntries: 5000 };
      const budget = createUnpackBudgets(limits, 'fuzzed')(0);
      const reader = createLayerTarReader(
        ({ path }) => {
          const parts = path.split('/');
          expect(path.startsWith('/'), `"${path}" is not absolute`);
          expect(!parts.includes('..') && !parts.includes('.'), `"${path}" is not normal`);
          return undefined;
        },
        { layerName: 'fuzzed', budget },
      );
      reader.write(withChecksums(bytes));
      reader.end();
    },
  },
  {
    id: 'tar/raw-files',
    seeds: () => [smallTar()],
    run(bytes: Uint8Array): void {
      const tar = withChecksums(bytes);
      const inFull = layerTold(tar, false).join('\n');
      expect(layerTold(tar, true).join('\n') === inFull, 'a file by its header is another one');
    },
  },
  {
    id: 'gzip/stream',
    seeds: () => [
      gzipSync('x'.repeat(3000)),
      Buffer.concat([gzipSync('a'), gzipSync('b'.repeat(90)), Buffer.alloc(9)]),
    ],
    run: (bytes) => gunzip(piecesOf(bytes), bounded(), 'fuzzed'),
  },
  {
    id: 'zstd/frames',
    seeds: () => [rawFrame(Buffer.from('x'.repeat(300))), chunked().blob],
    run: (bytes) => drain(splitFrames(piecesOf(bytes), 'fuzzed')),
  },
  {
    id: 'zstd/stream',
    seeds: () => [rawFrame(Buffer.from('x'.repeat(300))), Buffer.from(COMPRESSED_LINES, 'base64')],
    run: (bytes) => unzstd(piecesOf(bytes), bounded(), 'fuzzed'),
  },
  {
    id: 'zstd/table-of-contents',
    seeds: () => [Buffer.from(tableOfContents())],
    run: (bytes) => void readChunkedTable(bytes, 100_000, 'fuzzed'),
  },
  {
    id: 'zip/archive',
    seeds: () => [
      zip([
        { name: 'a', body: 'x' },
        { name: 'META-INF/', method: 0 },
        { name: 'a', body: 'y' },
      ]),
      zip([{ name: 'b', body: 'z'.repeat(5000) }], { prefix: '#!/bin/sh\n', isZip64: true }),
    ],
    async run(bytes: Uint8Array): Promise<void> {
      const archive = await openZip(fileOf(bytes), ZIP_LIMITS);
      await drain(archive.readAll(archive.entries));
      const [first] = archive.entries;
      if (first !== undefined) await drain(archive.stream(first));
    },
  },
];

function chunked(): { readonly blob: Buffer } {
  return chunkedLayer([{ path: 'etc/a', body: 'b' }], { chunkBytes: 10 });
}

function tableOfContents(): string {
  let json = '';
  chunkedLayer(
    [
      { path: 'etc/a', body: 'b'.repeat(25) },
      { path: 'l', type: 'symlink', target: 'etc/a' },
    ],
    {
      chunkBytes: 10,
      rows: (rows) => {
        json = JSON.stringify({ version: 1, entries: rows });
        return rows;
      },
    },
  );
  return json;
}
