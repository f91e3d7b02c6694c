/**
 * Requirements of pip that name one version, and can have hashes. pip takes hashes for all
 * requirements of an installation or for none: a file with a requirement that cannot have one gets
 * none at all. Source: pip documentation, "Secure installs".
 */

import { posix } from 'node:path';

import { hasUtf16Mark, placesOf, type TextPlace } from '../../../formats/bytes/byte-range.ts';
import type {
  FileReadings,
  Finder,
  FoundReference,
  IncludedFile,
  Obstacle,
  PinFile,
} from '../finder.ts';
import { noPinReason } from '../no-pin-comment.ts';
import { optionsOf } from './requirements-options.ts';
import { readRequirementsText, type RequirementsLine } from './requirements-lines.ts';

/** A requirement of one version, with its hashes. */
interface Exact {
  /** `name[extras]==version`, and ` --hash=…` for each hash. */
  readonly value: string;
  readonly hasHashes: boolean;
  /** Number of characters of the line before its options. */
  readonly length: number;
}

/** The kind of a line. */
type Reading =
  | { readonly kind: 'exact'; readonly exact: Exact }
  | { readonly kind: 'obstacle'; readonly value: string; readonly obstacle: Obstacle }
  /** A file that is included; a file of constraints needs no hashes. */
  | { readonly kind: 'include'; readonly path: string; readonly isConstraints: boolean }
  | { readonly kind: 'require-hashes' }
  | { readonly kind: 'other' };

/** Options behind a requirement. */
const TRAILING = /\s--?[A-Za-z]/u;
const DIGEST = /^[a-z0-9]+:[0-9a-f]+$/u;
/** A hash of a value of this finder. */
const HASH = /(?<= --hash=)\S+/gu;
const EXACT =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?<extras>\[[A-Za-z0-9._,\s-]*\])?\s*(?:==\s*(?<version>[\w.!+-]+)|\(\s*==\s*(?<inner>[\w.!+-]+)\s*\))\s*(?:;.*)?$/su;
const NAMED =
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[^\]]*\])?\s*(?:\(?\s*(?:===?|~=|!=|<=?|>=?)[\w.*+!,\s=<>~()-]*)?(?:;.*)?$/su;
const ADDRESS =
  /^[A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?\s*@\s*\S|^(?:[a-z][a-z0-9+.-]*:\/\/|file:|[./~]|[A-Za-z]:\\)|\.(?:whl|zip|tar\.gz|tgz)(?:$|[#\s;])|^[^\s=<>!~;[]*[/\\]/iu;
/** A repository: pip compares no hash of it. */
const REPOSITORY = /(?:^|@\s*)(?:git|hg|svn|bzr)\+/iu;
/** A fragment with a hash that pip compares. */
const WITH_HASH = /#(?:[^#\s]*&)?sha(?:256|384|512)=[0-9a-f]{64,}/iu;
/** A commit of git. */
const WITH_COMMIT = /^(?:\S+ ?@ ?)?git\+[^#\s]*@(?:[0-9a-f]{40}|[0-9a-f]{64})(?:[#\s;]|$)/iu;
const VARIABLE = /\$\{[A-Z0-9_]+\}/u;
/** Files include files this deep at most. */
const MAX_INCLUDES = 10;
/** Characters of a requirement without its options; markers of real ones have some hundred. */
const MAX_REQUIREMENT_LENGTH = 4096;

/** The finder of requirements files. */
export const requirements: Finder = {
  find(file: PinFile): FileReadings {
    const { lines, lineEnd, hiddenBreak } = readRequirementsText(file.bytes);
    const places = placesOf(file.bytes);
    if (hasUtf16Mark(file.bytes)) return unreadable({ line: 1, column: 1 }, 'the file is UTF-16');
    if (hiddenBreak !== undefined) {
      const message = 'a control character begins a new line for pip, and not for editors';
      return unreadable(places(hiddenBreak), message);
    }
    const readings = lines.map((line) => ({ line, reading: readLine(line.text) }));
    const blocker = hasHashMode(readings) ? undefined : blockerOf(readings, file, ROOT);
    const references = readings.flatMap(({ line, reading }): readonly FoundReference[] => {
      const found = foundIn(line, reading, { blocker, lineEnd });
      return found === undefined ? [] : [{ ...found, ...places(line.start) }];
    });
    const includes = readings.flatMap(({ line, reading }): readonly IncludedFile[] => {
      if (reading.kind !== 'include' || VARIABLE.test(reading.path)) return [];
      const { path } = reading;
      return [{ path, from: 'directory', format: 'requirements', ...places(line.start) }];
    });
    return { references, problems: [], ...(includes.length > 0 && { includes }) };
  },
};

function unreadable(place: TextPlace, message: string): FileReadings {
  return { references: [], problems: [{ ...place, message }] };
}

function readLine(text: string): Reading {
  if (text.startsWith('-')) return readOptions(text);
  const options = TRAILING.exec(text);
  const requirement = text.slice(0, options?.index).trimEnd();
  const obstacle = (id: Obstacle['id'], message: string): Reading => ({
    kind: 'obstacle',
    value: requirement,
    obstacle: { id, message },
  });
  if (requirement.length > MAX_REQUIREMENT_LENGTH) {
    return obstacle(
      'not-a-reference',
      `a requirement is longer than ${MAX_REQUIREMENT_LENGTH} characters`,
    );
  }
  const plain = requirement.replaceAll(/\s+/gu, ' ');
  if (VARIABLE.test(plain)) {
    return obstacle('computed-name', `"${requirement}" contains a variable of the environment`);
  }
  const exact = exactOf(requirement, text.slice(requirement.length));
  if (exact !== undefined) return { kind: 'exact', exact };
  if (ADDRESS.test(plain)) {
    if ((REPOSITORY.test(plain) ? WITH_COMMIT : WITH_HASH).test(plain)) return { kind: 'other' };
    return obstacle('direct-url', `an address or a path names "${requirement}"`);
  }
  if (NAMED.test(plain)) {
    return obstacle('range', `"${requirement}" does not name one version`);
  }
  return obstacle('not-a-reference', `pip does not accept "${requirement}"`);
}

/**
 * Reads a line of options. Of several, pip takes the first editable one, else the first file that
 * is included.
 */
function readOptions(text: string): Reading {
  const options = optionsOf(text);
  const valueOf = (wanted: string): string | undefined =>
    options.find(({ name }) => name === wanted)?.value;
  const editable = valueOf('--editable');
  if (editable !== undefined) {
    const message = `"${editable}" is installed from where it is`;
    return { kind: 'obstacle', value: editable, obstacle: { id: 'direct-url', message } };
  }
  const included = valueOf('--requirement');
  if (included !== undefined) return includeOf(included, false);
  const constraints = valueOf('--constraint');
  if (constraints !== undefined) return includeOf(constraints, true);
  return { kind: valueOf('--require-hashes') === undefined ? 'other' : 'require-hashes' };
}

/** pip also takes the address of a file, which is read by nothing here. */
function includeOf(path: string, isConstraints: boolean): Reading {
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(path)) return { kind: 'include', path, isConstraints };
  const message = `"${path}" is downloaded each time`;
  const advice = 'Copy the file into the repository.';
  return { kind: 'obstacle', value: path, obstacle: { id: 'direct-url', message, advice } };
}

function exactOf(requirement: string, options: string): Exact | undefined {
  const plain = requirement.replaceAll(/\s+/gu, ' ');
  const { name, extras = '', version, inner } = EXACT.exec(plain)?.groups ?? {};
  const exact = version ?? inner;
  if (name === undefined || exact === undefined) return undefined;
  const hashes = optionsOf(options).flatMap((option) =>
    option.name === '--hash' && DIGEST.test(option.value) ? [option.value] : [],
  );
  const flags = hashes.map((digest) => ` --hash=${digest}`).join('');
  return {
    value: `${name}${extras.replaceAll(/\s/gu, '')}==${exact}${flags}`,
    hasHashes: hashes.length > 0,
    length: requirement.length,
  };
}

interface ReadLine {
  readonly line: RequirementsLine;
  readonly reading: Reading;
}

function hasHashMode(readings: readonly ReadLine[]): boolean {
  return readings.some(
    ({ reading }) =>
      reading.kind === 'require-hashes' || (reading.kind === 'exact' && reading.exact.hasHashes),
  );
}

/**
 * The includes that led to a file: the directory relative to the first file, and the number of
 * steps.
 */
interface IncludedFrom {
  readonly folder: string;
  readonly depth: number;
}

const ROOT: IncludedFrom = { folder: '', depth: 0 };

/**
 * Returns what keeps a file from hashes: a line that cannot have one, here or in a file that is
 * included.
 */
function blockerOf(
  readings: readonly ReadLine[],
  file: PinFile,
  { folder, depth }: IncludedFrom,
): string | undefined {
  for (const { line, reading } of readings) {
    if (reading.kind === 'obstacle') return `"${reading.value}"`;
    if (reading.kind === 'exact' && noPinOf(line) !== undefined) return `"${reading.exact.value}"`;
    if (reading.kind !== 'include' || reading.isConstraints) continue;
    const path = posix.isAbsolute(reading.path) ? reading.path : posix.join(folder, reading.path);
    const bytes = depth < MAX_INCLUDES ? file.other?.(path) : undefined;
    if (bytes === undefined) return `"${reading.path}", which is not read here,`;
    const inner = readRequirementsText(bytes).lines.map((one) => ({
      line: one,
      reading: readLine(one.text),
    }));
    const from = { folder: posix.dirname(path), depth: depth + 1 };
    const blocker = hasHashMode(inner) ? undefined : blockerOf(inner, file, from);
    if (blocker !== undefined) return `${blocker} of "${reading.path}"`;
  }
  return undefined;
}

function foundIn(
  line: RequirementsLine,
  reading: Reading,
  { blocker, lineEnd }: { readonly blocker: string | undefined; readonly lineEnd: string },
): Omit<FoundReference, 'line' | 'column'> | undefined {
  const noPin = noPinOf(line);
  const end = line.endOf(reading.kind === 'exact' ? reading.exact.length : line.text.length);
  const base = {
    kind: 'requirement',
    edit: { range: { start: end, end }, write: () => '' },
    ...(noPin !== undefined && { noPin }),
  } as const;
  switch (reading.kind) {
    case 'exact': {
      const { value, hasHashes } = reading.exact;
      const isBlocked = blocker !== undefined && !hasHashes;
      const where = 'requirement';
      const written = new Set(value.match(HASH));
      const write = (to: string): string => hashLines(to, lineEnd, written);
      return {
        ...base,
        edit: { range: base.edit.range, write },
        value,
        where,
        ...(isBlocked && { obstacle: allOrNone(value, blocker) }),
      };
    }
    case 'obstacle':
      return { ...base, value: reading.value, where: 'requirement', obstacle: reading.obstacle };
    case 'include': {
      const { path, isConstraints } = reading;
      const where = isConstraints ? 'constraints' : 'included requirements';
      const message = `"${path}" is another file`;
      return { ...base, value: path, where, obstacle: { id: 'other-file', message } };
    }
    case 'require-hashes':
    case 'other':
      return undefined;
  }
}

function allOrNone(value: string, blocker: string): Obstacle {
  const message = `"${value}" cannot have hashes, because ${blocker} has none: pip takes hashes for all requirements or for none`;
  return { id: 'all-or-none', message };
}

/** Returns the comment that exempts a line, behind it or directly above. */
function noPinOf({ comments }: RequirementsLine): string | undefined {
  for (const comment of comments) {
    const reason = noPinReason(comment);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Returns the lines of the hashes that the file does not have. */
function hashLines(value: string, lineEnd: string, written: ReadonlySet<string>): string {
  const digests = (value.match(HASH) ?? []).filter((digest) => !written.has(digest));
  return digests.map((digest) => ` \\${lineEnd}    --hash=${digest}`).join('');
}
