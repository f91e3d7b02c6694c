/**
 * A digest of a walk over files on disk: of every entry, and of every byte of the bodies that are
 * read. Two walks with one digest have the same result even if the files change meanwhile, because
 * the digest covers the bytes that were passed on.
 *
 * Of a file that is neither read nor recorded, the digest covers only the name and whether it is
 * executable: nothing else decides that it is skipped, and a project's own sources change all day.
 * Every line is JSON and ends in a line break, and the line before a body names its length, so
 * different walks never have the same bytes.
 */

import { createHash } from 'node:crypto';

import { compareText } from '../../../core/base/compare.ts';
import type { BodySink, LayerEntry, LayerVisitor } from '../../../core/model/artifact/artifact.ts';

/** A file that is recorded without its body. */
export interface RecordedFile {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
}

/**
 * Longer bodies are not hashed, and such a tree is not cached: a root file system has gigabytes,
 * and a second scan would have to read each again. Hashing these takes a tenth of a second.
 */
const MAX_BODY_BYTES = 128 * 1024 * 1024;
/** Lines are hashed together. */
const TEXT_LENGTH = 64 * 1024;
/** Any of the three execute bits. */
const EXECUTE_BITS = 0o111;

type FileEntry = LayerEntry & { readonly type: 'file' };

/** Computes the digest of one walk while it runs. */
export class TreeDigest {
  readonly #hash = createHash('sha256');
  readonly #read: string[] = [];
  #text = '';
  #bodyBytes = 0;
  #openCount = 0;
  #isWhole = true;

  /** Returns the paths of the files whose bodies were read so far. */
  get read(): readonly string[] {
    return this.#read;
  }

  /** Returns a visitor that passes everything on to `visit` and adds it to the digest. */
  watching(visit: LayerVisitor): LayerVisitor {
    return (entry) => {
      const sink = visit(entry);
      if (entry.type !== 'file') this.#tell(entry.type, entry.path, rest(entry));
      else if (sink === undefined) this.#tellName(entry);
      else return this.#watched(sink, entry);
      return undefined;
    };
  }

  /** Returns a visitor for a walk that only reads the files with these paths. */
  reading(paths: ReadonlySet<string>): LayerVisitor {
    return this.watching((entry) =>
      entry.type === 'file' && paths.has(entry.path) ? NOWHERE : undefined,
    );
  }

  /**
   * Returns the digest once the walk is over; `undefined` if a body was incomplete, or too long to
   * be hashed.
   */
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
