/**
 * Assay as an image: built from the `Dockerfile` by buildah on a Debian root with Debian's own
 * Node, pushed to a real registry, run by podman. It scans an archive, an image of the registry,
 * and itself.
 *
 * It takes minutes, so it runs where `ASSAY_TEST_OWN_IMAGE` is set, as the wider checks do.
 */

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildCommand } from '../support/build.ts';
import { debianRoot, imageFromTar, type ImageForms } from '../support/images.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { sharedPath } from '../support/shared.ts';
import { missingTool, needs, run } from '../support/tools.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const alpine = sharedPath('samples/alpine/alpine-minirootfs-3.19.4-x86_64.tar.gz');
const missing =
  process.env['ASSAY_TEST_OWN_IMAGE'] === undefined
    ? 'ASSAY_TEST_OWN_IMAGE'
    : process.getuid?.() !== 0
      ? 'root'
      : (missingForRegistry ??
        missingTool('mmdebstrap', 'umoci', 'buildah', 'podman', 'runc', 'chroot') ??
        (alpine === undefined ? '../shared' : undefined));

describe.skipIf(missing !== undefined)(`the image of the command${needs(missing)}`, () => {
  let folder: string;
  let registry: RunningRegistry;
  let sample: ImageForms;
  let own: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-own-image-'));
    registry = await startRegistry();
    const base = imageFromTar(folder, 'node', debianRoot('trixie', 'minbase', ['nodejs']));
    registry.push(`oci:${base.ociFolder}:latest`, 'node:20');
    sample = imageFromTar(folder, 'alpine', alpine ?? '');
    registry.push(`oci:${sample.ociFolder}:latest`, 'alpine:3.19');
    own = buildOwnImage(folder, `${registry.host}/node:20`);
  });

  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('scans an archive that is mounted into it', () => {
    copyFileSync(sample.dockerArchive, path.join(folder, 'layout', 'alpine.tar'));
    expect(packagesSeen(['image', '--input', 'alpine.tar'])).toHaveLength(15);
  });

  it('scans an image of a registry, and keeps what it learnt in its volume', () => {
    const reference = `${registry.host}/alpine:3.19`;
    expect(packagesSeen(['image', reference])).toHaveLength(15);
    const before = layerRequests();
    expect(packagesSeen(['image', reference])).toHaveLength(15);
    expect(layerRequests()).toBe(before);
  });

  it('scans itself', () => {
    run('buildah', [...storage(), 'push', '--quiet', own, `oci:${folder}/layout/own:latest`]);
    const names = packagesSeen(['image', '--input', 'own']);
    expect(names).toEqual(expect.arrayContaining(['nodejs', 'libc6', 'assay']));
  });

  /** Names of the packages that a scan inside the container lists. */
  function packagesSeen(args: readonly string[]): readonly string[] {
    const out = podman([...args, '--scanners', 'packages', '--image-src', 'remote', '-f', 'json']);
    const report = JSON.parse(out) as {
      readonly results: readonly {
        readonly inventory: { readonly packages: { name: string }[] };
      }[];
    };
    return report.results.flatMap(({ inventory }) => inventory.packages.map(({ name }) => name));
  }

  function podman(args: readonly string[]): string {
    const mounts = ['-v', `${folder}/layout:/work:ro`, '-v', `${folder}/cache:/var/cache/assay`];
    const container = ['run', '--rm', '--read-only', '--cap-drop', 'ALL', '--network', 'host'];
    // The usual limits of podman may be higher than those that a container may set.
    for (const name of ['nofile', 'nproc']) container.push('--ulimit', `${name}=1024:1024`);
    // The engines of test machines differ in how control groups are mounted; runc takes them as
    // they are.
    const engine = [...storage(), '--runtime', 'runc', '--cgroup-manager', 'cgroupfs'];
    return execFileSync('podman', [...engine, ...container, ...mounts, own, ...args], {
      encoding: 'utf8',
      env: { ...process.env, PODMAN_IGNORE_CGROUPSV1_WARNING: '1' },
    });
  }

  function storage(): readonly string[] {
    return ['--root', `${folder}/graph`, '--runroot', `${folder}/run`, '--storage-driver', 'vfs'];
  }

  function buildOwnImage(into: string, base: string): string {
    for (const name of ['layout', 'cache', 'context/dist']) {
      mkdirSync(path.join(into, name), { recursive: true });
    }
    using command = buildCommand();
    cpSync(path.dirname(command.script), path.join(into, 'context/dist/bin'), {
      recursive: true,
    });
    for (const name of ['Dockerfile', 'LICENSE', 'package.json']) {
      copyFileSync(path.join(project, name), path.join(into, 'context', name));
    }
    writeFileSync(
      path.join(into, 'policy.json'),
      '{"default":[{"type":"insecureAcceptAnything"}]}',
    );
    const flags = ['--isolation', 'chroot', '--quiet', '--tls-verify=false'];
    const policy = ['--signature-policy', path.join(into, 'policy.json')];
    const args = ['--build-arg', `BASE=${base}`, '-t', 'assay:test', path.join(into, 'context')];
    run('buildah', [...storage(), 'build', ...flags, ...policy, ...args]);
    return 'localhost/assay:test';
  }

  function layerRequests(): number {
    return registry.requests().filter((line) => /^GET \S+\/blobs\//.test(line)).length;
  }
});
