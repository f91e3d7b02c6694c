import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../core/base/context.ts';
import { runGit, type GitPlace } from './git-command.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

const noGit = missingTool('git');

/** A hook that writes its environment, and holds the push until the test has looked at it. */
const HOOK = `#!/bin/sh
env -0 > "$HOOK_FOLDER/environment.part"
mv "$HOOK_FOLDER/environment.part" "$HOOK_FOLDER/environment"
n=0
while [ ! -e "$HOOK_FOLDER/done" ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
exit 1
`;

describe.skipIf(noGit !== undefined)(`the quarantine of a push${needs(noGit)}`, () => {
  let folder: string;
  let commit: string;
  let hookEnvironment: Record<string, string>;
  let push: Promise<unknown>;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-quarantine-'));
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
    git('init', '--quiet', '--bare', 'received.git');
    git('init', '--quiet', 'work');
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
    git('-C', 'work', ...identity, 'commit', '--quiet', '--allow-empty', '-m', 'one');
    commit = git('-C', 'work', 'rev-parse', 'HEAD');
    writeFileSync(path.join(folder, 'received.git/hooks/pre-receive'), HOOK, { mode: 0o755 });
    push = promisify(execFile)(
      'git',
      ['-C', 'work', 'push', '../received.git', 'HEAD:refs/heads/main'],
      {
        cwd: folder,
        env: { ...process.env, HOOK_FOLDER: folder },
      },
    ).catch(() => 'refused');
    const file = path.join(folder, 'environment');
    while (!existsSync(file)) await sleep(20);
    hookEnvironment = Object.fromEntries(
      readFileSync(file, 'utf8')
        .split('\0')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }, 60_000);

  afterAll(async () => {
    writeFileSync(path.join(folder, 'done'), '');
    await push;
    rmSync(folder, { recursive: true, force: true });
  });

  const place = (more: Partial<GitPlace>): GitPlace => ({
    at: ['-C', path.join(folder, 'received.git')],
    protocols: '',
    env: hookEnvironment,
    ...more,
  });
  const has = async (at: GitPlace): Promise<boolean> =>
    (await runGit(['cat-file', '-e', commit], at, quietContext())).code === 0;

  it('is set up by git for its hook', () => {
    expect(hookEnvironment).toHaveProperty('GIT_QUARANTINE_PATH');
    expect(hookEnvironment).toHaveProperty('GIT_OBJECT_DIRECTORY');
  });

  it('is read for a repository that receives the push', async () => {
    expect(await has(place({ isReceiving: true }))).toBe(true);
  });

  it('is not read for a repository that is scanned', async () => {
    expect(await has(place({}))).toBe(false);
  });

  it('leads a scan of another repository nowhere', async () => {
    const other = path.join(folder, 'other.git');
    execFileSync('git', ['init', '--quiet', '--bare', other]);
    expect(await has(place({ at: ['-C', other] }))).toBe(false);
  });

  it('does not keep a scan inside the hook from writing refs of a repository of its own', async () => {
    const own = path.join(folder, 'own.git');
    execFileSync('git', ['init', '--quiet', '--bare', own]);
    const at = place({ at: ['-C', own], protocols: 'file' });
    const work = path.join(folder, 'work');
    const { code, stderr } = await runGit(
      ['fetch', '--quiet', work, 'HEAD:refs/heads/main'],
      at,
      quietContext(),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_GRAFT_FILE'])(
    'keeps no %s of a hook, also for a repository that receives a push',
    async (name) => {
      const env = { ...hookEnvironment, [name]: path.join(folder, 'nowhere') };
      expect(await has(place({ env, isReceiving: true }))).toBe(true);
    },
  );
});
