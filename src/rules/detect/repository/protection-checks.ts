/**
 * Checks of exported rulesets and branch protection: how the default branch and tags may change.
 * Source: docs.github.com, "Available rules for rulesets" and "About protected branches". Without
 * an export nothing is known, which is no gap: these are settings of the forge.
 */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import { repositoryRule, type RepositoryCheck, type RepositoryHit } from './check.ts';
import { strictestChecks, strictestReview, type Demands, type Protection } from './protection.ts';
import type { RepositorySubject } from './subject.ts';

const PATH = '/.github/rulesets/main.json';

const REVIEW = {
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 1,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: true,
    require_last_push_approval: true,
  },
};
const STATUS = {
  type: 'required_status_checks',
  parameters: {
    strict_required_status_checks_policy: true,
    required_status_checks: [{ context: 'ci' }],
  },
};
const RULES: readonly object[] = [
  { type: 'deletion' },
  { type: 'non_fast_forward' },
  { type: 'required_signatures' },
  REVIEW,
  STATUS,
];
const MAIN = {
  name: 'main',
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
  rules: RULES,
  bypass_actors: [],
};
const TAGS = {
  name: 'tags',
  target: 'tag',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~ALL'], exclude: [] } },
  rules: [{ type: 'deletion' }, { type: 'update' }],
  bypass_actors: [],
};
const OTHERS = { '/.github/CODEOWNERS': '* @example/maintainers\n' };

/** The text of a ruleset for an example. */
function text(ruleset: object): string {
  return `${JSON.stringify(ruleset, null, 2)}\n`;
}

function without(type: string): object {
  return { ...MAIN, rules: RULES.filter((rule) => (rule as { type: string }).type !== type) };
}

function withRule(type: string, changed: object): object {
  const rules = RULES.map((rule) => {
    const { parameters, ...rest } = rule as { type: string; parameters?: object };
    return rest.type === type ? { ...rest, parameters: { ...parameters, ...changed } } : rule;
  });
  return { ...MAIN, rules };
}

const NONE: RepositoryCheck = {
  persona: 'pedantic',
  rule: repositoryRule({
    name: 'no-exported-rules',
    severity: 'low',
    title: 'no exported ruleset or branch protection',
    cwe: [1059],
    why: 'How branches and tags are protected is a setting of the forge. Without an export, no review of the repository can see it, and no history shows its changes.',
    remedy:
      'Export the rulesets to .github/rulesets/, and compare them with the settings at intervals.',
    path: '/.github/workflows/ci.yml',
    failing: 'on: push\njobs: {}\n',
    passing: 'on: push\njobs: {}\n',
    passingOthers: { [PATH]: text(MAIN) },
    persona: 'pedantic',
  }),
  *find({ protections, unreadProtections, kinds, forge, tree }) {
    const path = kinds.get('pipeline')?.[0];
    const isKnown = protections.length > 0 || unreadProtections > 0;
    if (isKnown || path === undefined || forge !== 'github') return;
    if (tree.isSkipped('/.github/rulesets/main.json')) return;
    const message = 'Nothing is known of the protection of branches and tags.';
    yield { path, message, names: [] };
  },
};

const NOT_ENFORCED: RepositoryCheck = {
  rule: repositoryRule({
    name: 'ruleset-not-enforced',
    severity: 'medium',
    title: 'a ruleset that is not enforced',
    cwe: [284],
    why: 'A ruleset with the enforcement "evaluate" or "disabled" prevents nothing.',
    remedy: 'Set the enforcement to active.',
    path: PATH,
    failing: text({ ...MAIN, enforcement: 'evaluate' }),
    passing: text(MAIN),
  }),
  *find({ protections }) {
    for (const one of protections) {
      if (one.enforcement === 'active') continue;
      yield {
        ...at(one, 'enforcement'),
        message: `The ruleset "${shown(one.name)}" has the enforcement "${shown(one.enforcement)}", which prevents nothing.`,
        names: [one.name],
      };
    }
  },
};

const UNPROTECTED: RepositoryCheck = {
  rule: repositoryRule({
    name: 'unprotected-default-branch',
    severity: 'medium',
    title: 'a default branch that no exported rule protects',
    cwe: [284],
    why: 'Workflows, releases and installations of the repository mostly take the default branch.',
    remedy: 'Let an active ruleset include ~DEFAULT_BRANCH, and exclude none of its names.',
    path: PATH,
    failing: text({ ...MAIN, conditions: { ref_name: { include: ['refs/heads/dev'] } } }),
    passing: text(MAIN),
  }),
  *find({ protections }) {
    const [first] = protections;
    if (first === undefined || coveringOf(protections).length > 0) return;
    const message =
      'No exported rule that is active includes the default branch (~DEFAULT_BRANCH, ~ALL, main or master).';
    yield { ...at(first, 'conditions'), message, names: [] };
  },
};

const UNPROTECTED_TAGS: RepositoryCheck = {
  rule: repositoryRule({
    name: 'unprotected-tags',
    severity: 'medium',
    title: 'tags that no exported ruleset protects',
    cwe: [284],
    why: 'Who can move or delete a tag can change a release that others have pinned by its name.',
    remedy: 'Add a ruleset with the target tag for ~ALL, with the rules update and deletion.',
    path: '/.github/rulesets/tags.json',
    failing: text({ ...TAGS, rules: [{ type: 'creation' }] }),
    passing: text(TAGS),
  }),
  *find({ protections }) {
    const [first] = protections;
    if (first === undefined) return;
    const tags = activeOf(protections, 'tag').filter(({ covers }) => covers);
    const demands = union(tags);
    if (demands.blocksUpdates && demands.blocksDeletion) return;
    const missing = [
      ...(demands.blocksUpdates ? [] : ['update']),
      ...(demands.blocksDeletion ? [] : ['deletion']),
    ];
    const message = `No active ruleset for all tags or those of versions has the rule ${missing.join(' and ')}.`;
    yield { ...at(tags[0] ?? first, 'rules'), message, names: [] };
  },
};

const BYPASS: RepositoryCheck = {
  rule: repositoryRule({
    name: 'ruleset-bypass',
    severity: 'medium',
    title: 'accounts that can bypass the rules at any time',
    cwe: [284],
    why: 'Whoever takes over one of these accounts or keys is held by no rule. A stolen token of an administrator is enough to push.',
    remedy: 'Remove the actor from the list, or allow it for pull requests only.',
    path: PATH,
    failing: text({
      ...MAIN,
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    }),
    passing: text(MAIN),
  }),
  *find({ protections }) {
    for (const one of protections) {
      if (one.enforcement !== 'active' || !one.covers) continue;
      const what = `${one.form} "${shown(one.name)}"`;
      if (one.bypasses === undefined) {
        yield {
          ...at(one, 'rules'),
          message: `The export of the ${what} does not say who can bypass it: it was made without the permission to read that.`,
          names: [one.name, 'unknown'],
          ...{ severity: 'low', persona: 'pedantic' },
        };
      }
      for (const { who, mode } of one.bypasses ?? []) {
        const isAlways = mode !== 'pull_request';
        const how = isAlways ? 'at any time' : 'when a pull request is merged';
        yield {
          ...at(one, one.form === 'ruleset' ? 'bypass_actors' : 'enforce_admins'),
          message: `In the ${what}, ${shown(who)} can bypass the rules ${how}.`,
          names: [one.name, who, mode],
          ...(!isAlways && ({ severity: 'low', persona: 'pedantic' } as const)),
        };
      }
    }
  },
};

interface DemandWords {
  readonly name: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly failing: object;
  readonly persona?: 'pedantic';
  /** Returns what is missing, as a sentence; `undefined` where nothing is. */
  readonly missing: (demands: Demands, subject: RepositorySubject) => string | undefined;
}

const DEMANDS: readonly DemandWords[] = [
  {
    name: 'unreviewed-changes',
    severity: 'medium',
    title: 'a default branch that changes without a review',
    why: 'One account is enough to change what is released.',
    remedy: 'Add the rule pull_request with at least one approval.',
    failing: withRule('pull_request', { required_approving_review_count: 0 }),
    missing: ({ review }) =>
      review === undefined
        ? 'Changes of the default branch need no pull request.'
        : review.approvals < 1
          ? 'Pull requests into the default branch need no approval.'
          : undefined,
  },
  {
    name: 'owners-not-required',
    severity: 'medium',
    title: 'owners whose review is not required',
    why: 'Owners in CODEOWNERS are asked, and anybody with write access can approve in their place.',
    remedy: 'Set require_code_owner_review in the rule pull_request.',
    failing: withRule('pull_request', { require_code_owner_review: false }),
    missing: ({ review }, { owners }) =>
      owners !== undefined && review?.byOwners === false
        ? 'The approval of the owners in CODEOWNERS is not required.'
        : undefined,
  },
  {
    name: 'stale-approvals',
    severity: 'low',
    title: 'approvals that later commits keep',
    why: 'What is pushed after an approval is merged without having been read.',
    remedy: 'Set dismiss_stale_reviews_on_push in the rule pull_request.',
    failing: withRule('pull_request', {
      dismiss_stale_reviews_on_push: false,
      require_last_push_approval: false,
    }),
    missing: ({ review }) =>
      review !== undefined && !review.dismissesStale && !review.afterLastPush
        ? 'Approvals stay valid when more commits are pushed.'
        : undefined,
  },
  {
    name: 'own-last-push',
    severity: 'low',
    title: 'a last push that nobody else has to approve',
    why: 'A reviewer can push to the pull request of another person and approve it.',
    remedy: 'Set require_last_push_approval in the rule pull_request.',
    failing: withRule('pull_request', { require_last_push_approval: false }),
    persona: 'pedantic',
    missing: ({ review }) =>
      review?.afterLastPush === false
        ? 'The last push needs no approval by somebody other than the person who pushed.'
        : undefined,
  },
  {
    name: 'unsigned-commits-allowed',
    severity: 'low',
    title: 'commits without a signature on the default branch',
    why: 'Anybody can write any name into a commit. Only a signature shows who made it.',
    remedy: 'Add the rule required_signatures, and compare the keys with assay commits.',
    failing: without('required_signatures'),
    missing: ({ signatures }) =>
      signatures ? undefined : 'Commits on the default branch need no signature.',
  },
  {
    name: 'force-pushes-allowed',
    severity: 'medium',
    title: 'force pushes to the default branch',
    why: 'A force push replaces commits that were reviewed, and leaves no trace in the history.',
    remedy: 'Add the rule non_fast_forward.',
    failing: without('non_fast_forward'),
    missing: ({ blocksForcePushes }) =>
      blocksForcePushes ? undefined : 'The history of the default branch may be replaced.',
  },
  {
    name: 'deletion-allowed',
    severity: 'low',
    title: 'a default branch that may be deleted',
    why: 'A branch that is deleted and made anew has another history.',
    remedy: 'Add the rule deletion.',
    failing: without('deletion'),
    missing: ({ blocksDeletion }) =>
      blocksDeletion ? undefined : 'The default branch may be deleted.',
  },
  {
    name: 'no-required-checks',
    severity: 'medium',
    title: 'a default branch without required status checks',
    why: 'A gate that is not required decides nothing: the change is merged although it fails.',
    remedy: 'Add the rule required_status_checks with the gates.',
    failing: without('required_status_checks'),
    missing: ({ checks }) =>
      checks === undefined || checks.count === 0
        ? 'No status check has to pass before a merge.'
        : undefined,
  },
  {
    name: 'loose-required-checks',
    severity: 'low',
    title: 'status checks of a branch that is not up to date',
    why: 'The checks have run on other content than the merge makes.',
    remedy: 'Set strict_required_status_checks_policy, or use a merge queue.',
    failing: withRule('required_status_checks', { strict_required_status_checks_policy: false }),
    persona: 'pedantic',
    missing: ({ checks }) =>
      checks !== undefined && checks.count > 0 && !checks.isStrict
        ? 'Status checks may have run on an older state of the default branch.'
        : undefined,
  },
];

const DEMANDED: readonly RepositoryCheck[] = DEMANDS.map(
  ({ missing, failing, persona, ...words }): RepositoryCheck => ({
    ...(persona && { persona }),
    rule: repositoryRule({
      ...words,
      ...{ cwe: [284], path: PATH, failing: text(failing), passing: text(MAIN), others: OTHERS },
      ...(persona && { persona }),
    }),
    *find(subject) {
      const covering = coveringOf(subject.protections);
      const [first] = covering;
      if (first === undefined) return;
      const message = missing(union(covering), subject);
      if (message !== undefined) yield { ...at(first, 'rules'), message, names: [] };
    },
  }),
);

/** Checks of exported rules. */
export const PROTECTION_CHECKS: readonly RepositoryCheck[] = [
  NONE,
  NOT_ENFORCED,
  UNPROTECTED,
  UNPROTECTED_TAGS,
  BYPASS,
  ...DEMANDED,
];

function activeOf(
  protections: readonly Protection[],
  target: Protection['target'],
): readonly Protection[] {
  return protections.filter((one) => one.target === target && one.enforcement === 'active');
}

function coveringOf(protections: readonly Protection[]): readonly Protection[] {
  return activeOf(protections, 'branch').filter(({ covers }) => covers);
}

/** Returns what several rulesets demand together: GitHub applies the strictest of each rule. */
function union(protections: readonly Protection[]): Demands {
  const all = protections.map(({ demands }) => demands);
  const reviews = all.flatMap(({ review }) => (review === undefined ? [] : [review]));
  const checks = all.flatMap((one) => (one.checks === undefined ? [] : [one.checks]));
  return {
    signatures: all.some(({ signatures }) => signatures),
    blocksForcePushes: all.some(({ blocksForcePushes }) => blocksForcePushes),
    blocksDeletion: all.some(({ blocksDeletion }) => blocksDeletion),
    blocksUpdates: all.some(({ blocksUpdates }) => blocksUpdates),
    ...(reviews.length > 0 && { review: reviews.reduce(strictestReview) }),
    ...(checks.length > 0 && { checks: checks.reduce(strictestChecks) }),
  };
}

function at({ path, lineOf }: Protection, key: string): Pick<RepositoryHit, 'path' | 'line'> {
  return { path, line: lineOf(key) };
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
