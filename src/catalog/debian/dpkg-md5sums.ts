/**
 * Which files a Debian package installed, with the MD5 of each: `/var/lib/dpkg/info/NAME[:ARCH].md5sums`, and
 * `status.d/NAME.md5sums` in images without a package manager.
 *
 * Source: dpkg(1) `--verify`; deb-md5sums(5): lines of 32 hexadecimal digits, two spaces, and the path without its first
 * slash. Links, folders, modes and conffiles are not in it. Nothing is refused: a line that is none of these is a note,
 * because such a file names no package and only adds to the evidence of one. Files of the same name elsewhere are passed
 * over: they speak of no package of this system.
 */

import { Buffer } from 'node:buffer';

import type { Digest } from '../../model/artifact.ts';
import type { OwnedFile, SelfCheck, Testified } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const INFO =
  /^\/(?:var|usr)\/lib\/dpkg\/info\/(?<name>[^/:]+)(?::(?<architecture>[^/:]+))?\.md5sums$/;
const STATUS_D = /^(?<stanza>\/(?:var|usr)\/lib\/dpkg\/status\.d\/[^/]+)\.md5sums$/;

const HEX_DIGITS = 32;
const HEX = /^[0-9a-f]{32}$/;
/** What stands between digest and path: two spaces, or a space and md5sum's mark of binary files. */
const GAP = 2;
const SPACE = 0x20;
const SLASH = 0x2f;
const DOT = 0x2e;
const STAR = 0x2a;
const LINE_FEED = 0x0a;
/** Longer than any path that Linux takes (`PATH_MAX`). */
const MAX_PATH_BYTES = 4096;
/** The packages of Debian with the most files have some 60,000. */
const MAX_FILES = 500_000;
const DOCUMENTATION = '/usr/share/doc/';
const DOCUMENT =
  /^(?<folder>[^/]+)\/(?<file>copyright|changelog(?:\.Debian)?\.gz|changelog\.Debian)$/;
const UP = /(?:^|\/)\.\.?(?:\/|$)/;

export const dpkgMd5sums: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const of = subjectOf(file.path);
    if (of === undefined) return result.done();
    const owns: OwnedFile[] = [];
    for (const { owned, text, line } of readRows(await file.bytes())) {
      if (owned === undefined) result.note(`no checksum and path: ${JSON.stringify(text)}`, line);
      else if (owns.length < MAX_FILES) owns.push(owned);
      else {
        result.gap('limit', `only the first ${MAX_FILES} files are compared`, line);
        break;
      }
    }
    const selfChecks = of.kind === 'name' ? nameChecks(of.name, owns) : [];
    result.testify({ of, owns, ...(selfChecks.length > 0 && { selfChecks }) });
    return result.done();
  },
};

/**
 * debhelper puts copyright and changelog of a package into the folder of its name; other packers put what they like where
 * they like. Where both lie in the folder of another name alone, the package had that name.
 */
function nameChecks(name: string, owns: readonly OwnedFile[]): readonly SelfCheck[] {
  const copyrights = new Set<string>();
  const changelogs = new Set<string>();
  for (const { path } of owns) {
    if (!path.startsWith(DOCUMENTATION)) continue;
    const { folder, file } = DOCUMENT.exec(path.slice(DOCUMENTATION.length))?.groups ?? {};
    if (folder === name) return [];
    if (folder !== undefined) (file === 'copyright' ? copyrights : changelogs).add(folder);
  }
  const other = [...copyrights].find((folder) => changelogs.has(folder));
  if (other === undefined) return [];
  return [
    {
      by: 'list of files',
      kind: 'content',
      outcome: 'mismatch',
      claimed: `the files of ${name}`,
      found: `copyright and changelog of ${other}`,
    },
  ];
}

function subjectOf(path: string): Testified | undefined {
  const info = INFO.exec(path)?.groups;
  if (info?.['name'] !== undefined) {
    const architecture = info['architecture'];
    return {
      kind: 'name',
      name: info['name'],
      ...(architecture !== undefined && { architecture }),
    };
  }
  const stanza = STATUS_D.exec(path)?.groups?.['stanza'];
  return stanza === undefined ? undefined : { kind: 'record', path: stanza };
}

interface Row {
  /** Absent for a line that is none. */
  readonly owned?: OwnedFile;
  /** The beginning of a line that is none. */
  readonly text?: string;
  readonly line: number;
}

/**
 * The lines of the file. A large system has 35,000 of them, so each becomes two flat strings and holds on to no part of
 * the file.
 */
function* readRows(file: Uint8Array): Generator<Row> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const path = Buffer.alloc(MAX_PATH_BYTES + 1);
  path[0] = SLASH;
  const digest = Buffer.from(`md5:${'0'.repeat(HEX_DIGITS)}`, 'latin1');
  let line = 0;
  for (let at = 0; at < bytes.length;) {
    const lineFeed = bytes.indexOf(LINE_FEED, at);
    const end = lineFeed === -1 ? bytes.length : lineFeed;
    line += 1;
    if (end > at) {
      const owned = readRow(bytes, { at, end }, { path, digest });
      yield owned === undefined
        ? { text: bytes.toString('utf8', at, Math.min(end, at + MAX_QUOTED)), line }
        : { owned, line };
    }
    at = end + 1;
  }
}

/** How much of a bad line a note quotes. */
const MAX_QUOTED = 80;

function readRow(
  bytes: Buffer,
  { at, end }: { readonly at: number; readonly end: number },
  scratch: { readonly path: Buffer; readonly digest: Buffer },
): OwnedFile | undefined {
  const separator = bytes[at + HEX_DIGITS];
  const mark = bytes[at + HEX_DIGITS + 1];
  if (separator !== SPACE || (mark !== SPACE && mark !== STAR)) return undefined;
  if (!HEX.test(bytes.toString('latin1', at, at + HEX_DIGITS))) return undefined;
  const start = pathStart(bytes, at + HEX_DIGITS + GAP);
  const length = end - start;
  if (length <= 0 || length > MAX_PATH_BYTES) return undefined;
  bytes.copy(scratch.path, 1, start, end);
  const path = scratch.path.toString('utf8', 0, length + 1);
  if (UP.test(path)) return undefined;
  bytes.copy(scratch.digest, 'md5:'.length, at, at + HEX_DIGITS);
  return { path, kind: 'file', digest: scratch.digest.toString('latin1') as Digest };
}

/** Some packages write `./usr/bin/x` or `/usr/bin/x`. */
function pathStart(bytes: Buffer, at: number): number {
  if (bytes[at] === SLASH) return at + 1;
  return bytes[at] === DOT && bytes[at + 1] === SLASH ? at + GAP : at;
}
