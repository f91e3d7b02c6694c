/**
 * Cases for actions that a step uses: tokens of GitHub Apps, names that imitate others, actions that
 * a command replaces, and caches. They were written before the rules; each has what decides it: the
 * `action.yml` of the action, or the documentation of the audit.
 */

import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from './pipeline.ts';
import type { Persona } from '../persona.ts';

await loadShell();

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';

/** The inputs of the step, how many findings the rule gives, and what decides. */
type Case = readonly [step: object, count: number, reason: string];

function count(
  rule: string,
  steps: readonly object[],
  on: unknown = 'push',
  persona: Persona = 'regular',
): number {
  const text = JSON.stringify({
    on,
    permissions: {},
    jobs: { a: { 'runs-on': 'ubuntu-24.04', steps } },
  });
  const found = pipelineFindings('/.github/workflows/a.yml', Buffer.from(text), { persona });
  return found.filter((one) => one.rule === `pipeline/${rule}`).length;
}

const app = (inputs: object): object => ({
  uses: `actions/create-github-app-token@${COMMIT}`,
  with: { 'app-id': '1', 'private-key': '${{ secrets.KEY }}', ...inputs },
});
const uses = (action: string, inputs?: object): object => ({
  uses: action.includes('@') ? action : `${action}@${COMMIT}`,
  ...(inputs !== undefined && { with: inputs }),
});

const APPS: readonly Case[] = [
  [app({}), 1, 'permission-*: without one the token has all permissions of the installation'],
  [app({ owner: 'o' }), 2, 'owner: without repositories all repositories of the owner'],
  [app({ owner: 'o', repositories: 'r' }), 1, 'repositories are named, permissions are not'],
  [
    app({ 'skip-token-revoke': true, 'permission-issues': 'read' }),
    1,
    'skip-token-revoke: the token outlives the job',
  ],
  [
    app({ 'skip-token-revoke': '${{ inputs.keep }}', 'permission-issues': 'read' }),
    1,
    'the expression may be true',
  ],
  [
    app({ owner: '${{ github.repository_owner }}', 'permission-issues': 'read' }),
    1,
    'all repositories of the owner',
  ],
  [app({ 'skip-token-revoke': 'true', owner: 'o' }), 3, 'all three'],
  [app({ 'permission-issues': 'read' }), 0, 'without an owner the current repository'],
  [app({ owner: 'o', repositories: 'r', 'permission-issues': 'read' }), 0, 'all is named'],
  [app({ repositories: 'a,b', 'permission-contents': 'write' }), 0, 'all is named'],
  [app({ 'skip-token-revoke': false, 'permission-issues': 'read' }), 0, 'the token is revoked'],
  [
    app({ 'skip-token-revoke': '', 'permission-issues': 'read' }),
    0,
    'an empty input is the default',
  ],
  [uses('tibdex/github-app-token', { app_id: 1 }), 0, 'another action with other inputs'],
];

const NAMES: readonly Case[] = [
  [uses('action/checkout'), 1, 'a letter less than actions'],
  [uses('actoins/checkout'), 1, 'two letters exchanged'],
  [uses('actionss/cache'), 1, 'a letter twice'],
  [uses('dockr/login-action'), 1, 'a letter less than docker'],
  [uses('actlons/checkout'), 1, 'a letter that looks like another'],
  [uses('astral_sh/setup-uv'), 1, 'another separator'],
  [uses('peterevans/create-pull-request'), 1, 'without the separator'],
  [uses('actions/checkout'), 0, 'the action itself'],
  [uses('actions/cache/restore'), 0, 'a path of the action itself'],
  [uses('actions/unheard-of'), 0, 'the owner is the known one, so nobody else can publish it'],
  [uses('acme/checkout'), 0, 'another owner whose name imitates none'],
  [uses('action/unheard-of'), 0, 'no known action has this name'],
  [uses('ruby/setup-ruby'), 0, 'a known action'],
];

const SUPERFLUOUS: readonly Case[] = [
  [uses('softprops/action-gh-release'), 1, 'gh release create'],
  [uses('ncipollo/release-action'), 1, 'gh release create'],
  [uses('svenstaro/upload-release-action'), 1, 'gh release upload'],
  [uses('addnab/docker-run-action'), 1, 'docker run'],
  [uses('sergeysova/jq-action'), 1, 'jq'],
  [uses('actions-ecosystem/action-add-labels'), 1, 'gh issue edit --add-label'],
  [uses('actions-ecosystem/action-remove-labels'), 1, 'gh issue edit --remove-label'],
  [uses('dacbd/create-issue-action'), 1, 'gh issue create'],
  [uses('actions/checkout'), 0, 'sets up credentials and more'],
  [uses('actions/cache'), 0, 'no command has the cache'],
  [uses('docker/build-push-action'), 0, 'provenance, caches and secrets'],
  [uses('dtolnay/rust-toolchain'), 0, 'rustup, for the persona pedantic'],
  [uses('stefanzweifel/git-auto-commit-action'), 0, 'git, for the persona pedantic'],
  [uses('peter-evans/create-pull-request'), 0, 'gh pr create, for the persona pedantic'],
];

const tag = { push: { tags: ['v*'] } };
const CACHES: readonly Case[] = [
  [
    uses('actions/setup-node@v5'),
    1,
    'README of version 5: caches if package.json names a package manager',
  ],
  [{ ...uses('actions/setup-node@v6') }, 1, 'package-manager-cache is true by default'],
  [uses('actions/setup-node', { cache: 'npm' }), 1, 'cache: npm'],
  [uses('actions/setup-go@v4'), 1, 'README of version 4: caching is on by default'],
  [uses('astral-sh/setup-uv@v5'), 1, 'enable-cache is auto: on runners of GitHub true'],
  [uses('determinatesystems/magic-nix-cache-action'), 1, 'use-gha-cache is on'],
  [uses('awalsh128/cache-apt-pkgs-action'), 1, 'restores always'],
  [uses('actions/setup-python', { cache: 'pip' }), 1, 'cache: pip'],
  [
    uses('actions/setup-go', { cache: "${{ github.ref != 'refs/heads/main' }}" }),
    1,
    'true on a tag',
  ],
  [uses('actions/setup-node@v4'), 0, 'README of version 4: no cache by default'],
  [uses('actions/setup-node@v5', { 'package-manager-cache': false }), 0, 'switched off'],
  [uses('actions/setup-go@v3'), 0, 'README of version 3: cache is false by default'],
  [uses('astral-sh/setup-uv', { 'enable-cache': false }), 0, 'switched off'],
  [
    uses('actions/setup-go', { cache: "${{ !startsWith(github.ref, 'refs/tags/') }}" }),
    0,
    'false on a tag',
  ],
  [
    uses('actions/cache', { 'lookup-only': "${{ startsWith(github.ref, 'refs/tags/') }}" }),
    0,
    'looks only on a tag',
  ],
  [
    { if: "!startsWith(github.ref, 'refs/tags/')", ...uses('actions/cache') },
    0,
    'the step does not run on a tag',
  ],
  [
    { if: "github.ref_type != 'tag'", ...uses('actions/cache') },
    0,
    'the step does not run on a tag',
  ],
  [
    { if: "github.event_name == 'pull_request'", ...uses('actions/cache') },
    0,
    'the step does not run on a push',
  ],
  [uses('actions/cache/save'), 0, 'saves and restores nothing'],
];

describe('actions', () => {
  it.each(APPS)('github-app: %j gives %d, because %s', (step, expected) => {
    expect(count('github-app', [step])).toBe(expected);
  });
  it.each(NAMES)('typosquat-uses: %j gives %d, because %s', (step, expected) => {
    expect(count('typosquat-uses', [step])).toBe(expected);
  });
  it.each(SUPERFLUOUS)('superfluous-actions: %j gives %d, because %s', (step, expected) => {
    expect(count('superfluous-actions', [step])).toBe(expected);
  });
  it('shows replaceable actions of a lower weight to the persona pedantic', () => {
    for (const name of [
      'dtolnay/rust-toolchain',
      'endbug/add-and-commit',
      'peter-evans/create-pull-request',
    ])
      expect(count('superfluous-actions', [uses(name)], 'push', 'pedantic')).toBe(1);
  });
  it.each(CACHES)('cache-poisoning: %j gives %d, because %s', (step, expected) => {
    expect(count('cache-poisoning', [step], tag)).toBe(expected);
  });
  it('reads the version of a cache from the comment behind a commit', () => {
    const file = (comment: string): string =>
      `on: release\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-node@${COMMIT} # ${comment}\n`;
    const found = (comment: string): number =>
      pipelineFindings('/.github/workflows/a.yml', Buffer.from(file(comment))).filter(
        ({ rule }) => rule === 'pipeline/cache-poisoning',
      ).length;
    expect([found('v5.0.0'), found('v6'), found('v4.4.0'), found('tag=v4')]).toEqual([1, 1, 0, 0]);
  });
});
