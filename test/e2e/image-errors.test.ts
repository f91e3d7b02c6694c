/**
 * What is said where an image or a repository cannot be had: what, where, why, what to do. The
 * golden file holds every message with its exit code.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCommandLine } from '../../src/app/cli/shell/run.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { dockerArchive, makeImage, ociFiles, tarOf, writeFiles } from '../support/stored-images.ts';
import { missingTool, needs, run } from '../support/tools.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-errors-'));
  const image = makeImage([[{ path: 'a', body: 'a' }]]);
  const other = makeImage([[{ path: 'b', body: 'b' }]]);
  const save = (name: string, bytes: Uint8Array): void =>
    writeFileSync(path.join(folder, name), bytes);
  save('one.tar', writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  const two = [
    { image, tags: ['acme/a:latest'] },
    { image: other, tags: ['acme/b:latest'] },
  ];
  save('two.tar', writeTar(dockerArchive(two)));
  save('files.tar', writeTar([{ path: 'a', body: 'a' }]));
  save('cut.tar', writeTar(dockerArchive([{ image, tags: ['app:1'] }])).subarray(0, 2000));
  const broken = ociFiles([{ image, tag: 'one' }]);
  broken.delete(`blobs/${image.configDigest.replace(':', '/')}`);
  writeFiles(path.join(folder, 'broken'), broken);
  save('text.tar', Buffer.from('hello'));
  save('layout.tar', tarOf(ociFiles([{ image, tag: 'one' }])));
  writeFiles(path.join(folder, 'layout'), ociFiles([{ image, tag: 'one' }]));
  mkdirSync(path.join(folder, 'folder'));
  mkdirSync(path.join(folder, 'dir'));
  save('dir/version', Buffer.from('Directory Transport Version: 1.1\n'));
  mkdirSync(path.join(folder, 'storage/overlay-images'), { recursive: true });
  save('storage/overlay-images/images.json', Buffer.from('[]'));
  save('storage.conf', Buffer.from(`[storage]\ndriver="overlay"\ngraphroot="${folder}/storage"\n`));
  save('bad.conf', Buffer.from('[storage'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Daemons and stores that only this test has. */
const env = (changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  DOCKER_HOST: `unix://${folder}/docker.sock`,
  CONTAINER_HOST: `unix://${folder}/podman.sock`,
  ASSAY_CONTAINERD_ROOT: `${folder}/containerd`,
  CONTAINERS_STORAGE_CONF: `${folder}/storage.conf`,
  ...changes,
});

interface Case {
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  { line: 'image example.org/app:1' },
  { line: 'image example.org/app:1 --image-src docker' },
  { line: 'image example.org/app:1 --image-src docker,nowhere' },
  { line: 'image app:1', env: { DOCKER_HOST: 'ssh://user@host' } },
  { line: 'image app:1', env: { DOCKER_HOST: 'tcp://127.0.0.1:2375' } },
  { line: 'image app:1 --image-src docker', env: { DOCKER_HOST: '', DOCKER_CONTEXT: 'none' } },
  {
    line: 'image app:1 --image-src podman-storage',
    env: { CONTAINERS_STORAGE_CONF: '/TMP/bad.conf' },
  },
  { line: 'image Acme/App' },
  { line: 'image ./none' },
  { line: 'image /TMP/folder' },
  { line: 'image /TMP/text.tar' },
  { line: 'image /TMP/files.tar' },
  { line: 'image --input /TMP/one.tar other:2' },
  { line: 'image --input /TMP/two.tar latest' },
  { line: 'image --input /TMP/one.tar --input /TMP/two.tar app:1' },
  { line: `image /TMP/one.tar@sha256:${'0'.repeat(64)}` },
  { line: 'image oci:/TMP/layout:two' },
  { line: 'image oci-archive:/TMP/none.tar' },
  { line: 'image docker-archive:/TMP/two.tar:@2' },
  { line: 'image oci:/TMP/layout:@1' },
  { line: 'image --input /TMP/one.tar @1' },
  { line: 'image -:app:1 --password-stdin' },
  { line: 'image dir:/TMP/dir' },
  { line: 'image dir:/TMP/folder' },
  { line: 'image /TMP/layout --platform linux/s390x' },
  { line: 'image /TMP/one.tar /TMP/text.tar' },
  { line: 'digest /TMP/one.tar' },
  { line: 'digest' },
  { line: 'image ann:secret@example.org/app:1' },
  { line: 'image localhost:99999/app:1' },
  { line: 'image /TMP/cut.tar' },
  { line: 'image /TMP/broken' },
  { line: 'image app:1 --max-image-size huge' },
  { line: 'image /TMP/one.tar --max-image-size 50B' },
  { line: 'image app:1 --image-src docker', env: { DOCKER_HOST: 'ssh://ann:secret@host' } },
  { line: 'repo s3://ann:secret@bucket/app' },
  { line: 'repo ext::sh%20-c%20true' },
  { line: 'repo https://example.org/app.git' },
  { line: 'repo /TMP/none --branch main' },
  { line: 'repo . --branch a --tag b' },
];

const GIT_CASES: readonly Case[] = [
  { line: 'repo file:///TMP/none' },
  { line: 'repo file:///TMP/repo --branch none' },
  { line: 'repo file:///TMP/repo --commit abcdef' },
  { line: 'repo /TMP/repo --tag none' },
  { line: 'repo /TMP/folder --tag none' },
  { line: 'repo file:///TMP/repo --tag a..b' },
];

async function transcript(cases: readonly Case[]): Promise<string> {
  const blocks: string[] = [];
  for (const { line, env: changes = {} } of cases) {
    let output = '';
    const stream = {
      write: (text: string, done?: () => void) => ((output += text), done?.(), true),
    };
    const real = (text: string): string => text.replaceAll('/TMP', folder);
    const realEnv = Object.entries(changes).map(([name, value]) => [name, real(value)]);
    const args = [...real(line).split(' '), '--offline', '--cache-dir', folder];
    const exitCode = await runCommandLine([...args], {
      stdout: stream,
      stderr: stream,
      env: env(Object.fromEntries(realEnv) as Record<string, string>),
      cwd: folder,
    });
    const shownEnv = Object.entries(changes).map(([name, value]) => `${name}=${value} `);
    blocks.push(`$ ${shownEnv.join('')}assay ${line}\n${output}exit code ${exitCode}\n`);
  }
  const cwd = process.cwd();
  return blocks.join('\n').replaceAll(folder, '/TMP').replaceAll(cwd, '/CWD');
}

describe('what is said', () => {
  it('where an image cannot be had', async () => {
    await expect(await transcript(CASES)).toMatchFileSnapshot('golden/image-errors.txt');
  });

  it.skipIf(missingTool('git') !== undefined)(
    `where a repository cannot be had${needs(missingTool('git'))}`,
    async () => {
      const repo = path.join(folder, 'repo');
      run('git', ['init', '-q', '-b', 'main', repo]);
      const who = [
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@example.org',
        '-c',
        'commit.gpgsign=false',
      ];
      run('git', ['-C', repo, ...who, 'commit', '-q', '--allow-empty', '-m', 'first']);
      await expect(await transcript(GIT_CASES)).toMatchFileSnapshot('golden/repository-errors.txt');
    },
  );
});
