/** Submodules of repositories that real git has made. */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingTool, needs } from '../../../test/support/tools.ts';
import { quietContext } from '../../core/base/context.ts';
import { openSource } from '../../scan/source/open-source.ts';
import type { SourceRequest } from '../../scan/source/source.ts';

let folder = '';

function git(at: string, ...args: readonly string[]): string {
  const settings = [
    'user.name=a',
    'user.email=a@example.org',
    'commit.gpgsign=false',
    'protocol.file.allow=always',
  ];
  const config = settings.flatMap((one) => ['-c', one]);
  return execFileSync('git', ['-C', at, ...config, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function commit(at: string): void {
  git(at, 'add', '-A');
  git(at, 'commit', '-q', '-m', 'state');
}

/** A repository with one file. */
function repository(name: string, file: string): string {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  git(at, 'init', '-q', '-b', 'main');
  writeFileSync(join(at, file), '{}');
  commit(at);
  return at;
}

interface Seen {
  readonly files: readonly string[];
  readonly gaps: readonly string[];
}

async function read(reference: string, changes: Partial<SourceRequest> = {}): Promise<Seen> {
  const lists = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
  const request = { reference, kind: 'repository' as const, ...lists, ...changes };
  const files: string[] = [];
  const gaps: string[] = [];
  const context = quietContext();
  for (const opened of await openSource(request, context)) {
    await opened.walk(
      0,
      (entry) => {
        if (entry.type === 'file' && entry.path.endsWith('.json')) files.push(entry.path);
        return undefined;
      },
      context,
    );
    for (const { gap, message } of opened.diagnostics()) {
      if (gap !== undefined) gaps.push(`${gap}: ${message}`);
    }
    await opened[Symbol.asyncDispose]();
  }
  return { files: files.sort(), gaps };
}

const HEAD: Partial<SourceRequest> = { revision: { kind: 'commit', name: 'HEAD' } };

describe.skipIf(missingTool('git') !== undefined)(`submodules${needs(missingTool('git'))}`, () => {
  let app = '';
  /** A clone that has no submodule. */
  let bare = '';

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-modules-')));
    const inner = repository('inner', 'inner.json');
    const outer = repository('outer', 'outer.json');
    git(outer, 'submodule', '-q', 'add', inner, 'deep/inner');
    commit(outer);
    app = repository('app', 'app.json');
    git(app, 'submodule', '-q', 'add', outer, 'libs/outer');
    git(app, 'submodule', '-q', 'add', '--name', 'other name', inner, 'in ner');
    git(app, 'submodule', '-q', 'update', '--init', '--recursive');
    commit(app);
    bare = join(folder, 'bare');
    git(folder, 'clone', '-q', app, bare);
    git(
      bare,
      'config',
      '-f',
      '.gitmodules',
      'submodule.libs/outer.url',
      'https://user:word@example.org/outer.git?token=1',
    );
    git(bare, 'config', '-f', '.gitmodules', 'submodule.other name.url', '../inner.git');
    commit(bare);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const ALL = [
    '/app.json',
    '/in ner/inner.json',
    '/libs/outer/deep/inner/inner.json',
    '/libs/outer/outer.json',
  ];

  it.each<[string, Partial<SourceRequest>]>([
    ['as the folder is', {}],
    ['as it was committed', HEAD],
    ['at a branch', { revision: { kind: 'branch', name: 'main' } }],
    ['as a plain folder', { kind: 'directory' }],
  ])('reads those that are checked out, nested ones as well: %s', async (_, changes) => {
    expect(await read(app, changes)).toEqual({ files: ALL, gaps: [] });
  });

  it('reads a commit whose submodules are in the store of git alone', async () => {
    const copy = join(folder, 'stored');
    cpSync(app, copy, { recursive: true });
    for (const name of ['libs', 'in ner']) rmSync(join(copy, name), { recursive: true });
    expect(await read(copy, HEAD)).toEqual({ files: ALL, gaps: [] });
    const { gaps } = await read(copy);
    expect(gaps).toEqual([expect.stringContaining('libs/outer (')]);
  });

  it('reads submodules of a linked working tree, and of a folder of the repository', async () => {
    const linked = join(folder, 'linked');
    git(app, 'worktree', 'add', '-q', linked, '-b', 'linked');
    expect((await read(linked, HEAD)).files).toEqual(ALL);
    expect((await read(linked)).gaps).toHaveLength(1);
    const below = await read(join(app, 'libs'), HEAD);
    expect(below).toEqual({
      files: ['/outer/deep/inner/inner.json', '/outer/outer.json'],
      gaps: [],
    });
  });

  const GAP =
    /^unread: submodules are not checked out.*libs\/outer \(https:\/\/example\.org\/outer\.git\?token=\*\*\*\)/u;

  it.each<[string, Partial<SourceRequest>]>([
    ['as the folder is', {}],
    ['as it was committed', HEAD],
    ['as a plain folder', { kind: 'directory' }],
  ])('is one gap for those that are not checked out, with addresses: %s', async (_, changes) => {
    const { files, gaps } = await read(bare, changes);
    expect(files).toEqual(['/app.json']);
    expect(gaps).toEqual([expect.stringMatching(GAP)]);
    expect(gaps[0]).toContain('in ner (../inner.git)');
    expect(gaps[0]).not.toMatch(/user|word|=1/u);
  });

  it('is a gap for a repository that was fetched', async () => {
    const { gaps } = await read(`file://${app}`);
    expect(gaps).toEqual([expect.stringMatching(/^unread: .*in ner \(.*libs\/outer \(/u)]);
  });

  it.each<[string, (at: string) => void, RegExp | undefined]>([
    [
      'no file .gitmodules',
      (at) => rmSync(join(at, '.gitmodules')),
      /in ner \(no address in \.gitmodules\)/u,
    ],
    [
      'a forged path in it',
      (at) => writeFileSync(join(at, '.gitmodules'), '[submodule "x"]\npath = docs\nurl = u\n'),
      /libs\/outer \(no address/u,
    ],
    [
      'a path that is a link',
      (at) => {
        rmSync(join(at, 'libs/outer'), { recursive: true });
        symlinkSync('/etc', join(at, 'libs/outer'));
      },
      /libs\/outer \(https:[^)]*; its path is a link\)/u,
    ],
    ['a path that is gone', (at) => rmSync(join(at, 'libs'), { recursive: true }), /libs\/outer/u],
    [
      'a copy without .git',
      (at) => rmSync(join(at, '.git'), { recursive: true }),
      /in ner \(\.\.\/inner\.git\)/u,
    ],
    [
      'an index of version 4',
      (at) => git(at, 'update-index', '--index-version', '4'),
      /in ner.*libs\/outer/u,
    ],
    ['a split index', (at) => git(at, 'update-index', '--split-index'), /in ner.*libs\/outer/u],
    [
      'extended flags in the index',
      (at) => git(at, 'update-index', '--skip-worktree', 'app.json'),
      /in ner.*libs\/outer/u,
    ],
  ])('is a gap with %s', async (name, change, expected) => {
    const at = join(folder, `changed ${name.replaceAll(/\W/gu, '')}`);
    cpSync(bare, at, { recursive: true, verbatimSymlinks: true });
    change(at);
    const { gaps } = await read(at, existsSync(join(at, '.git')) ? {} : { kind: 'directory' });
    expect(gaps).toEqual([expect.stringMatching(expected ?? /$/u)]);
    expect(gaps[0]).not.toContain('docs');
  });

  it('names those below the scanned folder alone, and none that is skipped', async () => {
    const inLibs = await read(join(bare, 'libs'));
    expect(inLibs.gaps).toEqual([expect.stringMatching(/not known: outer \(https:[^ ]*\); /u)]);
    expect((await read(bare, { skipDirs: ['libs', 'in ner'] })).gaps).toEqual([]);
    expect((await read(bare, { ...HEAD, skipDirs: ['libs/outer', 'in ner'] })).gaps).toEqual([]);
  });

  it('is none for a section of .gitmodules without a gitlink, and for ordinary repositories', async () => {
    const plain = repository('plain', 'plain.json');
    writeFileSync(
      join(plain, '.gitmodules'),
      '[submodule "old"]\n\tpath = old\n\turl = https://example.org/old\n',
    );
    commit(plain);
    expect((await read(plain)).gaps).toEqual([]);
    expect((await read(plain, HEAD)).gaps).toEqual([]);
    expect((await read(join(folder, 'inner'))).gaps).toEqual([]);
  });
});
