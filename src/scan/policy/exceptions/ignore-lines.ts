/**
 * Ignore files of one id a line: `.trivyignore`, and `.assayignore`, which can say more.
 *
 * `.trivyignore`: lines are trimmed; blank ones and those that begin with `#` are skipped; the
 * first word is the id; a later word `exp:YYYY-MM-DD` is the day from which the entry no longer
 * counts; other later words mean nothing. What follows a `#` among them is kept as the reason. An
 * entry with a date that is none does not count.
 *
 * `.assayignore` besides: `owner:NAME`, `package:NAME[@VERSION]`, `path:GLOB` and package URLs
 * limit the entry or say whose it is; a word that is none of these, and a second date, owner or
 * package, makes the entry not count, because it may be a limit that was mistyped.
 *
 * Source: the documentation and behaviour of trivy, "Filtering, .trivyignore".
 */

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import {
  PackageUrlError,
  parsePackageUrl,
  type PackageUrl,
} from '../../../core/model/purl/purl.ts';
import { dateProblem, type ExceptionCheckOptions } from './entry-checks.ts';
import type { ExceptionFile, ExceptionProblem, ExceptionScope, IgnoreEntry } from './exception.ts';
import { decodeIgnoreText } from './text.ts';

const EXPIRY = 'exp:';
const WORDS = ['exp:', 'owner:', 'package:', 'path:', 'pkg:'] as const;
/** A reason begins after white space, so that `pkg:npm/a#b` stays whole. */
const REASON = /\s#/;
const SPACE = /\s+/;

/** The content of one line. */
export interface IgnoreLine {
  readonly entry: IgnoreEntry;
  /** Reason why it does not count on any date. */
  readonly problem?: ExceptionProblem;
}

/**
 * Reads a file with an id on each line.
 *
 * @throws ParseError where the file is not text. A line that makes no sense only sets nothing
 * aside.
 */
export function readIgnoreLines(
  path: string,
  bytes: Uint8Array,
  form: 'trivyignore' | 'assayignore',
  now: number,
): ExceptionFile {
  const entries: IgnoreEntry[] = [];
  const problems: ExceptionProblem[] = [];
  const dated: ExceptionCheckOptions = { now, dateExample: 'exp:2026-01-31', isDayOnly: true };
  for (const [index, line] of decodeIgnoreText(path, bytes).split('\n').entries()) {
    const read = readLine(line, `${path}:${index + 1}`, form);
    if (read === undefined) continue;
    const problem = read.problem ?? dateProblem(read.entry, dated);
    if (problem === undefined) entries.push(read.entry);
    else problems.push(problem);
  }
  return { form, entries, problems };
}

/** Returns `undefined` for a blank line or a comment. */
function readLine(
  line: string,
  from: string,
  form: 'trivyignore' | 'assayignore',
): IgnoreLine | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  return form === 'trivyignore' ? { entry: trivyEntry(text, from) } : assayLine(text, from);
}

function trivyEntry(text: string, from: string): IgnoreEntry {
  const [id = '', ...words] = text.split(SPACE);
  const until = words.find((word) => word.startsWith(EXPIRY))?.slice(EXPIRY.length);
  const hash = text.indexOf('#', id.length);
  const reason = hash === -1 ? '' : text.slice(hash + 1).trim();
  return {
    id,
    ...(until !== undefined && { until }),
    ...(reason !== '' && { reason }),
    from,
  };
}

function assayLine(text: string, from: string): IgnoreLine {
  const hash = REASON.exec(text)?.index ?? text.length;
  const [id = '', ...words] = text.slice(0, hash).trim().split(SPACE);
  const reason = text.slice(hash).trim().slice(1).trim();
  const { said, scope, problem } = readWords(words, id, from);
  const until = said.get(EXPIRY);
  const owner = said.get('owner:');
  const entry: IgnoreEntry = {
    id,
    ...(Object.keys(scope).length > 0 && { scope }),
    ...(until !== undefined && { until }),
    ...(reason !== '' && { reason }),
    ...(owner !== undefined && { owner }),
    from,
  };
  return problem === undefined ? { entry } : { entry, problem };
}

interface Words {
  readonly said: ReadonlyMap<string, string>;
  readonly scope: ExceptionScope;
  readonly problem: ExceptionProblem | undefined;
}

function readWords(words: readonly string[], id: string, from: string): Words {
  const said = new Map<string, string>();
  const purls: PackageUrl[] = [];
  const paths: string[] = [];
  let problem: ExceptionProblem | undefined;
  for (const word of words) {
    const key = WORDS.find((one) => word.startsWith(one) && word.length > one.length);
    if (key === 'pkg:') {
      const purl = purlOrProblem(word, from);
      if ('message' in purl) problem ??= purl;
      else purls.push(purl);
    } else if (key === 'path:') paths.push(word.slice(key.length));
    else if (key === undefined) problem ??= unknownWord(word, id, from);
    else {
      if (said.has(key)) problem ??= doubled(key, id, from);
      said.set(key, word.slice(key.length));
    }
  }
  const lists = { ...(purls.length > 0 && { purls }), ...(paths.length > 0 && { paths }) };
  return { said, scope: { ...packageScope(said.get('package:')), ...lists }, problem };
}

function purlOrProblem(text: string, from: string): PackageUrl | ExceptionProblem {
  try {
    return parsePackageUrl(text);
  } catch (error) {
    if (!(error instanceof PackageUrlError)) throw error;
    return { kind: 'unusable', from, message: `${error.message}; the entry does not count` };
  }
}

function unknownWord(word: string, id: string, from: string): ExceptionProblem {
  const [head = ''] = word.split(':', 1);
  const near = didYouMean(`${head}:`, WORDS);
  const hint =
    near === undefined
      ? `known are ${WORDS.join(', ')}, and a reason after " #"`
      : `did you mean "${near}"?`;
  return {
    kind: 'unusable',
    from,
    message: `"${word}" means nothing here (${hint}); the entry for "${id}" does not count`,
  };
}

function doubled(key: string, id: string, from: string): ExceptionProblem {
  const message = `"${key}" is given twice; the entry for "${id}" does not count`;
  return { kind: 'unusable', from, message };
}

/** Reads `NAME` or `NAME@VERSION`; the `@` of a scope begins the name. */
export function packageScope(
  text: string | undefined,
): Pick<ExceptionScope, 'package' | 'version'> {
  if (text === undefined) return {};
  const at = text.lastIndexOf('@');
  if (at <= 0) return { package: text };
  return { package: text.slice(0, at), version: text.slice(at + 1) };
}
