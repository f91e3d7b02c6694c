/**
 * The real content of a package's file: its name, and whether it runs scripts when it is installed.
 * Package managers differ about paths without a first part or with dot segments, about damaged
 * blocks and about what stands behind the end of the archive. So all manifests that one of them
 * could take count, and an archive that some read further than others may run anything.
 *
 * Source: npm documentation, "package.json", and "scripts" (a `binding.gyp` beside it is built
 * where no script `install` or `preinstall` is named; yarn 1 does not look at `gypfile`). The first
 * part of each path is dropped, whatever it is. A file unpacks to at most 1 GiB.
 *
 * Reads: `package.json`.
 */

import { createReadStream } from 'node:fs';
import { posix } from 'node:path';

import { AssayError, ParseError } from '../../core/base/errors.ts';
import { gunzip } from '../../formats/archive/gzip/gzip.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../formats/text/json/json.ts';
import { createTarReader } from '../../formats/archive/tar/tar.ts';
import type { BodySink } from '../../core/model/artifact/artifact.ts';
import { lastByteIndex } from './last-byte.ts';

/** Facts of a file. */
export interface TarballFacts {
  /** What its manifests name; empty if it has none that can be read. */
  readonly manifests: readonly NamedManifest[];
  /** `undefined` if the file cannot be read, or is read differently by some. */
  readonly hasInstallScript: boolean | undefined;
}

/** What a manifest names. */
export interface NamedManifest {
  readonly name?: string;
  readonly version?: string;
}

/** The largest packages of the public registry unpack to some 500 MB. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
const MAX_ENTRIES = 500_000;
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_MANIFESTS = 100;
const SMALL_BYTES = 64 * 1024;

/**
 * Reads a file, or its `bytes` if they are known. @throws AssayError `LIMIT_EXCEEDED` if it unpacks
 * to too much, and errors of the file system
 */
export async function inspectTarball(path: string, bytes?: Uint8Array): Promise<TarballFacts> {
  const manifests: { readonly named: NamedManifest; readonly runs: boolean }[] = [];
  const seen = { hasBuildFile: false, isAmbiguous: false };
  let lastByteAt = -1;
  let entryCount = 0;
  let unpackedBytes = 0;
  const reader = createTarReader(
    {
      entry: (entry) => {
        entryCount += 1;
        if (entryCount > MAX_ENTRIES) throw tooLarge(`has more than ${MAX_ENTRIES} entries`);
        // Another entry can be written through a link; npm leaves links out, and yarn 1 does not.
        if (entry.type !== 'file' && entry.type !== 'directory') seen.isAmbiguous = true;
        const inside = withoutFirst(entry.path);
        if (inside === 'binding.gyp') seen.hasBuildFile = true;
        if (inside !== 'package.json' || entry.type !== 'file') return undefined;
        if (manifests.length >= MAX_MANIFESTS) throw tooLarge('has more than 100 manifests');
        if (entry.sizeBytes > MAX_MANIFEST_BYTES) {
          seen.isAmbiguous = true;
          return undefined;
        }
        return collect((bytes) => {
          const manifest = readManifest(bytes);
          if (manifest === undefined) seen.isAmbiguous = true;
          else manifests.push({ named: namesOf(manifest), runs: runsScripts(manifest) });
        });
      },
      // Some pass over such a block, and others end there.
      problem: () => (seen.isAmbiguous = true),
    },
    { archivePath: 'package.tgz' },
  );
  try {
    const take = (piece: Uint8Array): void => {
      const last = lastByteIndex(piece);
      if (last >= 0) lastByteAt = unpackedBytes + last;
      unpackedBytes += piece.length;
      if (unpackedBytes > MAX_UNPACKED_BYTES) throw tooLarge('unpacks to more than 1 GiB');
      reader.write(piece);
    };
    const packed = bytes === undefined ? createReadStream(path) : onePiece(bytes);
    const isSmall = bytes !== undefined && bytes.length <= SMALL_BYTES;
    await gunzip(packed, take, 'package.tgz', { isSmall });
    reader.end();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    seen.isAmbiguous = true;
  }
  if (reader.hasEnded && lastByteAt >= reader.positionBytes) seen.isAmbiguous = true;
  const runs = seen.hasBuildFile || manifests.some((one) => one.runs);
  return {
    manifests: manifests.map(({ named }) => named),
    hasInstallScript: !runs && (seen.isAmbiguous || manifests.length === 0) ? undefined : runs,
  };
}

function namesOf(manifest: JsonObject): NamedManifest {
  const { name, version } = readStrings(manifest, ['name', 'version']);
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable of one piece
async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function collect(done: (bytes: Uint8Array) => void): BodySink {
  const pieces: Uint8Array[] = [];
  return {
    write: (piece) => void pieces.push(Uint8Array.from(piece)),
    end: () => done(Buffer.concat(pieces)),
  };
}

function readManifest(bytes: Uint8Array): JsonObject | undefined {
  try {
    return readJson('package.json', bytes);
  } catch {
    return undefined;
  }
}

function withoutFirst(path: string): string {
  const normal = posix.normalize(path).replace(/^\/+/u, '');
  return normal.slice(normal.indexOf('/') + 1);
}

function runsScripts({ scripts }: JsonObject): boolean {
  const named = readStrings(isJsonObject(scripts) ? scripts : undefined, [
    ...(['preinstall', 'install', 'postinstall'] as const),
  ]);
  return Object.values(named).some((text) => text !== undefined && text.trim() !== '');
}

function tooLarge(what: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `the file of the package ${what}`);
}
