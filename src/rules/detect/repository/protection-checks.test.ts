/**
 * Exported rulesets and branch protection. Expected results are those of the documentation of
 * GitHub.
 */

import { describe, expect, it } from 'vitest';

import { notesOn, treeOf } from '../../../../test/support/detected.ts';
import type { Persona } from '../persona.ts';
import { repository } from './repository.ts';

const RULES = [
  { type: 'deletion' },
  { type: 'non_fast_forward' },
  { type: 'required_signatures' },
  {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: 1,
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: true,
      require_last_push_approval: true,
    },
  },
  {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: true,
      required_status_checks: [{ context: 'ci' }],
    },
  },
];
const TAGS = ruleset({
  target: 'tag',
  names: ['~ALL'],
  rules: [{ type: 'update' }, { type: 'deletion' }],
});

interface Ruleset {
  readonly names?: readonly string[];
  readonly exclude?: readonly string[];
  readonly rules?: readonly object[];
  readonly target?: string;
  readonly enforcement?: string;
  readonly bypass?: readonly object[] | undefined;
}

function ruleset({
  names = ['~DEFAULT_BRANCH'],
  exclude = [],
  rules = RULES,
  target = 'branch',
  enforcement = 'active',
  ...rest
}: Ruleset): string {
  const bypass = 'bypass' in rest ? rest.bypass : [];
  return JSON.stringify({
    ...{ id: 1, name: 'x', target, source_type: 'Repository', enforcement, rules },
    conditions: { ref_name: { include: names, exclude } },
    ...(bypass && { bypass_actors: bypass }),
  });
}

/** The rules about protection that report something. */
function found(
  exports: Readonly<Record<string, string>>,
  persona: Persona = 'regular',
  tags = TAGS,
): readonly string[] {
  const files = Object.entries({ ...exports, tags }).map(([name, text]) => [
    `/.github/rulesets/${name}.json`,
    text,
  ]);
  const tree = treeOf({
    '/CODEOWNERS': '* @a',
    ...(Object.fromEntries(files) as Record<string, string>),
  });
  return repository
    .detect({ ...tree, settings: { repository: { persona } } })
    .filter(({ location }) => location.path.startsWith('/.github/rulesets/'))
    .map(({ rule }) => rule.slice('repository/'.length));
}

const UNPROTECTED = ['unprotected-default-branch'];

describe('rulesets', () => {
  it.each<[string, Ruleset, readonly string[]]>([
    ['the default branch', {}, []],
    ['all branches', { names: ['~ALL'] }, []],
    ['the name main', { names: ['refs/heads/main'] }, []],
    ['a pattern', { names: ['refs/heads/m*'] }, []],
    ['a pattern of all', { names: ['refs/heads/**/*'] }, []],
    ['another branch', { names: ['refs/heads/dev'] }, UNPROTECTED],
    ['another directory', { names: ['refs/heads/*/main'] }, UNPROTECTED],
    ['no branch', { names: [] }, UNPROTECTED],
    ['all but the default branch', { names: ['~ALL'], exclude: ['~DEFAULT_BRANCH'] }, UNPROTECTED],
    ['all but main', { names: ['~ALL'], exclude: ['refs/heads/main'] }, UNPROTECTED],
    ['all but others', { names: ['~ALL'], exclude: ['refs/heads/dependabot/**/*'] }, []],
    [
      'nothing, as it is evaluated only',
      { enforcement: 'evaluate' },
      ['ruleset-not-enforced', ...UNPROTECTED],
    ],
    [
      'nothing, as it is disabled',
      { enforcement: 'disabled' },
      ['ruleset-not-enforced', ...UNPROTECTED],
    ],
    ['pushes', { target: 'push' }, UNPROTECTED],
  ])('for %s', (_name, one, expected) => {
    expect(found({ main: ruleset(one) }, 'auditor')).toEqual(expected);
  });

  it('demand together what each of them does', () => {
    const half = Math.floor(RULES.length / 2);
    const parts = {
      a: ruleset({ rules: RULES.slice(0, half) }),
      b: ruleset({ rules: RULES.slice(half), names: ['~ALL'] }),
    };
    expect(found(parts, 'auditor')).toEqual([]);
    expect(found({ a: parts.a }, 'regular')).toEqual([
      'unreviewed-changes',
      'unsigned-commits-allowed',
      'no-required-checks',
    ]);
  });

  it.each<[string, readonly object[], readonly string[]]>([
    [
      'no rule',
      [],
      [
        'unreviewed-changes',
        'unsigned-commits-allowed',
        'force-pushes-allowed',
        'deletion-allowed',
        'no-required-checks',
      ],
    ],
    [
      'updates by nobody',
      [...RULES.filter(({ type }) => type !== 'non_fast_forward'), { type: 'update' }],
      [],
    ],
    [
      'a review without parameters',
      [...RULES.filter(({ type }) => type !== 'pull_request'), { type: 'pull_request' }],
      ['unreviewed-changes', 'owners-not-required', 'stale-approvals'],
    ],
  ])('with %s', (_name, rules, expected) => {
    expect(found({ main: ruleset({ rules }) })).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    ['all tags', TAGS, []],
    [
      'tags of versions',
      ruleset({
        target: 'tag',
        names: ['refs/tags/v*'],
        rules: [{ type: 'update' }, { type: 'deletion' }],
      }),
      [],
    ],
    [
      'tags that may move',
      ruleset({
        target: 'tag',
        names: ['~ALL'],
        rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }],
      }),
      ['unprotected-tags'],
    ],
    ['other tags', ruleset({ target: 'tag', names: ['refs/tags/nightly'] }), ['unprotected-tags']],
  ])('for %s', (_name, tags, expected) => {
    expect(found({ main: ruleset({}) }, 'regular', tags)).toEqual(expected);
  });

  it.each<[string, readonly object[] | undefined, readonly string[], Persona]>([
    [
      'administrators always',
      [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
      ['In the ruleset "x", the role of administrators can bypass the rules at any time.'],
      'regular',
    ],
    [
      'keys, without a mode',
      [{ actor_id: null, actor_type: 'DeployKey' }],
      ['In the ruleset "x", every deploy key can bypass the rules at any time.'],
      'regular',
    ],
    [
      'an application, exempt',
      [{ actor_id: 7, actor_type: 'Integration', bypass_mode: 'exempt' }],
      ['In the ruleset "x", the application 7 can bypass the rules at any time.'],
      'regular',
    ],
    [
      'a team by pull requests',
      [{ actor_id: 3, actor_type: 'Team', bypass_mode: 'pull_request' }],
      [],
      'regular',
    ],
    [
      'a team by pull requests, for the persona pedantic',
      [{ actor_id: 3, actor_type: 'Team', bypass_mode: 'pull_request' }],
      ['In the ruleset "x", the team 3 can bypass the rules when a pull request is merged.'],
      'pedantic',
    ],
    [
      'somebody who is not told',
      undefined,
      [
        'The export of the ruleset "x" does not say who can bypass it: it was made without the permission to read that.',
      ],
      'pedantic',
    ],
  ])('that are passed by: %s', (_name, bypass, expected, persona) => {
    const tree = treeOf({
      '/.github/rulesets/a.json': ruleset({ bypass }),
      '/.github/rulesets/b.json': TAGS,
    });
    const drafts = repository.detect({ ...tree, settings: { repository: { persona } } });
    expect(
      drafts.filter(({ rule }) => rule.endsWith('bypass')).map(({ message }) => message),
    ).toEqual(expected);
  });
});

describe('branch protection', () => {
  const on = { enabled: true };
  const protection = (changed: object): string =>
    JSON.stringify({
      url: 'https://api.github.com/repos/o/r/branches/main/protection',
      required_status_checks: {
        strict: true,
        contexts: ['ci'],
        checks: [{ context: 'ci', app_id: 1 }],
      },
      required_pull_request_reviews: {
        dismiss_stale_reviews: true,
        require_code_owner_reviews: true,
        required_approving_review_count: 2,
        require_last_push_approval: true,
      },
      required_signatures: on,
      enforce_admins: on,
      allow_force_pushes: { enabled: false },
      allow_deletions: { enabled: false },
      ...changed,
    });

  it.each<[string, object, readonly string[]]>([
    ['everything', {}, []],
    ['administrators are free', { enforce_admins: { enabled: false } }, ['ruleset-bypass']],
    ['force pushes', { allow_force_pushes: on }, ['force-pushes-allowed']],
    ['deletion', { allow_deletions: on }, ['deletion-allowed']],
    ['no signature', { required_signatures: undefined }, ['unsigned-commits-allowed']],
    ['no review', { required_pull_request_reviews: undefined }, ['unreviewed-changes']],
    [
      'no check',
      { required_status_checks: { strict: true, contexts: [], checks: [] } },
      ['no-required-checks'],
    ],
    [
      'another branch',
      { url: 'https://api.github.com/repos/o/r/branches/dev/protection' },
      UNPROTECTED,
    ],
  ])('with %s', (_name, changed, expected) => {
    expect(found({ main: protection(changed) })).toEqual(expected);
  });
});

describe('hostile exports', () => {
  it.each([
    ['nesting of 10,000', '['.repeat(10_000)],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['rulesets without rules', '{"enforcement": "active"}'],
    ['an empty object', '{}'],
  ])('%s is a gap, and nothing is called unprotected', (_name, text) => {
    const tree = treeOf({ '/.github/rulesets/a.json': text, '/.github/workflows/ci.yml': '' });
    const drafts = repository.detect({ ...tree, settings: { repository: { persona: 'auditor' } } });
    expect(drafts.filter(({ rule }) => /protected|exported/u.test(rule))).toEqual([]);
    expect(notesOn(repository, tree)).toEqual([
      expect.objectContaining({ path: '/.github/rulesets/a.json', gap: 'unreadable' }),
    ]);
  });

  it('takes values of other types for nothing', () => {
    const odd = {
      enforcement: 'active',
      rules: [1, null, { type: 5 }, { type: 'pull_request', parameters: [] }],
      conditions: 'x',
      bypass_actors: [7],
    };
    expect(found({ main: JSON.stringify(odd) })).toEqual(UNPROTECTED);
  });

  it('reads 200 exports, and more are gaps', () => {
    const files = Array.from({ length: 203 }, (_, at): [string, string] => [
      `/.github/rulesets/${at}.json`,
      TAGS,
    ]);
    expect(notesOn(repository, treeOf(Object.fromEntries(files)))).toHaveLength(3);
  });
});
