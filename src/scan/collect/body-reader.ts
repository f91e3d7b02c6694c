/** Reads the body of one file: stores it, computes its digests, or both, within the limits. */

import { elfMarkerRegions } from '../../formats/binary/elf/elf-marker-regions.ts';
import type {
  BodySink,
  Digest,
  SeekableBody,
  RandomAccessBody,
} from '../../core/model/artifact/artifact.ts';
import type { GapKind } from '../../core/model/finding/finding.ts';
import type { BodyStore } from './body-store.ts';
import { AnchorWindows } from './anchor-windows.ts';
import type { FileDigests } from './file-digests.ts';
import { MarkerSearch } from './marker-search.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { InPlaceBody, SpooledBody, type GrowingBody, type ReadableBody } from './spooled-body.ts';

/**
 * Size of a body in the temporary file, as a multiple of the largest file in memory: 2 GiB with the
 * default limits.
 */
const STORED_FACTOR = 16;

/** The storage for the bodies of one layer. */
export interface BodyStorage {
  /** The size of the largest file that is read as a whole. */
  readonly maxFileBytes: number;
  /** The budget of the layer. */
  readonly memory: MemoryBudget;
  /** Holds bodies that are too large for memory. */
  readonly store: BodyStore;
}

/** The parts of a body to read. */
export interface BodyPlan {
  readonly declaredBytes: number;
  readonly storage: BodyStorage;
  /** Whether the body is stored whatever its first bytes are. */
  readonly isWanted: boolean;
  /** Whether its catalogers read parts of it in place, so that it may be as large as a program. */
  readonly isReadInPlace: boolean;
  /**
   * Texts whose surroundings are stored even if the body is not. The size of the body does not
   * matter for them.
   */
  readonly anchors?: readonly string[];
  /** Number of first bytes that may make the body wanted; 0 if they do not matter. */
  readonly headBytes: number;
  /**
   * Returns what the first bytes require of the rest; `undefined` when they do not make the body
   * wanted.
   */
  readonly judgeHead: (head: Uint8Array) => WantedMarkers | undefined;
  /** Without digests, a body that is not wanted is not read. */
  readonly digests: FileDigests | undefined;
}

/** A body is wanted if it contains one of these texts. */
export interface WantedMarkers {
  /** Empty when the first bytes are enough. */
  readonly texts: readonly string[];
  /** See `FileSelector.markersIn`; set if it holds for all of them. */
  readonly areInData: boolean;
}

/** The result of reading a body. */
export interface BodyOutcome {
  /** Bytes delivered; the declared size when the body was not read. */
  readonly sizeBytes: number;
  /**
   * Absent when it was not wanted, or could not be stored. An excerpt when no more than that was
   * wanted.
   */
  readonly body?: ReadableBody;
  readonly digests: readonly Digest[];
  readonly trouble?: { readonly message: string; readonly gap: GapKind };
}

/** The reader of one body. */
export class BodyReader implements BodySink {
  readonly #plan: BodyPlan;
  #body: GrowingBody | undefined;
  /** A body that is not copied: it is read from its file when it is needed. */
  #placed: RandomAccessBody | undefined;
  #deliveredBytes = 0;
  /** `perhaps` until the first bytes are complete and the required texts are found. */
  #isWanted: 'yes' | 'no' | 'perhaps';
  #head: Uint8Array = NOTHING;
  #isJudged = false;
  /** Texts that are searched for when the body is complete. */
  #markers: WantedMarkers | undefined;
  #found: ReadonlySet<string> = NOT_FOUND;
  #search: MarkerSearch | undefined;
  #excerpt: AnchorWindows | undefined;
  #excerptBody: SpooledBody | undefined;
  #limit: string | undefined;
  #excerptLimit: string | undefined;
  #hasEnded = false;

  constructor(plan: BodyPlan) {
    this.#plan = plan;
    this.#isWanted = plan.isWanted ? 'yes' : plan.headBytes > 0 ? 'perhaps' : 'no';
    this.#isJudged = plan.headBytes === 0;
    if (plan.anchors !== undefined) this.#excerpt = new AnchorWindows(plan.anchors);
    if (this.#isWanted === 'no') return;
    this.#body = new SpooledBody(plan.storage.memory, plan.storage.store);
    if (plan.declaredBytes > this.#maxBytes) this.#giveUp(plan.declaredBytes);
  }

  /** Returns the first bytes, as many as decide; empty when they do not matter. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** Returns the texts that were found in the body. */
  get found(): ReadonlySet<string> {
    return this.#search?.found ?? this.#found;
  }

  write(piece: Uint8Array): void {
    this.#deliveredBytes += piece.length;
    this.#plan.digests?.write(piece);
    this.#excerpt?.push(piece);
    if (this.#isWanted === 'no' || piece.length === 0) return;
    if (!this.#isJudged) this.#takeHead(piece);
    this.#push(piece);
    const body = this.#body;
    if (body === undefined) return;
    const sizeBytes = body.sizeBytes + piece.length;
    if (sizeBytes > this.#maxBytes || !body.append(piece)) {
      const wasSearched = this.#search !== undefined;
      this.#giveUp(Math.max(sizeBytes, this.#plan.declaredBytes));
      if (!wasSearched) this.#push(piece);
    }
  }

  /**
   * Reads parts of a body in place. The body of a wanted file is left to its catalogers. Of a
   * program, only the parts are read that decide whether it is wanted. Returns false if the body
   * must be read as a whole, from the start.
   */
  place(body: RandomAccessBody): boolean {
    if (this.#plan.digests !== undefined || this.#limit !== undefined) return false;
    if (!this.#isJudged) {
      this.#head = body.readAt(0, this.#plan.headBytes);
      this.#judge();
    }
    const isDecided =
      this.#search === undefined && (this.#markers === undefined || this.#lookInData(body));
    if (!isDecided || (this.#isWanted === 'yes' && !body.isLasting)) return this.#startAgain();
    if (!this.#excerptOf(body)) return this.#startAgain();
    if (this.#isWanted === 'perhaps') this.#refuse();
    if (this.#isWanted === 'yes') this.#placed = body;
    this.#deliveredBytes = body.sizeBytes;
    this.#hasEnded = true;
    return true;
  }

  /** Leaves a large body in the archive instead of copying it. */
  again(body: SeekableBody): void {
    if (this.#body !== undefined) this.#body = new InPlaceBody(body);
    this.#plan.digests?.again(body);
  }

  end(): void {
    if (!this.#isJudged) this.#judge();
    if (this.#markers !== undefined || this.#isWanted === 'perhaps') this.#decide();
    this.#endExcerpt();
    this.#plan.digests?.end();
    this.#hasEnded = true;
  }

  outcome(): BodyOutcome {
    const { declaredBytes, digests, anchors } = this.#plan;
    if (this.#isWanted === 'no' && digests === undefined && anchors === undefined) {
      return { sizeBytes: declaredBytes, digests: NO_DIGESTS };
    }
    const trouble = this.#trouble();
    const kept = this.#isWanted === 'yes' ? (this.#placed ?? this.#body) : this.#excerptBody;
    const body = this.#hasEnded ? kept : undefined;
    return {
      sizeBytes: this.#hasEnded ? this.#deliveredBytes : declaredBytes,
      // A body that was cut off has no digest worth comparing.
      digests: (this.#hasEnded ? digests?.digests() : undefined) ?? NO_DIGESTS,
      ...(body !== undefined && { body }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  /**
   * A file that is wanted for its name is read as a whole, unless its catalogers read in place. Of
   * others, parts are enough.
   */
  get #maxBytes(): number {
    const { isWanted, isReadInPlace, storage } = this.#plan;
    const isWhole = isWanted && !isReadInPlace;
    return storage.maxFileBytes * (isWhole ? 1 : STORED_FACTOR);
  }

  #trouble(): BodyOutcome['trouble'] {
    const limit = this.#isWanted === 'yes' ? this.#limit : this.#excerptLimit;
    if (limit !== undefined) return { message: limit, gap: 'limit' };
    if (!this.#hasEnded) return { message: 'the body is cut off', gap: 'unreadable' };
    const { declaredBytes } = this.#plan;
    if (this.#deliveredBytes === declaredBytes) return undefined;
    return {
      message: `${String(declaredBytes)} bytes were announced and ${String(this.#deliveredBytes)} delivered`,
      gap: 'unreadable',
    };
  }

  #endExcerpt(): void {
    const excerpt = this.#excerpt;
    this.#excerpt = undefined;
    if (excerpt === undefined || this.#isWanted === 'yes') return;
    const body = new SpooledBody(this.#plan.storage.memory, undefined);
    if (body.append(excerpt.bytes())) this.#excerptBody = body;
    else this.#excerptLimit = 'not read: its layer holds more than can be kept of files to be read';
  }

  #takeHead(piece: Uint8Array): void {
    const missing = this.#plan.headBytes - this.#head.length;
    this.#head = Buffer.concat([this.#head, piece.subarray(0, missing)]);
    if (this.#head.length === this.#plan.headBytes) this.#judge();
  }

  /** Decides by the first bytes, which are complete. */
  #judge(): void {
    this.#isJudged = true;
    const markers = this.#plan.judgeHead(this.#head);
    if (markers === undefined) {
      if (this.#isWanted === 'perhaps') this.#refuse();
    } else if (markers.texts.length === 0) this.#isWanted = 'yes';
    else if (markers.areInData && this.#body !== undefined) this.#markers = markers;
    else this.#beginSearch(markers);
  }

  #beginSearch({ texts }: WantedMarkers): void {
    this.#markers = undefined;
    this.#search = new MarkerSearch(texts);
  }

  #push(piece: Uint8Array): void {
    if (this.#search === undefined) return;
    this.#search.push(piece);
    if (this.#search.found.size > 0) this.#isWanted = 'yes';
  }

  /** Decides at the end of the body. */
  #decide(): void {
    const body = this.#body;
    if (this.#markers !== undefined && body !== undefined && !this.#lookInData(body)) {
      this.#beginSearch(this.#markers);
      for (const piece of body.pieces()) this.#push(piece);
    }
    if (this.#isWanted === 'perhaps') this.#refuse();
  }

  /**
   * Searches the data of an ELF file. Returns false if the file is not in order, so that all of it
   * must be searched.
   */
  #lookInData(body: ReadableBody): boolean {
    const read = body.readAt.bind(body);
    const places = elfMarkerRegions(read, body.sizeBytes);
    if (places === undefined) return false;
    const search = new MarkerSearch(this.#markers?.texts ?? []);
    for (const { offset, lengthBytes } of places) search.push(read(offset, lengthBytes));
    this.#found = search.found;
    if (search.found.size > 0) this.#isWanted = 'yes';
    return true;
  }

  /**
   * Takes the excerpt of a body in place, without its code. Returns false if the body is shorter
   * than declared.
   */
  #excerptOf(body: RandomAccessBody): boolean {
    const { anchors } = this.#plan;
    if (anchors === undefined || this.#isWanted === 'yes') return true;
    const excerpt = new AnchorWindows(anchors);
    for (let at = 0; at < body.sizeBytes;) {
      const skippedBytes = Math.min(excerpt.skippableBytes, body.sizeBytes - at);
      excerpt.skip(skippedBytes);
      at += skippedBytes;
      const lengthBytes = Math.min(
        at === 0 ? FIRST_BYTES : MAX_PIECE_BYTES,
        excerpt.wantedBytes,
        body.sizeBytes - at,
      );
      const piece = pieceBuffer().subarray(0, lengthBytes);
      const count = body.readInto(piece, at);
      if (count < lengthBytes) return false;
      excerpt.push(piece);
      at += count;
    }
    this.#excerpt = excerpt;
    this.#endExcerpt();
    return true;
  }

  /** Resets the reader to its beginning. Returns false. */
  #startAgain(): false {
    const { isWanted, headBytes } = this.#plan;
    this.#isWanted = isWanted ? 'yes' : 'perhaps';
    this.#isJudged = headBytes === 0;
    this.#head = NOTHING;
    this.#markers = undefined;
    this.#search = undefined;
    this.#found = NOT_FOUND;
    return false;
  }

  #refuse(): void {
    this.#isWanted = 'no';
    this.#body?.drop();
    this.#body = undefined;
  }

  /** Releases a body that is too large. Whether that is a gap depends on the rest of it. */
  #giveUp(sizeBytes: number): void {
    const max = this.#maxBytes;
    this.#limit =
      sizeBytes > max
        ? `too large to be read: ${String(sizeBytes)} bytes, of which ${String(max)} are allowed`
        : 'not read: its layer holds more than can be kept of files to be read';
    if (this.#markers !== undefined && this.#body !== undefined) {
      this.#beginSearch(this.#markers);
      for (const piece of this.#body.pieces()) this.#push(piece);
    }
    this.#body?.drop();
    this.#body = undefined;
  }
}

/** The headers of a program, with all of a small one. */
const FIRST_BYTES = 16 * 1024;
const MAX_PIECE_BYTES = 256 * 1024;
let piece: Buffer | undefined;

/** The buffer is used by one reader at a time, because reading in place is synchronous. */
function pieceBuffer(): Buffer {
  piece ??= Buffer.allocUnsafeSlow(MAX_PIECE_BYTES);
  return piece;
}

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_DIGESTS: readonly Digest[] = [];
const NOT_FOUND: ReadonlySet<string> = new Set();
