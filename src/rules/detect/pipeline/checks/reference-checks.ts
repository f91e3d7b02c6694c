/**
 * Checks of references to actions by what git, or a ledger, knows of their repositories. Where
 * nothing is known, nothing is reported, and a note lists what was not asked.
 *
 * Source: docs.github.com, "Security hardening for GitHub Actions"; the audits of zizmor as its
 * documentation describes them.
 */

import type { YamlScalar } from '../../../../formats/text/yaml/yaml-node.ts';
import { itemsOf, textAt, valueOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import { isPartOfVersion } from '../../../../formats/text/tag-version.ts';
import { versionInComment } from '../../../../formats/text/comments/version-comment.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { fixBy, ruleOf, type HitFix } from './check.ts';
import type { RepositoryFacts } from '../settings.ts';
import type { PipelineSubject } from '../subject.ts';
import { GITHUB_REPOSITORY, isCommit, usedBy, type UsedRepository } from '../uses.ts';
import { scalarAt } from '../workflow.ts';

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';
const OTHER = '0057852bfaa89a56745cba8c7296529d2fc39830';
const USES = (ref: string, comment = ''): string =>
  `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: example/deploy@${ref}${comment}\n`;

/** What the examples know of the repository. */
const EXAMPLE = {
  references: new Map<string, RepositoryFacts>([
    [
      'example/deploy',
      {
        source: 'git',
        tags: new Map([
          ['v4.2.2', [COMMIT]],
          ['release', [COMMIT]],
        ]),
        branches: new Map([
          ['release', OTHER],
          ['main', OTHER],
        ]),
        reached: new Map([
          [COMMIT, true],
          [OTHER, true],
          ['f'.repeat(40), false],
        ]),
      },
    ],
  ]),
};

const IMPOSTOR: PipelineCheck = {
  rule: ruleOf({
    name: 'impostor-commit',
    severity: 'high',
    title: 'commit that is not in the history of its repository',
    cwe: [829],
    why: 'GitHub also serves commits of forks under the name of the original repository. Any user who can fork the repository can write such a commit.',
    remedy:
      'Pin a commit that a branch or a tag of the repository contains, and find out who wrote this one.',
    failing: USES('f'.repeat(40)),
    passing: USES(COMMIT),
    settings: EXAMPLE,
  }),
  *find(subject) {
    for (const { uses, facts, ref } of knownUses(subject)) {
      if (facts.reached.get(ref) !== false) continue;
      yield hit(uses, `Neither a branch nor a tag of ${uses.repository} reaches the commit.`);
    }
  },
};

const CONFUSION: PipelineCheck = {
  rule: ruleOf({
    name: 'ref-confusion',
    severity: 'medium',
    title: 'name that is a branch and a tag',
    cwe: [706],
    why: 'The repository has a branch and a tag of this name. The tool decides which one it uses, so a user who can push either one can replace the other.',
    remedy: 'Pin the commit; assay pin writes it.',
    failing: USES('release'),
    passing: USES('main'),
    settings: EXAMPLE,
  }),
  *find(subject) {
    for (const { uses, facts, ref } of knownUses(subject)) {
      if (facts.source !== 'git' || !facts.branches.has(ref) || !facts.tags.has(ref)) continue;
      yield hit(uses, `"${ref}" of ${uses.repository} is a branch and a tag.`);
    }
  },
};

const MISMATCH: PipelineCheck = {
  rule: ruleOf({
    name: 'ref-version-mismatch',
    severity: 'medium',
    title: 'comment that names another version than the commit',
    cwe: [1116],
    why: 'Readers and update tools know the version of a commit only from the comment beside it. A wrong comment hides an old version or a commit that was never released.',
    remedy:
      'Write the version of the commit, or pin the commit of the version; assay pin --update does.',
    failing: USES(COMMIT, ' # v4.2.1'),
    passing: USES(COMMIT, ' # v4.2.2'),
    settings: EXAMPLE,
  }),
  *find(subject) {
    for (const { uses, facts, ref } of knownUses(subject)) {
      const comment = commentOf(subject, uses.scalar);
      if (comment === undefined || !isCommit(ref)) continue;
      const { version } = comment;
      const problem = mismatch(ref, version, facts);
      if (problem === undefined) continue;
      yield {
        ...hit(uses, `The comment names ${version}, which is ${problem} of ${uses.repository}.`),
        fix: rightVersion(comment, ref, facts),
      };
    }
  },
};

/** What a version is, if it is not that of a commit; `undefined` where it is, or is not known. */
function mismatch(ref: string, version: string, facts: RepositoryFacts): string | undefined {
  const commits = facts.tags.get(version);
  if (commits?.includes(ref) === true) return undefined;
  if (facts.source === 'ledger') return commits === undefined ? undefined : 'another commit';
  const own = tagsOf(ref, facts);
  if (facts.branches.has(version) || own.some((tag) => isPartOfVersion(version, tag))) {
    return undefined;
  }
  return commits === undefined ? 'no tag' : 'another commit';
}

/** Writes the one version of a commit into its comment. */
function rightVersion(
  { start, version }: Comment,
  ref: string,
  facts: RepositoryFacts,
): HitFix | undefined {
  const full = tagsOf(ref, facts).filter((tag) => /^v?\d+\.\d+\.\d+$/u.test(tag));
  const [only] = full;
  if (facts.source !== 'git' || only === undefined || full.length > 1) return undefined;
  const range = { start, end: start + Buffer.byteLength(version) };
  return fixBy('Name the version of the commit.', { range, text: only });
}

function tagsOf(commit: string, { tags }: RepositoryFacts): readonly string[] {
  return [...tags].flatMap(([tag, commits]) => (commits.includes(commit) ? [tag] : []));
}

const STALE: PipelineCheck = {
  persona: 'pedantic',
  rule: ruleOf({
    name: 'stale-action-refs',
    severity: 'low',
    title: 'commit that no tag names',
    why: 'A commit between two releases may be untested, and update tools do not know which version is newer.',
    remedy: 'Pin the commit of a release.',
    failing: USES(OTHER),
    passing: USES(COMMIT),
    settings: { ...EXAMPLE, persona: 'pedantic' },
  }),
  *find(subject) {
    for (const { uses, facts, ref } of knownUses(subject)) {
      if (facts.source !== 'git' || !isCommit(ref) || tagsOf(ref, facts).length > 0) continue;
      yield hit(uses, `No tag of ${uses.repository} names the commit.`);
    }
  },
};

interface KnownUse {
  readonly uses: UsedRepository;
  readonly facts: RepositoryFacts;
  /** Commits in lower case. */
  readonly ref: string;
}

function* knownUses(subject: PipelineSubject): Generator<KnownUse> {
  const { references } = subject.settings;
  if (references === undefined) return;
  for (const uses of repositoriesOf(subject)) {
    const facts = references.get(uses.repository);
    if (facts !== undefined) yield { uses, facts, ref: plainRef(uses.ref) };
  }
}

type Reference = UsedRepository & { readonly ref: string };

/** Yields the references to repositories: those of actions, and those of hooks of pre-commit. */
function* repositoriesOf(subject: PipelineSubject): Generator<Reference> {
  for (const uses of usedBy(subject)) {
    if (uses.kind !== 'repository' || uses.ref === undefined) continue;
    yield { ...uses, ref: uses.ref };
  }
  const { preCommit } = subject;
  // Versions before 3.0 read a list at the root.
  for (const entry of [...itemsOf(valueOf(preCommit, 'repos')), ...itemsOf(preCommit)]) {
    const scalar = scalarAt(entry, 'rev');
    const repository = GITHUB_REPOSITORY.exec(textAt(entry, 'repo')?.trim() ?? '')?.groups?.[
      'name'
    ];
    if (scalar === undefined || repository === undefined) continue;
    const name = repository.toLowerCase();
    const ref = scalar.value.trim();
    yield { kind: 'repository', scalar, repository: name, action: name, path: '', ref };
  }
}

function plainRef(ref: string): string {
  return isCommit(ref) ? ref.toLowerCase() : ref;
}

function hit({ scalar, action }: UsedRepository, message: string): Hit {
  return { range: scalar.range, message, names: [action] };
}

interface Comment {
  readonly version: string;
  /** The offset of the version. */
  readonly start: number;
}

/** The comment behind a reference with the version that it names. */
function commentOf({ yaml }: PipelineSubject, { range }: YamlScalar): Comment | undefined {
  const { line } = yaml.placeOf(range.end);
  const comment = yaml.comments.find(
    (one) => one.range.start >= range.end && yaml.placeOf(one.range.start).line === line,
  );
  const version = comment === undefined ? undefined : versionInComment(comment.text);
  if (comment === undefined || version === undefined) return undefined;
  const before = comment.text.slice(0, comment.text.indexOf(version));
  return { version, start: comment.range.start + Buffer.byteLength(before) };
}

/**
 * Returns the audits that were not asked about some references of a file, because nothing is known
 * of them.
 */
export function unaskedAudits(subject: PipelineSubject): readonly string[] {
  const { references, persona = 'regular' } = subject.settings;
  const unasked = new Set<string>();
  for (const uses of repositoriesOf(subject)) {
    const facts = references?.get(uses.repository);
    const ref = plainRef(uses.ref);
    if (isCommit(ref)) {
      const version = commentOf(subject, uses.scalar)?.version;
      for (const audit of unaskedOfCommit(ref, version, facts)) unasked.add(audit);
    } else if (facts?.source !== 'git' && facts?.tags.has(ref) !== true) {
      unasked.add('ref-confusion');
    }
  }
  if (persona === 'regular') unasked.delete('stale-action-refs');
  return [...unasked].sort();
}

function* unaskedOfCommit(
  commit: string,
  version: string | undefined,
  facts: RepositoryFacts | undefined,
): Generator<string> {
  if (facts?.reached.has(commit) !== true) yield 'impostor-commit';
  if (facts?.source === 'git') return;
  if (version !== undefined && facts?.tags.has(version) !== true) yield 'ref-version-mismatch';
  if (facts === undefined || tagsOf(commit, facts).length === 0) yield 'stale-action-refs';
}

/** Checks of references. */
export const REFERENCE_CHECKS: readonly PipelineCheck[] = [IMPOSTOR, CONFUSION, MISMATCH, STALE];
