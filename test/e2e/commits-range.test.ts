/**
 * Which commits `assay commits` verifies: ranges, merges, tags, and repositories whose history is
 * not the true one.
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { openRepository } from '../../src/tasks/provenance/repository.ts';
import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingForInterop } from '../support/interop.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('git', 'ssh-keygen');
const missing256 = missingForInterop('git', 'ssh-keygen');
const text = (value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

let scene: CommitScene;
let ada: SceneKey;
let base: string;

function trust(more: readonly string[] = [], keys: readonly string[] = []): void {
  const lines = [scene.sshLine(ada), ...keys].map((line) => `      - ${line}`);
  const head = ['version: 1', 'commits:', '  signers:', '  - name: Ada', `    emails: [${ADA}]`];
  const all = [...head, '    keys:', ...lines, ...more];
  scene.folder.write('.keys/trust.yaml', `${all.join('\n')}\n`);
}

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function verify(...args: readonly string[]): Promise<Answer> {
  const named = ['--trust', '.keys/trust.yaml'];
  const { stdout, stderr, exitCode } = await scene.folder.assay('commits', ...args, ...named);
  return { code: exitCode, stdout, stderr };
}

function open(folder: string): Promise<unknown> {
  return openRepository({ folder, env: { ...process.env, ...scene.env() } }, quietContext());
}

function onTop(branch: string, from = base): void {
  scene.git(['checkout', '-q', '-B', branch, from]);
}

describe.skipIf(missing !== undefined)(`ranges of a repository with sha1${needs(missing)}`, () =>
  ranges('sha1'),
);
// Both formats take the same way, and git runs some hundred times in each.
describe.skipIf(missing256 !== undefined)(
  `ranges of a repository with sha256${needs(missing256)}`,
  () => ranges('sha256'),
);

function ranges(format: 'sha1' | 'sha256'): void {
  beforeAll(() => {
    scene = new CommitScene(format);
    ada = scene.sshKey('ada');
    trust();
    base = scene.commit({ key: ada });
  });
  afterAll(() => scene[Symbol.dispose]());

  it('include side branches of merges', async () => {
    onTop('side');
    scene.commit();
    scene.commit({ key: ada });
    onTop('topic');
    scene.commit({ key: ada });
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    const env = scene.commitEnv({});
    scene.git([...config, 'merge', '-q', '--no-ff', '-S', '-m', 'merge', 'side'], env);
    const found = await verify(`${base}..HEAD`);
    expect([found.code, found.stdout]).toEqual([
      10,
      expect.stringContaining('4 commits (3 allowed, 1 unsigned)'),
    ]);
    expect((await verify('HEAD^1..HEAD')).stdout).toContain('3 commits (2 allowed, 1 unsigned)');
  });

  it('include octopus merges, and merges of signed tags', async () => {
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    const env = scene.commitEnv({});
    for (const branch of ['a', 'b', 'c']) {
      onTop(branch);
      scene.commit({ key: ada, message: branch });
    }
    scene.git(['checkout', '-q', 'a']);
    scene.git([...config, 'tag', '-s', '-m', 'tag', 'signed-c', 'c'], env);
    scene.git([...config, 'merge', '-q', '-S', '-m', 'octopus', 'b', 'signed-c'], env);
    expect(scene.raw('HEAD')).toContain('\nmergetag object');
    const found = await verify(`${base}..HEAD`, '--tags');
    expect([found.code, found.stdout]).toEqual([
      0,
      expect.stringContaining('4 commits (4 allowed); 1 tag (1 allowed)'),
    ]);
  });

  it('are the whole history with --all, stashes and notes left out', async () => {
    onTop('all');
    scene.commit({ key: ada });
    scene.git(['branch', '-q', '-D', 'side', 'topic']);
    scene.git(['-c', 'user.name=a', '-c', 'user.email=a@b.c', 'notes', 'add', '-m', 'x']);
    const found = await verify('--all');
    expect([found.code, found.stdout]).toEqual([
      0,
      expect.stringContaining('6 commits (6 allowed)'),
    ]);
  });

  it('verify tags: lightweight, unsigned, renamed, and signed by another', async () => {
    onTop('tags');
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    const env = scene.commitEnv({});
    scene.commit({ key: ada });
    scene.git(['tag', 'light']);
    scene.git(['tag', '-a', '-m', 'x', 'annotated'], env);
    scene.git([...config, 'tag', '-s', '-m', 'x', 'good'], env);
    scene.git(
      [...config, 'tag', '-s', '-m', 'x', 'mallory'],
      scene.commitEnv({ committer: 'm@x.y' }),
    );
    scene.git(['update-ref', 'refs/tags/v2', 'refs/tags/good']);
    const { code, stdout } = await verify(`${base}..HEAD`, '--tags');
    expect(code).toBe(12);
    expect(stdout).toContain('5 tags (1 allowed, 2 unsigned, 2 refused)');
    expect(stdout).toContain('it was made with the name "good"');
    expect(stdout).toContain('the address "m@x.y" is not theirs');
    for (const tag of ['light', 'annotated', 'mallory', 'v2']) scene.git(['tag', '-d', tag]);
  });

  it('contain tags of trees and files only with --all', async () => {
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    const env = scene.commitEnv({});
    const file = scene.write('content', 'blob');
    scene.git(['tag', 'light-file', file]);
    scene.git(['tag', '-a', '-m', 'x', 'unsigned-tree', `${base}^{tree}`], env);
    scene.git([...config, 'tag', '-s', '-m', 'x', 'signed-file', file], env);
    const rows = JSON.parse((await verify('--all', '--tags', '-f', 'json')).stdout) as {
      readonly problems: readonly { readonly name?: string; readonly status: string }[];
    };
    const found = rows.problems.map(({ name, status }) => [name, status]);
    expect(found).toContainEqual(['light-file', 'unsigned']);
    expect(found).toContainEqual(['unsigned-tree', 'unsigned']);
    expect(found.flat()).not.toContain('signed-file');
    expect((await verify('main', '--tags')).stdout).not.toContain('unsigned-tree');
    for (const tag of ['light-file', 'unsigned-tree', 'signed-file']) {
      scene.git(['tag', '-d', tag]);
    }
  });

  it('refuse a tag whose reference has other bytes that are no UTF-8', async () => {
    onTop('bytes');
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    scene.commit({ key: ada, message: 'bytes' });
    scene.git([...config, 'tag', '-s', '-m', 'x', 'b\ufffd'], scene.commitEnv({}));
    const id = scene.git(['rev-parse', 'refs/tags/b\ufffd']);
    scene.git(['tag', '-d', 'b\ufffd']);
    const update = Buffer.from(`create refs/tags/b\u00ff ${id}\n`, 'latin1');
    scene.tool('git', ['update-ref', '--stdin'], {}, update);
    const { code, stdout } = await verify('HEAD^..HEAD', '--tags');
    const remove = Buffer.from('delete refs/tags/b\u00ff\n', 'latin1');
    scene.tool('git', ['update-ref', '--stdin'], {}, remove);
    expect([code, stdout]).toEqual([12, expect.stringContaining('its name is not UTF-8')]);
  });

  it('begin at the last tag with --since-tag, which must be signed', async () => {
    onTop('release');
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    const env = scene.commitEnv({});
    scene.commit();
    scene.git([...config, 'tag', '-s', '-m', 'x', 'r1'], env);
    scene.commit({ key: ada });
    const good = await verify('--since-tag');
    expect([good.code, good.stdout]).toEqual([
      0,
      expect.stringContaining('r1..HEAD: 1 commit (1 allowed)'),
    ]);
    // The tag of HEAD is the release itself.
    scene.git([...config, 'tag', '-s', '-m', 'x', 'r2'], env);
    expect((await verify('--since-tag')).stdout).toContain('r1..HEAD: 1 commit (1 allowed)');
    scene.commit();
    scene.git(['tag', '-a', '-m', 'x', 'cover'], env);
    scene.commit({ key: ada });
    const covered = await verify('--since-tag');
    expect([covered.code, covered.stdout]).toEqual([10, expect.stringContaining('cover')]);
  });

  it.each(['v2\u00a0x', 'v2\u3000x', 'v2\u2028x', 'vé'])(
    'verify a tag with the name "%s"',
    async (name) => {
      onTop('space');
      const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
      const env = scene.commitEnv({});
      scene.commit({ message: name });
      scene.git(['tag', '-a', '-m', 'x', name], env);
      scene.commit({ key: ada, message: name });
      const covered = await verify('--since-tag');
      expect([covered.code, covered.stdout]).toEqual([
        10,
        expect.stringContaining('1 tag (0 allowed, 1 unsigned)'),
      ]);
      expect((await verify(`${base}..HEAD`, '--tags')).stdout).toContain(
        '1 tag (0 allowed, 1 unsigned)',
      );
      scene.git([...config, 'tag', '-f', '-s', '-m', 'x', name, `${name}^{}`], env);
      expect((await verify('--since-tag')).stdout).toContain('1 tag (1 allowed)');
      scene.git(['tag', '-d', name]);
    },
  );

  it('are the whole history of any number of references', async () => {
    onTop('unsigned');
    const id = scene.commit();
    const tags = Array.from({ length: 30_000 }, (_, at) => `${base} refs/tags/t${at}`);
    scene.git(['checkout', '-q', '--detach', base]);
    scene.git(['update-ref', 'refs/remotes/origin/unsigned', id]);
    scene.git(['branch', '-q', '-D', 'unsigned']);
    scene.git(['pack-refs', '--all']);
    const packed = scene.folder.path('.git/packed-refs');
    const before = readFileSync(packed, 'utf8');
    scene.folder.write('.git/packed-refs', `${before}${tags.join('\n')}\n`.replace(' sorted', ''));
    const { code, stdout } = await verify('--all', '-f', 'json');
    scene.folder.write('.git/packed-refs', before);
    scene.git(['update-ref', '-d', 'refs/remotes/origin/unsigned']);
    expect(code).toBeGreaterThanOrEqual(10);
    expect(stdout).toContain(id);
  });

  it('begin behind starting points until these expire', async () => {
    onTop('late');
    const old = scene.commit();
    scene.commit({ key: ada });
    const point = (expires: string): readonly string[] => [
      '  starting-points:',
      `  - {commit: ${old}, reason: signing began, expires: ${expires}}`,
      `  - {commit: ${old.replaceAll(/./gu, '0')}, reason: another repository, expires: 2030-01-01}`,
    ];
    trust(point('2026-01-01'));
    const good = await verify('HEAD');
    expect([good.code, good.stdout]).toEqual([
      0,
      expect.stringContaining(`1 commit (1 allowed); not verified: ${old.slice(0, 12)}`),
    ]);
    trust(point('2025-05-31'));
    const expired = await verify('HEAD');
    expect([expired.code, expired.stdout]).toEqual([
      10,
      expect.stringContaining('expired on 2025-05-31'),
    ]);
    trust();
  });

  it.each<[string, readonly string[], string]>([
    ['the author must be the signer', ['  check-author: true'], "the author's address"],
    [
      'expired keys may be denied',
      ['    valid-until: 2025-05-20', '  expired-key: deny'],
      'expired keys are denied',
    ],
  ])('%s', async (_, more, reason) => {
    trust();
    onTop('rules');
    scene.commit({ key: ada, author: 'other@example.com' });
    expect((await verify(`${base}..HEAD`)).code).toBe(0);
    trust(more);
    const { code, stdout } = await verify(`${base}..HEAD`);
    expect([code, stdout]).toEqual([12, expect.stringContaining(reason)]);
    trust();
  });

  it.each<[string, number, string]>([
    ['no-such-branch..HEAD', 3, 'there is no revision "no-such-branch"'],
    ['HEAD...main', 2, 'symmetric difference'],
    ['HEAD..HEAD', 8, 'has no commits'],
    ['', 3, 'there is no revision ""'],
    ['HEAD main', 2, 'only one range is accepted, and 2 are given'],
  ])('"%s" is an error', async (range, exitCode, message) => {
    const { code, stderr } = await verify(...range.split(' '));
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(message)]);
  });

  it('without an upstream must be named', async () => {
    const { code, stderr } = await verify();
    expect([code, stderr]).toEqual([2, expect.stringContaining('HEAD has no upstream branch')]);
  });

  it('a security key must have been touched', async () => {
    const pair = generateKeyPairSync('ed25519');
    const point = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const type = 'sk-ssh-ed25519@openssh.com';
    const blob = Buffer.concat([text(type), text(point), text('ssh:')]);
    const sha = (value: Buffer): Buffer => createHash('sha256').update(value).digest();
    const signed = (flags: number): string => {
      onTop('token');
      const payload = Buffer.from(scene.raw(scene.commit()), 'latin1');
      const preamble = [Buffer.from('SSHSIG'), text('git'), text(''), text('sha512')];
      const hash = createHash('sha512').update(payload).digest();
      const message = Buffer.concat([...preamble, text(hash)]);
      const state = Buffer.from([flags, 0, 0, 0, 7]);
      const value = sign(
        null,
        Buffer.concat([sha(Buffer.from('ssh:')), state, sha(message)]),
        pair.privateKey,
      );
      const body = [text(blob), text('git'), text(''), text('sha512')];
      const version = Buffer.from([0, 0, 0, 1]);
      const signature = text(Buffer.concat([text(type), text(value), state]));
      const bytes = Buffer.concat([Buffer.from('SSHSIG'), version, ...body, signature]);
      const lines = bytes.toString('base64').match(/.{1,70}/gu) ?? [];
      const armor = ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----'];
      const name = format === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
      const commit = payload
        .toString('latin1')
        .replace('\n\n', `\n${name} ${armor.join('\n ')}\n\n`);
      return scene.write(commit);
    };
    trust([], [`${type} ${blob.toString('base64')} token`]);
    const touched = await verify(`${base}..${signed(1)}`);
    expect([touched.code, touched.stdout]).toEqual([0, expect.stringContaining('1 allowed')]);
    const untouched = await verify(`${base}..${signed(0)}`);
    expect([untouched.code, untouched.stdout]).toEqual([
      12,
      expect.stringContaining('nobody touched'),
    ]);
    trust();
  });

  it('of another history are refused with the way out', async () => {
    onTop('history');
    const one = scene.commit({ key: ada });
    const two = scene.commit({ key: ada, message: 'two' });
    scene.git(['replace', two, one]);
    const replaced = await verify(`${base}..${two}`);
    expect([replaced.code, replaced.stderr]).toEqual([
      3,
      expect.stringContaining('git replace -d'),
    ]);
    scene.git(['replace', '-d', two]);
    scene.folder.write('.git/info/grafts', `${two} ${base}\n`);
    const grafted = await verify(`${base}..${two}`);
    expect([grafted.code, grafted.stderr]).toEqual([3, expect.stringContaining('has grafts')]);
    rmSync(scene.folder.path('.git/info/grafts'), { recursive: true, force: true });
    const clone = scene.folder.path('.keys/clone');
    scene.git(['clone', '-q', '--depth=1', `file://${scene.folder.cwd}`, clone]);
    await expect(open(clone)).rejects.toMatchObject({
      message: expect.stringContaining('is a shallow clone') as string,
      hint: expect.stringContaining('--unshallow') as string,
    });
    rmSync(clone, { recursive: true, force: true });
  });

  it('of a submodule without objects are not those of the repository around it', async () => {
    onTop('modules');
    scene.git(['update-index', '--add', '--cacheinfo', `160000,${base},module`]);
    scene.folder.write('module/deep/file', '');
    for (const folder of ['module', 'module/deep']) {
      await expect(open(scene.folder.path(folder))).rejects.toMatchObject({
        message: expect.stringContaining('is the directory of a submodule') as string,
        hint: expect.stringContaining('git submodule update --init') as string,
      });
    }
    rmSync(scene.folder.path('module'), { recursive: true, force: true });
    scene.git(['reset', '-q', '--hard']);
  });

  it('of objects that were changed are refused', async () => {
    onTop('changed');
    const id = scene.commit({ key: ada });
    const other = scene.commit({ key: ada, message: 'other' });
    const child = scene.commit({ key: ada, message: 'child' });
    const place = (one: string): string =>
      scene.folder.path(`.git/objects/${one.slice(0, 2)}/${one.slice(2)}`);
    copyFileSync(place(id), place(other));
    const { code, stderr } = await verify(`${base}..${child}`);
    expect([code, stderr]).toEqual([3, expect.stringContaining('has the hash')]);
    rmSync(place(other), { recursive: true, force: true });
  });
}
