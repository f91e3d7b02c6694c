/**
 * Checks of the file that assigns owners: who must approve changes of what runs and what is
 * installed. Sources: docs.github.com, "About code owners"; docs.gitlab.com, "Syntax of CODEOWNERS
 * file".
 */

import type {
  CodeOwnersPlace,
  CodeOwnersRule,
} from '../../../formats/text/code-owners/code-owners.ts';
import { repositoryRule, type RepositoryCheck, type RepositoryHit } from './check.ts';
import { ownershipOf } from './ownership.ts';
import { MAX_CODE_OWNERS_BYTES, shownPaths, type RepositorySubject } from './subject.ts';
import type { FileKind } from './file-kinds.ts';

const PATH = '/.github/CODEOWNERS';
const WORKFLOW = '/.github/workflows/ci.yml';
const FILES = { [WORKFLOW]: 'on: push\n', '/package.json': '{}\n', '/src/index.js': '' };

/** Findings of one rule in one file; more are a gap. */
const MAX_HITS = 100;

const NONE: RepositoryCheck = {
  persona: 'pedantic',
  rule: repositoryRule({
    name: 'no-code-owners',
    severity: 'low',
    title: 'workflows or lockfiles without a file CODEOWNERS',
    cwe: [284],
    why: 'Without owners, any reviewer can approve a change of a workflow or a lockfile, which decides what runs with the secrets of the repository.',
    remedy:
      'Add .github/CODEOWNERS with owners for the workflows, the lockfiles and itself, and require their review.',
    path: WORKFLOW,
    failing: 'on: push\njobs: {}\n',
    passing: 'on: push\njobs: {}\n',
    passingOthers: { [PATH]: '* @example/maintainers\n' },
    persona: 'pedantic',
  }),
  *find({ owners, kinds, lockfiles, forge, isMissing, tree }) {
    const places = forge === 'github' ? ['/.github/CODEOWNERS', '/CODEOWNERS'] : ['/CODEOWNERS'];
    const path = kinds.get('pipeline')?.[0] ?? lockfiles[0];
    if (owners !== undefined || path === undefined || tree.unlistedCount > 0) return;
    if (!places.every(isMissing)) return;
    yield { path, message: 'No file CODEOWNERS assigns owners to any file.', names: [] };
  },
};

const IGNORED: RepositoryCheck = {
  persona: 'pedantic',
  rule: repositoryRule({
    name: 'ignored-code-owners',
    severity: 'low',
    title: 'a second file CODEOWNERS, which does not count',
    cwe: [1164],
    why: 'Only the first file CODEOWNERS counts. Who reads another one takes its rules for valid.',
    remedy: 'Keep one file, and remove the others.',
    path: '/CODEOWNERS',
    failing: '* @a\n',
    passing: '* @a\n',
    others: { [PATH]: '* @a\n' },
    passingOthers: {},
    persona: 'pedantic',
  }),
  *find({ owners }) {
    for (const path of owners?.ignored ?? []) {
      const message = `The file does not count, because there is ${owners?.path.slice(1) ?? ''}.`;
      yield { path, message, names: [path] };
    }
  },
};

const INVALID: RepositoryCheck = {
  rule: repositoryRule({
    name: 'invalid-owner-rule',
    severity: 'medium',
    title: 'a part of CODEOWNERS that counts for nothing',
    cwe: [284],
    why: 'GitHub skips a line with invalid syntax, so that an earlier rule or no rule decides about the files. It loads no file of 3 MB or more.',
    remedy:
      'Mend the pattern or the owner that the finding names. Unite rules of a large file by wildcards.',
    path: PATH,
    failing: '* @a\n/src/[ab]/ @b\n',
    passing: '* @a\n/src/ @b\n',
    others: FILES,
  }),
  *find(subject) {
    const { content, path = '', size = 0 } = subject.owners ?? {};
    if (subject.forge === 'github' && size >= MAX_CODE_OWNERS_BYTES) {
      const message = `The file has ${size} bytes, and GitHub loads none of ${MAX_CODE_OWNERS_BYTES} or more.`;
      yield { path, message, names: ['size'] };
    }
    for (const problem of limited(content?.problems ?? [], path, subject)) {
      yield {
        ...placeIn(path, problem),
        message: `The line is not valid: ${problem.message}.`,
        names: [problem.id, problem.text],
      };
    }
  },
};

const UNMATCHED: RepositoryCheck = {
  rule: repositoryRule({
    name: 'unmatched-owner-rule',
    severity: 'low',
    title: 'a rule of CODEOWNERS that matches no file',
    cwe: [1164],
    why: 'The file that the rule was written for has another name now, and perhaps no owner.',
    remedy: 'Correct the pattern, or remove the rule.',
    path: PATH,
    failing: '* @a\n/.github/workflow/ @b\n',
    passing: '* @a\n/.github/workflows/ @b\n',
    others: FILES,
  }),
  *find(subject) {
    const { owners, index, tree } = subject;
    if (owners?.content === undefined || tree.unlistedCount > 0) return;
    const unmatched: CodeOwnersRule[] = [];
    for (const rule of owners.content.rules) {
      if (index.matchesAny(rule.pattern) !== false) continue;
      if (!mayBeSkipped(rule, tree.isSkipped)) unmatched.push(rule);
    }
    for (const rule of limited(unmatched, owners.path, subject)) {
      const { source } = rule.pattern;
      const message = `The pattern ${source.slice(0, 100)} matches no file of the repository.`;
      yield { ...placeIn(owners.path, rule), message, names: [rule.section, source] };
    }
  },
};

/** A pattern of a path that the user leaves out cannot match. */
function mayBeSkipped(
  { pattern: { literal, source } }: CodeOwnersRule,
  isSkipped: (path: string) => boolean,
): boolean {
  return isSkipped(literal === undefined ? source.replace(/\/?\*.*$/u, '') : `/${literal.path}`);
}

interface KindWords {
  readonly kind: FileKind | 'owners';
  readonly name: string;
  readonly severity: 'medium' | 'low';
  readonly title: string;
  /** As in `3 files of pipelines`. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly failing: string;
  readonly passing: string;
  readonly persona?: 'pedantic';
  readonly others?: Readonly<Record<string, string>>;
}

const KINDS: readonly KindWords[] = [
  {
    kind: 'pipeline',
    name: 'unowned-pipelines',
    severity: 'medium',
    title: 'workflows or actions without an owner',
    what: 'Workflows, actions or settings of updates',
    why: 'The last matching rule of CODEOWNERS counts, and none without owners asks for a review. A changed workflow runs with the secrets of the repository.',
    remedy: 'Add a rule with owners for /.github/ at the end of CODEOWNERS.',
    failing: '/src/ @example/developers\n/.github/CODEOWNERS @example/security\n',
    passing: '/src/ @example/developers\n/.github/ @example/security\n',
  },
  {
    kind: 'owners',
    name: 'unowned-code-owners',
    severity: 'medium',
    title: 'a file CODEOWNERS without an owner',
    what: 'The file itself',
    why: 'Who can change CODEOWNERS without the review of an owner can take all other files from their owners.',
    remedy: 'Add a rule with owners for the file at its end.',
    failing: '/.github/workflows/ @example/security\n',
    passing: '/.github/ @example/security\n',
  },
  {
    kind: 'dependencies',
    name: 'unowned-dependencies',
    severity: 'low',
    title: 'manifests or lockfiles without an owner',
    what: 'Manifests or lockfiles',
    why: 'Lockfiles decide what is installed. Their differences are long, and nobody is asked to read them.',
    remedy: 'Add rules with owners for manifests and lockfiles.',
    failing: '/.github/ @example/security\n',
    passing: '/.github/ @example/security\npackage.json @example/security\n',
  },
  {
    kind: 'build',
    name: 'unowned-build-files',
    severity: 'low',
    title: 'Dockerfiles or release scripts without an owner',
    what: 'Dockerfiles, makefiles or release scripts',
    why: 'These files decide what is built and published.',
    remedy: 'Add rules with owners for them.',
    failing: '/.github/ @example/security\n',
    passing: '/.github/ @example/security\nDockerfile @example/security\n',
    persona: 'pedantic',
    others: { '/Dockerfile': 'FROM scratch\n' },
  },
];

/** The rules for files that need owners, one for each kind. */
const UNOWNED: readonly RepositoryCheck[] = KINDS.map(
  ({ kind, what, persona, others = FILES, ...words }): RepositoryCheck => ({
    ...(persona && { persona }),
    rule: repositoryRule({
      ...words,
      ...{ cwe: [284], path: PATH, others },
      ...(persona && { persona }),
    }),
    *find(subject) {
      const { owners, kinds } = subject;
      if (owners?.content === undefined) return;
      const paths = kind === 'owners' ? [owners.path] : (kinds.get(kind) ?? []);
      const { unowned, takenBy } = ownershipOf(paths, subject);
      if (unowned.length === 0) return;
      const shown = kind === 'owners' ? what : `${what} (${shownPaths(unowned)})`;
      const verb = kind === 'owners' ? 'has' : 'have';
      const reason = takenBy === undefined ? '' : `: line ${takenBy.line} names none`;
      yield {
        ...(takenBy === undefined ? { path: owners.path } : placeIn(owners.path, takenBy)),
        message: `${shown} ${verb} no owner${reason}.`,
        names: [],
      };
    },
  }),
);

/** Checks of owners. */
export const CODE_OWNERS_CHECKS: readonly RepositoryCheck[] = [
  NONE,
  IGNORED,
  INVALID,
  UNMATCHED,
  ...UNOWNED,
];

function placeIn(
  path: string,
  { line, startColumn, endColumn, text }: CodeOwnersPlace,
): Pick<RepositoryHit, 'path' | 'line' | 'range' | 'excerpt'> {
  const range = { startLine: line, startColumn, endLine: line, endColumn };
  return { path, line, range, excerpt: text };
}

function limited<T>(rows: readonly T[], path: string, { note }: RepositorySubject): readonly T[] {
  const more = rows.length - MAX_HITS;
  if (more > 0) {
    const message = `${more} more lines with the same fault are not listed`;
    note({ path, gap: 'limit', message });
  }
  return rows.slice(0, MAX_HITS);
}
