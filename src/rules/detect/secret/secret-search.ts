/**
 * The search for secrets in bytes: one pass of the prefilter, and at each literal what it leads to.
 * Nothing is skipped by its path or owner. What is encoded is decoded once.
 */

import { createHash } from 'node:crypto';

import { ADDRESS_LITERALS, addressAt, HEADER_LITERALS, headerAt } from './addresses.ts';
import { assignmentAt, mayAssign, nameEndOf, nameStartOf, type Assignment } from './assignment.ts';
import { CHECKS } from './checks.ts';
import { encodedRuns } from './encoded-runs.ts';
import { SECRET_FORMATS } from './formats/list.ts';
import { fileFormOf, genericSecret, type FileForm } from './generic.ts';
import { isKnownExample } from './known-examples.ts';
import { LiteralIndex, type Literal } from './literal-index.ts';
import { LOGIN_LITERALS, loginAt, loginsOfFile } from './logins.ts';
import { PRIVATE_KEY_LITERALS, privateKeyAt } from './private-keys.ts';
import type { SecretFormat, SecretMatch } from './secret-format.ts';
import { isPlaceholder, isReference, isTooRegular } from './silence.ts';
import {
  followingBytes,
  leadsOf,
  namedFormatsOf,
  type Lead,
  type NamedFormat,
} from './token-table.ts';

/** The origin of the bytes. */
export interface SearchedFile {
  readonly path: string;
  readonly isBinary: boolean;
}

/** Parts of names that announce a secret. */
const NAME_LITERALS = [
  ...[
    'password',
    'passwd',
    'passphrase',
    '_pass',
    'sshpass',
    'pwd',
    'secret',
    'token',
    'credential',
  ],
  ...[
    '_key',
    '-key',
    '.key',
    'apikey',
    'accesskey',
    'accountkey',
    'privatekey',
    'authkey',
    'masterkey',
    'signingkey',
  ],
  ...[
    'encryptionkey',
    'auth"',
    'auth=',
    'auth:',
    'auth ',
    'appkey',
    'storagekey',
    'authorizationkey',
    'key"',
    'keyid',
    'key_id',
  ],
] as const;

/** The function that a literal leads to. */
type Lookup = (bytes: Buffer, offset: number, search: Search) => SecretMatch | undefined;

/** The state of one search. */
interface Search {
  readonly form: FileForm;
  /** Names that were looked at: several literals lead to the same one. */
  readonly names: Set<number>;
  readonly matches: SecretMatch[];
}

/** The literals and what they lead to. Made once, when the first file is searched. */
export class SecretSearcher {
  readonly #index: LiteralIndex;
  readonly #lookups: readonly Lookup[];
  readonly #named: readonly NamedFormat[];

  constructor(formats: readonly SecretFormat[] = SECRET_FORMATS) {
    const literals: Literal[] = [];
    const lookups: Lookup[] = [];
    const add = (texts: readonly string[], isExact: boolean, lookup: Lookup): void => {
      for (const text of texts) {
        literals.push({ text, isExact });
        lookups.push(lookup);
      }
    };
    for (const [literal, leads] of leadsOf(formats)) {
      const following = followingBytes(leads);
      literals.push({ text: literal, isExact: true, ...(following && { following }) });
      lookups.push((bytes, offset) => tokenAt(leads, bytes, offset));
    }
    add(PRIVATE_KEY_LITERALS, true, privateKeyAt);
    add(ADDRESS_LITERALS, false, addressAt);
    add(HEADER_LITERALS, false, headerAt);
    add(LOGIN_LITERALS, false, loginAt);
    add(NAME_LITERALS, false, (bytes, offset, search) => this.#assigned(bytes, offset, search));
    this.#index = new LiteralIndex(literals);
    this.#lookups = lookups;
    this.#named = namedFormatsOf(formats);
  }

  /**
   * Returns the secrets in some bytes of UTF-8 or of a binary file, ordered by their places. They
   * do not overlap.
   */
  search(bytes: Buffer, file: SearchedFile): readonly SecretMatch[] {
    const form = fileFormOf(file.path, file.isBinary);
    const found = this.#searchOnce(bytes, form);
    found.push(...loginsOfFile(bytes, file.path));
    for (const run of encodedRuns(bytes)) {
      for (const match of this.#searchOnce(run.decoded, form)) {
        const { encoding, start, end } = run;
        found.push({ ...match, start, end, encoding: match.encoding ?? encoding });
      }
    }
    return withoutOverlaps(found).filter(
      ({ encoding, start, end }) =>
        encoding !== undefined || !isKnownExample(bytes.subarray(start, end)),
    );
  }

  /** Counts the matches of the prefilter, for measurements. */
  countLiterals(bytes: Buffer): number {
    let count = 0;
    this.#index.find(bytes, () => (count += 1));
    return count;
  }

  #searchOnce(bytes: Buffer, form: FileForm): SecretMatch[] {
    const search: Search = { form, names: new Set(), matches: [] };
    this.#index.find(bytes, (literal, offset) => {
      const match = this.#lookups[literal]?.(bytes, offset, search);
      if (match !== undefined) search.matches.push(match);
    });
    return search.matches;
  }

  #assigned(bytes: Buffer, offset: number, { form, names }: Search): SecretMatch | undefined {
    const at = bytes[offset] === 0x22 ? offset + 1 : offset;
    const nameEnd = nameEndOf(bytes, at);
    if (!mayAssign(bytes, nameEnd)) return undefined;
    const nameStart = nameStartOf(bytes, at);
    if (names.has(nameStart)) return undefined;
    names.add(nameStart);
    const assignment = assignmentAt(bytes, nameStart, nameEnd);
    if (assignment === undefined || assignment.value.length < 8) return undefined;
    return this.#namedSecret(assignment, form) ?? genericSecret(assignment, form);
  }

  #namedSecret({ words, value, start, end }: Assignment, form: FileForm): SecretMatch | undefined {
    if (isReference(value)) return undefined;
    for (const { format, names, pattern } of this.#named) {
      if (!names.test(words) || !pattern.test(value) || !isValid(format, value, value)) continue;
      if (form === 'text' && format.check === undefined && value.length < 32) continue;
      return { kind: format, start, end, names: namesOf(format, value, [words]) };
    }
    return undefined;
  }
}

let shared: SecretSearcher | undefined;

/** Returns the searcher of the whole table, which is made once. */
export function sharedSearcher(): SecretSearcher {
  shared ??= new SecretSearcher();
  return shared;
}

/** A border, so that the pattern sees what stands in front. */
const BORDER = 4;

function tokenAt(leads: readonly Lead[], bytes: Buffer, offset: number): SecretMatch | undefined {
  for (const lead of leads) {
    if (!isFollowed(lead, bytes, offset)) continue;
    const match = tokenOf(lead, bytes, offset);
    if (match !== undefined) return match;
  }
  return undefined;
}

function isFollowed(
  { following, literalLength, minBefore }: Lead,
  bytes: Uint8Array,
  offset: number,
): boolean {
  if (offset < minBefore) return false;
  if (following === undefined) return true;
  const { table, count } = following;
  const from = offset + literalLength;
  for (let index = 0; index < count; index += 1) {
    const byte = bytes[from + index] as number;
    if (byte === PERCENT) return true;
    if (table[byte] !== 1) return false;
  }
  return true;
}

const PERCENT = 0x25;

function tokenOf(lead: Lead, bytes: Buffer, offset: number): SecretMatch | undefined {
  const { pattern, minBefore, maxBefore, maxLength } = lead;
  for (let before = Math.min(maxBefore, offset); before >= minBefore; before -= 1) {
    const start = offset - before;
    const from = Math.max(0, start - BORDER);
    const text = bytes.toString('latin1', from, start + maxLength + BORDER);
    pattern.lastIndex = start - from;
    const value = pattern.exec(text)?.[0];
    if (value !== undefined) {
      return isToken(lead, value) ? matchOf(lead, value, start, start + value.length) : undefined;
    }
    if (before === minBefore && text.includes('%', start - from)) {
      return percentEncodedToken(lead, text.slice(start - from), start);
    }
  }
  return undefined;
}

/** Returns a token of which some characters are percent-encoded. */
function percentEncodedToken(lead: Lead, text: string, start: number): SecretMatch | undefined {
  const encoded = /^(?:[\w.~!*'()-]|%[0-9A-Fa-f]{2})+/u.exec(text)?.[0] ?? '';
  const decoded = encoded.replace(/%(?<code>[0-9A-Fa-f]{2})/gu, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  lead.pattern.lastIndex = 0;
  const value = lead.pattern.exec(decoded)?.[0];
  if (value === undefined || !isToken(lead, value)) return undefined;
  return { ...matchOf(lead, value, start, start + encoded.length), encoding: 'percent encoding' };
}

function isToken({ format, prefix }: Lead, value: string): boolean {
  return isValid(format, value, value.slice(prefix.length));
}

/** `random` is the part of the value behind its public prefix. */
function isValid({ check, minEntropy }: SecretFormat, value: string, random: string): boolean {
  if (isPlaceholder(random) || isTooRegular(random, minEntropy)) return false;
  return check === undefined || CHECKS[check](value);
}

function matchOf({ format, prefix }: Lead, value: string, start: number, end: number): SecretMatch {
  const shownPrefix = prefix.length <= value.length / 2 ? prefix : '';
  return { kind: format, start, end, names: namesOf(format, value, []), shownPrefix };
}

/** The digest of a random value identifies it; the name of a guessable one has to do. */
function namesOf(
  { isGuessable, id }: SecretFormat,
  value: string,
  names: readonly string[],
): readonly string[] {
  if (isGuessable === true) return [id, ...names];
  return [createHash('sha256').update(value).digest('hex')];
}

/**
 * Returns the matches by their places; of two that overlap, the one that was found by a format,
 * else the longer one.
 */
function withoutOverlaps(found: readonly SecretMatch[]): readonly SecretMatch[] {
  if (found.length < 2) return found;
  const chosen: SecretMatch[] = [];
  for (const match of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = chosen.at(-1);
    if (last === undefined || match.start >= last.end) chosen.push(match);
    else if (isBetter(match, last)) chosen[chosen.length - 1] = match;
  }
  return chosen;
}

function isBetter(match: SecretMatch, last: SecretMatch): boolean {
  const difference = rankOf(match) - rankOf(last);
  return difference < 0 || (difference === 0 && match.end - match.start > last.end - last.start);
}

/**
 * Formats of a publisher stand in front of addresses, and those in front of values by their names.
 */
const LAST_IDS = [
  'database-address',
  'login-address',
  'bearer-token',
  'basic-login',
  'command-password',
  'login-password',
  'password-hash',
  'generic-password',
  'generic-secret',
];

function rankOf({ kind, encoding }: SecretMatch): number {
  return LAST_IDS.indexOf(kind.id) + (encoding === undefined ? 0 : 0.5);
}
