/**
 * The licenses in the core metadata of a file of a Python project.
 *
 * Source: Python Packaging User Guide, "Binary distribution format"
 * (`NAME-VERSION.dist-info/METADATA`) and "Source distribution format" (`NAME-VERSION/PKG-INFO`). A
 * file that cannot be read states no license. A file unpacks to at most 1 GiB.
 */

import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';

import { ParseError } from '../../core/base/errors.ts';
import { readStanzas } from '../../formats/text/deb822.ts';
import { gunzip } from '../../formats/archive/gzip/gzip.ts';
import { PYTHON_LICENSE_FIELDS, pythonLicenses } from '../../formats/text/python-licenses.ts';
import { createTarReader } from '../../formats/archive/tar/tar.ts';
import { openZip } from '../../formats/archive/zip/zip.ts';
import { MAX_ENTRIES, zipSourceOf } from './inspect-wheel.ts';

/** The longest metadata files have some 200 KB. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
const IN_WHEEL = /^[^/]+\.dist-info\/METADATA$/u;
const IN_SOURCE = /^(?:\.\/)?[^/]+\/PKG-INFO$/u;
const TAR_GZ = /\.(?:tar\.gz|tgz)$/iu;
const ZIP = /\.(?:whl|zip)$/iu;

/**
 * Returns the licenses that the file at `path` states. `fileName` is its name at the index; a name
 * that ends in `.metadata` is that of a metadata file. Throws errors of the file system.
 */
export async function fileLicenses(path: string, fileName: string): Promise<readonly string[]> {
  const metadata = await metadataIn(path, fileName).catch((error: unknown) => {
    if (error instanceof ParseError) return undefined;
    throw error;
  });
  if (metadata === undefined) return [];
  const [header] = readStanzas(metadata, PYTHON_LICENSE_FIELDS);
  return header === undefined ? [] : pythonLicenses(header);
}

async function metadataIn(path: string, fileName: string): Promise<Uint8Array | undefined> {
  if (fileName.endsWith('.metadata')) return readFile(path);
  if (ZIP.test(fileName)) return fromZip(path, fileName.endsWith('.whl') ? IN_WHEEL : IN_SOURCE);
  return TAR_GZ.test(fileName) ? fromTar(path) : undefined;
}

async function fromZip(path: string, name: RegExp): Promise<Uint8Array | undefined> {
  await using file = await open(path, 'r');
  const limits = {
    maxEntryBytes: MAX_METADATA_BYTES,
    maxTotalBytes: MAX_METADATA_BYTES,
    maxEntries: MAX_ENTRIES,
  };
  const archive = await openZip(await zipSourceOf(file), limits);
  const entry = archive.entries.find((one) => name.test(one.name));
  return entry && (await archive.read(entry));
}

async function fromTar(path: string): Promise<Uint8Array | undefined> {
  let found: Uint8Array | undefined;
  let unpackedBytes = 0;
  const reader = createTarReader(
    {
      entry: (entry) => {
        const isWanted = entry.type === 'file' && IN_SOURCE.test(entry.path);
        if (!isWanted || entry.sizeBytes > MAX_METADATA_BYTES) return undefined;
        const pieces: Uint8Array[] = [];
        return {
          write: (piece) => void pieces.push(Uint8Array.from(piece)),
          end: () => (found = Buffer.concat(pieces)),
        };
      },
      problem: () => undefined,
    },
    { archivePath: 'package.tar.gz' },
  );
  const take = (piece: Uint8Array): void => {
    unpackedBytes += piece.length;
    if (unpackedBytes > MAX_UNPACKED_BYTES) {
      throw new ParseError('package.tar.gz', 'it unpacks to more than 1 GiB');
    }
    reader.write(piece);
  };
  await gunzip(createReadStream(path), take, 'package.tar.gz');
  reader.end();
  return found;
}
