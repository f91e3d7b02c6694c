/**
 * The real content of a package's file: its name, and whether it runs scripts when it is installed.
 *
 * Source: npm documentation, "package.json", and "scripts" (a `binding.gyp` beside it is built
 * where no script `install` or `preinstall` is named). The first part of each path is dropped,
 * whatever it is. A file unpacks to at most 1 GiB.
 */

import { createReadStream } from 'node:fs';
import { posix } from 'node:path';

import { AssayError, ParseError } from '../../base/errors.ts';
import { gunzip } from '../../format/gzip.ts';
import { isJsonObject, readJson, readStrings, type JsonObject } from '../../format/json.ts';
import { createTarReader } from '../../format/tar.ts';
import type { BodySink } from '../../model/artifact.ts';

/** Facts of a file. */
export interface TarballFacts {
  /** The name in its manifest; absent if it has no manifest that can be read. */
  readonly name?: string;
  readonly version?: string;
  /** `undefined` if the file cannot be read. */
  readonly hasInstallScript: boolean | undefined;
}

/** The largest packages of the public registry unpack to some 500 MB. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
const MAX_ENTRIES = 500_000;
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a file. @throws AssayError `LIMIT_EXCEEDED` if it unpacks to too much, and errors of the
 * file system
 */
export async function inspectTarball(path: string): Promise<TarballFacts> {
  let manifest: JsonObject | undefined;
  let hasBuildFile = false;
  let entryCount = 0;
  let unpackedBytes = 0;
  const reader = createTarReader(
    {
      entry: (entry) => {
        entryCount += 1;
        if (entryCount > MAX_ENTRIES) throw tooLarge(`has more than ${MAX_ENTRIES} entries`);
        const inside = withoutFirst(entry.path);
        if (inside === 'binding.gyp') hasBuildFile = true;
        const isManifest = inside === 'package.json' && entry.type === 'file';
        if (!isManifest || entry.sizeBytes > MAX_MANIFEST_BYTES) return undefined;
        // Of several manifests the last one is what lies on disk.
        return collect((bytes) => (manifest = readManifest(bytes)));
      },
      problem: () => undefined,
    },
    { archivePath: 'package.tgz' },
  );
  try {
    const take = (piece: Uint8Array): void => {
      unpackedBytes += piece.length;
      if (unpackedBytes > MAX_UNPACKED_BYTES) throw tooLarge('unpacks to more than 1 GiB');
      reader.write(piece);
    };
    await gunzip(createReadStream(path), take, 'package.tgz');
    reader.end();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { hasInstallScript: undefined };
  }
  if (manifest === undefined) return { hasInstallScript: undefined };
  const { name, version } = readStrings(manifest, ['name', 'version']);
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    hasInstallScript: runsScripts(manifest, hasBuildFile),
  };
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

function runsScripts({ scripts, gypfile }: JsonObject, hasBuildFile: boolean): boolean {
  const named = readStrings(isJsonObject(scripts) ? scripts : undefined, [
    ...(['preinstall', 'install', 'postinstall'] as const),
  ]);
  const hasScripts = Object.values(named).some((text) => text !== undefined && text.trim() !== '');
  return hasScripts || (hasBuildFile && gypfile !== false);
}

function tooLarge(what: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `the file of the package ${what}`);
}
