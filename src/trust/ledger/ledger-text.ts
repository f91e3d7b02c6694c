/**
 * The text of a ledger, `assay.lock`: a first line that names the form, rules, and one line for
 * each reference, all in JSON, sorted, with `\n` at the end of each.
 *
 * The form is made for merges in git. Branches that add lines at one place are united by
 * `merge=union`, which keeps the lines of both in any order and can leave two lines of one
 * reference; all of that is read, and written in order again. The line of a reference ends with a
 * checksum of what stands before it. Refused are: other lines than these, a line that was changed
 * by hand, marks of a conflict.
 *
 * Reads: `assay.lock`.
 */

import { createHash } from 'node:crypto';

import { compareText } from '../../core/base/compare.ts';
import {
  LEDGER_DIGEST,
  LEDGER_KINDS,
  ledgerKey,
  mergeEntries,
  type Ledger,
  type LedgerEntry,
  type LedgerKind,
  type LedgerRule,
  type SeenDigest,
} from './ledger.ts';

/** A line that cannot be used. */
export interface LedgerProblem {
  /** From 1. */
  readonly line: number;
  /** The problem, with the value: a sentence without a period at its end. */
  readonly message: string;
  /** The advice: a sentence. */
  readonly advice: string;
}

/** The content of a ledger. Lines with problems are in none of its entries. */
export interface LedgerReading {
  readonly ledger: Ledger;
  readonly problems: readonly LedgerProblem[];
}

const FORM = { 'assay.lock': 1 } as const;
const SUMMED = /^(?<body>\{.*),"sum":"(?<sum>[0-9a-f]{16})"\}$/su;
const CONFLICT = /^(?:<{7}|\|{7}|={7}|>{7})(?: |$)/u;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/u;
const ENTRY_KEYS = new Set(['kind', 'ref', 'platform', 'seen']);
const SEEN_KEYS = new Set(['digest', 'first', 'from', 'accepted']);
const RULE_KEYS = new Set(['rule', 'kind', 'match', 'reason']);
const MAX_SHOWN = 80;
/**
 * Enough to detect a change by hand. A checksum does not prevent forgery, because anyone can
 * compute it.
 */
const SUM_DIGITS = 16;

const RESTORE =
  'Restore the line from git, or delete it and record the reference again with assay pin --ledger.';
const BY_HAND =
  'Rules are the only lines that are written by hand; record references with assay pin --ledger.';

/** Reads the text of a ledger. Two lines of one reference are merged. */
export function readLedger(text: string): LedgerReading {
  const entries = new Map<string, LedgerEntry>();
  const rules: LedgerRule[] = [];
  const problems: LedgerProblem[] = [];
  const lines = text.replace(/^\uFEFF/u, '').split('\n');
  for (const [index, written] of lines.entries()) {
    const line = written.endsWith('\r') ? written.slice(0, -1) : written;
    if (line.trim() === '') continue;
    const read = readLine(line);
    if ('problem' in read) problems.push({ line: index + 1, ...read.problem });
    else if ('rule' in read) rules.push({ ...read.rule, line: index + 1 });
    else if ('entry' in read) {
      const key = ledgerKey(read.entry);
      const known = entries.get(key);
      entries.set(key, known === undefined ? read.entry : mergeEntries(known, read.entry));
    }
  }
  return { ledger: { entries, rules }, problems };
}

/** Returns the text of a ledger. The same content has the same text. */
export function formatLedger({ entries, rules }: Ledger): string {
  const ruleLines = rules.map(({ rule, kind, match, reason }) =>
    JSON.stringify({ rule, kind, match, ...(reason !== undefined && { reason }) }),
  );
  const sorted = [...entries].sort((a, b) => compareText(a[0], b[0]));
  const entryLines = sorted.map(([, entry]) => formatEntry(entry));
  const lines = [JSON.stringify(FORM), ...[...new Set(ruleLines)].sort(compareText), ...entryLines];
  return `${lines.join('\n')}\n`;
}

function formatEntry({ kind, ref, platform, seen }: LedgerEntry): string {
  const json = JSON.stringify({
    kind,
    ref,
    ...(platform !== undefined && { platform }),
    seen: seen.map(({ digest, firstAt, from, accepted }) => ({
      digest,
      first: firstAt,
      from,
      ...(accepted !== undefined && { accepted: { at: accepted.at, reason: accepted.reason } }),
    })),
  });
  const body = json.slice(0, -1);
  return `${body},"sum":"${sumOf(body)}"}`;
}

function sumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, SUM_DIGITS);
}

type Problem = Omit<LedgerProblem, 'line'>;
type ReadLine =
  | { readonly problem: Problem }
  | { readonly rule: LedgerRule }
  | { readonly entry: LedgerEntry }
  | { readonly form: true };

function readLine(line: string): ReadLine {
  if (CONFLICT.test(line)) return { problem: conflict(line) };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return problemOf(`${shown(line)} is not valid JSON`, RESTORE);
  }
  if (!isRecord(value)) return problemOf(`${shown(line)} is not a line of a ledger`, RESTORE);
  if (fieldsOf(line) !== fieldCount(value)) {
    return problemOf(`${shown(line)} has a field twice, or is nested too deep`, RESTORE);
  }
  if ('assay.lock' in value) return readForm(value, line);
  if ('rule' in value) return readRule(value);
  return readSummed(line);
}

/**
 * Returns the number of names of fields in a line of valid JSON. Readers of a field that is given
 * twice take one of its values.
 */
function fieldsOf(json: string): number {
  let count = 0;
  for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', at)) {
    at += 1;
    while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
    at += 1;
    while (json[at] === ' ' || json[at] === '\t') at += 1;
    if (json[at] === ':') count += 1;
  }
  return count;
}

/** Lines of a ledger are not deep; the count of one that is equals no other. */
const MAX_DEPTH = 8;

function fieldCount(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MAX_DEPTH) return Number.NaN;
  const inner = Object.values(value).reduce(
    (sum: number, one) => sum + fieldCount(one, depth + 1),
    0,
  );
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

function readForm(value: Fields, line: string): ReadLine {
  const version = value['assay.lock'];
  if (version === FORM['assay.lock'] && line === JSON.stringify(FORM)) return { form: true };
  return problemOf(
    `the form of the ledger is ${shown(JSON.stringify(version))}, and this version reads 1`,
    'Use the version of Assay that wrote the file.',
  );
}

function readRule(value: Fields): ReadLine {
  const { rule, kind, match, reason } = value;
  const unknown = Object.keys(value).find((key) => !RULE_KEYS.has(key));
  if (unknown !== undefined) return problemOf(`a rule has no field ${shown(unknown)}`, RULE_ADVICE);
  if (rule !== 'immutable' && rule !== 'may-move') {
    return problemOf(`the rule ${shown(JSON.stringify(rule))} is unknown`, RULE_ADVICE);
  }
  if (!isKind(kind)) return problemOf(`the kind ${shown(JSON.stringify(kind))} is unknown`, KINDS);
  if (typeof match !== 'string' || match === '') {
    return problemOf(`the rule "${rule}" has no "match"`, RULE_ADVICE);
  }
  const isReason = typeof reason === 'string' && /[\p{L}\p{N}]/u.test(reason);
  if (rule === 'may-move' && !isReason) {
    return problemOf(`the rule for ${shown(match)} gives no reason`, 'Add "reason" to the line.');
  }
  if (reason !== undefined && !isReason) {
    return problemOf(`the reason of the rule for ${shown(match)} is not a text`, RULE_ADVICE);
  }
  return { rule: { rule, kind, match, ...(isReason && { reason }) } };
}

const KINDS = `The kinds are ${LEDGER_KINDS.join(', ')}.`;
const RULE_ADVICE =
  'A rule is {"rule":"may-move" or "immutable","kind":KIND,"match":REFERENCE,"reason":TEXT}.';

function readSummed(line: string): ReadLine {
  const { body, sum } = SUMMED.exec(line)?.groups ?? {};
  if (body === undefined || sum === undefined) {
    return problemOf(`${shown(line)} has no checksum at its end`, BY_HAND);
  }
  const expected = sumOf(body);
  if (sum !== expected) {
    const what = `the line was changed by hand: its checksum is "${expected}", and it names "${sum}"`;
    return problemOf(`${what} (${shown(line)})`, RESTORE);
  }
  const entry = readEntry(JSON.parse(`${body}}`));
  return entry === undefined
    ? problemOf(`${shown(line)} is not a reference with digests`, RESTORE)
    : { entry };
}

function readEntry(value: unknown): LedgerEntry | undefined {
  if (!isRecord(value) || !hasOnly(value, ENTRY_KEYS)) return undefined;
  const { kind, ref, platform, seen } = value;
  if (!isKind(kind) || !isText(ref) || !Array.isArray(seen) || seen.length === 0) return undefined;
  if (platform !== undefined && !isText(platform)) return undefined;
  const digests = seen.map(readSeen);
  if (!digests.every((one) => one !== undefined)) return undefined;
  const reference = { kind, ref, ...(platform !== undefined && { platform }) };
  // Repeated digests and another order are what a merge by hand leaves.
  const single = digests.map((one): LedgerEntry => ({ ...reference, seen: [one] }));
  return single.reduce(mergeEntries);
}

function readSeen(value: unknown): SeenDigest | undefined {
  if (!isRecord(value) || !hasOnly(value, SEEN_KEYS)) return undefined;
  const { digest, first, from, accepted } = value;
  if (!isText(digest) || !LEDGER_DIGEST.test(digest) || !isInstant(first)) return undefined;
  if (!isText(from)) return undefined;
  if (accepted === undefined) return { digest, firstAt: first, from };
  if (!isRecord(accepted) || !isInstant(accepted['at']) || !isText(accepted['reason'])) {
    return undefined;
  }
  const { at, reason } = accepted;
  return { digest, firstAt: first, from, accepted: { at, reason } };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(value: unknown): value is LedgerKind {
  return LEDGER_KINDS.some((kind) => kind === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));
}

function hasOnly(value: Fields, keys: ReadonlySet<string>): boolean {
  return Object.keys(value).every((key) => keys.has(key));
}

function problemOf(message: string, advice: string): { readonly problem: Problem } {
  return { problem: { message, advice } };
}

function conflict(line: string): Problem {
  return {
    message: `${shown(line)} is the mark of a conflict in git`,
    advice:
      'Delete the lines with marks and keep the lines of both sides; "assay.lock merge=union" in .gitattributes avoids the conflict.',
  };
}

function shown(text: string): string {
  const short = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return `"${short}"`;
}
