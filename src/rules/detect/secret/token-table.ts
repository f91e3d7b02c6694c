/**
 * The table of formats as it is used: for each literal the shapes that it leads to, and the formats
 * that a name announces.
 */

import { appendTo } from '../../../core/base/maps.ts';
import type { SecretFormat } from './secret-format.ts';
import {
  lengthBefore,
  shapeParts,
  shapePattern,
  shapePrefix,
  shapeSource,
  type ShapePart,
} from './shape.ts';

/** A shape that a literal leads to. */
export interface Lead {
  readonly format: SecretFormat;
  /** Sticky, with borders. */
  readonly pattern: RegExp;
  /** The public text at the beginning of the shape. */
  readonly prefix: string;
  readonly literalLength: number;
  /** Number of bytes of the value in front of the literal. */
  readonly minBefore: number;
  readonly maxBefore: number;
  readonly maxLength: number;
  /** Bytes behind the literal that must be of a class: a table of 256 flags. */
  readonly following: { readonly table: Uint8Array; readonly count: number } | undefined;
}

/** A format whose values a name announces. */
export interface NamedFormat {
  readonly format: SecretFormat;
  readonly names: RegExp;
  /** The whole value. */
  readonly pattern: RegExp;
}

/**
 * Returns the leads of some formats by their literals, which are compared with the case of their
 * letters.
 */
export function leadsOf(formats: readonly SecretFormat[]): ReadonlyMap<string, readonly Lead[]> {
  const leads = new Map<string, Lead[]>();
  for (const format of formats) {
    if (format.names !== undefined) continue;
    for (const shape of shapesOf(format)) {
      for (const literal of literalsOf(format, shape)) {
        appendTo(leads, literal, leadOf(format, shape, literal));
      }
    }
  }
  return leads;
}

const PERCENT = 0x25;

/**
 * Returns the bytes that may follow a literal with some leads, `%` of an encoded one included;
 * `undefined`: all.
 */
export function followingBytes(leads: readonly Lead[]): Uint8Array | undefined {
  const all = new Uint8Array(256);
  all[PERCENT] = 1;
  for (const { following } of leads) {
    if (following === undefined) return undefined;
    for (const [byte, flag] of following.table.entries()) if (flag === 1) all[byte] = 1;
  }
  return all;
}

/** Returns the formats that names announce. */
export function namedFormatsOf(formats: readonly SecretFormat[]): readonly NamedFormat[] {
  return formats.flatMap((format) => {
    const { names } = format;
    if (names === undefined) return [];
    const sources = shapesOf(format).map(shapeSource);
    return [{ format, names, pattern: new RegExp(`^(?:${sources.join('|')})$`, 'u') }];
  });
}

/** Returns the shapes of a format. */
function shapesOf({ shape }: SecretFormat): readonly string[] {
  return typeof shape === 'string' ? [shape] : shape;
}

function literalsOf({ literal }: SecretFormat, shape: string): readonly string[] {
  const found = (literal ?? []).filter((text) => shape.includes(text) || matchesDigit(shape, text));
  return found.length > 0 ? found : [shapePrefix(shape)];
}

/** `-us1` leads to `-us{d:1}`. */
function matchesDigit(shape: string, literal: string): boolean {
  return shape.includes(`${literal.slice(0, -1)}{d:`);
}

function leadOf(format: SecretFormat, shape: string, literal: string): Lead {
  const head = shape.includes(literal) ? literal : literal.slice(0, -1);
  const parts = shapeParts(shape);
  return {
    format,
    pattern: shapePattern(shape),
    prefix: shapePrefix(shape),
    literalLength: literal.length,
    minBefore: lengthBefore(shape, head, 'min'),
    maxBefore: lengthBefore(shape, head, 'max'),
    maxLength: parts.reduce((sum, part) => sum + maxLengthOf(part), 0),
    following: head === literal ? followingOf(parts, literal) : undefined,
  };
}

function maxLengthOf(part: ShapePart): number {
  if ('text' in part) return part.text.length;
  return 'isUuid' in part ? 36 : part.max;
}

/** Enough to tell a token from a word. */
const MAX_FOLLOWING = 12;

function followingOf(parts: readonly ShapePart[], literal: string): Lead['following'] {
  const at = parts.findIndex((part) => 'text' in part && part.text.endsWith(literal));
  const next = at < 0 ? undefined : parts[at + 1];
  if (next === undefined || 'text' in next) return undefined;
  const [characters, min] = 'isUuid' in next ? ['0-9A-Fa-f', 8] : [next.characters, next.min];
  const inClass = new RegExp(`[${characters}]`, 'u');
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 128; byte += 1)
    table[byte] = inClass.test(String.fromCharCode(byte)) ? 1 : 0;
  return { table, count: Math.min(min, MAX_FOLLOWING) };
}
