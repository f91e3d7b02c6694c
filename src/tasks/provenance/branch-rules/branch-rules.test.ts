/**
 * Exported rules of forges. The expected answers are those of the forges' documentation: GitHub,
 * "REST API endpoints for rules" and "Creating rulesets for a repository" (`fnmatch`), "REST API
 * endpoints for protected branches"; GitLab, "Push rules".
 */

import { describe, expect, it } from 'vitest';

import { judgeBranches, type BranchQuestion } from './judge-branches.ts';
import { readBranchRules } from './read-branch-rules.ts';

const SIGNED = [{ type: 'required_signatures' }];
const TEAM = { actor_id: 5, actor_type: 'Team', bypass_mode: 'always' };

interface Changes {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly conditions?: object;
  readonly [key: string]: unknown;
}

/**
 * A ruleset as `GET /repos/OWNER/REPO/rulesets/ID` returns it; a key that is `undefined` is left
 * out.
 */
function ruleset({
  include = ['refs/heads/main'],
  exclude = [],
  conditions = {},
  ...more
}: Changes): object {
  return {
    ...{ id: 7, name: 'signed', target: 'branch', source_type: 'Repository', source: 'acme/app' },
    enforcement: 'active',
    conditions: { ref_name: { include, exclude }, ...conditions },
    rules: SIGNED,
    bypass_actors: [],
    ...more,
  };
}

/** The answer of `GET /repos/OWNER/REPO/branches/BRANCH/protection`. */
function protection(branch: string, more: object): object {
  const url = `https://api.github.com/repos/octocat/Hello-World/branches/${branch}/protection`;
  return {
    url,
    required_signatures: { url: `${url}/required_signatures`, enabled: true },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
    allow_force_pushes: { enabled: false },
    ...more,
  };
}

/** The answer of `GET /projects/:id/push_rule`. */
const pushRule = (reject: unknown): object => ({
  ...{ id: 1, project_id: 3, commit_message_regex: '', deny_delete_tag: false },
  ...{ commit_committer_check: false, reject_unsigned_commits: reject },
});

/** The answer of `GET /groups/:id/push_rule`. */
const groupRule = (reject: unknown): object => ({ ...pushRule(reject), project_id: undefined });

type Asked = Partial<BranchQuestion> & { readonly branch?: string };

function judge(document: unknown, { branch = 'main', ...question }: Asked) {
  const rules = readBranchRules('rules.json', Buffer.from(JSON.stringify(document)));
  return judgeBranches(rules, { branches: [branch], mayBypass: [], ...question });
}

const HELD = 'is required';
const release = ['refs/heads/release/*'];

// The last two columns: `held`, the code of the problem, and part of the message.
it.each<[string, unknown, Asked, 'held' | 'unsigned' | 'signatureRefused', string]>([
  ['a branch by its name', ruleset({}), {}, 'held', 'the ruleset "signed"'],
  ['another branch', ruleset({}), { branch: 'main2' }, 'unsigned', 'no rule requires'],
  ['a name in another case', ruleset({ include: ['refs/heads/Main'] }), {}, 'unsigned', ''],
  ['all branches', ruleset({ include: ['~ALL'] }), { branch: 'a/b/c' }, 'held', ''],
  [
    'the default branch',
    ruleset({ include: ['~DEFAULT_BRANCH'] }),
    { defaultBranch: 'main' },
    'held',
    '',
  ],
  [
    'a branch that is not the default branch',
    ruleset({ include: ['~DEFAULT_BRANCH'] }),
    { defaultBranch: 'dev' },
    'unsigned',
    '',
  ],
  [
    'the default branch, of which no name is given',
    ruleset({ include: ['~DEFAULT_BRANCH'] }),
    {},
    'unsigned',
    '--default-branch',
  ],
  ['a keyword that is not known', ruleset({ include: ['~NEW'] }), {}, 'unsigned', '"~NEW"'],
  ['no branch', ruleset({ include: [] }), {}, 'unsigned', ''],
  ['no prefix in a pattern', ruleset({ include: ['main'] }), {}, 'unsigned', '"main"'],
  ['one part for *', ruleset({ include: release }), { branch: 'release/1' }, 'held', ''],
  ['no two parts for *', ruleset({ include: release }), { branch: 'release/1/2' }, 'unsigned', ''],
  ['no part for *', ruleset({ include: release }), { branch: 'release' }, 'unsigned', ''],
  ...['qa/foo', 'qa/foo/bar', 'qa/foo/bar/foobar/hello-world'].map(
    (branch): [string, unknown, Asked, 'held', string] => [
      `any depth for qa/**/*: ${branch}`,
      ruleset({ include: ['refs/heads/qa/**/*'] }),
      { branch },
      'held',
      '',
    ],
  ),
  [
    '** at the end for one part',
    ruleset({ include: ['refs/heads/qa/**'] }),
    { branch: 'qa/foo' },
    'held',
    '',
  ],
  [
    '** at the end for no two parts',
    ruleset({ include: ['refs/heads/qa/**'] }),
    { branch: 'qa/foo/bar' },
    'unsigned',
    '',
  ],
  [
    'qa**/**/* for names that begin so',
    ruleset({ include: ['refs/heads/qa**/**/*'] }),
    { branch: 'qa2/x/y' },
    'held',
    '',
  ],
  [
    '* around a word',
    ruleset({ include: ['refs/heads/*release*'] }),
    { branch: 'my-release-1' },
    'held',
    '',
  ],
  ['? for one character', ruleset({ include: ['refs/heads/v?'] }), { branch: 'v1' }, 'held', ''],
  ['? for no two', ruleset({ include: ['refs/heads/v?'] }), { branch: 'v12' }, 'unsigned', ''],
  ['? for no slash', ruleset({ include: ['refs/heads/a?b'] }), { branch: 'a/b' }, 'unsigned', ''],
  ['a set', ruleset({ include: ['refs/heads/[l-n]ain'] }), {}, 'held', ''],
  ['a complement of a set', ruleset({ include: ['refs/heads/[^x]ain'] }), {}, 'unsigned', '[^x]'],
  ['alternatives', ruleset({ include: ['refs/heads/{main,dev}'] }), {}, 'unsigned', '{main,dev}'],
  [
    'an excluded branch',
    ruleset({ include: ['~ALL'], exclude: ['refs/heads/ma*'] }),
    {},
    'unsigned',
    '',
  ],
  [
    'another excluded branch',
    ruleset({ include: ['~ALL'], exclude: ['refs/heads/dev'] }),
    {},
    'held',
    '',
  ],
  [
    'an excluded default branch',
    ruleset({ include: ['~ALL'], exclude: ['~DEFAULT_BRANCH'] }),
    { defaultBranch: 'main' },
    'unsigned',
    '',
  ],
  [
    'an excluded default branch of another name',
    ruleset({ include: ['~ALL'], exclude: ['~DEFAULT_BRANCH'] }),
    { defaultBranch: 'dev' },
    'held',
    '',
  ],
  [
    'an excluded default branch of which no name is given',
    ruleset({ include: ['~ALL'], exclude: ['~DEFAULT_BRANCH'] }),
    {},
    'unsigned',
    '--default-branch',
  ],
  [
    'an excluded pattern that is not understood',
    ruleset({ include: ['~ALL'], exclude: ['refs/heads/\\x'] }),
    {},
    'unsigned',
    '\\x',
  ],
  [
    'an excluded pattern without prefix',
    ruleset({ include: ['~ALL'], exclude: ['x'] }),
    {},
    'unsigned',
    '"x"',
  ],
  ['a trial', ruleset({ enforcement: 'evaluate' }), {}, 'unsigned', '"evaluate"'],
  ['a disabled ruleset', ruleset({ enforcement: 'disabled' }), {}, 'unsigned', '"disabled"'],
  ['a ruleset for tags', ruleset({ target: 'tag', include: ['~ALL'] }), {}, 'unsigned', ''],
  ['a ruleset for pushes', ruleset({ target: 'push', include: ['~ALL'] }), {}, 'unsigned', ''],
  ['other rules', ruleset({ rules: [{ type: 'non_fast_forward' }] }), {}, 'unsigned', ''],
  ['no rules', ruleset({ rules: [] }), {}, 'unsigned', ''],
  ['a team that may bypass', ruleset({ bypass_actors: [TEAM] }), {}, 'signatureRefused', 'Team:5'],
  [
    'a team that may bypass in pull requests',
    ruleset({ bypass_actors: [{ ...TEAM, bypass_mode: 'pull_request' }] }),
    {},
    'signatureRefused',
    'Team:5 (pull_request)',
  ],
  [
    'a team that may bypass, as is allowed',
    ruleset({ bypass_actors: [TEAM] }),
    { mayBypass: ['Team:5'] },
    'held',
    'Team:5',
  ],
  [
    'any team that may bypass, as is allowed',
    ruleset({ bypass_actors: [TEAM] }),
    { mayBypass: ['Team:*'] },
    'held',
    '',
  ],
  [
    'another team that may bypass',
    ruleset({ bypass_actors: [TEAM, { ...TEAM, actor_id: 6 }] }),
    { mayBypass: ['Team:5'] },
    'signatureRefused',
    'Team:6',
  ],
  [
    'a deploy key that may bypass',
    ruleset({
      bypass_actors: [{ actor_id: null, actor_type: 'DeployKey', bypass_mode: 'always' }],
    }),
    {},
    'signatureRefused',
    'DeployKey (always)',
  ],
  [
    'actors that the export leaves out',
    ruleset({ bypass_actors: undefined }),
    { mayBypass: ['*'] },
    'signatureRefused',
    'does not say who may bypass',
  ],
  [
    'two rulesets of which one has no bypass',
    [ruleset({ bypass_actors: [TEAM] }), ruleset({ name: 'strict' })],
    {},
    'held',
    '"strict"',
  ],
  [
    'two rulesets that may be bypassed',
    [ruleset({ bypass_actors: [TEAM] }), ruleset({ bypass_actors: [{ ...TEAM, actor_id: 6 }] })],
    {},
    'signatureRefused',
    'Team:6',
  ],
  [
    'a trial beside an active one',
    [ruleset({ enforcement: 'evaluate' }), ruleset({})],
    {},
    'held',
    '',
  ],
  [
    'an organization for all repositories',
    ruleset({
      source_type: 'Organization',
      conditions: { repository_name: { include: ['~ALL'], exclude: [] } },
    }),
    {},
    'held',
    '',
  ],
  ...[
    { repository_name: { include: ['app'], exclude: [] } },
    { repository_name: { include: ['~ALL'], exclude: ['app'] } },
    { repository_id: { repository_ids: [1] } },
    { repository_property: { include: [], exclude: [] } },
    { organization_name: { include: ['acme'], exclude: [] } },
  ].map((conditions): [string, unknown, Asked, 'unsigned', string] => [
    `a part of the repositories: ${JSON.stringify(conditions)}`,
    ruleset({ conditions }),
    {},
    'unsigned',
    'the condition',
  ]),
  ['branch protection', protection('main', {}), {}, 'held', 'the protection of "main"'],
  ['protection of another branch', protection('dev', {}), {}, 'unsigned', ''],
  [
    'protection of a branch with a slash',
    protection('release%2F1', {}),
    { branch: 'release/1' },
    'held',
    '',
  ],
  [
    'protection without signatures',
    protection('main', { required_signatures: { enabled: false } }),
    {},
    'unsigned',
    '',
  ],
  [
    'protection that says nothing about signatures',
    protection('main', { required_signatures: undefined }),
    {},
    'unsigned',
    '',
  ],
  [
    'protection that is not for administrators',
    protection('main', { enforce_admins: { enabled: false } }),
    {},
    'signatureRefused',
    'Administrators',
  ],
  [
    'protection that says nothing about administrators',
    protection('main', { enforce_admins: undefined }),
    {},
    'signatureRefused',
    'does not say who may bypass',
  ],
  [
    'protection that is not for administrators, as is allowed',
    protection('main', { enforce_admins: { enabled: false } }),
    { mayBypass: ['Administrators'] },
    'held',
    'Administrators',
  ],
  ['a push rule of GitLab', pushRule(true), {}, 'signatureRefused', 'GitLab'],
  [
    'a push rule of GitLab, whose own commits are allowed',
    pushRule(true),
    { mayBypass: ['GitLab'], branch: 'a/b' },
    'held',
    'the push rule',
  ],
  ['a push rule without signatures', pushRule(false), { mayBypass: ['GitLab'] }, 'unsigned', ''],
  ['a push rule that says nothing', pushRule(null), { mayBypass: ['GitLab'] }, 'unsigned', ''],
])('%s', (...row) => {
  const [, document, asked, expected, text] = row;
  const { problems, held } = judge(document, asked);
  const found = problems[0]?.cause ?? 'held';
  const message = problems[0]?.message ?? held[0]?.message;
  expect([found, message, problems.length + held.length]).toEqual([
    expected,
    expect.stringContaining(text),
    1,
  ]);
  if (found === 'held') expect(message).toContain(HELD);
});

it('judges each branch', () => {
  const rules = readBranchRules('rules.json', Buffer.from(JSON.stringify([ruleset({})])));
  const { problems, held } = judgeBranches(rules, { branches: ['main', 'dev'], mayBypass: [] });
  expect([problems.map(({ cause }) => cause), held.length]).toEqual([['unsigned'], 1]);
});

describe('a file', () => {
  it.each<[string, unknown, string]>([
    ['of a list, without rules', ruleset({ rules: undefined }), 'has no "rules"'],
    ['without conditions', { ...ruleset({}), conditions: null }, 'conditions'],
    ['without names of branches', ruleset({ conditions: { ref_name: null } }), '"ref_name"'],
    ['with another enforcement', ruleset({ enforcement: 'on' }), '"on"'],
    ['with an actor of no type', ruleset({ bypass_actors: [{}] }), '"actor_type"'],
    [
      'with rules of a branch alone',
      [{ type: 'required_signatures', ruleset_id: 7 }],
      'rules of one branch',
    ],
    [
      'with a branch and not its protection',
      { name: 'main', protected: true },
      'none of the forms',
    ],
    ['with an empty list', [], 'contains no rules'],
    [
      'with a protected branch of GitLab',
      { id: 1, name: 'main', push_access_levels: [], allow_force_push: false },
      'no rule about signatures',
    ],
    ['with the push rule of a group', groupRule(true), 'the push rule of a group'],
    ['with one that requires nothing', groupRule(false), 'binds no project'],
    ['with one that does not say what it requires', groupRule(null), 'the push rule of a group'],
    [
      'with a push rule that is for no project',
      { ...pushRule(true), project_id: null },
      'the push rule of a group',
    ],
    [
      'with a project that is not numbered',
      { ...pushRule(true), project_id: '' },
      'the push rule of a group',
    ],
    [
      'with the push rules of a project and of its group',
      [pushRule(true), groupRule(true)],
      'the push rule of a group',
    ],
    ['with a text', 'x', 'none of the forms'],
    ['with protection of no branch', protection('main', { url: 'https://x' }), '"url"'],
  ])('%s is refused', (_, document, text) => {
    const read = () => readBranchRules('rules.json', Buffer.from(JSON.stringify(document)));
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
    expect(read).toThrow(text);
  });

  it.each<[string, string, string]>([
    ['that is not JSON', '{', 'a key was expected on line 1'],
    [
      'with a key twice',
      JSON.stringify(ruleset({})).replace('{', '{"enforcement":"disabled",'),
      '"enforcement" twice',
    ],
    [
      'with a key twice within',
      JSON.stringify(ruleset({})).replace('"include"', '"include":[],"include"'),
      '"include" twice',
    ],
  ])('%s is refused', (_, text, message) => {
    expect(() => readBranchRules('rules.json', Buffer.from(text))).toThrow(message);
  });
});
