import { execFileSync } from 'node:child_process';
import {
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../core/base/context.ts';
import { findTrustFile, type FoundTrustFile, type TrustRequest } from './find-trust-file.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

const noGit = missingTool('git');

let top = '';
const path = (name: string): string => join(top, name);

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'assay-trust-')));
});
afterEach(() => rmSync(top, { recursive: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), content);
}

function fileOf(key: string): string {
  return `version: 1\nkeys:\n  - {name: ${key}, file: keys/${key}.pub, scopes: ["**"]}\n`;
}

function find(
  request: Partial<TrustRequest> & { readonly cwd: string },
): Promise<FoundTrustFile | undefined> {
  const all = {
    env: { PATH: process.env['PATH'], HOME: top },
    isNamedByUser: true,
    searches: true,
  };
  return findTrustFile({ ...all, ...request }, quietContext());
}

function nameOf(found: FoundTrustFile | undefined): string | undefined {
  return found?.trust.keys[0]?.name;
}

describe('the trust file', () => {
  it('is the nearest one upwards', async () => {
    write('assay.trust.yaml', fileOf('outer'));
    write('a/assay.trust.yaml', fileOf('inner'));
    mkdirSync(path('a/b/c'), { recursive: true });
    mkdirSync(path('d'));
    const inner = await find({ cwd: path('a/b/c'), isNamedByUser: false });
    expect([nameOf(inner), inner?.trust.name]).toEqual(['inner', '../../assay.trust.yaml']);
    expect(nameOf(await find({ cwd: path('d'), isNamedByUser: false }))).toBe('outer');
    expect(inner?.warning).toContain('was found and not named');
  });

  it.skipIf(process.getuid?.() !== 0).each(['.', 'below'])(
    'is refused if it belongs to another user than the working directory: %s (needs root)',
    async (folder) => {
      write('assay.trust.yaml', fileOf('planted'));
      mkdirSync(path('below'));
      chownSync(path('assay.trust.yaml'), 65_534, 65_534);
      const finding = find({ cwd: path(folder), isNamedByUser: false });
      await expect(finding).rejects.toThrow(/belongs to another user/u);
      expect(nameOf(await find({ cwd: top, named: './assay.trust.yaml' }))).toBe('planted');
      // A checkout of another user, as in a job that runs as root.
      chownSync(top, 65_534, 65_534);
      if (folder === '.')
        expect(nameOf(await find({ cwd: top, isNamedByUser: false }))).toBe('planted');
    },
  );

  it.skipIf(process.getuid?.() !== 0)(
    'is refused if it is a symlink of another user, wherever it leads (needs root)',
    async () => {
      write('below/unpacked/assay.trust.yaml', fileOf('planted'));
      symlinkSync('below/unpacked/assay.trust.yaml', path('assay.trust.yaml'));
      expect(nameOf(await find({ cwd: path('below'), isNamedByUser: false }))).toBe('planted');
      lchownSync(path('assay.trust.yaml'), 65_534, 65_534);
      const finding = find({ cwd: path('below'), isNamedByUser: false });
      await expect(finding).rejects.toThrow(/belongs to another user/u);
    },
  );

  it.each<[string, Partial<TrustRequest>, string | undefined]>([
    ['none, where it is not looked for', { searches: false }, undefined],
    ['none, where the word says so', { named: 'none' }, undefined],
    ['the one that is named', { named: 'other.yaml' }, 'other'],
    [
      'the one that is named, without a search',
      { named: './other.yaml', searches: false },
      'other',
    ],
  ])('is %s', async (_, request, expected) => {
    write('assay.trust.yaml', fileOf('found'));
    write('other.yaml', fileOf('other'));
    const found = await find({ cwd: top, ...request });
    expect(nameOf(found)).toBe(expected);
    expect(found?.warning).toBeUndefined();
  });

  it.each<[string, string, string, boolean]>([
    ['in the tree', 'tree', 'tree/assay.trust.yaml', true],
    ['deep in the tree', 'tree', 'tree/a/b.yaml', true],
    ['beside the tree', 'tree', 'trust.yaml', false],
    ['beside the tree with a longer name', 'tree', 'tree2/trust.yaml', false],
    ['above the tree', 'tree/a', 'tree/trust.yaml', false],
  ])(
    'is named in the verdict if it is part of what is judged: %s',
    async (_, judged, file, isPart) => {
      write(file, fileOf('a'));
      mkdirSync(path(judged), { recursive: true });
      const found = await find({ cwd: top, named: `.//${file}`, judged: path(judged) });
      expect(found?.warning?.includes('is part of what is judged') === true).toBe(isPart);
    },
  );

  it('is part of what is judged also behind symlinks, either way', async () => {
    write('tree/trust.yaml', fileOf('a'));
    write('outside.yaml', fileOf('b'));
    symlinkSync(path('tree/trust.yaml'), path('link.yaml'));
    symlinkSync(path('outside.yaml'), path('tree/link.yaml'));
    symlinkSync(path('tree'), path('same'));
    for (const named of ['./link.yaml', './tree/link.yaml', './same/trust.yaml']) {
      const found = await find({ cwd: top, named, judged: path('tree') });
      expect(found?.warning).toContain('is part of what is judged');
    }
  });

  it.each<[string, () => void, Partial<TrustRequest>, RegExp]>([
    ['is not there', () => undefined, { named: 'no.yaml' }, /"no.yaml" does not exist/u],
    ['is a directory', () => mkdirSync(path('d')), { named: 'd' }, /it is a directory/u],
    [
      'is found and leads out of its directory',
      () => {
        mkdirSync(path('w'));
        write('secret', 'version: 1');
        symlinkSync(path('secret'), path('w/assay.trust.yaml'));
      },
      { cwd: 'w', isNamedByUser: false },
      /symlink that leads out/u,
    ],
    [
      'is misspelled',
      () => write('t.yaml', 'version: 1\nkeyz: []'),
      { named: 't.yaml' },
      /^t\.yaml:2: unknown key/u,
    ],
  ])('is refused if it %s', (_, prepare, request, problem) =>
    expectRefused(prepare, request, problem),
  );

  it.skipIf(noGit !== undefined).each<[string, () => void, Partial<TrustRequest>, RegExp]>([
    [
      'is a revision that does not exist',
      () => void git('init', '-q'),
      { named: 'main:t.yaml' },
      /no revision "main"/u,
    ],
    [
      'is an option of git',
      () => void git('init', '-q'),
      { named: '--output=x:t.yaml' },
      /not REVISION:PATH/u,
    ],
    ['has no path', () => void git('init', '-q'), { named: 'main:' }, /not REVISION:PATH/u],
    ['is of no repository', () => undefined, { named: 'HEAD:t.yaml' }, /no revision "HEAD"/u],
  ])(`is refused if it %s${needs(noGit)}`, (_, prepare, request, problem) =>
    expectRefused(prepare, request, problem),
  );

  async function expectRefused(
    prepare: () => void,
    request: Partial<TrustRequest>,
    problem: RegExp,
  ): Promise<void> {
    prepare();
    const cwd = path(request.cwd ?? '.');
    const finding = find({ ...request, cwd });
    await expect(finding).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(finding).rejects.toThrow(problem);
  }
});

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const all = ['-C', top, ...identity, '-c', 'init.defaultBranch=main', ...args];
  return execFileSync('git', all, { env: { PATH: process.env['PATH'], HOME: top } }).toString();
}

describe.skipIf(noGit !== undefined)(`a trust file of a revision${needs(noGit)}`, () => {
  beforeEach(() => {
    git('init', '-q');
    write('assay.trust.yaml', fileOf('committed'));
    write('keys/committed.pub', 'the committed key');
    write('sub/trust.yaml', fileOf('sub'));
    write('sub/keys/sub.pub', 'the key of sub');
    git('add', '.');
    git('commit', '-qm', 'trust');
    write('assay.trust.yaml', fileOf('changed'));
    write('keys/committed.pub', 'another key');
    // A file of that very name must not take its place.
    write('main:assay.trust.yaml', fileOf('planted'));
  });

  it.each([
    ['main:assay.trust.yaml', '.', 'committed', 'the committed key'],
    ['HEAD:sub/trust.yaml', '.', 'sub', 'the key of sub'],
    ['HEAD:./trust.yaml', 'sub', 'sub', 'the key of sub'],
    ['HEAD:../assay.trust.yaml', 'sub', 'committed', 'the committed key'],
    ['main:assay.trust.yaml', 'sub', 'committed', 'the committed key'],
  ])('is read as committed, with its keys: %s in %s', async (named, folder, key, content) => {
    const found = await find({ cwd: path(folder), named, judged: top });
    expect(nameOf(found)).toBe(key);
    expect(found?.warning).toBeUndefined();
    expect((await found?.readFile(`keys/${key}.pub`))?.toString()).toBe(content);
  });

  it('is refused where a tag has the name of the branch', async () => {
    git('tag', 'main');
    const finding = find({ cwd: top, named: 'main:assay.trust.yaml' });
    await expect(finding).rejects.toMatchObject({
      message: 'the revision "main" is a tag and a branch',
      hint: expect.stringContaining('refs/heads/main:assay.trust.yaml') as string,
    });
    const found = await find({ cwd: top, named: 'refs/heads/main:assay.trust.yaml' });
    expect(nameOf(found)).toBe('committed');
    // The repository cannot switch the warning off.
    git('config', 'core.warnAmbiguousRefs', 'false');
    await expect(find({ cwd: top, named: 'main:assay.trust.yaml' })).rejects.toThrow(
      /a tag and a branch/u,
    );
  });

  it('is a file of the working tree with ./ in front', async () => {
    expect(nameOf(await find({ cwd: top, named: './main:assay.trust.yaml' }))).toBe('planted');
  });

  it.each([
    ['keys/none.pub', /does not exist/u],
    ['../outside.pub', /outside of the repository/u],
    ['/etc/hostname', /outside of the repository/u],
  ])('names no file outside of the commit: %s', async (file, problem) => {
    const found = await find({ cwd: top, named: 'HEAD:assay.trust.yaml' });
    await expect(found?.readFile(file)).rejects.toThrow(problem);
  });
});
