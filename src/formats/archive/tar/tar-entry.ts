/**
 * One member of a tar archive: what its header and the extended headers in front of it say
 * together.
 *
 * Source: POSIX.1-2017 `pax`; GNU tar manual, "Basic Tar Format" and "Sparse Formats"; read as the
 * container runtimes do, see `tar.ts`.
 */

import type { TarHeader } from './tar-header.ts';
import { paxNumber, SPARSE_MAP_KEY, type PaxRecords } from './tar-pax.ts';

/** The type of a tar entry, by its type flag (POSIX pax, "ustar Interchange Format"). */
export type TarEntryType =
  | 'file'
  | 'hardlink'
  | 'symlink'
  | 'characterDevice'
  | 'blockDevice'
  | 'directory'
  | 'fifo'
  /**
   * A letter that neither POSIX nor GNU tar gives to something that lies in a directory. It has a
   * body.
   */
  | 'unknown';

/** One member as stored: names are neither normalised nor checked. */
export interface TarEntry {
  readonly type: TarEntryType;
  readonly path: string;
  /** Target of a link as stored, else empty. */
  readonly linkPath: string;
  /** Size of the file with its holes; 0 for everything that has no body. */
  readonly sizeBytes: number;
  /** Bytes of the body in the archive; less than {@link TarEntry.sizeBytes} for sparse files. */
  readonly storedBytes: number;
  /** Offset of the body, in bytes from the start of the archive. */
  readonly bodyOffset: number;
  /** The low twelve permission bits. */
  readonly mode: number;
  /**
   * Numbers of the owner and the group; `undefined` where the headers do not give them as numbers.
   */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Seconds since the Unix epoch, fractions where an extended header has them. */
  readonly mtimeSeconds: number;
}

/** Extended headers in front of a member's header. */
export interface TarExtension {
  /** Global and own records, the own ones winning. */
  readonly records: PaxRecords;
  /** GNU long names, which win over records. */
  readonly longPath: string | undefined;
  readonly longLinkPath: string | undefined;
}

/** Nothing did. */
export const NO_EXTENSION: TarExtension = {
  records: new Map(),
  longPath: undefined,
  longLinkPath: undefined,
};

/**
 * The place of the map of a sparse file in the pax forms: 0.0 and 0.1 in the header, 1.0 in front
 * of the body.
 */
export type SparseForm = 'header' | 'body';

/** Types whose size field is ignored. `D`, GNU's folder with a list of names, does have a body. */
const FIRST_WITHOUT_BODY = '1';
const LAST_WITHOUT_BODY = '6';

/**
 * Returns the member as its headers say; `path` is empty where they give no name. Sizes are those
 * of what is stored.
 *
 * @throws ParseError where an extended header's size is not a number.
 */
export function readTarMember(
  header: TarHeader,
  extension: TarExtension,
  place: { readonly archivePath: string; readonly bodyOffset: number },
): TarEntry {
  const { records, longPath, longLinkPath } = extension;
  if (records.size === 0 && longPath === undefined && longLinkPath === undefined) {
    return plainMember(header, place.bodyOffset);
  }
  const sparseName = sparseFormOf(records) && records.get('GNU.sparse.name');
  const path = firstFilled(sparseName, longPath, records.get('path'), header.path);
  const linkPath = firstFilled(longLinkPath, records.get('linkpath'), header.linkPath);
  const storedBytes = hasBody(header.typeFlag, path)
    ? (paxNumber(records, 'size', place.archivePath) ?? header.sizeBytes)
    : 0;
  const type = memberType(header.typeFlag, path, storedBytes);
  const mtime = Number(firstFilled(records.get('mtime'), 'none'));
  return {
    type,
    path,
    linkPath: type === 'hardlink' || type === 'symlink' ? linkPath : '',
    sizeBytes: storedBytes,
    storedBytes,
    bodyOffset: place.bodyOffset,
    mode: header.mode,
    uid: ownerIn(records, 'uid') ?? header.uid,
    gid: ownerIn(records, 'gid') ?? header.gid,
    mtimeSeconds: Number.isFinite(mtime) ? mtime : header.mtimeSeconds,
  };
}

/** Returns a member without extensions, as nearly all are. */
function plainMember(header: TarHeader, bodyOffset: number): TarEntry {
  const { typeFlag, path, mode, uid, gid, mtimeSeconds } = header;
  const storedBytes = hasBody(typeFlag, path) ? header.sizeBytes : 0;
  const type = memberType(typeFlag, path, storedBytes);
  const linkPath = type === 'hardlink' || type === 'symlink' ? header.linkPath : '';
  const sizeBytes = storedBytes;
  return { type, path, linkPath, sizeBytes, storedBytes, bodyOffset, mode, uid, gid, mtimeSeconds };
}

/** Numbers that do not fit the field of a header stand in a record. */
function ownerIn(records: PaxRecords, key: 'uid' | 'gid'): number | undefined {
  const text = records.get(key);
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

/** Returns `undefined` for plain files, and for versions of the form that do not exist. */
export function sparseFormOf(records: PaxRecords): SparseForm | undefined {
  if (records.size === 0) return undefined;
  const version = `${records.get('GNU.sparse.major') ?? ''}.${records.get('GNU.sparse.minor') ?? ''}`;
  if (version === '1.0') return 'body';
  if (version !== '.' && version !== '0.0' && version !== '0.1') return undefined;
  return records.has(SPARSE_MAP_KEY) ? 'header' : undefined;
}

/**
 * A name that ends in a slash is a folder in archives older than type `5`; to the runtimes it has
 * no body either.
 */
function isOldFolder(typeFlag: string, path: string): boolean {
  return typeFlag === '\0' && path.endsWith('/');
}

function hasBody(typeFlag: string, path: string): boolean {
  const isWithout = typeFlag >= FIRST_WITHOUT_BODY && typeFlag <= LAST_WITHOUT_BODY;
  return !isWithout && !isOldFolder(typeFlag, path);
}

function typeOf(typeFlag: string): TarEntryType {
  switch (typeFlag) {
    case '\0':
    case '0':
    case '7':
    case 'S':
      return 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '3':
      return 'characterDevice';
    case '4':
      return 'blockDevice';
    case '5':
    case 'D':
      return 'directory';
    case '6':
      return 'fifo';
    default:
      return 'unknown';
  }
}

/** With type `0` and a body such a name is a file to the runtimes, which drop the slash. */
function memberType(typeFlag: string, path: string, storedBytes: number): TarEntryType {
  const type = typeOf(typeFlag);
  if (type !== 'file' || !path.endsWith('/')) return type;
  return isOldFolder(typeFlag, path) || storedBytes === 0 ? 'directory' : 'file';
}

function firstFilled(...texts: readonly (string | undefined)[]): string {
  for (const text of texts) if (text !== undefined && text !== '') return text;
  return '';
}
