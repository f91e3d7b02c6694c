/** `assay push --commits`: a real registry, and commits that git and ssh-keygen signed. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Outcome } from '../support/command-folder.ts';
import { ADA, CommitScene, type SceneKey } from '../support/commit-scene.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const REVISION = 'org.opencontainers.image.revision';
const missing = missingForRegistry ?? missingTool('git', 'ssh-keygen');

describe.skipIf(missing !== undefined)(`assay push --commits${needs(missing)}`, () => {
  let scene: CommitScene;
  let registry: RunningRegistry;
  let ada: SceneKey;
  let mallory: SceneKey;
  let base: string;
  let imageCount = 0;

  beforeAll(async () => {
    registry = await startRegistry();
    scene = new CommitScene();
    ada = scene.sshKey('ada');
    mallory = scene.sshKey('mallory');
    scene.folder.env['ASSAY_OFFLINE'] = 'false';
    scene.folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
    await scene.folder.load({
      id: 'GHSA-left',
      name: 'left',
      fixed: '1.0.1',
      severity: 'CRITICAL',
    });
    writeTrust('');
    base = scene.commit({ key: ada, message: 'base' });
    const config = scene.signingConfig(ada).flatMap((one) => ['-c', one]);
    scene.git([...config, 'tag', '-s', '-m', 'x', 'v1'], scene.commitEnv({}));
  });
  afterAll(async () => {
    scene[Symbol.dispose]();
    await registry[Symbol.asyncDispose]();
  });

  function writeTrust(more: string): void {
    const signer = `{ name: Ada, emails: [${ADA}], keys: ['${scene.sshLine(ada)}'] }`;
    scene.folder.write('.keys/trust.yaml', `version: 1\ncommits:\n  signers: [${signer}]\n${more}`);
  }

  /** Writes images, one for each revision, and returns their layout. */
  function layout(...revisions: readonly (string | undefined)[]): string {
    const platforms = revisions.map((revision, index) => {
      const architecture = index === 0 ? 'amd64' : 'arm64';
      const Labels = revision === undefined ? {} : { [REVISION]: revision };
      const body = JSON.stringify({ name: 'left', version: '1.0.1' });
      const image = makeImage([[{ path: 'srv/node_modules/left/package.json', body }]], {
        platform: { os: 'linux', architecture },
        config: { config: { Labels } },
      });
      return { image, isPlatformListed: true as const };
    });
    imageCount += 1;
    const name = `.keys/image${imageCount}`;
    const [first] = platforms;
    const images = platforms.length > 1 ? { platforms } : { image: first?.image as never };
    for (const [file, bytes] of ociFiles([{ tag: '1', ...images }])) {
      scene.folder.write(`${name}/${file}`, bytes);
    }
    return `oci:${name}:1`;
  }

  function push(source: string, ...flags: readonly string[]): Promise<Outcome> {
    const name = `${registry.host}/app${imageCount}:1`;
    return scene.folder.assay('push', source, name, '--trust', '.keys/trust.yaml', ...flags);
  }

  async function tagCount(): Promise<number> {
    const answer = await fetch(`http://${registry.host}/v2/app${imageCount}/tags/list`);
    return answer.status === 404
      ? 0
      : ((await answer.json()) as { tags: readonly string[] }).tags.length;
  }

  const onTop = (): void => void scene.git(['reset', '-q', '--hard', base]);
  const signed = (): string => scene.commit({ key: ada, message: 'signed' });

  // The codes are those of `assay commits`, in the order of docs/exit-codes.md.
  it.each<[string, () => string, readonly string[], number, string]>([
    ['commits since a signed tag', () => layout(signed()), ['--commits'], 0, 'v1..HEAD'],
    ['a range', () => layout(signed()), ['--commits=v1..HEAD'], 0, 'is a claim of its label'],
    [
      'two platforms of one commit',
      () => {
        const id = signed();
        return layout(id, id);
      },
      ['--commits'],
      0,
      'is a claim of its label',
    ],
    [
      'an unsigned commit',
      () => {
        scene.commit({ message: 'unsigned' });
        return layout(signed());
      },
      ['--commits'],
      10,
      'has no signature',
    ],
    [
      'a commit that another key signed',
      () => {
        scene.commit({ key: mallory, message: 'mallory' });
        scene.commit({ message: 'unsigned' });
        return layout(signed());
      },
      ['--commits'],
      12,
      'is not allowed',
    ],
    [
      'an image of no commit',
      () => {
        signed();
        return layout(undefined);
      },
      ['--commits'],
      10,
      'does not claim a commit',
    ],
    [
      'an image of another commit',
      () => {
        signed();
        return layout(base);
      },
      ['--commits'],
      12,
      `claims to be built from "`,
    ],
    [
      'one platform of another commit',
      () => layout(signed(), base),
      ['--commits'],
      12,
      '(linux/arm64) claims to be built from',
    ],
    [
      'an image of the head, with the range of another one',
      () => {
        const id = signed();
        signed();
        return layout(id);
      },
      ['--commits=v1..HEAD'],
      12,
      'the verified commits end at',
    ],
    ['a range without commits', () => layout(base), ['--commits=v1..HEAD'], 8, 'has no commits'],
    ['a revision that is missing', () => layout(signed()), ['--commits=v0..HEAD'], 3, '"v0"'],
  ])('%s', async (...row) => {
    const [, make, flags, code, text] = row;
    onTop();
    const { exitCode, stdout, stderr } = await push(make(), ...flags);
    const said = stderr.replaceAll(/\s+/gu, ' ');
    expect([exitCode, said]).toEqual([code, expect.stringContaining(text)]);
    expect([stdout === '', await tagCount()]).toEqual([code !== 0, code === 0 ? 1 : 0]);
  });

  it('is required by the trust file', async () => {
    onTop();
    writeTrust(`  required-for: ['${registry.host}/**']\n`);
    const source = layout(signed());
    const without = await push(source);
    expect([without.exitCode, without.stderr]).toEqual([10, expect.stringContaining('--commits')]);
    const chosen = await push(source, '--commits=HEAD~1..HEAD');
    expect([chosen.exitCode, chosen.stderr.replaceAll(/\s+/gu, ' ')]).toEqual([
      12,
      expect.stringContaining('names another beginning'),
    ]);
    expect((await push(source, '--commits=HEAD')).exitCode).toBe(0);
    expect((await push(source, '--commits')).exitCode).toBe(0);
    writeTrust('');
  });

  it('needs a trust file with signers', async () => {
    onTop();
    const source = layout(signed());
    const none = await push(source, '--commits', '--trust', 'none');
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('no trust file')]);
  });
});
