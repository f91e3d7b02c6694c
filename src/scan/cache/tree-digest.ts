/**
 * A digest of all that a walk over files on disk tells whoever reads them: every entry, and every byte of the bodies that
 * are read. Two walks of the same digest give the same result, whatever becomes of the files meanwhile, because the
 * digest is of what was handed on and not of what lies there.
 *
 * Of a file that nobody reads or remembers only the name counts, and whether it can be run: nothing else decides that
 * it is passed over, and a project's own sources change all day. Every line is JSON and ends in a line break, and a body
 * is as long as the line before it says, so that different walks never make the same bytes.
 */

import { createHash } from 'node:crypto';

import { compareText } from '../../base/compare.ts';
import type { BodySink, LayerEntry, LayerVisitor } from '../../model/artifact.ts';

/** A file that is remembered without its body. */
export interface RecordedFile {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
}

/**
 * Longer bodies are not hashed, and nothing is kept of such a tree: a root file system has gigabytes, of which a second
 * scan would have to read each again. Hashing these takes a tenth of a second.
 */
const MAX_BODY_BYTES = 128 * 1024 * 1024;
/** Lines are hashed together. */
const TEXT_LENGTH = 64 * 1024;
/** Any of the three execute bits. */
const EXECUTE_BITS = 0o111;

type FileEntry = LayerEntry & { readonly type: 'file' };

/** The digest of one walk, made while it goes by. */
export class TreeDigest {
  readonly #hash = createHash('sha256');
  readonly #read: string[] = [];
  #text = '';
  #bodyBytes = 0;
  #openCount = 0;
  #isWhole = true;

  /** Paths of the files whose bodies were read so far. */
  get read(): readonly string[] {
    return this.#read;
  }

  /** A visitor that sees what `visit` does, and hands on what it answers. */
  watching(visit: LayerVisitor): LayerVisitor {
    return (entry) => {
      const sink = visit(entry);
      if (entry.type !== 'file') this.#tell(entry.type, entry.path, rest(entry));
      else if (sink === undefined) this.#tellName(entry);
      else return this.#watched(sink, entry);
      return undefined;
    };
  }

  /** For a walk on which nothing is done but to read the files of a plan. */
  reading(paths: ReadonlySet<string>): LayerVisitor {
    return this.watching((entry) =>
      entry.type === 'file' && paths.has(entry.path) ? NOWHERE : undefined,
    );
  }

  /** Once the walk is over; `undefined` where it told of more than it gave. */
  done(noted: readonly RecordedFile[]): string | undefined {
    if (!this.#isWhole || this.#openCount > 0) return undefined;
    for (const { path, mode, sizeBytes } of noted.toSorted(byPath)) {
      this.#tell('noted', path, [mode, sizeBytes]);
    }
    this.#flush();
    return this.#hash.digest('hex');
  }

  #watched(sink: BodySink, { path, mode, sizeBytes }: FileEntry): BodySink {
    this.#tell('read', path, [mode, sizeBytes]);
    this.#flush();
    this.#read.push(path);
    this.#openCount += 1;
    let doneBytes = 0;
    return {
      write: (piece) => {
        doneBytes += piece.length;
        this.#addBody(piece);
        sink.write(piece);
      },
      end: () => {
        this.#openCount -= 1;
        this.#isWhole &&= doneBytes === sizeBytes;
        sink.end();
      },
    };
  }

  #addBody(piece: Uint8Array): void {
    this.#bodyBytes += piece.length;
    this.#isWhole &&= this.#bodyBytes <= MAX_BODY_BYTES;
    if (this.#isWhole) this.#hash.update(piece);
  }

  #tellName({ path, mode }: FileEntry): void {
    this.#tell('name', path, [(mode & EXECUTE_BITS) !== 0]);
  }

  #tell(what: string, path: string, more: readonly unknown[]): void {
    this.#text += `${JSON.stringify([what, path, ...more])}\n`;
    if (this.#text.length >= TEXT_LENGTH) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = '';
  }
}

function byPath(a: RecordedFile, b: RecordedFile): number {
  return compareText(a.path, b.path);
}

const NOWHERE: BodySink = { write: () => undefined, end: () => undefined };

function rest(entry: Exclude<LayerEntry, FileEntry>): readonly unknown[] {
  switch (entry.type) {
    case 'symlink':
    case 'hardlink':
      return [entry.target];
    case 'directory':
      return [entry.mode];
    case 'special':
      return [entry.what];
    case 'whiteout':
    case 'opaque':
      return [];
  }
}
