/**
 * Reads YAML with the places of its parts, for audits and for edits that leave all other bytes as
 * they are. See `yaml.ts` for the reader of lockfiles, which has values only and refuses aliases.
 *
 * Source: YAML 1.2.2, parsed by js-yaml into events. Never throws on what a file contains: problems
 * are listed, and documents that could be read are returned beside them.
 */

import { parseEvents, YAMLException } from 'js-yaml';

import { placesOf, type TextPlace } from '../../bytes/byte-range.ts';
import { byteOffsetsOf } from '../../bytes/utf8-offsets.ts';
import type {
  PlacedDocument,
  PlacedYaml,
  YamlComment,
  YamlProblem,
  YamlProblemId,
} from './yaml-node.ts';
import { buildTree } from './yaml-tree.ts';

/** Bounds for one file. */
export interface YamlLimits {
  /**
   * 8 MiB: all resource definitions of a large Kubernetes operator in one file have about 4 MiB.
   */
  readonly maxBytes: number;
  /** 500: the parser is recursive, and the stack of Node.js suffices for about 1,600. */
  readonly maxDepth: number;
  /**
   * 1,000,000: 50,000 lines have about 200,000 values. Values that aliases repeat count each time.
   */
  readonly maxNodes: number;
}

/** The usual bounds. */
export const YAML_LIMITS: YamlLimits = { maxBytes: 2 ** 23, maxDepth: 500, maxNodes: 1_000_000 };

/** Documents that are not YAML before the rest of a file is left unread. */
const MAX_BROKEN_DOCUMENTS = 20;

/**
 * Reads all documents of a file. A document that is not YAML is a problem; those before and behind
 * it are read.
 */
export function readPlacedYaml(bytes: Uint8Array, limits: YamlLimits = YAML_LIMITS): PlacedYaml {
  return new Reader(bytes, limits).read();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #limits: YamlLimits;
  readonly #documents: PlacedDocument[] = [];
  readonly #comments: YamlComment[] = [];
  readonly #problems: YamlProblem[] = [];
  readonly #placeOf: (offset: number) => TextPlace;

  constructor(bytes: Uint8Array, limits: YamlLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
    let find: ((offset: number) => TextPlace) | undefined;
    this.#placeOf = (offset) => (find ??= placesOf(bytes))(offset);
  }

  read(): PlacedYaml {
    const text = this.#text();
    if (text !== undefined) this.#readDocuments(text);
    return {
      bytes: this.#bytes,
      documents: this.#documents,
      comments: this.#comments,
      problems: this.#problems.sort((a, b) => a.offset - b.offset),
      placeOf: this.#placeOf,
    };
  }

  #text(): string | undefined {
    const { maxBytes } = this.#limits;
    if (this.#bytes.length > maxBytes) {
      const size = `${this.#bytes.length.toLocaleString('en-US')} bytes`;
      const limit = maxBytes.toLocaleString('en-US');
      this.#report('size', `the file has ${size}, more than ${limit}`, 0);
      return undefined;
    }
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#bytes);
    } catch {
      this.#report('encoding', 'the file is not UTF-8', firstInvalidByte(this.#bytes));
      return undefined;
    }
  }

  #readDocuments(text: string): void {
    const byteOf = byteOffsetsOf(text, this.#bytes.length);
    const source = {
      byteOf,
      maxNodes: this.#limits.maxNodes,
      report: this.#report.bind(this),
    };
    const take = (part: string, base: number): void => {
      const events = parseEvents(part, { maxDepth: this.#limits.maxDepth });
      const { documents, comments } = buildTree(events, { ...source, text: part, base });
      for (const document of documents) this.#documents.push(document);
      for (const comment of comments) this.#comments.push(comment);
    };
    let start = 0;
    let joined = 0;
    let current = text;
    for (let broken = 0; start < text.length;) {
      const rest = current.slice(start);
      const failure = failureOf(() => take(rest, start));
      if (failure === undefined) return;
      const accepted = joined < MAX_JOINED ? withJoinedBracket(rest, failure) : undefined;
      if (accepted !== undefined) {
        joined += 1;
        current = current.slice(0, start) + accepted;
        continue;
      }
      this.#report(failure.id, failure.message, byteOf(start + failure.position));
      broken += 1;
      const before = separatorBefore(rest, failure.position);
      if (before > 0) failureOf(() => take(rest.slice(0, before), start));
      const next = separatorFrom(rest, Math.max(failure.position, 1));
      if (next < 0) return;
      start += next;
      if (broken === MAX_BROKEN_DOCUMENTS) {
        const message = `${broken} documents are not YAML; the rest of the file is not read`;
        this.#report('syntax', message, byteOf(start));
        return;
      }
    }
  }

  #report(id: YamlProblemId, message: string, offset: number): void {
    this.#problems.push({ id, message, offset, ...this.#placeOf(offset) });
  }
}

/** Brackets of which the place is accepted in one file; the file is read again for each. */
const MAX_JOINED = 20;

/**
 * Returns the text with a closing bracket at the end of the line before, in the same number of
 * characters. YAML 1.2.2 wants it deeper than the collection around it; libyaml, and the parser of
 * GitHub, accept it at the same depth.
 */
function withJoinedBracket(text: string, { message, position }: Failure): string | undefined {
  if (!message.endsWith('deficient indentation') || !/[\]}]/u.test(text[position] ?? '')) {
    return undefined;
  }
  const before = text.slice(0, position).trimEnd();
  const line = before.slice(before.lastIndexOf('\n') + 1);
  // A bracket behind a comment would be a part of it.
  if (/(?:^|\s)#/u.test(line) || text.slice(before.length, position).includes('\t'))
    return undefined;
  return before + ' '.repeat(position - before.length) + text.slice(position);
}

interface Failure {
  readonly id: YamlProblemId;
  readonly message: string;
  readonly position: number;
}

/** Runs a parser, and returns why it refused the text. */
function failureOf(parse: () => void): Failure | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) {
      return { id: 'depth', message: 'values are nested too deeply', position: 0 };
    }
    if (!(error instanceof YAMLException)) throw error;
    const isDepth = error.reason.startsWith('nesting exceeded');
    return {
      id: isDepth ? 'depth' : 'syntax',
      message: isDepth ? 'values are nested too deeply' : `invalid YAML: ${error.reason}`,
      position: error.mark?.position ?? 0,
    };
  }
}

/**
 * Returns the position of the last `---` line that begins before a position; 0 if there is none.
 */
function separatorBefore(text: string, position: number): number {
  for (let at = position - 1; at > 0;) {
    const found = text.lastIndexOf('\n---', at - 1);
    if (found < 0) return 0;
    if (isSeparator(text, found + 1)) return found + 1;
    at = found;
  }
  return 0;
}

/**
 * Returns the position of the first `---` line that begins at a position or behind it; -1 if there
 * is none.
 */
function separatorFrom(text: string, position: number): number {
  for (let at = position - 1; ;) {
    const found = text.indexOf('\n---', at);
    if (found < 0) return -1;
    if (isSeparator(text, found + 1)) return found + 1;
    at = found + 1;
  }
}

function isSeparator(text: string, at: number): boolean {
  const next = text[at + 3];
  return next === undefined || ' \t\r\n'.includes(next);
}

/** Returns the offset of the first character that cannot be decoded. */
function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prefixOf(bytes, middle + 1) === undefined) high = middle;
    else low = middle + 1;
  }
  return new TextEncoder().encode(prefixOf(bytes, low)).length;
}

/** Decodes a prefix without a character that its end cuts off; `undefined` if it is not valid. */
function prefixOf(bytes: Uint8Array, length: number): string | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes.subarray(0, length), { stream: true });
  } catch {
    return undefined;
  }
}
