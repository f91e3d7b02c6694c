/**
 * `assay ledger verify` with a real registry, real git repositories and an npm registry on
 * loopback.
 */

import { readFileSync, rmSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { changeLedger } from '../../src/trust/ledger/ledger-file.ts';
import { recordSightings } from '../../src/trust/ledger/ledger.ts';
import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import {
  repositoryHost,
  type RepositoryHost,
  type TestRepository,
} from '../support/git-repositories.ts';
import { indexServer, type IndexServer } from '../support/index-server.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { pushFiles } from '../support/registry-push.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const SCHEMA = new URL('../../schema/assay-ledger-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

const hex = (digit: string): string => digit.repeat(128);
const integrity = (digit: string): string =>
  `sha512-${Buffer.from(hex(digit), 'hex').toString('base64')}`;

function lockfile(packages: Readonly<Record<string, string>>): string {
  const rows = Object.entries(packages).map(([key, value]): [string, object] => {
    const at = key.lastIndexOf('@');
    const path = `node_modules/${key.slice(0, at)}`;
    return [path, { version: key.slice(at + 1), integrity: value }];
  });
  const root = { name: 'app', version: '1.0.0' };
  return JSON.stringify({
    ...root,
    lockfileVersion: 3,
    packages: Object.fromEntries<object>([['', root], ...rows]),
  });
}

interface Row {
  readonly state: string;
  readonly ref: string;
  readonly expected?: string;
  readonly found?: string;
}

const missing = missingForRegistry ?? missingTool('git');

describe.skipIf(missing !== undefined)(`assay ledger verify${needs(missing)}`, () => {
  let folder: CommandFolder;
  let registry: RunningRegistry;
  let npm: IndexServer;
  let host: RepositoryHost;
  let count = 0;
  let app = '';
  let action: TestRepository;
  let actionName = '';

  beforeAll(async () => {
    folder = new CommandFolder();
    registry = await startRegistry();
    npm = await indexServer();
    host = repositoryHost();
  }, 60_000);
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    npm[Symbol.dispose]();
    host[Symbol.dispose]();
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    count += 1;
    app = `${registry.host}/app${count}`;
    actionName = `acme/build${count}`;
    action = host.repository(actionName);
    npm.pages.clear();
    npm.requests.length = 0;
    for (const name of ['src', 'assay.lock']) {
      rmSync(folder.path(name), { recursive: true, force: true });
    }
  });

  async function push(tag: string, body: string): Promise<string> {
    const image = makeImage([[{ path: 'etc/motd', body }]]);
    const files = ociFiles([{ tag, platforms: [{ image, isPlatformListed: true }] }]);
    await pushFiles(app, [tag], files);
    const index = JSON.parse(String(files.get('index.json'))) as {
      readonly manifests: readonly { readonly digest: string }[];
    };
    return index.manifests[0]?.digest ?? '';
  }

  const network = (): string[] => ['--offline=false', `--actions-url=${host.url}`];
  const pin = (): Promise<Outcome> =>
    folder.assay('pin', 'src', '--apply', '--ledger', ...network());
  const scan = (): Promise<Outcome> =>
    folder.assay('fs', 'src', '--scanners', 'packages', '--ledger');
  const verify = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('ledger', 'verify', 'src', ...network(), ...args);
  async function rows(...args: readonly string[]): Promise<readonly Row[]> {
    const { stdout } = await verify('-f', 'json', ...args);
    const document: unknown = JSON.parse(stdout);
    validate(document);
    expect(validate.errors).toBeNull();
    return (document as { readonly rows: readonly Row[] }).rows;
  }
  /** As a pin of the action records it. */
  async function recordTag(tag: string): Promise<void> {
    const digest = action.git('rev-parse', `refs/tags/${tag}^{commit}`);
    const sighting = {
      kind: 'action',
      ref: `${actionName}@${tag}`,
      digest,
      from: host.url,
    } as const;
    const seenAt = '2025-06-01T00:00:00Z';
    await changeLedger(
      folder.path('assay.lock'),
      (ledger) => recordSightings(ledger, [sighting], seenAt),
      quietContext(),
    );
  }
  const workflow = (ref: string): string =>
    `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ${actionName}@${ref}\n`;

  it('passes where nothing has moved, and asks for tags by HEAD alone', async () => {
    await push('1', 'one');
    action.git('tag', 'v1.0.0', action.commit('main'));
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    folder.write('src/.github/workflows/a.yml', workflow('v1.0.0'));
    folder.write('src/package-lock.json', lockfile({ 'lodash@4.17.21': integrity('a') }));
    expect((await pin()).exitCode).toBe(0);
    await recordTag('v1.0.0');
    expect((await scan()).exitCode).toBe(0);
    const before = registry.requests().length;
    const { exitCode, stdout } = await verify();
    expect(stdout).toContain('3 references in assay.lock, 3 unchanged: nothing has moved');
    expect(exitCode).toBe(0);
    const asked = registry
      .requests()
      .slice(before)
      .filter((line) => line.includes('/manifests/1 '));
    expect(new Set(asked)).toEqual(new Set([`HEAD /v2/app${count}/manifests/1 200`]));
  });

  it('ends with 7 and both digests for a moved version, lists a moved tag, and --accept ends it', async () => {
    const first = await push('1', 'one');
    const [one, two] = [action.commit('main'), action.commit('main')];
    action.git('tag', 'v1.0.0', one);
    action.git('tag', '-a', '-m', 'x', 'v1', one);
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    folder.write('src/.github/workflows/a.yml', workflow('v1'));
    folder.write('src/.github/workflows/b.yml', workflow('v1.0.0'));
    await pin();
    for (const tag of ['v1', 'v1.0.0']) await recordTag(tag);
    // Floating tags alone.
    const second = await push('1', 'two');
    action.git('tag', '-f', '-a', '-m', 'x', 'v1', two);
    const floating = await verify();
    expect(floating.stdout).toContain(`moved (allowed)  image ${app}:1`);
    expect(floating.stdout).toContain(`moved (allowed)  action ${actionName}@v1:`);
    expect(floating.stdout).toContain(`  was ${first}`);
    expect(floating.stdout).toContain(`  now ${second}`);
    expect(floating.exitCode).toBe(0);
    // Now the tag of a release.
    action.git('tag', '-f', 'v1.0.0', two);
    const moved = await verify();
    expect(moved.exitCode).toBe(7);
    expect(moved.stdout).toContain(
      `MOVED  action ${actionName}@v1.0.0: the tag of a release has moved`,
    );
    expect(moved.stdout).toContain(`  was ${one}`);
    expect(moved.stdout).toContain(`  now ${two}`);
    expect(moved.stdout).toContain(
      `assay ledger verify --accept ${actionName}@v1.0.0 --reason TEXT`,
    );
    const accepted = await verify('--accept', `${actionName}@v1.0.0`, '--reason', 'rebuilt');
    expect(accepted.stdout).toContain('the move was accepted: rebuilt');
    expect(accepted.exitCode).toBe(0);
    expect((await verify()).exitCode).toBe(0);
    expect(folder.read('assay.lock')).toContain('"reason":"rebuilt"');
    // It is accepted for this commit alone.
    action.git('tag', '-f', 'v1.0.0', action.commit('main'));
    expect((await verify()).exitCode).toBe(7);
  });

  it('finds a package version with another integrity, offline too', async () => {
    folder.write(
      'src/package-lock.json',
      lockfile({ 'a@1.0.0': integrity('a'), '@s/b@2.0.0': integrity('b') }),
    );
    await scan();
    const before = folder.read('assay.lock');
    folder.write(
      'src/package-lock.json',
      lockfile({
        'a@1.0.0': integrity('c'),
        '@s/b@2.0.0': integrity('b'),
        'new@1.0.0': integrity('d'),
      }),
    );
    const { exitCode, stdout } = await folder.assay('ledger', 'verify', 'src', '--offline');
    expect(exitCode).toBe(7);
    expect(stdout).toContain(
      'MOVED  package pkg:npm/a@1.0.0: the same version has another integrity',
    );
    expect(stdout).toContain(`was sha512:${hex('a')}`);
    expect(stdout).toContain(`now sha512:${hex('c')}, from ./src/package-lock.json`);
    expect(folder.read('assay.lock')).toBe(before);
    // A scan that records it warns, and the ledger remembers.
    const recorded = await scan();
    expect(recorded.exitCode).toBe(0);
    expect(recorded.stderr).toContain('pkg:npm/a@1.0.0 has sha512:cc');
    folder.write('src/package-lock.json', lockfile({ 'a@1.0.0': integrity('a') }));
    expect((await verify('--offline')).exitCode).toBe(7);
    expect(
      (await verify('--offline', '--accept', 'pkg:npm/a@1.0.0', '--reason', 'as agreed')).exitCode,
    ).toBe(0);
    expect((await verify('--offline')).exitCode).toBe(0);
  });

  it.each([
    [
      'a weaker algorithm',
      `sha1-${Buffer.from('1'.repeat(40), 'hex').toString('base64')}`,
      'incomparable',
      7,
    ],
    [
      'both, one of them the same',
      `${integrity('a')} sha1-${Buffer.from('1'.repeat(40), 'hex').toString('base64')}`,
      'unchanged',
      0,
    ],
    ['two of one algorithm', `${integrity('a')} ${integrity('e')}`, 'moved', 7],
    ['none', '', 'incomparable', 7],
  ])('judges a lockfile with %s', async (...[, text, state, exitCode]) => {
    folder.write('src/package-lock.json', lockfile({ 'a@1.0.0': integrity('a') }));
    await scan();
    folder.write('src/package-lock.json', lockfile({ 'a@1.0.0': text }));
    expect((await rows('--offline')).map((row) => row.state)).toEqual([state]);
    expect((await verify('--offline')).exitCode).toBe(exitCode);
  });

  it('asks the npm registry of the user, and no other', async () => {
    folder.write(
      'src/package-lock.json',
      lockfile({
        'a@1.0.0': integrity('a'),
        'b@1.0.0': integrity('b'),
        'c@1.0.0': integrity('c'),
      }),
    );
    await scan();
    const document = (digit: string): { readonly body: string } => ({
      body: JSON.stringify({ version: '1.0.0', dist: { integrity: integrity(digit) } }),
    });
    npm.pages.set('/a/1.0.0', document('a'));
    npm.pages.set('/b/1.0.0', document('f'));
    const unasked = await verify();
    expect(unasked.stdout).toContain(
      '3 of 3 packages were not compared with the npm registry: no npm registry is configured',
    );
    expect(unasked.exitCode).toBe(0);
    folder.write('src/.npmrc', `registry=${npm.url}/\n`);
    expect(await rows()).toMatchObject([
      {
        state: 'moved',
        ref: 'pkg:npm/b@1.0.0',
        expected: `sha512:${hex('b')}`,
        found: `sha512:${hex('f')}`,
      },
      { state: 'gone', ref: 'pkg:npm/c@1.0.0' },
      { state: 'unchanged', ref: 'pkg:npm/a@1.0.0' },
    ]);
    npm.pages.clear();
    npm.pages.set('/a/1.0.0', { status: 401 });
    npm.pages.set('/b/1.0.0', { status: 401 });
    npm.pages.set('/c/1.0.0', { status: 401 });
    const refused = await verify();
    expect(refused.exitCode).toBe(3);
    expect(refused.stdout).toContain('3 of 3 packages were not compared with the npm registry');
  });

  it('names what is gone: a pinned digest, a tag, a repository', async () => {
    const digest = await push('1', 'one');
    action.git('tag', 'v1.0.0', action.commit('main'));
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    folder.write('src/.github/workflows/a.yml', workflow('v1.0.0'));
    await pin();
    await recordTag('v1.0.0');
    await push('1', 'two');
    rmSync(registry.blobFile(digest));
    action.git('tag', '-d', 'v1.0.0');
    const { exitCode, stdout } = await verify();
    expect(stdout).toContain(
      `GONE  image ${app}:1@${digest}: ${app} no longer has ${digest}, in Dockerfile:1`,
    );
    expect(stdout).toContain(
      `GONE  action ${actionName}@v1.0.0: ${actionName} has no branch or tag "v1.0.0"`,
    );
    expect(exitCode).toBe(3);
  });

  it('checks pins of files that others name, and lists files that cannot be read', async () => {
    const digest = await push('1', 'one');
    folder.write('src/compose.yaml', 'services: {a: {build: {dockerfile: app.docker}}}\n');
    folder.write('src/app.docker', `FROM ${app}:1@${digest}\n`);
    folder.write('src/.gitlab-ci.yml', 'a: [\n');
    expect((await pin()).exitCode).toBe(3);
    rmSync(registry.blobFile(digest));
    const { exitCode, stdout } = await verify();
    expect(stdout).toContain(`${app} no longer has ${digest}, in app.docker:1`);
    expect(stdout).toMatch(/^not read, \.gitlab-ci\.yml:\d: /mu);
    expect(exitCode).toBe(3);
  });

  it('obeys rules of the file, and names the line', async () => {
    await push('1', 'one');
    action.git('tag', 'v1.0.0', action.commit('main'));
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    folder.write('src/.github/workflows/a.yml', workflow('v1.0.0'));
    await pin();
    await recordTag('v1.0.0');
    await push('1', 'two');
    action.git('tag', '-f', 'v1.0.0', action.commit('main'));
    const rules = [
      { rule: 'immutable', kind: 'image', match: `${registry.host}/*` },
      { rule: 'may-move', kind: 'action', match: `${actionName}@*`, reason: 'our own' },
    ].map((rule) => JSON.stringify(rule));
    const [form = '', ...lines] = folder.read('assay.lock').split('\n');
    folder.write('assay.lock', [form, ...rules, ...lines].join('\n'));
    const { exitCode, stdout } = await verify();
    expect(stdout).toContain(
      `MOVED  image ${app}:1: a rule says that this tag never moves, and it has moved (rule in line 2)`,
    );
    expect(stdout).toContain(
      `moved (allowed)  action ${actionName}@v1.0.0: it names another digest now, which is allowed (rule in line 3)`,
    );
    expect(exitCode).toBe(7);
  });

  it('finds two lockfiles that disagree at once, and takes no bill of materials for a lockfile', async () => {
    folder.write('src/a/package-lock.json', lockfile({ 'a@1.0.0': integrity('a') }));
    folder.write('src/b/package-lock.json', lockfile({ 'a@1.0.0': integrity('c') }));
    const component = {
      type: 'library',
      name: 'x',
      version: '1.0.0',
      purl: 'pkg:npm/x@1.0.0',
      hashes: [{ alg: 'SHA-512', content: hex('d') }],
    };
    const bom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      components: [component],
    };
    folder.write('src/app.cdx.json', JSON.stringify(bom));
    await scan();
    expect(folder.read('assay.lock')).not.toContain('pkg:npm/x@');
    expect(await rows('--offline')).toMatchObject([
      { state: 'moved', expected: `sha512:${hex('a')}`, found: `sha512:${hex('c')}` },
    ]);
  });

  it('follows annotated tags to their commits', async () => {
    const [one, two] = [action.commit('main'), action.commit('main')];
    action.git('tag', '-a', '-m', 'x', 'v2.0.0', one);
    await recordTag('v2.0.0');
    folder.write('src/Dockerfile', 'FROM scratch\n');
    // Another tag object for the same commit is no move.
    action.git('tag', '-f', '-a', '-m', 'y', 'v2.0.0', one);
    expect((await verify()).exitCode).toBe(0);
    action.git('tag', '-f', '-a', '-m', 'x', 'v2.0.0', two);
    expect(await rows()).toMatchObject([{ state: 'moved', expected: one, found: two }]);
    action.git('branch', '-f', 'v2.0.0', one);
    expect(await rows()).toMatchObject([{ state: 'refused' }]);
  });

  it('counts packages that are not recorded, and names a lockfile that cannot be read', async () => {
    folder.write('src/package-lock.json', lockfile({ 'a@1.0.0': integrity('a') }));
    await scan();
    folder.write(
      'src/package-lock.json',
      lockfile({ 'a@1.0.0': integrity('a'), 'b@1.0.0': integrity('b') }),
    );
    const added = await verify('--offline');
    expect(added.stdout).toContain('1 package of lockfiles is not in the ledger');
    expect(added.exitCode).toBe(0);
    folder.write('src/package-lock.json', '{');
    const damaged = await verify('--offline');
    expect(damaged.stdout).toContain('no answer  /package-lock.json: ');
    expect(damaged.exitCode).toBe(3);
  });

  it('names a line that was edited by hand, and goes on with the others', async () => {
    folder.write(
      'src/package-lock.json',
      lockfile({ 'a@1.0.0': integrity('a'), 'b@1.0.0': integrity('b') }),
    );
    await scan();
    folder.write('assay.lock', folder.read('assay.lock').replace(hex('a'), hex('c')));
    const { exitCode, stdout } = await verify('--offline');
    expect(stdout).toContain('BAD LINE  assay.lock:2: the line was changed by hand');
    expect(stdout).toContain('1 reference in assay.lock, 1 unchanged');
    expect(exitCode).toBe(7);
    expect((await scan()).exitCode).toBe(2);
  });

  it.each([
    ['without a ledger', [], 3, 'there is no ledger "assay.lock"'],
    ['with --accept alone', ['--accept', 'x'], 2, '--accept needs --reason'],
    ['with --reason alone', ['--reason', 'x'], 2, '--reason needs --accept'],
    ['with an empty reason', ['--accept', 'x', '--reason', ' '], 2, '--accept needs --reason'],
  ])('is an error %s', async (...[, args, exitCode, message]) => {
    folder.write('src/Dockerfile', 'FROM scratch\n');
    const outcome = await verify(...args);
    expect(outcome.stderr).toContain(message);
    expect(outcome.exitCode).toBe(exitCode);
  });

  it.each([
    [
      'that is not in the ledger',
      'pkg:npm/x@1.0.0',
      'no reference of the ledger matches "pkg:npm/x@1.0.0"',
    ],
    ['that has not moved', 'pkg:npm/a@*', '"pkg:npm/a@*" has not moved'],
    [
      'whose integrity is gone',
      'pkg:npm/lost@1.0.0',
      '"pkg:npm/lost@1.0.0" has not moved to another digest',
    ],
  ])('does not accept a reference %s', async (_, pattern, message) => {
    const packages = { 'a@1.0.0': integrity('a'), 'lost@1.0.0': integrity('b') };
    folder.write('src/package-lock.json', lockfile(packages));
    await scan();
    const before = readFileSync(folder.path('assay.lock'), 'utf8');
    folder.write('src/package-lock.json', lockfile({ ...packages, 'lost@1.0.0': '' }));
    const outcome = await verify('--offline', '--accept', pattern, '--reason', 'x');
    expect(outcome.stderr).toContain(message);
    expect(outcome.exitCode).toBe(2);
    expect(folder.read('assay.lock')).toBe(before);
  });

  it('records the tag of an image that a scan read, not one beside a digest', async () => {
    const digest = await push('1', 'one');
    const scanned = (ref: string): Promise<Outcome> =>
      folder.assay(
        'image',
        ref,
        '--offline=false',
        '--image-src=remote',
        '--scanners',
        'packages',
        '--allow-empty',
        '--ledger',
      );
    expect((await scanned(`${app}:2@${digest}`)).exitCode).toBe(0);
    expect((await scanned(`${app}:1`)).exitCode).toBe(0);
    const lines = folder.read('assay.lock').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`{"kind":"image","ref":"${app}:1","seen":[{"digest":"${digest}"`);
  });
});
