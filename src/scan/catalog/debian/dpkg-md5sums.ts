/**
 * The files that a Debian package installed, with the MD5 of each:
 * `/var/lib/dpkg/info/NAME[:ARCH].md5sums`, and `status.d/NAME.md5sums` in images without a package
 * manager.
 *
 * Source: dpkg(1) `--verify`; deb-md5sums(5): lines of 32 hexadecimal digits, two spaces, and the
 * path without its first slash. Links, folders, modes and conffiles are not in it. Nothing is
 * refused: a line that is none of these is a note, because such a file names no package and only
 * adds to the evidence of one. Files of the same name in a folder `info` elsewhere belong to a
 * package of this system only if `/var/lib/dpkg` is a link that leads there, as where a system
 * keeps the database in `/usr`; other ones are passed over.
 */

import { Buffer } from 'node:buffer';

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type {
  OwnedFile,
  SelfCheck,
  ExternalClaimSubject,
} from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const INFO = /^(?<folder>\/.*)\/info\/(?<name>[^/:]+)(?::(?<architecture>[^/:]+))?\.md5sums$/s;
const DATABASES: readonly string[] = ['/var/lib/dpkg', '/usr/lib/dpkg'];
const STATUS_D = /^(?<stanza>\/(?:var|usr)\/lib\/dpkg\/status\.d\/[^/]+)\.md5sums$/;

const HEX_DIGITS = 32;
/**
 * Length of the gap between digest and path: two spaces, or a space and md5sum's mark of binary
 * files.
 */
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
    const isElsewhere = of.kind === 'name' && of.soughtAt !== undefined;
    const owns: OwnedFile[] = [];
    for (const rows = new Rows(await file.bytes()); rows.advance();) {
      const owned = rows.read();
      if (owned === undefined) {
        // It may well be a list of something else.
        if (isElsewhere) return result.done();
        result.note(`no checksum and path: ${JSON.stringify(rows.quote())}`, rows.line);
      } else if (owns.length < MAX_FILES) owns.push(owned);
      else {
        result.gap('limit', `only the first ${MAX_FILES} files are compared`, rows.line);
        break;
      }
    }
    const selfChecks = of.kind === 'name' ? nameChecks(of.name, owns) : [];
    result.addClaim({ of, ownedFiles: owns, ...(selfChecks.length > 0 && { selfChecks }) });
    return result.done();
  },
};

/**
 * debhelper puts copyright and changelog of a package into the folder of its name; other packers
 * put what they like where they like. Where both lie in the folder of another name alone, the
 * package had that name.
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

function subjectOf(path: string): ExternalClaimSubject | undefined {
  const { folder, name, architecture } = INFO.exec(path)?.groups ?? {};
  if (folder !== undefined && name !== undefined) {
    const isHome = DATABASES.includes(folder);
    return {
      kind: 'name',
      name,
      ...(architecture !== undefined && { architecture }),
      ...(!isHome && { soughtAt: path.replace(folder, '/var/lib/dpkg') }),
    };
  }
  const stanza = STATUS_D.exec(path)?.groups?.['stanza'];
  return stanza === undefined ? undefined : { kind: 'record', path: stanza };
}

/** Characters of a bad line that a note quotes. */
const MAX_QUOTED = 80;

/**
 * The lines of the file. A large system has 35,000 of them, so each becomes two flat strings and
 * holds on to no part of the file; both are gathered byte by byte, which takes less time than
 * asking for each part.
 */
class Rows {
  /** Number of the line that was read last. */
  line = 0;
  readonly #bytes: Buffer;
  readonly #path = Buffer.alloc(MAX_PATH_BYTES + 1);
  readonly #digest = Buffer.from(`md5:${'0'.repeat(HEX_DIGITS)}`, 'latin1');
  #start = 0;
  #next = 0;

  constructor(file: Uint8Array) {
    this.#bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
    this.#path[0] = SLASH;
  }

  /** Goes to the next line that is not empty; false at the end. */
  advance(): boolean {
    const bytes = this.#bytes;
    while (this.#next < bytes.length && bytes[this.#next] === LINE_FEED) {
      this.line += 1;
      this.#next += 1;
    }
    this.#start = this.#next;
    this.line += 1;
    return this.#start < bytes.length;
  }

  /** Reads a line, once for each; `undefined` for one that is no digest with its path. */
  read(): OwnedFile | undefined {
    const bytes = this.#bytes;
    const at = this.#start;
    const mark = bytes[at + HEX_DIGITS + 1];
    const isRow =
      bytes[at + HEX_DIGITS] === SPACE &&
      (mark === SPACE || mark === STAR) &&
      this.#takeDigest(bytes, at);
    const path = isRow ? this.#takePath(bytes, pathStart(bytes, at + HEX_DIGITS + GAP)) : undefined;
    if (path === undefined) {
      const lineFeed = bytes.indexOf(LINE_FEED, at);
      this.#next = (lineFeed === -1 ? bytes.length : lineFeed) + 1;
      return undefined;
    }
    return { path, kind: 'file', digest: this.#digest.toString('latin1') as Digest };
  }

  /** Returns the beginning of the line that was read last. */
  quote(): string {
    const start = this.#start;
    return this.#bytes.toString('utf8', start, Math.min(this.#next - 1, start + MAX_QUOTED));
  }

  #takeDigest(bytes: Buffer, at: number): boolean {
    const digest = this.#digest;
    for (let index = 0; index < HEX_DIGITS; index += 1) {
      const byte = bytes[at + index] ?? 0;
      if (!isHexDigit(byte)) return false;
      digest['md5:'.length + index] = byte;
    }
    return true;
  }

  /** Takes the path up to the end of the line, where the next one begins. */
  #takePath(bytes: Buffer, start: number): string | undefined {
    const path = this.#path;
    let hasDot = false;
    let length = 1;
    let at = start;
    for (; at < bytes.length; at += 1, length += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === LINE_FEED) break;
      if (length > MAX_PATH_BYTES) return undefined;
      if (byte === DOT && path[length - 1] === SLASH) hasDot = true;
      path[length] = byte;
    }
    if (length === 1) return undefined;
    const text = path.toString('utf8', 0, length);
    if (hasDot && UP.test(text)) return undefined;
    this.#next = at + 1;
    return text;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
}

/** Some packages write `./usr/bin/x` or `/usr/bin/x`. */
function pathStart(bytes: Buffer, at: number): number {
  if (bytes[at] === SLASH) return at + 1;
  return bytes[at] === DOT && bytes[at + 1] === SLASH ? at + GAP : at;
}
