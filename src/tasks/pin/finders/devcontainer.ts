/**
 * Images and features of dev containers. The reference of a feature has a tag or a digest, never
 * both, so that the tag of a pinned one stays in a comment behind it, from where `--update` takes
 * it. Source: the dev container reference, and "Features".
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  byteOrderMarkLength,
  placesOf,
  textOf,
  type ByteRange,
} from '../../../formats/bytes/byte-range.ts';
import { readJsoncDocument } from '../../../formats/text/json/json.ts';
import { jsonStrings, type JsonStringPlace } from '../../../formats/text/json/json-strings.ts';
import type {
  FileReadings,
  Finder,
  FoundReference,
  IncludedFile,
  Obstacle,
  PinFile,
} from '../finder.ts';
import { noPinReason } from '../no-pin-comment.ts';
import { decidingArguments } from './build-arguments.ts';
import { imageObstacle } from './image-value.ts';

/** A reference at its place. */
interface Found {
  readonly value: string;
  readonly range: ByteRange;
  readonly where: string;
  readonly obstacle: Obstacle | undefined;
  readonly write: (value: string) => string;
}

/** The tag of a pinned feature, in the form in which it is written. */
const TAG_COMMENT = /^[ \t]*\/\* :(?<tag>\w[\w.-]{0,127}) \*\//u;
const TAGGED = /^(?<name>.*):(?<tag>[^:/@]+)@(?<digest>.*)$/u;
const ERROR_PLACE = /line (?<line>\d+)/u;
/** The comment with a tag, which has 128 characters at most, and some blanks before it. */
const MAX_COMMENT_BYTES = 200;
/** A comment and nothing else is read of the rest of a line that is longer. */
const MAX_LINE_BYTES = 4096;

/** The finder of dev containers. */
export const devcontainer: Finder = {
  find(file: PinFile): FileReadings {
    const { path, bytes } = file;
    try {
      readJsoncDocument(path, bytes);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const line = Number(ERROR_PLACE.exec(error.reason)?.groups?.['line'] ?? 1);
      return { references: [], problems: [{ line, column: 1, message: error.reason }] };
    }
    const strings = [...jsonStrings(bytes)];
    const repeated = repeatedMembers(strings);
    const places = placesOf(bytes);
    const deciding = decidingOf(strings, file);
    const references = strings.flatMap((string): readonly FoundReference[] => {
      const found =
        imageOf(bytes, string) ?? featureOf(bytes, string) ?? argumentOf(bytes, string, deciding);
      if (found === undefined) return [];
      const { value, range, where, write } = found;
      const isTwice = [1, 2].some((length) =>
        repeated.has(memberKey(string.path.slice(0, length))),
      );
      const obstacle = isTwice ? twice(value) : found.obstacle;
      const noPin = noPinOf(bytes, range);
      return [
        {
          kind: 'image',
          value,
          edit: { range, write },
          ...places(range.start),
          where,
          ...(obstacle !== undefined && { obstacle }),
          ...(noPin !== undefined && { noPin }),
        },
      ];
    });
    const includes = strings.flatMap((string): readonly IncludedFile[] => {
      const { path: at, isName, value } = string;
      const format = FORMATS.get(at.filter((part) => typeof part === 'string').join('.'));
      if (isName || format === undefined || value.includes('${')) return [];
      return [{ path: value, from: 'directory', format, ...places(string.range.start) }];
    });
    return { references, problems: [], ...(includes.length > 0 && { includes }) };
  },
};

/** Members that name other files, with the formats of these. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['dockerFile', 'dockerfile'],
  ['build.dockerfile', 'dockerfile'],
  ['dockerComposeFile', 'compose'],
]);

function imageOf(
  bytes: Uint8Array,
  { path, isName, value, range }: JsonStringPlace,
): Found | undefined {
  if (isName || path.length !== 1 || path[0] !== 'image') return undefined;
  return wholeImage(textOf(bytes, range), { value, range, where: 'image' });
}

/** Returns the reference that a string is. */
function wholeImage(raw: string, place: Pick<Found, 'value' | 'range' | 'where'>): Found {
  const { value } = place;
  return {
    ...place,
    obstacle: value.includes('${') ? computed(value) : imageObstacle(value),
    write: (to) =>
      to.startsWith(value) ? withSuffix(raw, to.slice(value.length)) : JSON.stringify(to),
  };
}

/**
 * Returns the members of `build.args` that decide an image of the Dockerfile, by their names. If
 * several members name a Dockerfile, each counts, because readers choose differently.
 */
function decidingOf(
  strings: readonly JsonStringPlace[],
  { other }: PinFile,
): ReadonlyMap<string, Obstacle | undefined> {
  const values = new Map(
    strings.flatMap(({ path, isName, value }) =>
      isArgument(path) && !isName ? [[String(path[2]), value] as const] : [],
    ),
  );
  if (values.size === 0) return new Map();
  const names = strings.flatMap(({ path: [first, second, ...rest], isName, value }) => {
    const isNamed = first === 'dockerFile' || (first === 'build' && second === 'dockerfile');
    return isNamed && rest.length === 0 && !isName ? [value] : [];
  });
  return new Map(
    [...new Set(names)].flatMap((name) => {
      const dockerfile = other?.(name);
      const deciding = dockerfile === undefined ? [] : decidingArguments(dockerfile, values);
      return deciding.map(({ name: argument, obstacle }) => [argument, obstacle] as const);
    }),
  );
}

function isArgument([first, second, , ...rest]: JsonStringPlace['path']): boolean {
  return first === 'build' && second === 'args' && rest.length === 0;
}

function argumentOf(
  bytes: Uint8Array,
  { path, isName, value, range }: JsonStringPlace,
  deciding: ReadonlyMap<string, Obstacle | undefined>,
): Found | undefined {
  const name = String(path[2]);
  if (isName || !isArgument(path) || !deciding.has(name) || value === '') return undefined;
  const found = wholeImage(textOf(bytes, range), { value, range, where: `build.args.${name}` });
  const obstacle = deciding.get(name) ?? found.obstacle;
  return { ...found, obstacle };
}

/** Escapes in the text stay. */
function withSuffix(raw: string, suffix: string): string {
  return raw.slice(0, -1) + suffix + raw.slice(-1);
}

function featureOf(
  bytes: Uint8Array,
  { path, isName, value, range }: JsonStringPlace,
): Found | undefined {
  if (!isName || path.length !== 2 || path[0] !== 'features') return undefined;
  if (/^(?:\.{1,2})?\//u.test(value)) return undefined;
  const end = Math.min(bytes.length, range.end + MAX_COMMENT_BYTES);
  const comment = TAG_COMMENT.exec(textOf(bytes, { start: range.end, end }));
  const tag = value.includes('@') ? comment?.groups?.['tag'] : undefined;
  const whole = {
    start: range.start,
    end: range.end + (tag === undefined ? 0 : (comment?.[0].length ?? 0)),
  };
  return {
    value: tag === undefined ? value : value.replace('@', `:${tag}@`),
    range: whole,
    where: 'features',
    obstacle: featureObstacle(value),
    write: writtenFeature,
  };
}

function writtenFeature(value: string): string {
  const { name, tag, digest } = TAGGED.exec(value)?.groups ?? {};
  if (name === undefined || tag === undefined || digest === undefined) return JSON.stringify(value);
  return `${JSON.stringify(`${name}@${digest}`)} /* :${tag} */`;
}

function featureObstacle(value: string): Obstacle | undefined {
  if (value.includes('${')) return computed(value);
  const advice = 'Name a feature of a registry, as in ghcr.io/devcontainers/features/node:1.';
  if (/^https?:/iu.test(value)) {
    return { id: 'no-digest-syntax', message: `an address names the feature "${value}"`, advice };
  }
  const [registry = '', ...rest] = value.split('/');
  if (rest.length < 2 || !/[.:]|^localhost$/u.test(registry)) {
    return { id: 'no-digest-syntax', message: `the feature "${value}" has no registry`, advice };
  }
  return imageObstacle(value);
}

function computed(value: string): Obstacle {
  return { id: 'computed-name', message: `"${value}" contains a variable` };
}

function twice(value: string): Obstacle {
  return { id: 'ambiguous', message: `the member of "${value}" is given twice` };
}

/** Returns the members that the file gives twice. Tools take the last one, or refuse the file. */
function repeatedMembers(strings: readonly JsonStringPlace[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { path, isName } of strings) {
    if (!isName || path.length > 2 || (path[0] !== 'image' && path[0] !== 'features')) continue;
    const key = memberKey(path);
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  return repeated;
}

function memberKey(path: readonly (string | number)[]): string {
  return JSON.stringify(path);
}

/** Returns the comment behind a reference on its line, or alone on the line above. */
function noPinOf(bytes: Uint8Array, { start, end }: ByteRange): string | undefined {
  const behind = /\/\/(?<text>[ \t]*assay:.*)$/u.exec(lineText(bytes, end));
  if (behind !== null) return noPinReason(`#${behind.groups?.['text'] ?? ''}`);
  const lineStart = bytes.lastIndexOf(0x0a, start) + 1;
  if (lineStart < 2) return undefined;
  const above = bytes.lastIndexOf(0x0a, lineStart - 2) + 1;
  const comment = /^\s*\/\/(?<text>.*)$/u.exec(
    lineText(bytes, Math.max(above, byteOrderMarkLength(bytes))),
  );
  return comment === null ? undefined : noPinReason(`#${comment.groups?.['text'] ?? ''}`);
}

function lineText(bytes: Uint8Array, start: number): string {
  const feed = bytes.indexOf(0x0a, start);
  const end = Math.min(feed < 0 ? bytes.length : feed, start + MAX_LINE_BYTES);
  return textOf(bytes, { start, end }).replace(/\r$/u, '');
}
