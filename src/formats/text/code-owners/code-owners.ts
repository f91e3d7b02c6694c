/**
 * Files that assign owners to paths: `CODEOWNERS` of GitHub and of GitLab.
 *
 * Source: docs.github.com, "About code owners"; docs.gitlab.com, "Syntax of CODEOWNERS file". A
 * line that the forge does not accept is a problem, and no rule: GitHub skips it. Lines of more
 * than {@link MAX_LINE_LENGTH} characters are not read.
 *
 * Reads: `CODEOWNERS`.
 */

import {
  compileOwnerPattern,
  type CodeOwnersForge,
  type OwnerPattern,
} from './code-owners-pattern.ts';

/** A file that assigns owners. */
export interface CodeOwners {
  readonly forge: CodeOwnersForge;
  /**
   * In the order of the file: of the rules that match a path, the last one counts, in GitLab the
   * last one of each section.
   */
  readonly rules: readonly CodeOwnersRule[];
  readonly problems: readonly CodeOwnersProblem[];
}

/** A line with a pattern. */
export interface CodeOwnersRule extends CodeOwnersPlace {
  readonly pattern: OwnerPattern;
  /** Empty where the rule takes ownership away. The owners of the section are among them. */
  readonly owners: readonly string[];
  /** The name of the section of GitLab, in lower case; empty outside of sections. */
  readonly section: string;
  /** Set in sections of GitLab whose approval is optional. */
  readonly isOptional?: boolean;
  /** Set for exclusions of GitLab, which begin with `!`. */
  readonly isExclusion?: boolean;
}

/** A line that counts for nothing. */
export interface CodeOwnersProblem extends CodeOwnersPlace {
  readonly id: 'pattern' | 'owner' | 'section' | 'length';
  /** What is wrong, as in `a pattern with "!" does not work`. */
  readonly message: string;
}

/** A line of the file. */
export interface CodeOwnersPlace {
  /** 1-based. */
  readonly line: number;
  /** The text of the line without spaces around it, cut after some hundred characters. */
  readonly text: string;
  /** Columns of the text in UTF-16 code units: the first is 1, the end is exclusive. */
  readonly startColumn: number;
  readonly endColumn: number;
}

/** Longer lines are not read; paths have at most 4096 bytes. */
export const MAX_LINE_LENGTH = 8192;

const MAX_SHOWN_LENGTH = 200;

/** Reads a file. Never throws. */
export function readCodeOwners(text: string, forge: CodeOwnersForge): CodeOwners {
  const reader = new CodeOwnersReader(forge);
  const lines = text.replace(/^\uFEFF/u, '').split('\n');
  for (const [index, line] of lines.entries()) reader.line(line, index + 1);
  return { forge, rules: reader.rules, problems: reader.problems };
}

interface Section {
  readonly name: string;
  readonly isOptional: boolean;
  readonly owners: readonly string[];
}

const NO_SECTION: Section = { name: '', isOptional: false, owners: [] };

class CodeOwnersReader {
  readonly rules: CodeOwnersRule[] = [];
  readonly problems: CodeOwnersProblem[] = [];
  readonly #forge: CodeOwnersForge;
  #section = NO_SECTION;

  constructor(forge: CodeOwnersForge) {
    this.#forge = forge;
  }

  line(raw: string, line: number): void {
    const text = raw.trim();
    if (text === '' || text.startsWith('#')) return;
    const startColumn = raw.indexOf(text) + 1;
    const place: CodeOwnersPlace = {
      ...{ line, startColumn, endColumn: startColumn + text.length },
      text: text.slice(0, MAX_SHOWN_LENGTH),
    };
    if (text.length > MAX_LINE_LENGTH) {
      const message = `the line has more than ${MAX_LINE_LENGTH} characters`;
      this.problems.push({ ...place, id: 'length', message });
      return;
    }
    if (this.#forge === 'gitlab' && /^\^?\[/u.test(text)) this.#header(text, place);
    else this.#rule(text, place);
  }

  #header(text: string, place: CodeOwnersPlace): void {
    const groups = SECTION.exec(text)?.groups;
    if (groups === undefined) {
      this.problems.push({ ...place, id: 'section', message: 'the section has no valid heading' });
      return;
    }
    const { optional = '', name = '', owners = '' } = groups;
    this.#section = {
      name: name.trim().toLowerCase(),
      isOptional: optional !== '',
      owners: owners.split(SPACES).filter((one) => GITLAB_OWNER.test(one)),
    };
  }

  #rule(text: string, place: CodeOwnersPlace): void {
    const isExclusion = this.#forge === 'gitlab' && text.startsWith('!');
    const { pattern, rest } = splitPattern(isExclusion ? text.slice(1) : text);
    const fault = this.#forge === 'github' ? faultOfPattern(pattern) : undefined;
    if (fault !== undefined) {
      this.problems.push({ ...place, id: 'pattern', message: fault });
      return;
    }
    const words = ownersOf(rest, this.#forge);
    const valid = this.#forge === 'github' ? GITHUB_OWNER : GITLAB_OWNER;
    const wrong = words.find((word) => !valid.test(word));
    if (wrong !== undefined) {
      const message = `"${wrong.slice(0, 100)}" is no owner: owners are @user, @organization/team or an address`;
      this.problems.push({ ...place, id: 'owner', message });
      if (this.#forge === 'github') return;
    }
    const { name: section, isOptional, owners } = this.#section;
    const named = words.filter((word) => valid.test(word));
    this.rules.push({
      ...place,
      pattern: compileOwnerPattern(pattern, this.#forge),
      owners: isExclusion ? [] : named.length > 0 ? named : owners,
      section,
      ...(isOptional && { isOptional }),
      ...(isExclusion && { isExclusion }),
    });
  }
}

const SPACES = /\s+/u;
const SECTION = /^(?<optional>\^)?\[(?<name>[^\]]+)\](?:\[\d{1,9}\])?(?:\s+(?<owners>\S.*))?$/u;
const GITHUB_OWNER = /^(?:@[a-z\d](?:[a-z\d_-]*)(?:\/[\w.-]+)?|[^\s@"]+@[^\s@"]+\.[^\s@"]+)$/iu;
const GITLAB_OWNER = /^(?:@@?[\w.-]+(?:\/[\w.-]+)*|[^\s@"]+@[^\s@"]+)$/u;

/** Splits a line at the first space without a backslash before it. */
function splitPattern(text: string): { readonly pattern: string; readonly rest: string } {
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === ' ' || character === '\t') {
      return { pattern: text.slice(0, at), rest: text.slice(at + 1).trim() };
    }
  }
  return { pattern: text, rest: '' };
}

/** Returns the words behind the pattern. GitHub knows comments at the end of a line. */
function ownersOf(rest: string, forge: CodeOwnersForge): readonly string[] {
  if (rest === '') return [];
  const words = rest.split(SPACES);
  const comment = forge === 'github' ? words.findIndex((word) => word.startsWith('#')) : -1;
  return comment === -1 ? words : words.slice(0, comment);
}

/** Returns what of the syntax of gitignore does not work in files of GitHub. */
function faultOfPattern(pattern: string): string | undefined {
  if (pattern.startsWith('!')) return 'a pattern with "!" does not work here';
  if (pattern.startsWith('\\#')) return 'a "#" at the start cannot be escaped here';
  if (/[[\]]/u.test(pattern)) return 'a range of characters in "[ ]" does not work here';
  return pattern.includes('***') ? '"***" is no pattern; "**" matches any directories' : undefined;
}
