/**
 * Files of a commit, read from the objects of the repository: nothing is checked out, so that no
 * filter, attribute, hook or link of the repository has any effect, and every byte is as it was
 * committed.
 *
 * Source: git-ls-tree(1), "Output format" with `-z`; git-cat-file(1), "Batch output".
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { startGit, type GitPlace, type RunningGit } from './git-command.ts';

/** A row of a commit's tree. */
export interface TreeEntry {
  readonly kind: 'file' | 'symlink' | 'directory' | 'submodule';
  /** The path in git's form: relative, with `/`. */
  readonly path: string;
  readonly mode: number;
  readonly objectId: string;
  /** Size of a file or link. */
  readonly sizeBytes: number;
}

const ROW =
  /^(?<mode>[0-7]{6}) (?<type>blob|tree|commit) (?<id>[0-9a-f]{40,64}) +(?<size>\d+|-)\t(?<path>.+)$/su;
const TYPE_BITS = 0o170000;
const LINK_BITS = 0o120000;
const MAX_ROW_BYTES = 64 * 1024;

/**
 * Yields all rows of a tree, or of that of a commit, a folder in front of what is in it.
 * @throws AssayError `DAMAGED`
 */
export async function* listTree(
  treeish: string,
  place: GitPlace,
  context: Context,
): AsyncGenerator<TreeEntry> {
  const args = ['ls-tree', '-r', '-t', '-z', '--long', '--full-tree', treeish];
  const git = startGit(args, place, context);
  git.stdin.end();
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of git.stdout as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let start = 0;
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0, start)) {
        yield parseRow(rest.toString('utf8', start, end));
        start = end + 1;
      }
      rest = rest.subarray(start);
      if (rest.length > MAX_ROW_BYTES) throw damaged('a path is too long');
    }
    const { code, stderr } = await git.end;
    if (code !== 0) throw damaged(stderr.trim());
  } finally {
    git.stop();
  }
}

function parseRow(text: string): TreeEntry {
  const { mode = '', type, id = '', size, path = '' } = ROW.exec(text)?.groups ?? {};
  const bits = parseInt(mode, 8);
  const row = {
    path,
    mode: bits & 0o7777,
    objectId: id,
    sizeBytes: size === '-' ? 0 : Number(size),
  };
  switch (type) {
    case 'tree':
      return { ...row, kind: 'directory' };
    case 'commit':
      return { ...row, kind: 'submodule' };
    case 'blob':
      return { ...row, kind: (bits & TYPE_BITS) === LINK_BITS ? 'symlink' : 'file' };
    default:
      throw damaged(`git lists "${text}"`);
  }
}

/** Gives the contents of objects, one after another, from one process. */
export class ObjectReader {
  readonly #git: RunningGit;
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #context: Context;
  #rest: Buffer = Buffer.alloc(0);

  constructor(place: GitPlace, context: Context) {
    this.#git = startGit(['cat-file', '--batch'], place, context);
    this.#pieces = (this.#git.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.#context = context;
  }

  /** Returns whether the object is there; its bytes go to `take`. @throws AssayError `DAMAGED` */
  async read(objectId: string, take: (piece: Uint8Array) => void): Promise<boolean> {
    const head = await this.#ask(objectId);
    if (head !== undefined) await this.#take(head.sizeBytes, take);
    return head !== undefined;
  }

  /**
   * Reads a whole object; `undefined` if it is not there.
   *
   * @throws AssayError `DAMAGED`, and `LIMIT_EXCEEDED` for more than `maxBytes`
   */
  async readWhole(
    objectId: string,
    maxBytes: number,
  ): Promise<{ readonly type: string; readonly bytes: Buffer } | undefined> {
    const head = await this.#ask(objectId);
    if (head === undefined) return undefined;
    const { type, sizeBytes } = head;
    if (sizeBytes > maxBytes) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `the object ${objectId} has ${sizeBytes} bytes, and at most ${maxBytes} are read`,
        { hint: `Look at it: git cat-file -s ${objectId}` },
      );
    }
    const pieces: Uint8Array[] = [];
    await this.#take(sizeBytes, (piece) => pieces.push(piece));
    return { type, bytes: Buffer.concat(pieces) };
  }

  async #ask(
    objectId: string,
  ): Promise<{ readonly type: string; readonly sizeBytes: number } | undefined> {
    throwIfInterrupted(this.#context.signal);
    this.#git.stdin.write(`${objectId}\n`);
    const [, type = '', size] = (await this.#line()).split(' ');
    if (type === 'missing') return undefined;
    const sizeBytes = Number(size);
    if (!Number.isSafeInteger(sizeBytes)) {
      throw damaged('git answers something else than an object');
    }
    return { type, sizeBytes };
  }

  async #take(sizeBytes: number, take: (piece: Uint8Array) => void): Promise<void> {
    let left = sizeBytes;
    while (left > 0) {
      if (this.#rest.length === 0) await this.#more();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      take(piece);
    }
    await this.#line();
  }

  stop(): void {
    this.#git.stop();
  }

  async #line(): Promise<string> {
    let end = this.#rest.indexOf(0x0a);
    while (end < 0) {
      if (this.#rest.length > MAX_ROW_BYTES) throw damaged('git answers without end');
      await this.#more();
      end = this.#rest.indexOf(0x0a);
    }
    const line = this.#rest.toString('latin1', 0, end);
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }

  async #more(): Promise<void> {
    const next = await this.#pieces.next();
    if (next.done === true) {
      throwIfInterrupted(this.#context.signal);
      throw damaged((await this.#git.end).stderr.trim() || 'git ended early');
    }
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
  }
}

function damaged(reason: string): AssayError {
  return new AssayError('DAMAGED', `the repository cannot be read: ${reason}`, {
    hint: 'Check it: git fsck',
  });
}
