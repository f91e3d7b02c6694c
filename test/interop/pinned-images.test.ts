/**
 * podman pulls each image that `assay pin` has pinned, from files of several formats, also after
 * its tag has moved.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { run } from '../../src/tasks/pin/run.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { pinRequest } from '../support/pin-scene.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop('podman');

/** `REG` stands for the registry, and each file has one image, which is named after its format. */
const FILES: Readonly<Record<string, string>> = {
  Dockerfile: 'FROM REG/dockerfile:1 AS build\n',
  'compose.yaml': 'services:\n  web:\n    image: "REG/compose:1"\n',
  'deploy/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: REG/kubernetes:1}]\n',
  '.github/workflows/ci.yml':
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    container: REG/workflow:1\n    steps: [{run: "true"}]\n',
  '.gitlab-ci.yml': 'build:\n  image: REG/gitlab:1\n  script: make\n',
  'bitbucket-pipelines.yml':
    'image: REG/bitbucket:1\npipelines:\n  default:\n    - step: {script: [make]}\n',
  '.devcontainer/devcontainer.json': '{\n  // base\n  "image": "REG/devcontainer:1",\n}\n',
};

describe.skipIf(missing !== undefined)(`pinned images and podman${needs(missing)}`, () => {
  let registry: RunningRegistry;
  let root = '';
  let storage: Record<string, string>;

  const push = (name: string, body: string): Promise<void> => {
    const image = makeImage([[{ path: 'tool', body }]]);
    const layout = ociFiles([{ tag: '1', platforms: [{ image, isPlatformListed: true }] }]);
    return pushFiles(`${registry.host}/${name}`, ['1'], layout);
  };

  function podman(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('podman', ['--runtime', 'runc', ...args], {
      env: { ...process.env, ...storage },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`podman ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'assay-podman-'));
    storage = podmanStorage(join(root, 'storage'));
    registry = await startRegistry();
    for (const [file, text] of Object.entries(FILES)) {
      const path = join(root, 'src', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text.replaceAll('REG', registry.host));
      await push(/REG\/(?<name>\w+)/u.exec(text)?.groups?.['name'] ?? '', 'first');
    }
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  it('are pulled by their digests', { timeout: 600_000 }, async () => {
    const context = quietContext({ fetch: globalThis.fetch });
    const { references, failures } = await run(pinRequest(join(root, 'src')), context);
    expect(failures).toEqual([]);
    expect(references.map(({ state }) => state)).toEqual(Object.keys(FILES).map(() => 'pin'));
    for (const { pinned = '' } of references) {
      await push(/\/(?<name>\w+):/u.exec(pinned)?.groups?.['name'] ?? '', 'second');
      podman('pull', '--quiet', '--tls-verify=false', pinned);
      const [name = '', digest = ''] = pinned.split('@');
      const id = podman('images', '--quiet', '--digests', name.replace(/:1$/u, ''));
      expect(podman('image', 'inspect', '--format', '{{.RepoDigests}}', id)).toContain(digest);
    }
  });
});
