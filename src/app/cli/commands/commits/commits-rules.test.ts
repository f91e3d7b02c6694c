import { afterAll, beforeAll, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

let folder: CommandFolder;

beforeAll(() => {
  folder = new CommandFolder();
  const ruleset = (name: string, more: object): void => {
    const document = {
      ...{
        name,
        target: 'branch',
        enforcement: 'active',
        rules: [{ type: 'required_signatures' }],
      },
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      ...more,
    };
    folder.write(`${name}.json`, JSON.stringify(document));
  };
  ruleset('good', { bypass_actors: [] });
  ruleset('open', {
    bypass_actors: [{ actor_id: 1, actor_type: 'OrganizationAdmin', bypass_mode: 'always' }],
  });
  ruleset('trial', { enforcement: 'evaluate', bypass_actors: [] });
  folder.write('broken.json', '{');
});
afterAll(() => {
  folder[Symbol.dispose]();
});

const MAIN = ['--branch', 'main', '--default-branch', 'main'];

it.each<[readonly string[], number, string]>([
  [
    ['good.json', ...MAIN],
    0,
    `Verdict: PASS (exit code 0)
  Rule   signature: main: a signature of each commit is required by the ruleset "good" (good.json)
`,
  ],
  [
    ['good.json', ...MAIN, '--branch', 'dev'],
    10,
    `Verdict: FAIL (exit code 10)
  Rule   signature/none: dev: no rule requires signed commits
`,
  ],
  [
    ['trial.json', ...MAIN],
    10,
    `Verdict: FAIL (exit code 10)
  Rule   signature/none: main: no rule requires signed commits: the ruleset "trial" (trial.json) has the enforcement "evaluate"
`,
  ],
  [
    ['trial.json', 'open.json', ...MAIN],
    12,
    `Verdict: FAIL (exit code 12)
  Rule   signature/refused: main: signed commits are required only by the ruleset "open" (open.json), which OrganizationAdmin:1 (always) may bypass (--may-bypass ACTOR allows that)
`,
  ],
  [
    ['open.json', ...MAIN, '--branch', 'dev'],
    12,
    `Verdict: FAIL (exit code 12)
  Rule   signature/refused: main: signed commits are required only by the ruleset "open" (open.json), which OrganizationAdmin:1 (always) may bypass (--may-bypass ACTOR allows that)
  Rule   signature/none: dev: no rule requires signed commits
`,
  ],
  [
    ['open.json', ...MAIN, '--may-bypass', 'OrganizationAdmin:*'],
    0,
    `Verdict: PASS (exit code 0)
  Rule   signature: main: a signature of each commit is required by the ruleset "open" (open.json); OrganizationAdmin:1 (always) may bypass it, as allowed
`,
  ],
  [['open.json', 'good.json', ...MAIN], 0, ''],
])('rules %j', async (args, code, text) => {
  const { exitCode, stdout } = await folder.assay('commits', 'rules', ...args);
  expect([exitCode, stdout]).toEqual([code, text === '' ? stdout : text]);
});

// As with every flag that has one value, the last one counts.
it.each<[branch: string, defaultBranches: readonly string[], exitCode: number]>([
  ['main', ['main', 'dev'], 10],
  ['dev', ['main', 'dev'], 0],
  ['main', ['dev', 'main'], 0],
  ['main', ['dev', 'next', 'main'], 0],
  ['next', ['dev', 'next', 'main'], 10],
  ['main', ['main', 'main'], 0],
])('the branch %s with the default branches %j', async (branch, defaultBranches, code) => {
  const flags = defaultBranches.flatMap((name) => ['--default-branch', name]);
  const { exitCode } = await folder.assay(
    ...['commits', 'rules', 'good.json', '--branch', branch],
    ...flags,
  );
  expect(exitCode).toBe(code);
});

it.each<[readonly string[], number, string]>([
  [[], 2, 'no file is given'],
  [['good.json'], 2, 'no branch is given'],
  [['good.json', '--branch', 'release/*'], 2, '"release/*" is not a branch name'],
  [['good.json', '--branch', 'refs/heads/main'], 2, '"refs/heads/main" is not a branch name'],
  [['good.json', '--branch', 'a..b'], 2, 'is not a branch name'],
  [['good.json', '--branch', 'main', '--default-branch', '~ALL'], 2, 'is not a branch name'],
  [['none.json', '--branch', 'main'], 3, 'cannot read "none.json": there is no such file'],
  [['broken.json', '--branch', 'main'], 2, 'cannot use the rules of "broken.json"'],
])('error %j', async (args, code, text) => {
  const { exitCode, stdout, stderr } = await folder.assay('commits', 'rules', ...args);
  expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringContaining(text)]);
});
