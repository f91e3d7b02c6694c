/**
 * Comments that ask to ignore findings, in the syntax of Assay and of the tools whose rules Assay
 * knows by their ids.
 *
 * Sources: the documentation of trivy ("Filtering, by inline comments"), hadolint ("Inline
 * ignores"), Semgrep ("Ignore files, folders, and code"), Bandit ("Suppressing individual lines"),
 * gosec ("Annotating code"), gitleaks ("gitleaks:allow"), TruffleHog, ggshield, detect-secrets
 * ("Inline allowlisting"), zizmor ("Ignoring results"), Checkov ("Suppressing and skipping
 * policies"), KICS ("Ignoring results"), CodeQL, SonarQube, ESLint ("Configuration comments"),
 * ShellCheck ("Ignore") and Flake8 (`noqa`). Wildcards and limits that Assay cannot judge make a
 * comment mean nothing.
 */

import { appendTo } from '../../../core/base/maps.ts';
import type { IgnoreComment } from '../../../core/model/rule/rule-finding.ts';
import { isDockerfileName } from '../dockerfile/dockerfile-name.ts';
import { readComments, type SourceComment } from './source-comments.ts';

/** The lines that a comment is about. */
type Reach = 'line' | 'next' | 'lineOrNext' | 'file';

/** One way to write such a comment. */
interface CommentSyntax {
  readonly syntax: IgnoreComment['syntax'];
  /**
   * Groups: `ids`, `reason`, `until`, `next`, `file`. Global, since one comment can contain
   * several.
   */
  readonly pattern: RegExp;
  /** Without the groups `next` and `file`. */
  readonly reach: Reach;
  /** Absent: {@link CommentSyntax.reach}. */
  readonly reachInDockerfiles?: Reach;
}

const SYNTAXES: readonly CommentSyntax[] = [
  {
    syntax: 'assay',
    pattern: /\bassay:ignore[ \t]+(?<ids>[\w./-]+(?:,[ \t]*[\w./-]+)*)(?<reason>.*)$/gu,
    reach: 'lineOrNext',
  },
  {
    syntax: 'trivy',
    pattern: /\b(?:trivy|tfsec):ignore:(?<ids>[\w-]+)(?::exp:(?<until>\d{4}-\d\d-\d\d))?(?=\s|$)/gu,
    reach: 'lineOrNext',
  },
  {
    syntax: 'hadolint',
    pattern: /\bhadolint\s+(?<file>global\s+)?ignore=(?<ids>\w+(?:\s*,\s*\w+)*)/gu,
    reach: 'next',
  },
  {
    syntax: 'semgrep',
    pattern: /\bnosem(?:grep)?\b(?::\s*(?<ids>[\w./-]+(?:\s*,\s*[\w./-]+)*))?/gu,
    reach: 'lineOrNext',
  },
  {
    syntax: 'nosec',
    pattern:
      /(?<![\w-])nosec\b:?(?:\s*(?<ids>(?:[BG]\d{3}|[a-z]+(?:_[a-z]+)+)(?:[\s,]+(?:[BG]\d{3}|[a-z]+(?:_[a-z]+)+))*))?(?:\s+--\s*(?<reason>.*)$)?/gu,
    reach: 'lineOrNext',
  },
  { syntax: 'gitleaks', pattern: /\bgitleaks:allow\b/gu, reach: 'line' },
  { syntax: 'trufflehog', pattern: /\btrufflehog:ignore\b/gu, reach: 'line' },
  { syntax: 'ggshield', pattern: /\bggignore\b/gu, reach: 'line' },
  {
    syntax: 'detect-secrets',
    pattern: /\bpragma:\s*(?:allow|white)list\s+(?<next>nextline\s+)?secret\b/gu,
    reach: 'line',
  },
  {
    syntax: 'zizmor',
    pattern: /\bzizmor:\s*ignore\[(?<ids>[\w-]+(?:\s*,\s*[\w-]+)*)\](?<reason>.*)$/gu,
    reach: 'line',
  },
  {
    syntax: 'checkov',
    pattern: /\bcheckov:skip=(?<ids>\w+(?:,\w+)*)(?::(?<reason>.*)$)?/gu,
    reach: 'lineOrNext',
    reachInDockerfiles: 'file',
  },
  { syntax: 'kics', pattern: /\bkics-scan\s+ignore-line\b/gu, reach: 'next' },
  { syntax: 'codeql', pattern: /\bcodeql\[(?<ids>[\w/-]+(?:\s*,\s*[\w/-]+)*)\]/gu, reach: 'next' },
  { syntax: 'sonar', pattern: /\bNOSONAR\b/gu, reach: 'line' },
  {
    syntax: 'eslint',
    pattern:
      /\beslint-disable-(?<next>next-)?line\s+(?<ids>[@\w/-]+(?:\s*,\s*[@\w/-]+)*)(?:\s+--\s*(?<reason>.*)$)?/gu,
    reach: 'line',
  },
  {
    syntax: 'shellcheck',
    pattern: /\bshellcheck\s+disable=(?<ids>SC\d+(?:,SC\d+)*)/gu,
    reach: 'next',
  },
  {
    syntax: 'noqa',
    pattern: /\bnoqa:\s*(?<ids>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)/gu,
    reach: 'line',
  },
];

/** A quick look: most texts contain none of these. */
const MAY_IGNORE =
  /assay:ignore|:ignore:|hadolint|nosem|nosec|gitleaks:|trufflehog:|ggignore|pragma:|zizmor:|checkov:|kics-scan|codeql\[|NOSONAR|eslint-disable|shellcheck|noqa:/u;

/**
 * Comments beyond these, and lines of a statement beyond these, count for nothing: far more than
 * people write.
 */
const MAX_COMMENTS = 10_000;
const MAX_STATEMENT_LINES = 200;
/** A longer comment is looked at up to here. */
const MAX_COMMENT_LENGTH = 2000;

/** Returns the comments that are about a finding on some lines, both included. */
export type IgnoreCommentsAt = (startLine: number, endLine?: number) => readonly IgnoreComment[];

/** A comment with the lines that it is about. */
interface PlacedComment {
  readonly comment: IgnoreComment;
  /** Absent: all of the file. */
  readonly lines?: readonly number[];
}

/**
 * Finds the comments of a text that ask to ignore findings. `firstLine` is the number of its first
 * line.
 */
export function findIgnoreComments(path: string, text: string, firstLine = 1): IgnoreCommentsAt {
  if (!MAY_IGNORE.test(text)) return () => [];
  const comments = readComments(path, text, firstLine);
  const lines = new TextLines(text, firstLine, comments);
  const isDockerfile = isDockerfileName(path);
  const asking = comments.filter((comment) => MAY_IGNORE.test(comment.text));
  const placed = asking
    .slice(0, MAX_COMMENTS)
    .flatMap((comment) => readDirectives(comment, { lines, isDockerfile }));
  const ofFile: IgnoreComment[] = [];
  const ofLine = new Map<number, IgnoreComment[]>();
  for (const { comment, lines: reached } of placed) {
    if (reached === undefined) ofFile.push(comment);
    for (const line of reached ?? []) appendTo(ofLine, line, comment);
  }
  return (startLine, endLine = startLine) => {
    const found = new Set(ofFile);
    for (let line = startLine; line <= endLine; line += 1) {
      for (const comment of ofLine.get(line) ?? []) found.add(comment);
    }
    return [...found];
  };
}

function readDirectives(
  source: SourceComment,
  { lines, isDockerfile }: { readonly lines: TextLines; readonly isDockerfile: boolean },
): readonly PlacedComment[] {
  return SYNTAXES.flatMap(({ syntax, pattern, reach, reachInDockerfiles = reach }) =>
    [...source.text.slice(0, MAX_COMMENT_LENGTH).matchAll(pattern)].map(({ groups = {} }) => {
      const { ids = '', reason = '', until, next, file } = groups;
      const why = plainReason(reason);
      const usual = isDockerfile ? reachInDockerfiles : reach;
      const comment: IgnoreComment = {
        syntax,
        line: source.line,
        rules: ids.split(/[\s,]+/u).filter((id) => id !== ''),
        ...(why !== '' && { reason: why }),
        ...(until !== undefined && { until }),
      };
      const reached = file !== undefined ? 'file' : next !== undefined ? 'next' : usual;
      return reached === 'file' ? { comment } : { comment, lines: lines.reached(source, reached) };
    }),
  );
}

/** Returns a reason without the signs that separate it, and those that end a comment. */
function plainReason(text: string): string {
  return text
    .replace(/^[\s:#-]+/u, '')
    .replace(/(?:\*\/|-->)\s*$/u, '')
    .trim()
    .slice(0, MAX_REASON);
}

const MAX_REASON = 500;

/** The lines of a text, by which a comment finds the statement that follows it. */
class TextLines {
  readonly #lines: readonly string[];
  readonly #firstLine: number;
  /** From each line that holds nothing but a comment to the next line that is another one. */
  readonly #nextCode = new Map<number, number>();

  constructor(text: string, firstLine: number, comments: readonly SourceComment[]) {
    this.#lines = text.split('\n');
    this.#firstLine = firstLine;
    for (const { line, isAlone } of comments.toReversed()) {
      if (isAlone) this.#nextCode.set(line, this.#nextCode.get(line + 1) ?? line + 1);
    }
  }

  /**
   * Returns the lines that a comment is about. A comment behind code is about its own line only.
   */
  reached({ line, isAlone }: SourceComment, reach: Exclude<Reach, 'file'>): readonly number[] {
    if (reach === 'line' || (reach === 'lineOrNext' && !isAlone)) return [line];
    const statement = this.#statementAt(this.#nextCode.get(line) ?? line + 1);
    return reach === 'next' ? statement : [line, ...statement];
  }

  /** A statement goes on behind a backslash at the end of a line, as in Dockerfiles and shells. */
  #statementAt(start: number): readonly number[] {
    const numbers = [start];
    for (let line = start; numbers.length < MAX_STATEMENT_LINES; line += 1) {
      if (this.#lines[line - this.#firstLine]?.trimEnd().endsWith('\\') !== true) break;
      numbers.push(line + 1);
    }
    return numbers;
  }
}
