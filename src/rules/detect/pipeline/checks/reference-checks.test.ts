/**
 * References of hooks of pre-commit to repositories. Those of actions are in `audit/references`.
 */

import { expect, it } from 'vitest';
import type { Persona } from '../../persona.ts';
import { loadShell, pipelineFindings } from '../pipeline.ts';
import type { RepositoryFacts } from '../settings.ts';

await loadShell();

const [RELEASED, UNKNOWN] = ['a'.repeat(40), 'b'.repeat(40)];
const FACTS: RepositoryFacts = {
  source: 'git',
  tags: new Map([
    ['v1.0.0', [RELEASED]],
    ['both', [RELEASED]],
  ]),
  branches: new Map([['both', RELEASED]]),
  reached: new Map([
    [RELEASED, true],
    [UNKNOWN, false],
  ]),
};

function found(repo: string, rev: string, persona: Persona = 'regular'): readonly string[] {
  const text = `repos:\n  - repo: ${repo}\n    rev: ${rev}\n    hooks: [{id: a}]\n`;
  const references = new Map([['example/hooks', FACTS]]);
  const notes: string[] = [];
  const drafts = pipelineFindings(
    '.pre-commit-config.yaml',
    Buffer.from(text),
    { references, persona },
    (note) => {
      if (note.kind === 'not-asked') notes.push(`not asked: ${note.audits.join(', ')}`);
    },
  );
  return [
    ...drafts.map(({ aliases, location }) => `${aliases.join()} ${location.line ?? 0}`),
    ...notes,
  ];
}

it.each<[string, string, string, readonly string[]]>([
  ['a commit of a fork', 'https://github.com/Example/Hooks', UNKNOWN, ['impostor-commit 3']],
  ['a branch and a tag', 'https://github.com/example/hooks.git', 'both', ['ref-confusion 3']],
  ['an address of ssh', 'git@github.com:example/hooks', 'both', ['ref-confusion 3']],
  [
    'another version in the comment',
    'https://github.com/example/hooks',
    `${RELEASED} # frozen: v1.0.1`,
    ['ref-version-mismatch 3'],
  ],
  [
    'the version in the comment',
    'https://github.com/example/hooks',
    `${RELEASED} # frozen: v1.0.0`,
    [],
  ],
  ['a tag', 'https://github.com/example/hooks', 'v1.0.0', []],
  ['another host', 'https://git.example.com/example/hooks', 'both', []],
  ['hooks of the repository', 'local', 'both', []],
  [
    'a repository of which nothing is known',
    'https://github.com/example/other',
    UNKNOWN,
    ['not asked: impostor-commit'],
  ],
])('%s', (_name, repo, rev, expected) => {
  expect(found(repo, rev)).toEqual(expected);
});

it('lists commits without a tag for the persona pedantic', () => {
  expect(found('https://github.com/example/hooks', UNKNOWN, 'pedantic')).toEqual([
    'impostor-commit 3',
    'stale-action-refs 3',
  ]);
});
