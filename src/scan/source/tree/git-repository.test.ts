/** Repositories made by real git, over the file protocol. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { missingTool, needs } from '../../../../test/support/tools.ts';
import { quietContext } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { openSource } from '../open-source.ts';
import type { SourceRequest } from '../source.ts';
import { isGitUrl, redactGitUrl } from '../../../clients/git/git-url.ts';
import type { Revision } from '../../../core/model/artifact/revision.ts';

let folder = '';
let origin = '';
const commits = new Map<string, string>();

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', origin, ...who, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function commit(name: string): void {
  git('add', '-A');
  git('commit', '-q', '-m', name);
  commits.set(name, git('rev-parse', 'HEAD'));
}

describe.skipIf(missingTool('git'))(`a git repository${needs(missingTool('git'))}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-repo-'));
    origin = join(folder, 'origin');
    mkdirSync(join(origin, 'sub'), { recursive: true });
    git('init', '-q', '-b', 'main');
    writeFileSync(join(origin, 'package.json'), '{"name":"app","version":"1.0.0"}');
    writeFileSync(join(origin, '.gitattributes'), '*.json export-ignore filter=evil\n');
    writeFileSync(join(origin, 'run'), '#!/bin/sh\n');
    chmodSync(join(origin, 'run'), 0o755);
    symlinkSync('../package.json', join(origin, 'sub/link'));
    commit('first');
    git('tag', '-a', '-m', 'release', 'v1');
    git('checkout', '-q', '-b', 'dev');
    writeFileSync(join(origin, 'new'), 'new');
    commit('second');
    git('checkout', '-q', 'main');
    writeFileSync(join(origin, 'uncommitted'), 'x');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function read(
    reference: string,
    revision?: Revision,
    changes: Partial<SourceRequest> = {},
  ): Promise<{ files: Record<string, string>; notes: readonly string[] }> {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    const lists = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
    const request = { reference, kind: 'repository' as const, ...lists, ...changes };
    const files: Record<string, string> = {};
    const notes: string[] = [];
    try {
      const context = quietContext();
      for (const opened of await openSource(
        revision === undefined ? request : { ...request, revision },
        context,
      )) {
        expect(opened.artifact.kind).toBe('repository');
        await opened.walk(
          0,
          (entry) => {
            files[entry.path] = entry.type === 'symlink' ? `-> ${entry.target}` : entry.type;
            if (entry.type !== 'file') return undefined;
            const pieces: Uint8Array[] = [];
            return {
              write: (piece) => pieces.push(Buffer.from(piece)),
              end: () =>
                (files[entry.path] =
                  `${entry.mode.toString(8)} ${Buffer.concat(pieces).toString()}`),
            };
          },
          context,
        );
        notes.push(...opened.diagnostics().map(({ message }) => message));
        await opened[Symbol.asyncDispose]();
      }
    } finally {
      vi.unstubAllEnvs();
      expect(readdirSync(temporary)).toEqual([]);
    }
    return { files, notes };
  }

  async function failure(action: Promise<unknown>): Promise<AssayError> {
    try {
      await action;
    } catch (error) {
      if (error instanceof AssayError) return error;
      throw error;
    }
    throw new Error('expected a failure');
  }

  const FIRST = {
    '/': 'directory',
    '/.gitattributes': '644 *.json export-ignore filter=evil\n',
    '/package.json': '644 {"name":"app","version":"1.0.0"}',
    '/run': '755 #!/bin/sh\n',
    '/sub': 'directory',
    '/sub/link': '-> ../package.json',
  };

  it('is read as committed, whatever its attributes say', async () => {
    const { files, notes } = await read(`file://${origin}`);
    expect(files).toEqual(FIRST);
    expect(notes).toEqual([`the repository was read at commit ${commits.get('first') ?? ''}`]);
  });

  it.each<[string, () => Revision, string]>([
    ['a branch', () => ({ kind: 'branch', name: 'dev' }), 'second'],
    ['a tag with a message', () => ({ kind: 'tag', name: 'v1' }), 'first'],
    ['a commit', () => ({ kind: 'commit', name: commits.get('second') ?? '' }), 'second'],
    [
      'the start of a commit',
      () => ({ kind: 'commit', name: (commits.get('second') ?? '').slice(0, 8) }),
      'second',
    ],
    ['what is committed', () => ({ kind: 'commit', name: 'HEAD' }), 'first'],
  ])('is read at %s, fetched and in place', async (_what, revision, name) => {
    for (const reference of [`file://${origin}`, origin]) {
      const { files, notes } = await read(reference, revision());
      expect(notes[0]).toContain(`the repository was read at commit ${commits.get(name) ?? ''}`);
      expect('/new' in files).toBe(name === 'second');
      expect(files).not.toHaveProperty('/uncommitted');
    }
  });

  it('in a folder is read as it is where nothing else is asked', async () => {
    const { files } = await read(origin);
    expect(files).toHaveProperty('/uncommitted');
  });

  it('runs no hook, no filter and no helper of the repository', async () => {
    const proof = join(folder, 'proof');
    git('config', 'filter.evil.smudge', `touch ${proof}`);
    git('config', 'core.fsmonitor', `touch ${proof}; false`);
    git('config', 'core.sshCommand', `touch ${proof}`);
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(origin, '.git/hooks', hook), `#!/bin/sh\ntouch ${proof}\n`, {
        mode: 0o755,
      });
    }
    await read(`file://${origin}`);
    await read(origin, { kind: 'branch', name: 'dev' });
    expect(existsSync(proof)).toBe(false);
  });

  it('names submodules that are not at hand', async () => {
    git('update-index', '--add', '--cacheinfo', `160000,${commits.get('first') ?? ''},lib/part`);
    git('commit', '-q', '-m', 'submodule');
    const { notes } = await read(`file://${origin}`);
    expect(notes[1]).toContain('not checked out, and their dependencies are not known: lib/part (');
    git('reset', '-q', '--soft', 'HEAD~1');
  });

  it.each<[string, string, Revision | undefined, readonly [string, string]]>([
    [
      'a missing repository',
      'file:///none',
      undefined,
      ['NOT_FOUND', "'/none' does not appear to be a git repository"],
    ],
    [
      'a missing branch',
      'ORIGIN',
      { kind: 'branch', name: 'none' },
      ['NOT_FOUND', "couldn't find remote ref refs/heads/none"],
    ],
    [
      'a missing commit',
      'ORIGIN',
      { kind: 'commit', name: 'abcdef12' },
      ['NOT_FOUND', 'has no commit "abcdef12"'],
    ],
    [
      'a branch that is an option',
      'ORIGIN',
      { kind: 'branch', name: '--upload-pack=x' },
      ['USAGE', 'is not a branch'],
    ],
    [
      'a tag that is an expression',
      'ORIGIN',
      { kind: 'tag', name: 'a^{tree}' },
      ['USAGE', 'is not a tag'],
    ],
    [
      'a commit that is a name',
      'ORIGIN',
      { kind: 'commit', name: 'main' },
      ['USAGE', 'is not a commit'],
    ],
    [
      'a protocol that runs programs',
      'ext::sh -c id',
      undefined,
      ['NOT_FOUND', 'is not an address that is fetched'],
    ],
    [
      'an address without network',
      'https://u:secret@example.org/a.git',
      undefined,
      ['OFFLINE', '"https://example.org/a.git" is reached over the network'],
    ],
  ])('is refused: %s', async (_what, reference, revision, [code, message]) => {
    const error = await failure(
      read(reference === 'ORIGIN' ? `file://${origin}` : reference, revision),
    );
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('secret');
  });

  it('that wants a password is not waited for', async () => {
    const server = createServer((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/a.git`;
    const lists = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
    const env = { PATH: process.env['PATH'], HOME: folder };
    const request = { reference: url, kind: 'repository' as const, env, ...lists };
    const context = quietContext({ fetch: globalThis.fetch });
    const error = await failure(openSource(request, context));
    server.close();
    expect(error.code).toBe('ACCESS_DENIED');
    expect(error.hint).toContain('it is not asked on the terminal');
  });
});

it.each([
  ['https://a.example/b', true],
  ['git@a.example:b/c.git', true],
  ['ssh://git@a.example/b', true],
  ['file:///a', true],
  ['ext::sh -c id', false],
  ['-oProxyCommand=id@host:x', false],
  ['git@host:-oProxy', false],
  ['alpine:3.19', false],
  ['registry.example:5000/app', false],
])('isGitUrl(%s) is %s', (text, isUrl) => {
  expect(isGitUrl(text)).toBe(isUrl);
});

it.each([
  ['https://user:pw@a.example/b', 'https://a.example/b'],
  ['https://token@a.example/b', 'https://a.example/b'],
  ['ssh://git:pw@a.example/b', 'ssh://git@a.example/b'],
  ['git@a.example:b', 'git@a.example:b'],
])('shownUrl(%s)', (text, shown) => {
  expect(redactGitUrl(text)).toBe(shown);
});
