/** `assay explain` of rules and of their findings. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

interface Place {
  readonly artifact: string;
  readonly finding: { readonly id: string; readonly fingerprint: string; readonly rule: string };
  readonly suppressed?: { readonly by: string; readonly from?: string; readonly reason: string };
}
interface Answer {
  readonly explanations: readonly object[];
  readonly rules?: readonly {
    readonly rule: { readonly id: string; readonly why?: string; readonly tool?: string };
    readonly places: readonly Place[];
    readonly clears?: { readonly exception: string; readonly command?: string };
  }[];
}

const EVAL = {
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: { name: 'eslint', rules: [{ id: 'no-eval', helpUri: 'https://a.example' }] },
      },
      results: [
        {
          ruleId: 'no-eval',
          level: 'error',
          message: { text: 'eval can be harmful' },
          locations: [
            { physicalLocation: { artifactLocation: { uri: 'a b.js' }, region: { startLine: 3 } } },
          ],
        },
      ],
    },
  ],
};

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  const image = `registry.example/base:1@sha256:${'a'.repeat(64)}`;
  folder.write('app/Dockerfile', `FROM ${image}\nUSER root\n`);
  folder.write('app/web/Dockerfile', `FROM ${image}\n# hadolint ignore=DL3002\nUSER root\n`);
  folder.write('app/old/Dockerfile', `FROM ${image}\nUSER root\n`);
  folder.write('app/a b.js', '1;\n2;\neval(x);\n');
  folder.write('eslint.sarif', JSON.stringify(EVAL));
  folder.write('.assayignore', 'DL3002 path:old/** exp:2025-12-31 owner:web # goes away\n');
  await folder.run(
    ...['audit', './app', '--scanners', 'misconfig', '--sarif', 'eslint.sarif'],
    ...['-o', 'json=audit.json'],
  );
  folder.write('other/Dockerfile', `FROM ${image}\nUSER root\n`);
  await folder.run('audit', './other', '--scanners', 'misconfig', '-o', 'json=other.json');
});
afterAll(() => folder[Symbol.dispose]());

async function explain(asked: string, ...reports: readonly string[]): Promise<Answer> {
  const given = reports.flatMap((name) => ['--report', name]);
  const { stdout } = await folder.run('explain', asked, ...given, '-f', 'json');
  return JSON.parse(stdout) as Answer;
}

async function text(asked: string, ...more: readonly string[]): Promise<string> {
  return (await folder.run('explain', asked, ...more)).stdout;
}

describe('assay explain of the vulnerabilities of actions', () => {
  it('says where they are found', async () => {
    const { exitCode, stderr } = await folder.assay('explain', 'known-vulnerable-actions');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('assay fs . -o json=')]);
  });
});

describe('assay explain of a rule', () => {
  it('says why, where in the report, and which exception or comment sets it aside', async () => {
    const { explanations, rules = [] } = await explain('DL3002', 'audit.json');
    expect([explanations, rules.length]).toEqual([[], 1]);
    expect(rules[0]?.rule).toMatchObject({
      id: 'dockerfile/root-user',
      why: expect.any(String) as string,
    });
    expect(rules[0]?.places.map(({ suppressed }) => [suppressed?.by, suppressed?.from])).toEqual(
      expect.arrayContaining([
        [undefined, undefined],
        ['ignore', '.assayignore:1'],
        ['comment', expect.stringContaining('web/Dockerfile:2')],
      ]),
    );
    const shown = await text('dockerfile/ROOT-user', '--report', 'audit.json');
    expect(shown).toMatch(/^dockerfile\/root-user: /u);
    expect(shown).toMatch(/^Why$/mu);
    expect(shown).toMatch(/^ {2}Place +.*old\/Dockerfile:2 of .*app$/mu);
    expect(shown).toMatch(
      /^ {2}Set aside +ignore file: goes away \(\.assayignore:1, web\), until 2025-12-31$/mu,
    );
    expect(shown).toMatch(/^What clears it$/mu);
  });

  it('takes ids and fingerprints of findings, and their beginnings', async () => {
    const { rules = [] } = await explain('DL3002', 'audit.json');
    const [first] = rules[0]?.places ?? [];
    const { id = '', fingerprint = '' } = first?.finding ?? {};
    for (const asked of [id, id.slice(0, 8), fingerprint, fingerprint.slice(0, 12).toUpperCase()]) {
      const found = await explain(asked, 'audit.json');
      const ids = found.rules?.flatMap(({ places }) => places.map(({ finding }) => finding.id));
      expect([asked, ids]).toEqual([asked, expect.arrayContaining([id])]);
    }
    // Shorter beginnings would mean any finding.
    const short = await folder.assay('explain', id.slice(0, 5), '--report', 'audit.json');
    expect(short.exitCode).toBe(3);
  });

  it('reads several reports', async () => {
    const { rules = [] } = await explain('DL3002', 'audit.json', 'other.json');
    expect(rules).toHaveLength(1);
    expect(new Set(rules[0]?.places.map(({ artifact }) => artifact)).size).toBe(2);
    const none = await folder.assay(
      ...['explain', 'DL9999', '--report', 'audit.json', '--report', 'other.json'],
    );
    expect([none.exitCode, none.stderr]).toEqual([
      3,
      expect.stringContaining('the 2 reports have no finding "DL9999"'),
    ]);
  });

  it('names the other analyzer, and the one finding where its path is not a plain word', async () => {
    const { rules = [] } = await explain('no-eval', 'audit.json');
    const [one] = rules;
    expect(one?.rule).toMatchObject({ id: 'eslint/no-eval', tool: 'eslint' });
    expect(one?.rule.why).toBeUndefined();
    const id = one?.places[0]?.finding.id ?? '';
    expect(one?.clears?.command).toContain(`assay ignore add ${id} --expires`);
  });

  it('gives a command that sets the finding aside', async () => {
    const { rules = [] } = await explain('DL3002', 'other.json');
    const command = rules[0]?.clears?.command ?? '';
    expect(command).toContain('dockerfile/root-user --path Dockerfile');
    folder.write('command.assayignore', '');
    const typed = command.replace("'why it may stay'", 'why').replace('.assayignore', 'command$&');
    await folder.run(...typed.split(' ').slice(1));
    folder.write('line.assayignore', `${rules[0]?.clears?.exception ?? ''}\n`);
    for (const name of ['command.assayignore', 'line.assayignore']) {
      const gate = ['audit', './other', '--scanners', 'misconfig', '--ignorefile', name];
      const { stdout } = await folder.run(...gate, '-f', 'json');
      const { results } = JSON.parse(stdout) as { results: { suppressed: object[] }[] };
      expect([name, results[0]?.suppressed.length]).toEqual([name, 1]);
    }
  });

  it('needs no report for a rule, and no advisory data', async () => {
    const shown = await text('DL3002');
    expect(shown).toContain('--scanners misconfig');
    expect(shown).not.toMatch(/^Where$/mu);
    const { rules = [] } = await explain('CIS-DI-0001');
    expect(rules.map(({ rule }) => rule.id)).toEqual(['dockerfile/root-user', 'image/root-user']);
    expect(rules[0]).not.toHaveProperty('rule.failing');
  });

  it('names a rule near to one that is not there', async () => {
    const { exitCode, stderr } = await folder.assay('explain', 'code/sqlinjection');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('there is no rule "code/sqlinjection"');
    expect(stderr).toContain('Perhaps: assay explain code/sql-injection');
  });

  it('leaves advisories without a package as they were', async () => {
    const { exitCode, stderr } = await folder.assay('explain', 'CVE-2024-1');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no package named')]);
  });
});
