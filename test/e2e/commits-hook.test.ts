/** The hooks of `assay commits hook` with real pushes, in paths with spaces. */

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingTool, needs } from '../support/tools.ts';

const GOLDEN = new URL('testdata/commits-hook.txt', import.meta.url);
const missing = missingTool('git', 'ssh-keygen');

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(missing !== undefined)(`hooks of assay commits${needs(missing)}`, () => {
  let command: BuiltCommand;
  let scene: CommitScene;
  let ada: SceneKey;
  let server: string;

  const start = (command: string, args: readonly string[], cwd = scene.folder.cwd): Outcome =>
    spawnSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...scene.env(), ASSAY_AS_OF: '2025-06-01', TRIVY_SERVER: 'http://x' },
    });
  const assay = (args: readonly string[], cwd?: string): Outcome =>
    start(process.execPath, [command.script, 'commits', 'hook', ...args], cwd);
  const push = (...args: readonly string[]): Outcome => start('git', ['push', '-q', ...args]);
  const signed = (message: string): string => scene.commit({ key: ada, message });
  /** What the pusher reads, without what differs from run to run. */
  const said = ({ stderr }: Outcome): string =>
    stderr
      .split('\n')
      .filter((line) => line.includes('assay: '))
      .map((line) =>
        line
          .replace(/^remote: /u, '')
          .trimEnd()
          .replace(/replace\/[0-9a-f]+/u, 'replace/BLOB')
          .replaceAll(/\b[0-9a-f]{12}\b|SHA256:\S+/gu, 'ID'),
      )
      .join('\n');

  beforeAll(async () => {
    command = await builtCommand();
    scene = new CommitScene();
    ada = scene.sshKey('ada');
    server = scene.folder.path('.keys/the server.git');
    const shared = scene.folder.path('.keys/store.git');
    scene.git(['init', '-q', '--bare', '-b', 'main', shared]);
    const lines = ['version: 1', 'commits:', '  signers:'];
    const signer = `  - {name: Ada, emails: [${ADA}], keys: ["${scene.sshLine(ada)}"]}`;
    scene.folder.write('assay.trust.yaml', `${[...lines, signer].join('\n')}\n`);
    scene.folder.write('.keys/trust file.yaml', `${[...lines, signer].join('\n')}\n`);
    scene.git(['add', 'assay.trust.yaml']);
    signed('one');
    scene.git(['push', '-q', shared, 'main']);
    // The server borrows the objects of another repository.
    scene.git(['clone', '-q', '--bare', '--shared', shared, server]);
    scene.git(['remote', 'add', 'origin', server]);
    scene.git(['fetch', '-q', 'origin']);
  });
  afterAll(() => {
    scene[Symbol.dispose]();
    command[Symbol.dispose]();
  });

  it('of a server judge by the default branch before the push', () => {
    const installed = assay(['install', '--server', '--may-force', 'refs/heads/topic/*'], server);
    expect([installed.status, installed.stdout]).toEqual([
      0,
      expect.stringContaining('pre-receive'),
    ]);
    const texts: string[] = [];
    const tried = (title: string, outcome: Outcome, isGood: boolean): void => {
      expect([title, outcome.status === 0, outcome.stderr]).toEqual([
        title,
        isGood,
        outcome.stderr,
      ]);
      texts.push(`# ${title}`, said(outcome));
    };
    signed('two');
    tried('a signed commit', push('origin', 'main'), true);
    scene.git(['checkout', '-q', '-b', 'topic/a']);
    signed('three');
    scene.commit({ message: 'four' });
    signed('five');
    tried('a new branch with an unsigned commit', push('origin', 'topic/a'), false);
    scene.git(['reset', '-q', '--hard', 'main']);
    const mallory = scene.sshKey('mallory');
    const own = readFileSync(scene.folder.path('assay.trust.yaml'), 'utf8');
    scene.folder.write('assay.trust.yaml', own.replace(scene.sshLine(ada), scene.sshLine(mallory)));
    scene.git(['add', 'assay.trust.yaml']);
    scene.commit({ key: mallory, message: 'trust me' });
    tried('a commit that changes the trust file', push('origin', 'topic/a:main'), false);
    scene.git(['reset', '-q', '--hard', 'main']);
    signed('six');
    tried('a new branch', push('origin', 'topic/a'), true);
    scene.git(['reset', '-q', '--hard', 'main']);
    signed('seven');
    tried('a forced push that a rule allows', push('-f', 'origin', 'topic/a'), true);
    tried('a forced push', push('-f', 'origin', 'main~1:main'), false);
    tried('a deletion', push('origin', ':main'), false);
    scene.git(['tag', 'light']);
    tried('a lightweight tag', push('origin', 'light'), false);
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    scene.git([...config, 'tag', '-s', '-m', 'x', 'v1'], scene.commitEnv({}));
    tried('a signed tag', push('origin', 'v1'), true);
    tried('a signed tag under another name', push('origin', 'v1:refs/tags/v2'), false);
    tried('a tag that is moved', push('-f', 'origin', 'light:refs/tags/v1'), false);
    const blob = scene.git(['hash-object', '-w', 'assay.trust.yaml']);
    tried('a replaced object', push('origin', `${blob}:refs/replace/${blob}`), false);
    expect(`${texts.join('\n')}\n`).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('of a server verify commits that a pull request brought before', () => {
    scene.git(['checkout', '-q', '--detach', 'origin/main']);
    const id = scene.commit({ message: 'pulled' });
    scene.git(['push', '-q', scene.folder.path('.keys/store.git'), 'HEAD:refs/pull/1/head']);
    const fetched = [
      'fetch',
      '-q',
      scene.folder.path('.keys/store.git'),
      'refs/pull/1/head:refs/pull/1/head',
    ];
    expect(start('git', fetched, server).status).toBe(0);
    const pushed = push('origin', `${id}:refs/heads/pulled`);
    expect([pushed.status, said(pushed)]).toEqual([
      1,
      expect.stringContaining('"pulled": it is not signed'),
    ]);
    scene.git(['checkout', '-q', 'topic/a']);
  });

  it('keep a hook that is there, and need no PATH', () => {
    const hook = path.join(server, 'hooks/pre-receive');
    const earlier = path.join(server, 'hooks/pre-receive.before-assay');
    rmSync(hook, { recursive: true, force: true });
    scene.folder.write(
      '.keys/the server.git/hooks/pre-receive',
      '#!/bin/sh\nread line; echo "earlier: $line"\n',
    );
    scene.tool('chmod', ['755', hook]);
    const trust = ['--trust', scene.folder.path('.keys/trust file.yaml')];
    for (let round = 0; round < 2; round += 1) {
      expect(assay(['install', '--server', ...trust], server).stdout).toContain(earlier);
    }
    const id = scene.head();
    const line = `${'0'.repeat(40)} ${id} refs/heads/again\n`;
    const bare = spawnSync('/bin/sh', [hook], {
      cwd: server,
      input: line,
      encoding: 'utf8',
      env: {},
    });
    expect([bare.status, bare.stdout, bare.stderr]).toEqual([
      0,
      `earlier: ${line}`,
      expect.stringContaining('refs/heads/again: 0 new commits, all signatures count'),
    ]);
    scene.folder.write(
      '.keys/the server.git/hooks/pre-receive.before-assay',
      '#!/bin/sh\nexit 3\n',
    );
    expect(spawnSync('/bin/sh', [hook], { cwd: server, input: line }).status).toBe(3);
  });

  it('of a clone refuse before anything is sent', () => {
    const trust = ['--trust', scene.folder.path('.keys/trust file.yaml')];
    const store = scene.folder.path('.keys/store.git');
    scene.git(['remote', 'set-url', 'origin', store]);
    expect(assay(['install', '--client', ...trust]).status).toBe(0);
    scene.git(['checkout', '-q', '-B', 'client', 'origin/main']);
    signed('good');
    const good = push('origin', 'client');
    expect([good.status, said(good)]).toEqual([0, expect.stringContaining('1 new commit, all')]);
    scene.commit({ message: 'bad' });
    const bad = push('origin', 'client');
    expect([bad.status, said(bad)]).toEqual([
      1,
      expect.stringContaining('"bad": it is not signed'),
    ]);
    expect(push('origin', ':client').status).toBe(1);
    expect(push('-f', 'origin', 'client~2:client').status).toBe(1);
  });

  it('of a clone verify a forced push over a state that was not fetched', () => {
    const store = scene.folder.path('.keys/store.git');
    const other = scene.folder.path('.keys/other');
    const trust = ['--trust', scene.folder.path('.keys/trust file.yaml')];
    expect(
      assay(['install', '--client', ...trust, '--may-force', 'refs/heads/over']),
    ).toMatchObject({
      status: 0,
    });
    scene.git(['checkout', '-q', '-B', 'over', 'origin/main']);
    scene.git(['clone', '-q', store, other]);
    const make = ['-c', 'user.name=B', '-c', 'user.email=b@example.com', 'commit', '-q'];
    scene.git(['-C', other, ...make, '--allow-empty', '-m', 'elsewhere']);
    scene.git(['-C', other, 'push', '-q', 'origin', 'HEAD:over', 'HEAD:fixed']);
    signed('good');
    const good = push('-f', 'origin', 'over');
    expect([good.status, said(good)]).toEqual([0, expect.stringContaining('all signatures count')]);
    const fixed = push('-f', 'origin', 'over:fixed');
    expect([fixed.status, said(fixed)]).toEqual([
      1,
      expect.stringContaining('is not in this repository: git fetch'),
    ]);
    scene.git(['-C', other, 'push', '-q', '-f', 'origin', 'HEAD:over']);
    scene.git(['update-ref', '-d', 'refs/remotes/origin/over']);
    scene.commit({ message: 'bad' });
    const bad = push('-f', 'origin', 'over');
    expect([bad.status, said(bad)]).toEqual([
      1,
      expect.stringContaining('"bad": it is not signed'),
    ]);
  });

  it.each<[readonly string[], string]>([
    [['install'], 'one of --server and --client is needed'],
    [['install', '--server', '--client'], '--server and --client exclude each other'],
    [['--server'], 'no action given'],
    [['install', '--server', '--trust', 'trust.yaml'], 'is relative'],
    [['install', '--server', '--trust', './trust.yaml'], 'is relative'],
  ])('%j is an error', (args, message) => {
    const { status, stderr } = assay(args, server);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
