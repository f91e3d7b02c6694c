/**
 * Gems as they were downloaded, which RubyGems keeps beside what it has installed:
 * `cache/NAME-VERSION.gem`. They are no packages by themselves; they addClaim about the gem that
 * was installed from them: which files it has, with digests, and which version it is. Nothing in
 * the installed tree itself says so.
 *
 * Source: RubyGems, `Gem::Package`: a tar archive of `metadata.gz` (the specification as YAML),
 * `data.tar.gz` (the files) and `checksums.yaml.gz` (digests of both). Refused: what is no such
 * archive.
 */

import { createHash } from 'node:crypto';

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import type { Limits } from '../../../core/base/context.ts';
import { gunzip } from '../../../formats/archive/gzip/gzip.ts';
import { createTarReader } from '../../../formats/archive/tar/tar.ts';
import type { BodySink } from '../../../core/model/artifact/artifact.ts';
import type {
  CatalogFile,
  OwnedFile,
  SelfCheck,
  ExternalClaim,
  VersionClaim,
} from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readGemVersion } from './gem-name.ts';

const CACHED = /^(?<root>.*)\/cache\/(?<fullName>[^/]+)\.gem$/;
const METADATA = 'metadata.gz';
const DATA = 'data.tar.gz';
const CHECKSUMS = 'checksums.yaml.gz';
const MIB = 1024 * 1024;
/** The longest specification seen has 2 MB, for a gem with 20,000 files. */
const MAX_METADATA_BYTES = 32 * MIB;
const PIECE_BYTES = 256 * 1024;
/** Deflate packs source code at most to a tenth. */
const MAX_RATIO = 100;
const ALWAYS_ALLOWED_BYTES = 64 * MIB;
const MAX_FILES = 200_000;
/**
 * Matches a version in RubyGems' notation: `version: !ruby/object:Gem::Version` and the number
 * below it.
 */
const VERSION_IN_METADATA =
  /^version: !ruby\/object:Gem::Version\n {2}version: (?<quote>['"]?)(?<version>[^'"\s]{1,200})\k<quote>$/m;
const ALGORITHM_LINE = /^(?<name>SHA1|SHA256|SHA512):$/;
const CHECKSUM_LINE = /^ {2}(?<file>[a-z.]+): (?<quote>['"]?)(?<hex>[0-9a-f]{40,128})\k<quote>$/;

export const cachedGem: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const place = CACHED.exec(file.path)?.groups;
    const root = place?.['root'];
    const fullName = place?.['fullName'];
    // A gem elsewhere was packed, or is to be installed: nothing of it is installed.
    if (root === undefined || fullName === undefined) return result.done();
    const members = await readMembers(file);
    const checks = await checksumsOf(file, members, fullName);
    const data = members.get(DATA);
    const owns = data === undefined ? [] : await filesOf(file, data, { root, fullName, limits });
    const claims = await versionClaims(file, members);
    const testimony: ExternalClaim = {
      of: { kind: 'record', path: `${root}/specifications/${fullName}.gemspec` },
      ...(owns.length > 0 && { ownedFiles: owns }),
      ...(claims.length > 0 && { versionClaims: claims }),
      ...(checks.length > 0 && { selfChecks: checks }),
    };
    return { ...result.done(), externalClaims: [testimony] };
  },
};

/** The position of a relevant member in the file. */
interface Member {
  readonly offset: number;
  readonly sizeBytes: number;
}

async function readMembers(file: CatalogFile): Promise<ReadonlyMap<string, Member>> {
  const members = new Map<string, Member>();
  const reader = createTarReader(
    {
      entry: ({ path, type, bodyOffset, storedBytes }) => {
        if (type === 'file') members.set(path, { offset: bodyOffset, sizeBytes: storedBytes });
        return undefined;
      },
    },
    { archivePath: file.path },
  );
  for (let at = 0; at < file.sizeBytes;) {
    const skipped = Math.min(reader.skippableBytes, file.sizeBytes - at);
    if (skipped > 0) reader.skip(skipped);
    at += skipped;
    const piece = await file.readAt(at, Math.min(PIECE_BYTES, file.sizeBytes - at));
    if (piece.length === 0) break;
    reader.write(piece);
    at += piece.length;
  }
  reader.end();
  if (!members.has(METADATA)) throw new ParseError(file.path, `no ${METADATA} in the gem`);
  return members;
}

async function* piecesOf(file: CatalogFile, member: Member): AsyncGenerator<Uint8Array> {
  const end = member.offset + member.sizeBytes;
  for (let at = member.offset; at < end; at += PIECE_BYTES) {
    yield await file.readAt(at, Math.min(PIECE_BYTES, end - at));
  }
}

async function textOf(file: CatalogFile, member: Member): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const take = (piece: Uint8Array): void => {
    sizeBytes += piece.length;
    if (sizeBytes > MAX_METADATA_BYTES) throw tooMuch(file.path);
    pieces.push(Uint8Array.from(piece));
  };
  await gunzip(piecesOf(file, member), take, file.path);
  return Buffer.concat(pieces).toString('utf8');
}

/** Compares the strongest digests of the two members with the members. */
async function checksumsOf(
  file: CatalogFile,
  members: ReadonlyMap<string, Member>,
  fullName: string,
): Promise<readonly SelfCheck[]> {
  const sums = members.get(CHECKSUMS);
  if (sums === undefined) return [];
  const stated = readChecksums(await textOf(file, sums));
  const checks: SelfCheck[] = [];
  for (const [name, { algorithm, hex }] of stated) {
    const member = members.get(name);
    if (member === undefined) continue;
    const hash = createHash(algorithm);
    for await (const piece of piecesOf(file, member)) hash.update(piece);
    const found = hash.digest('hex');
    const isEqual = found === hex;
    checks.push({
      by: `${algorithm} of ${name} in the cached gem ${fullName}`,
      outcome: isEqual ? 'match' : 'mismatch',
      kind: 'content',
      ...(!isEqual && { claimed: hex, found }),
      path: file.path,
    });
  }
  return checks;
}

function readChecksums(
  text: string,
): ReadonlyMap<string, { readonly algorithm: string; readonly hex: string }> {
  const stated = new Map<string, { algorithm: string; hex: string }>();
  let algorithm: string | undefined;
  for (const line of text.split('\n')) {
    algorithm = ALGORITHM_LINE.exec(line)?.groups?.['name']?.toLowerCase() ?? algorithm;
    const { file, hex } = CHECKSUM_LINE.exec(line)?.groups ?? {};
    if (file === undefined || hex === undefined || algorithm === undefined) continue;
    // A longer digest is a stronger one.
    if (hex.length > (stated.get(file)?.hex.length ?? 0)) stated.set(file, { algorithm, hex });
  }
  return stated;
}

async function versionClaims(
  file: CatalogFile,
  members: ReadonlyMap<string, Member>,
): Promise<readonly VersionClaim[]> {
  const metadata = members.get(METADATA);
  const text = metadata === undefined ? '' : await textOf(file, metadata);
  const version = readGemVersion(VERSION_IN_METADATA.exec(text)?.groups?.['version'] ?? '');
  if (version === undefined) return [];
  return [{ by: 'cached gem', version: version.version, weight: 'binding', path: file.path }];
}

/** Returns the files that were installed from the gem: below `gems/NAME-VERSION`, unchanged. */
async function filesOf(
  file: CatalogFile,
  data: Member,
  to: { readonly root: string; readonly fullName: string; readonly limits: Limits },
): Promise<readonly OwnedFile[]> {
  const owns: OwnedFile[] = [];
  const folder = `${to.root}/gems/${to.fullName}`;
  const reader = createTarReader(
    {
      entry: ({ path, type }) => {
        if (owns.length >= MAX_FILES) throw tooMuch(file.path);
        const relative = path.replace(/^\.\//, '');
        const isPlain = type === 'file' && !relative.split('/').includes('..');
        return isPlain ? digester(`${folder}/${relative}`, owns) : undefined;
      },
    },
    { archivePath: `${file.path} (${DATA})` },
  );
  const maxBytes = Math.min(
    to.limits.maxUnpackedBytes,
    Math.max(ALWAYS_ALLOWED_BYTES, data.sizeBytes * MAX_RATIO),
  );
  let unpackedBytes = 0;
  const take = (piece: Uint8Array): void => {
    unpackedBytes += piece.length;
    if (unpackedBytes > maxBytes) throw tooMuch(file.path);
    reader.write(piece);
  };
  await gunzip(piecesOf(file, data), take, file.path);
  reader.end();
  return owns;
}

function digester(path: string, owns: OwnedFile[]): BodySink {
  const hash = createHash('sha256');
  return {
    write: (piece) => {
      hash.update(piece);
    },
    end: () => {
      owns.push({ path, kind: 'file', digest: `sha256:${hash.digest('hex')}` });
    },
  };
}

function tooMuch(path: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `"${path}" unpacks to more than a gem may`);
}
