/**
 * Writes small deterministic tar archives: the same members give the same bytes.
 *
 * Source: POSIX.1-2017 `pax`. Plain ustar headers; an extended header goes in front of members
 * whose names, link targets or sizes do not fit. Owners are 0, and times are what the member says
 * or the epoch.
 */

import { TAR_BLOCK_BYTES } from './tar-header.ts';

/** One member to write. Names are written as given; a folder's gets its slash. */
export interface TarMember {
  readonly path: string;
  /** Default: `file`. */
  readonly type?: 'file' | 'directory' | 'symlink' | 'hardlink';
  /** Default: 0o644 for files, 0o755 for folders, 0o777 for links. */
  readonly mode?: number;
  /** Seconds since the Unix epoch. Default: 0. */
  readonly mtimeSeconds?: number;
  /** Body of a file; text is written as UTF-8. Default: empty. */
  readonly body?: Uint8Array | string;
  /** Target of a link. */
  readonly target?: string;
}

const TYPE_FLAGS = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;
const MODES = { file: 0o644, hardlink: 0o644, symlink: 0o777, directory: 0o755 } as const;

/** Largest size that eleven octal digits hold. */
const MAX_OCTAL_SIZE = 0o77777777777;

/** Returns the whole archive in memory. */
export function writeTar(members: Iterable<TarMember>): Uint8Array {
  return Buffer.concat([...tarBlocks(members)]);
}

/**
 * Returns the header block of a plain file in its one form, for archives that are streamed; the
 * body follows, padded with zeros to {@link TAR_BLOCK_BYTES}. `path` is ASCII of at most 100
 * letters, the size below 8 GiB.
 */
export function tarFileHeader(path: string, sizeBytes: number, mode: number = MODES.file): Buffer {
  return header({
    name: path,
    prefix: '',
    target: '',
    typeFlag: TYPE_FLAGS.file,
    mode,
    sizeBytes,
    mtimeSeconds: 0,
  });
}

function* tarBlocks(members: Iterable<TarMember>): Generator<Uint8Array> {
  for (const member of members) yield* memberBlocks(member);
  yield Buffer.alloc(2 * TAR_BLOCK_BYTES);
}

function* memberBlocks(member: TarMember): Generator<Uint8Array> {
  const type = member.type ?? 'file';
  const body = type === 'file' ? Buffer.from(member.body ?? '') : Buffer.alloc(0);
  const path = type === 'directory' && !member.path.endsWith('/') ? `${member.path}/` : member.path;
  const target = member.target ?? '';
  const split = splitName(path);
  const records: [string, string][] = [];
  if (split === undefined) records.push(['path', path]);
  if (!fitsName(target)) records.push(['linkpath', target]);
  if (body.length > MAX_OCTAL_SIZE) records.push(['size', String(body.length)]);
  const mtimeSeconds = member.mtimeSeconds ?? 0;
  if (records.length > 0) {
    const extended = Buffer.from(records.map(([key, value]) => paxRecord(key, value)).join(''));
    yield header({
      name: 'PaxHeaders/member',
      prefix: '',
      target: '',
      typeFlag: 'x',
      mode: 0o644,
      sizeBytes: extended.length,
      mtimeSeconds,
    });
    yield* padded(extended);
  }
  yield header({
    name: split?.name ?? truncated(path),
    prefix: split?.prefix ?? '',
    target: truncated(target),
    typeFlag: TYPE_FLAGS[type],
    mode: member.mode ?? MODES[type],
    sizeBytes: Math.min(body.length, MAX_OCTAL_SIZE),
    mtimeSeconds,
  });
  yield* padded(body);
}

interface HeaderFields {
  readonly name: string;
  readonly prefix: string;
  readonly target: string;
  readonly typeFlag: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
}

function header(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  block.write(fields.name, 0, 100);
  writeOctal(block, 100, 8, fields.mode);
  writeOctal(block, 108, 8, 0);
  writeOctal(block, 116, 8, 0);
  writeOctal(block, 124, 12, fields.sizeBytes);
  writeOctal(block, 136, 12, Math.max(0, Math.floor(fields.mtimeSeconds)));
  block.fill(0x20, 148, 156);
  block.write(fields.typeFlag, 156, 1);
  block.write(fields.target, 157, 100);
  block.write('ustar\x0000', 257, 'latin1');
  writeOctal(block, 329, 8, 0);
  writeOctal(block, 337, 8, 0);
  block.write(fields.prefix, 345, 155);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function writeOctal(block: Buffer, start: number, length: number, value: number): void {
  block.write(value.toString(8).padStart(length - 1, '0'), start, 'latin1');
}

function* padded(body: Buffer): Generator<Uint8Array> {
  if (body.length === 0) return;
  yield body;
  const rest = body.length % TAR_BLOCK_BYTES;
  if (rest > 0) yield Buffer.alloc(TAR_BLOCK_BYTES - rest);
}

/**
 * Returns the name and prefix of a plain header, `undefined` where the path needs an extended one.
 */
function splitName(path: string): { name: string; prefix: string } | undefined {
  if (!isAscii(path)) return undefined;
  if (path.length <= 100) return { name: path, prefix: '' };
  const slash = path.lastIndexOf('/', 155);
  const name = path.slice(slash + 1);
  if (slash <= 0 || name === '' || name.length > 100) return undefined;
  return { name, prefix: path.slice(0, slash) };
}

function fitsName(text: string): boolean {
  return text.length <= 100 && isAscii(text);
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Truncates a name for readers that know no extended headers; cut at a whole character. */
function truncated(text: string): string {
  let bytes = Buffer.from(text).subarray(0, 100);
  while (bytes.length > 0 && bytes.toString() !== text.slice(0, bytes.toString().length)) {
    bytes = bytes.subarray(0, bytes.length - 1);
  }
  return bytes.toString();
}

/** The length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}
