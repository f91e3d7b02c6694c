/**
 * A test asks for the external programs that it starts, and its title names what it needs where it
 * is skipped (CONTRIBUTING.md, "What a test needs").
 */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { ABILITIES, missingAbility } from '../support/abilities.ts';
import { unaskedTools } from '../support/asked-tools.ts';
import { countReasons, reasonLines, reasonOf } from '../support/skipped-tests.ts';
import { titlesWithoutNeeds } from '../support/skipped-titles.ts';
import { missingTool, needs } from '../support/tools.ts';

afterEach(() => vi.unstubAllEnvs());

const PROJECT = path.join(import.meta.dirname, '../..');

/** The test files, and the modules that only tests import. */
function testSources(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const root of ['src', 'test', 'tools']) {
    const entries = readdirSync(path.join(PROJECT, root), { recursive: true, encoding: 'utf8' });
    for (const name of entries) {
      const file = `${root}/${name.replaceAll(path.sep, '/')}`;
      if (!(root === 'test' ? /\.ts$/u : /\.test\.ts$/u).test(file)) continue;
      files.set(file, readFileSync(path.join(PROJECT, file), 'utf8'));
    }
  }
  return files;
}

const sources = testSources();
const support = [...sources].filter(([file]) => file.startsWith('test/support/'));

describe('programs that tests start', () => {
  it('are asked for by each test file', () => {
    expect(unaskedTools(sources)).toEqual([]);
  });

  const IMPORT = "import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';\n";
  const TOOLS = "import { missingTool, run } from '../support/tools.ts';\n";
  it.each<[string, string, readonly string[]]>([
    ['a text', `${IMPORT}execFileSync('git', ['init']);`, ['git']],
    [
      'in a test',
      `${IMPORT}it('a', () => { spawnSync('tar', []); spawn('gpg'); });`,
      ['gpg', 'tar'],
    ],
    ['a promise', `${IMPORT}await promisify(execFile)('git', []);`, ['git']],
    ['a constant', `${IMPORT}const TOOL = 'rpm';\nspawnSync(TOOL, []);`, ['rpm']],
    ['a choice', `${IMPORT}spawnSync(is ? 'rpm' : 'dpkg', []);`, ['dpkg', 'rpm']],
    ['a list', `${IMPORT}for (const one of ['a', 'b']) spawnSync(one);`, ['a', 'b']],
    ['the helper of tests', `${TOOLS}run('openssl', ['version']);`, ['openssl']],
    [
      'a function that starts what it is given',
      `${IMPORT}function call(args: string[], tool: string) { spawnSync(tool, args); }\ncall([], 'jq');`,
      ['jq'],
    ],
    ['a script', `${IMPORT}spawnSync('sh', ['-c', 'cd x && mkfifo pipe']);`, ['mkfifo']],
    [
      'a support module',
      "import { serveRepositories } from '../support/git-repositories.ts';\nserveRepositories();",
      ['git'],
    ],
    [
      'a method of a support module',
      "import { CommitScene } from '../support/commit-scene.ts';\nnew CommitScene().tool('openssl', []);",
      ['git', 'openssl'],
    ],
    ['another one', `${TOOLS}missingTool('git');\nrun('git', []);\nrun('gpg', []);`, ['gpg']],
  ])('are found if they are not asked for: %s', (_, text, tools) => {
    const file = 'test/e2e/planted.test.ts';
    // What a method starts counts if some test asks for it.
    const other = `${IMPORT}missingTool('git', 'openssl');`;
    const all = new Map([...support, ['test/e2e/other.test.ts', other], [file, text]]);
    const found = unaskedTools(all);
    expect(found.filter((one) => one.file === file).map(({ tool }) => tool)).toEqual(tools);
  });

  it.each<[string, string]>([
    [
      'by name',
      `${TOOLS}const missing = missingTool('git', 'gpg');\nrun('git', []);\nrun('gpg', []);`,
    ],
    [
      'by an ability',
      `${TOOLS}import { missingAbility } from '../support/abilities.ts';\nmissingAbility('rpm/ndb');\nrun('rpm', []);`,
    ],
    [
      'by a support module',
      "import { missingForRegistry, startRegistry } from '../support/registry.ts';\nif (missingForRegistry) startRegistry();",
    ],
    [
      'by a list',
      `${TOOLS}import { TOKEN_TOOLS } from '../support/pkcs11-token.ts';\nmissingTool(...TOKEN_TOOLS);\nrun('jq', []);`,
    ],
    [
      'as Node or a shell',
      `${IMPORT}spawnSync(process.execPath, []);\nspawnSync('sh', ['-c', 'exit 1']);`,
    ],
  ])('are let be if they are asked for %s', (_, text) => {
    const file = 'test/e2e/planted.test.ts';
    const found = unaskedTools(new Map([...support, [file, text]]));
    expect(found.filter((one) => one.file === file)).toEqual([]);
  });
});

describe('skipped tests', () => {
  it('name in their titles what they need', () => {
    const tests = [...sources].filter(([file]) => file.endsWith('.test.ts'));
    expect(tests.flatMap(([file, text]) => titlesWithoutNeeds(file, text))).toEqual([]);
  });

  it.each([
    "describe.skipIf(missingTool('git'))('a repository', () => {});",
    "it.skipIf(missing).each([1])('%s (skipped)', () => {});",
    'it.skipIf(missing)(title, () => {});',
    'it.skipIf(missing)(`a${why}`, () => {});',
  ])('are found if they do not: %s', (text) => {
    expect(titlesWithoutNeeds('a.test.ts', text)).toEqual([
      expect.stringMatching(/^a\.test\.ts:1 /u),
    ]);
  });

  it.each<[string, string, string]>([
    ['a tool', `a root${needs('rpm')} is read`, 'rpm'],
    [
      'an ability with parentheses',
      `x${needs('skopeo that reads (a:@0)')} y`,
      'skopeo that reads (a:@0)',
    ],
    ['the inner one of two', `x${needs('root')} > y${needs('git')}`, 'git'],
    ['nothing', 'x (needed) y', 'another reason'],
  ])('are counted by %s', (_, title, reason) => {
    expect(reasonOf(title)).toBe(reason);
  });

  it('end a run with what to install, the most needed first', () => {
    const titles = ['a (needs gem)', 'b (needs root)', 'c (needs gem)', 'd', 'e (needs tar)'];
    const { words, install } = ABILITIES['rpm/ndb'];
    expect(reasonLines(countReasons([...titles, `f${needs(words)}`]))).toEqual([
      '       2  gem: apt install ruby',
      '       1  without a reason in the title',
      '       1  root: run as root',
      `       1  ${words}: ${install}`,
      '       1  tar: apt install tar',
    ]);
  });

  it('that need an ability name a tool where it is not installed', () => {
    vi.stubEnv('PATH', '/nonexistent');
    expect(missingAbility('skopeo/oci-place')).toBe('skopeo');
    expect(missingTool('git')).toBe('git');
  });
});
