/**
 * buildah builds pinned Dockerfiles, and goes on building the same image after the tags of their
 * bases have moved.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { run } from '../../src/tasks/pin/run.ts';
import { missingAbility } from '../support/abilities.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { makeImage, ociFiles, writeFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop('buildah');
const missingHereDocuments = missing ?? missingAbility('buildah/here-documents');

/** `REG` stands for the registry. */
const FILES: readonly (readonly [string, string])[] = [
  ['one stage', 'FROM REG/base:1\nCOPY own /own\n'],
  ['a platform', 'FROM --platform=linux/amd64 REG/base:1\nCOPY own /own\n'],
  ['an argument', 'ARG BASE=REG/base:1\nFROM ${BASE} AS build\nFROM build\nCOPY own /own\n'],
  ['an argument in quotes', 'ARG BASE="REG/base:1"\nFROM $BASE\nCOPY own /own\n'],
  ['an argument of an argument', 'ARG A=REG/base:1\nARG B=${A}\nFROM $B\nCOPY own /own\n'],
  ['a default in place', 'ARG BASE\nFROM ${BASE:-REG/base:1}\nCOPY own /own\n'],
  ['a copy from an image', 'FROM scratch\nCOPY --from=REG/tools:2 /tool /tool\n'],
  [
    'a copy from a stage and an image',
    'FROM REG/tools:2 AS tools\nFROM REG/base:1\nCOPY --from=tools /tool /a\nCOPY --chown=1:1 --from=REG/tools:2 /tool /b\n',
  ],
  [
    'comments and continuations',
    'FROM \\\n  # the base\n  REG/base:1 \\\n  AS base\nCOPY \\\n  --from=REG/tools:2 \\\n  /tool /tool\n',
  ],
  [
    'CRLF and a byte order mark',
    '\uFEFF# escape=\\\r\nfrom REG/base:1 as base\r\nCOPY own /own\r\n',
  ],
  ['a trigger', 'FROM REG/base:1\nONBUILD COPY --from=REG/tools:2 /tool /tool\n'],
];
/** A file with a here-document. */
const HERE_DOCUMENT = 'FROM REG/base:1\nCOPY <<EOF /text\nFROM REG/tools:2\nEOF\n';

describe.skipIf(missing !== undefined)(`pinned Dockerfiles and buildah${needs(missing)}`, () => {
  let registry: RunningRegistry;
  let root: string;
  let storage: Record<string, string>;

  const push = (name: string, body: string): void => {
    const layout = join(root, body);
    mkdirSync(layout);
    const image = makeImage([[{ path: 'tool', body }]]);
    const [repository, tag] = name.split(':');
    writeFiles(
      layout,
      ociFiles([{ tag: tag ?? '', platforms: [{ image, isPlatformListed: true }] }]),
    );
    registry.push(`oci:${layout}:${tag ?? ''}`, `${repository ?? ''}:${tag ?? ''}`);
  };
  /** Builds a file, and returns the layers of the image. */
  const build = (folder: string): unknown => {
    const env = { ...process.env, ...storage };
    const call = (args: readonly string[]): string => {
      const { status, stdout, stderr } = spawnSync('buildah', args, { env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`buildah ${args.join(' ')}: ${stderr}`);
      return stdout.trim();
    };
    const flags = [
      '--quiet',
      '--isolation=chroot',
      '--tls-verify=false',
      '--pull=always',
      '--timestamp=0',
    ];
    const id = call(['build', ...flags, '-f', join(folder, 'Dockerfile'), folder]);
    const inspected = JSON.parse(call(['inspect', '--type=image', id])) as {
      OCIv1: { rootfs: { diff_ids: unknown } };
    };
    return inspected.OCIv1.rootfs.diff_ids;
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'assay-buildah-'));
    storage = podmanStorage(join(root, 'storage'));
    registry = await startRegistry();
    push('base:1', 'first base');
    push('tools:2', 'first tools');
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  /** Builds files, pins them, moves the tags to new images, and builds the files again. */
  async function expectPinned(files: typeof FILES, moved: string): Promise<void> {
    const folders = files.map(([name, text], index) => {
      const folder = join(root, `${moved}-${index}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'Dockerfile'), text.replaceAll('REG', registry.host));
      writeFileSync(join(folder, 'own'), 'own');
      return { name, folder };
    });
    const before = folders.map(({ folder }) => build(folder));
    for (const { name, folder } of folders) {
      const {
        references,
        files: changed,
        failures,
      } = await run(
        {
          target: '.',
          cwd: folder,
          mode: 'apply',
          isUpdate: false,
          exclude: [],
          allowEmpty: false,
          wantsDiff: false,
          resolverOptions: {
            registry: { env: {} },
            isBranchOnly: false,
            actionsUrl: 'https://github.example',
            env: {},
            cwd: folder,
          },
        },
        quietContext({ fetch: globalThis.fetch }),
      );
      expect([name, changed.length, failures]).toEqual([name, 1, []]);
      expect(references.map(({ state }) => state)).toEqual(references.map(() => 'pin'));
      expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('@sha256:');
    }
    push('base:1', `${moved} base`);
    push('tools:2', `${moved} tools`);
    const after = folders.map(({ folder }) => build(folder));
    expect(after).toEqual(before);

    const { folder } = folders[0] ?? { folder: '' };
    writeFileSync(
      join(folder, 'Dockerfile'),
      (files[0]?.[1] ?? '').replaceAll('REG', registry.host),
    );
    expect(build(folder)).not.toEqual(before[0]);
  }

  it('are built, and stay the same when tags move', { timeout: 600_000 }, async () => {
    await expectPinned(FILES, 'second');
  });

  it.skipIf(missingHereDocuments !== undefined)(
    `so are those with here-documents${needs(missingHereDocuments)}`,
    { timeout: 600_000 },
    async () => {
      await expectPinned([['a here-document', HERE_DOCUMENT]], 'third');
    },
  );
});
