/**
 * `assay pin` against Debian's `docker-registry`: what is asked of it, tags that move, updates that
 * bring findings.
 */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { pushFiles } from '../support/registry-push.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const npm = (name: string, version: string): TarMember => ({
  path: `srv/node_modules/${name}/package.json`,
  body: JSON.stringify({ name, version }),
});

describe.skipIf(missingForRegistry)(`assay pin and a registry${needs(missingForRegistry)}`, () => {
  let folder: CommandFolder;
  let server: RunningRegistry;
  let app = '';
  let repository = 0;

  beforeAll(async () => {
    folder = new CommandFolder();
    await folder.load({ id: 'GHSA-aaaa-aaaa-aaaa', name: 'lodash', fixed: '4.17.21' });
    server = await startRegistry();
  }, 60_000);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    // Each test has a repository and a directory of its own.
    repository += 1;
    app = `${server.host}/app${repository}`;
    for (const name of ['src', 'assay.lock', 'assay.yaml', '.gitattributes']) {
      rmSync(folder.path(name), { recursive: true, force: true });
    }
  });

  /** Pushes an image with a tag, and returns the digest of its index. */
  async function push(tag: string, members: readonly TarMember[]): Promise<string> {
    const image = makeImage([members]);
    const files = ociFiles([{ tag, platforms: [{ image, isPlatformListed: true }] }]);
    await pushFiles(app, [tag], files);
    const index = JSON.parse(files.get('index.json')?.toString() ?? '') as {
      readonly manifests: readonly { readonly digest: string }[];
    };
    return index.manifests[0]?.digest ?? '';
  }

  const pin = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('pin', 'src', '--offline=false', ...args);
  const dockerfile = (): string => folder.read('src/Dockerfile');

  it('asks for a tag by HEAD alone, writes its digest, and changes nothing again', async () => {
    const digest = await push('1', [npm('lodash', '4.17.21')]);
    folder.write('src/Dockerfile', `FROM ${app}:1 AS base\r\nFROM ${app}:1\r\n`);
    const before = server.requests().length;
    const shown = await pin();
    expect([shown.exitCode, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toContain('Nothing was written. To write: assay pin src');
    expect(dockerfile()).toBe(`FROM ${app}:1 AS base\r\nFROM ${app}:1\r\n`);
    const applied = await pin('--apply');
    expect([applied.exitCode, applied.stderr]).toEqual([0, '']);
    const pinned = `FROM ${app}:1@${digest} AS base\r\nFROM ${app}:1@${digest}\r\n`;
    expect(dockerfile()).toBe(pinned);
    const name = `/v2/app${repository}/manifests/1`;
    const asked = server
      .requests()
      .slice(before)
      .filter((line) => !line.startsWith('GET /v2/ '));
    expect(asked).toEqual([`HEAD ${name} 200`, `HEAD ${name} 200`]);
    const again = await pin('--apply');
    expect(again.stdout).toContain('2 references in 1 file: 2 pinned\n0 files written\n');
    expect(dockerfile()).toBe(pinned);
  });

  it('catches a tag that moves between two runs with both digests', async () => {
    const first = await push('1', [npm('lodash', '4.17.21')]);
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    await pin('--apply', '--ledger');
    const second = await push('1', [npm('lodash', '4.17.22')]);
    const { stdout, exitCode } = await pin('--ledger');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`the tag names ${second} now; assay pin --update takes it`);
    const ledger = folder.read('assay.lock');
    expect(ledger).toContain(`"ref":"${app}:1"`);
    expect(ledger).toContain(first);
    expect(ledger).toContain(second);
  });

  it('refuses an update to a digest with a new high finding, unless a policy accepts it', async () => {
    const good = await push('1', [npm('lodash', '4.17.21')]);
    folder.write('src/Dockerfile', `FROM ${app}:1@${good}\n`);
    folder.write('src/other/Dockerfile', `FROM ${app}:2\n`);
    const other = await push('2', [npm('lodash', '4.17.21')]);
    const bad = await push('1', [npm('lodash', '4.17.20')]);
    const refused = await pin('--update', '--apply');
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('HIGH GHSA-aaaa-aaaa-aaaa lodash 4.17.20, fixed in 4.17.21');
    expect(dockerfile()).toBe(`FROM ${app}:1@${good}\n`);
    expect(folder.read('src/other/Dockerfile')).toBe(`FROM ${app}:2@${other}\n`);
    folder.write('assay.yaml', 'policies:\n  lenient:\n    fail-on: critical+new\n');
    const accepted = await pin('--update', '--apply', '--policy', 'lenient');
    expect([accepted.exitCode, accepted.stderr]).toEqual([0, expect.not.stringContaining('ERROR')]);
    expect(dockerfile()).toBe(`FROM ${app}:1@${bad}\n`);
  });

  it('accepts an update whose findings are not new, and one that repairs', async () => {
    const old = await push('1', [npm('lodash', '4.17.19')]);
    folder.write('src/Dockerfile', `FROM ${app}:1@${old}\n`);
    const same = await push('1', [npm('lodash', '4.17.20')]);
    expect((await pin('--update', '--apply')).exitCode).toBe(0);
    expect(dockerfile()).toBe(`FROM ${app}:1@${same}\n`);
    const refused = await pin('--update', '--apply', '--fail-on', 'high');
    expect(refused.exitCode).toBe(0);
    await push('1', [npm('lodash', '4.17.18')]);
    const strict = await pin('--update', '--apply', '--fail-on', 'high');
    expect(strict.exitCode).toBe(1);
    expect(dockerfile()).toBe(`FROM ${app}:1@${same}\n`);
    const repaired = await push('1', [npm('lodash', '4.17.21')]);
    expect((await pin('--update', '--apply', '--fail-on', 'high')).exitCode).toBe(0);
    expect(dockerfile()).toBe(`FROM ${app}:1@${repaired}\n`);
  });

  it('follows a tag that moves each day three days behind', async () => {
    const digests: string[] = [];
    const pinned: (string | undefined)[] = [];
    folder.write('src/Dockerfile', `FROM ${app}:1@${await push('1', [npm('a', '0.0.1')])}\n`);
    for (let day = 1; day <= 10; day += 1) {
      digests.push(await push('1', [npm('a', `1.0.${day}`)]));
      const clock = `2026-03-${String(day).padStart(2, '0')}`;
      const flags = ['--update', '--apply', '--min-age', '3d', '--as-of', clock];
      const { exitCode, stdout } = await pin(...flags);
      expect(exitCode).toBe(0);
      if (day === 1) expect(stdout).toContain('counts from the first sight in the ledger');
      pinned.push(/@(?<digest>sha256:\w+)/u.exec(dockerfile())?.groups?.['digest']);
    }
    expect(pinned.slice(3)).toEqual(digests.slice(0, 7));
    expect(new Set(pinned.slice(0, 3)).size).toBe(1);
  });

  it('takes the newest tag of a full version that passes the gate and is old enough', async () => {
    const old = await push('1.2.0', [npm('lodash', '4.17.21')]);
    await push('2.0.0', [npm('lodash', '4.17.22')]);
    const text = `ARG V=1.2.0\nFROM ${app}:1.2.0@${old} AS a\nFROM ${app}:$V@${old}\n`;
    folder.write('src/Dockerfile', text);
    const minAge = ['--update', '--apply', '--min-age', '3d', '--as-of'];
    expect((await pin(...minAge, '2026-03-01')).exitCode).toBe(0);
    const good = await push('1.2.4', [npm('lodash', '4.17.22')]);
    expect((await pin(...minAge, '2026-03-02')).stdout).toContain('2026-03-05');
    expect(dockerfile()).toBe(text);
    const bad = await push('1.10.0', [npm('lodash', '4.17.20')]);
    await pin(...minAge, '2026-03-05');
    const updated = `ARG V=1.2.0\nFROM ${app}:1.2.4@${good} AS a\nFROM ${app}:$V@${old}\n`;
    expect(dockerfile()).toBe(updated);
    const refused = await pin('--update', '--apply');
    expect([refused.exitCode, dockerfile()]).toEqual([1, updated]);
    expect(refused.stdout).toContain(`${app}:1.10.0@${bad.slice(0, 19)}`);
    expect(refused.stdout).toContain('HIGH GHSA-aaaa-aaaa-aaaa lodash 4.17.20');
  });

  it('names a pinned digest that the registry no longer has', async () => {
    const first = await push('1', [npm('a', '1.0.0')]);
    folder.write('src/Dockerfile', `FROM ${app}:1@${first}\n`);
    const second = await push('1', [npm('a', '1.0.1')]);
    rmSync(server.blobFile(first));
    const { stdout, exitCode, stderr } = await pin('--update', '--apply');
    expect(stdout).toContain(`no longer has ${first}`);
    expect(stderr).toContain('is gone, so that all findings of its successor count as new');
    expect(exitCode).toBe(0);
    expect(dockerfile()).toBe(`FROM ${app}:1@${second}\n`);
  });

  it('pins to one platform where it was so before, or where it is asked for', async () => {
    const platforms = [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ].map((platform) => ({
      image: makeImage([[npm('a', '1.0.0')]], { platform }),
      isPlatformListed: true,
    }));
    const files = ociFiles([{ tag: '1', platforms }]);
    await pushFiles(app, ['1'], files);
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    const { exitCode } = await pin('--apply', '--platform', 'linux/arm64');
    expect(exitCode).toBe(0);
    const [, digest = ''] = /@(sha256:\w+)/u.exec(dockerfile()) ?? [];
    const manifest = files.get(`blobs/${digest.replace(':', '/')}`)?.toString() ?? '';
    expect(manifest).toContain('"config"');
    const config = /"config":\{[^}]*"digest":"sha256:(\w+)"/u.exec(manifest)?.[1] ?? '';
    expect(files.get(`blobs/sha256/${config}`)?.toString()).toContain('"architecture":"arm64"');
  });

  it.each([
    ['a tag that is gone', (host: string) => `${host}/nothing:1`, 'unresolved'],
    ['a registry that is down', () => '127.0.0.1:1/app:1', 'unresolved'],
  ])('writes the rest and ends with 3: %s', async (_, name, word) => {
    const digest = await push('1', [npm('a', '1.0.0')]);
    const text = `FROM ${name(server.host)}\nFROM ${app}:1\n`;
    folder.write('src/Dockerfile', text);
    const { exitCode, stdout } = await pin('--apply');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(new RegExp(String.raw`1:6 +${word} +${name(server.host)}`, 'u'));
    expect(dockerfile()).toBe(text.replace(`${app}:1`, `${app}:1@${digest}`));
  });

  it('refuses to resolve without a network, and checks without one', async () => {
    folder.write('src/Dockerfile', `FROM ${app}:1\nFROM ${app}:1@sha256:${'a'.repeat(64)}\n`);
    const before = server.requests().length;
    const offline = await folder.assay('pin', 'src');
    expect(offline.exitCode).toBe(3);
    expect(offline.stderr).toContain(`--offline: "${app}:1" cannot be resolved`);
    expect(offline.stderr).toContain('assay pin --check');
    const checked = await folder.assay('pin', 'src', '--check');
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout).toContain('FAIL  1 reference is mutable (exit code 1)');
    expect(checked.stdout).toContain(
      'Cure   assay pin src --apply\nCheck  assay pin src --check\n',
    );
    expect(server.requests()).toHaveLength(before);
    expect(existsSync(folder.path('assay.lock'))).toBe(false);
  });

  it('has a diff that git applies', async () => {
    const digest = await push('1', [npm('a', '1.0.0')]);
    folder.write('src/Dockerfile', `FROM ${app}:1\n`);
    const { stdout, exitCode } = await pin('--diff');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-FROM ${app}:1\n+FROM ${app}:1@${digest}\n`,
    );
    expect(readFileSync(folder.path('src/Dockerfile'), 'utf8')).toBe(`FROM ${app}:1\n`);
  });
});
