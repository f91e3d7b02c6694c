/**
 * Changes the base in a Dockerfile by replacing bytes: the tag and the digest in the `FROM` line,
 * or in the default of the `ARG` that holds the whole reference. Every other byte stays.
 */

import { AssayError } from '../../../core/base/errors.ts';
import {
  splice,
  textOf,
  type ByteEdit,
  type ByteRange,
} from '../../../formats/bytes/byte-range.ts';
import {
  readDockerfile,
  type Dockerfile,
  type DockerfileWord,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import { globalScope } from '../../../formats/text/dockerfile/dockerfile-scope.ts';
import { plainDiff, type DiffFile } from '../../../formats/text/diff/unified-diff.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { parseImageReference } from '../../../clients/oci/index.ts';
import { dockerfileBase, type DockerfileBase } from './dockerfile-base.ts';

/** The image to build on. */
export interface NewBase {
  /** The name with its tag, as users write it. */
  readonly reference: string;
  readonly digest?: Digest;
}

/** A changed Dockerfile. */
export interface FromChange {
  readonly bytes: Uint8Array;
  /** Empty if the file has this base already. */
  readonly edits: readonly ByteEdit[];
  /** The unified diff; empty if nothing changes. */
  readonly diff: string;
}

/**
 * Returns the file with another base. The name of the repository stays as it is written if the new
 * image is in the same one.
 *
 * @param diffFile makes the diff
 * @throws AssayError `USAGE` where the tag is made of arguments, and no single place could hold the
 * new one
 */
export function changeFrom(
  base: DockerfileBase,
  to: NewBase,
  diffFile: DiffFile = plainDiff,
): FromChange {
  const { file, path } = base;
  const edits = editsOf(base, base.word, to);
  const bytes = splice(file.bytes, edits);
  if (!leadsTo(base, bytes, to)) throw obstacle(base, base.word.text);
  const stray = strayLine(base, readDockerfile(bytes));
  if (stray !== undefined) throw shared(base, stray);
  const change = { path: path.replace(RELATIVE_START, ''), old: file.bytes, fresh: bytes };
  return { bytes, edits, diff: diffFile(change) };
}

/** Names in a diff begin at the working directory. */
const RELATIVE_START = /^(?:\.?\/)+/u;

/** Reads the changed file again: whatever its arguments do, its base must be the new one. */
function leadsTo({ path, stages }: DockerfileBase, bytes: Uint8Array, to: NewBase): boolean {
  const expected = parseImageReference(to.reference);
  const digest = to.digest ?? expected.digest;
  try {
    const { reference } = dockerfileBase(path, bytes, String(stages.at(-1)?.index ?? 0));
    const found = parseImageReference(reference);
    const isSameName = found.domain === expected.domain && found.path === expected.path;
    return isSameName && found.tag === expected.tag && found.digest === digest;
  } catch (error) {
    if (error instanceof AssayError) return false;
    throw error;
  }
}

/**
 * Returns the line of another `FROM` that no longer leads to what it led to, and did not lead to
 * the base that is replaced: an argument may be part of several references.
 */
function strayLine({ file, reference }: DockerfileBase, changed: Dockerfile): number | undefined {
  const [before, after] = [basesOf(file), basesOf(changed)];
  const at = before.findIndex((one, index) => one !== after[index] && one !== reference);
  const stage = file.stages[at];
  return stage && file.placeOf(stage.from.range.start).line;
}

function basesOf(file: Dockerfile): readonly (string | undefined)[] {
  const globals = globalScope(file);
  return file.stages.map(({ base }) => base && globals.expand(base).value);
}

/** More than this is a circle of arguments that name each other. */
const MAX_ARGUMENTS = 20;

function editsOf(base: DockerfileBase, word: DockerfileWord, to: NewBase): readonly ByteEdit[] {
  let at = word;
  for (let depth = 0; depth < MAX_ARGUMENTS; depth += 1) {
    const { range, text } = inner(at, base.file);
    const { name: braced, bare } = WHOLE_VARIABLE.exec(text)?.groups ?? {};
    const name = braced ?? bare;
    if (name === undefined) return editOf(base, { range, text }, to);
    const value = globalScope(base.file).get(name)?.pair.value;
    if (value === undefined) throw obstacle(base, text);
    at = value;
  }
  throw obstacle(base, word.text);
}

/** `${BASE}` or `$BASE`, without an operator whose outcome a changed default could miss. */
const WHOLE_VARIABLE = /^\$(?:\{(?<name>[A-Za-z_]\w*)\}|(?<bare>[A-Za-z_]\w*))$/u;

interface Text {
  readonly range: ByteRange;
  readonly text: string;
}

/** Returns the bytes of a word between its quotes. */
function inner({ range }: DockerfileWord, { bytes }: Dockerfile): Text {
  const text = textOf(bytes, range);
  const [quote] = text;
  const isQuoted = (quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote);
  const cut = isQuoted ? 1 : 0;
  return {
    range: { start: range.start + cut, end: range.end - cut },
    text: isQuoted ? text.slice(1, -1) : text,
  };
}

function editOf(base: DockerfileBase, { range, text }: Text, to: NewBase): readonly ByteEdit[] {
  const nameLength = lengthOfName(text);
  const version = text.slice(nameLength);
  if (version.includes('$') || /["'\\`\r\n]/u.test(text)) throw obstacle(base, text);
  const target = parseImageReference(to.reference);
  const own = parseImageReference(base.reference);
  const isSame = target.domain === own.domain && target.path === own.path;
  if (!isSame && text.includes('$')) throw obstacle(base, text);
  const tag = target.tag === undefined ? '' : `:${target.tag}`;
  const digest = to.digest ?? target.digest;
  const end = `${tag}${digest === undefined ? '' : `@${digest}`}`;
  const written = isSame ? text.slice(0, nameLength) : withoutVersion(to.reference);
  const changed = `${written}${end}`;
  if (changed === text) return [];
  if (!isSame) return [{ range, text: changed }];
  const start = range.start + Buffer.byteLength(text.slice(0, nameLength));
  return [{ range: { start, end: range.end }, text: end }];
}

function withoutVersion(reference: string): string {
  return reference.slice(0, lengthOfName(reference));
}

/**
 * Returns the length of a reference without its tag and digest. A colon before the last slash is
 * that of a port.
 */
function lengthOfName(text: string): number {
  let depth = 0;
  let end = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (depth > 0) continue;
    else if (character === '/') end = text.length;
    else if ((character === ':' || character === '@') && end === text.length) end = index;
  }
  return end;
}

function obstacle({ path, file, stages: [stage] }: DockerfileBase, text: string): AssayError {
  const { line } = file.placeOf(stage.from.range.start);
  return new AssayError(
    'USAGE',
    `${path}:${line}: the base "${text}" is put together from arguments, so one edit cannot change it`,
    { hint: 'Write the reference into the FROM line, or the whole of it into one ARG.' },
  );
}

function shared({ path, file, stages: [stage] }: DockerfileBase, other: number): AssayError {
  const { line } = file.placeOf(stage.from.range.start);
  return new AssayError(
    'USAGE',
    `${path}:${line}: the argument that holds the base is part of the image in line ${other} too, so one edit would change both`,
    { hint: 'Write the reference into the FROM line, or give it an ARG of its own.' },
  );
}
