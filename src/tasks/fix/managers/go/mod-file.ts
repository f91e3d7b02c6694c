/**
 * A `go.mod` as a fix needs it: what it requires and replaces, and edits of single words.
 *
 * Source: the Go Modules Reference, "go.mod files".
 *
 * Reads: `go.mod`.
 */

import { splice, type ByteRange } from '../../../../formats/bytes/byte-range.ts';
import { readModLines, type Directive } from '../../../../formats/text/go-mod-lines.ts';

/** A requirement. */
export interface GoRequirement {
  readonly name: string;
  readonly version: string;
  readonly isIndirect: boolean;
}

/** A replacement. `byVersion` is empty for a directory. */
export interface GoReplacement {
  readonly name: string;
  /** Absent: all versions. */
  readonly version?: string;
  readonly by: string;
  readonly byVersion: string;
}

/** The contents of a `go.mod`. */
export interface GoModFile {
  /** The path of the module itself. */
  readonly module: string;
  readonly requirements: readonly GoRequirement[];
  readonly replacements: readonly GoReplacement[];
  /** The toolchain, as in `go1.24.1`. */
  readonly toolchain?: string;
}

const INDIRECT = /^indirect(?:$|[\s;])/u;

/** Reads a `go.mod` or `go.work`. Directives of other forms are left out. */
export function readGoMod(bytes: Uint8Array): GoModFile {
  const { directives } = readModLines(new TextDecoder().decode(bytes));
  const toolchain = directives.find(({ verb }) => verb === 'toolchain')?.words[0];
  return {
    module: directives.find(({ verb }) => verb === 'module')?.words[0] ?? '',
    requirements: directives.flatMap(({ verb, words: [name, version], comment }) =>
      verb === 'require' && name !== undefined && version !== undefined
        ? [{ name, version, isIndirect: INDIRECT.test(comment) }]
        : [],
    ),
    replacements: directives.flatMap((directive) => replacementIn(directive) ?? []),
    ...(toolchain !== undefined && { toolchain }),
  };
}

function replacementIn({ verb, words }: Directive): GoReplacement | undefined {
  const arrow = words.indexOf('=>');
  if (verb !== 'replace' || arrow < 1) return undefined;
  const [name = '', version] = words.slice(0, arrow);
  const [by, byVersion = ''] = words.slice(arrow + 1);
  if (by === undefined) return undefined;
  return { name, ...(version !== undefined && { version }), by, byVersion };
}

/**
 * Returns the file with another version in a replacement, or another toolchain. @throws RangeError
 * if it has none of this form
 */
export function editGoMod(
  bytes: Uint8Array,
  {
    verb,
    name,
    from,
    to,
  }: {
    readonly verb: 'replace' | 'toolchain';
    readonly name: string;
    readonly from: string;
    readonly to: string;
  },
): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const lines = new Set(
    readModLines(text)
      .directives.filter((directive) => isMeant(directive, { verb, name, from }))
      .map(({ line }) => line),
  );
  const ranges: ByteRange[] = [];
  let start = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const at = lines.has(index + 1) ? line.split('//', 1)[0]?.lastIndexOf(from) : undefined;
    if (at !== undefined && at >= 0) {
      const offset = start + Buffer.byteLength(line.slice(0, at));
      ranges.push({ start: offset, end: offset + Buffer.byteLength(from) });
    }
    start += Buffer.byteLength(line) + 1;
  }
  if (ranges.length === 0) throw new RangeError(`"${name}" cannot be edited`);
  return splice(
    bytes,
    ranges.map((range) => ({ range, text: to })),
  );
}

function isMeant(
  directive: Directive,
  { verb, name, from }: { readonly verb: string; readonly name: string; readonly from: string },
): boolean {
  if (directive.verb !== verb) return false;
  if (verb === 'toolchain') return directive.words[0] === from;
  const replacement = replacementIn(directive);
  return replacement?.by === name && replacement.byVersion === from;
}
