/**
 * `assay push` into an OCI layout, with the programs that read layouts, and killed at each moment
 * at which a file gets its name: what a tag leads to is complete, and the next push goes on.
 */

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, runBuilt, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { contentOf, leftImage, rootOf } from '../support/push-images.ts';
import { SigningTools } from '../support/signing-tools.ts';
import { ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('skopeo', 'podman');
const platforms = ['amd64', 'arm64'].map((architecture) => ({
  image: leftImage('1.0.1', architecture),
  isPlatformListed: true,
}));
const files = ociFiles([{ tag: '1', platforms }]);
const root = rootOf(files);

/**
 * Kills the process at the Nth renaming of a file in the layout, before or after it, and writes
 * what was renamed.
 */
const KILLER = `
import promises from 'node:fs/promises';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { KILL_AT, KILL_WHEN, LAYOUT, RENAMED } = process.env;
const { rename } = promises;
let count = 0;
promises.rename = async (from, to) => {
  const isMeant = String(to).startsWith(LAYOUT + '/');
  if (isMeant) count += 1;
  const isLast = isMeant && count === Number(KILL_AT);
  if (isLast && KILL_WHEN === 'before') process.kill(process.pid, 'SIGKILL');
  await rename(from, to);
  if (isMeant) appendFileSync(RENAMED, String(to).slice(LAYOUT.length + 1) + '\\n');
  if (isLast) process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();
`;

describe.skipIf(missing !== undefined)(`layouts of pushes${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let command: BuiltCommand;

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    command = await builtCommand();
    await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write('team.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write('team.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    folder.write('killer.mjs', KILLER);
    for (const [name, bytes] of files) folder.write(`image/${name}`, bytes);
  });
  afterAll(() => {
    command[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  const SIGNED = ['--sign-key', 'team.pem', '--repository', 'ghcr.io/acme/app'];

  it('is read by skopeo and podman, also into one that skopeo made', async () => {
    tools.run('skopeo', ['--insecure-policy', 'copy', '--all', 'oci:image:1', 'oci:made:old']);
    for (const layout of ['new', 'made']) {
      await folder.run('push', 'oci:image:1', `oci:${layout}:1`, ...SIGNED);
      const copy = ['--insecure-policy', 'copy', '--all', '--preserve-digests'];
      tools.run('skopeo', [...copy, `oci:${layout}:1`, `dir:copy-${layout}`]);
      expect(contentOf(folder.path(`copy-${layout}`))['manifest.json']).toBe(root.slice(7));
      const storage = podmanStorage(folder.path(`storage-${layout}`));
      tools.run('podman', ['--runtime', 'runc', 'pull', '--quiet', `oci:${layout}:1`], storage);
    }
    tools.run('skopeo', ['inspect', 'oci:made:old']);
  });

  interface Pushed {
    readonly stderr: string;
    readonly exitCode: number | null;
    /** Files of the layout in the order in which they got their names. */
    readonly renamed: readonly string[];
  }

  async function push(
    layout: string,
    kill?: { readonly at: number; readonly when: 'before' | 'after' },
  ): Promise<Pushed> {
    folder.write('renamed', '');
    const args = ['push', 'oci:image:1', `oci:${layout}:1`, ...SIGNED];
    const { exitCode, stderr } = await runBuilt(command, args, {
      cwd: folder.cwd,
      env: {
        HOME: folder.cwd,
        ASSAY_AS_OF: '2025-06-01',
        ASSAY_CACHE_DIR: folder.path('.cache'),
        ASSAY_OFFLINE: 'true',
        NODE_OPTIONS: `--import ${folder.path('killer.mjs')}`,
        LAYOUT: folder.path(layout),
        RENAMED: folder.path('renamed'),
        ...(kill !== undefined && { KILL_AT: String(kill.at), KILL_WHEN: kill.when }),
      },
    });
    return { exitCode, stderr, renamed: folder.read('renamed').split('\n').slice(0, -1) };
  }

  interface Index {
    readonly manifests: readonly { readonly annotations?: Readonly<Record<string, string>> }[];
  }

  function isTagged(layout: string): boolean {
    if (!existsSync(folder.path(`${layout}/index.json`))) return false;
    const { manifests } = folder.json(`${layout}/index.json`) as Index;
    return manifests.some(
      ({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] === '1',
    );
  }

  const BLOBS = 5;
  const MANIFESTS = 3;

  /**
   * Which part of a push gives the file at this place its name. The mark and an empty index come
   * first.
   */
  function phaseOf(at: number, count: number): string {
    if (at < 2) return 'begin';
    if (at < 2 + BLOBS) return 'blobs';
    if (at < 2 + BLOBS + MANIFESTS) return 'manifests';
    return at < count - 2 ? 'signature' : 'tag';
  }

  it('is killed at each moment: a tag leads to a complete image, and the next push goes on', async () => {
    const { exitCode, renamed: whole } = await push('whole');
    expect([exitCode, whole.at(-1)]).toEqual([0, 'index.json']);
    const counts: Record<string, number> = {};
    const moments = [
      ...whole.flatMap((_, at) =>
        // Signatures have many files; a quarter of them stands for all.
        phaseOf(at, whole.length) === 'signature' && at % 4 !== 0
          ? []
          : [{ at, when: 'before' as const }],
      ),
      { at: whole.length - 1, when: 'after' as const },
    ];
    for (const { at, when } of moments) {
      const layout = `killed-${at}-${when}`;
      const killed = await push(layout, { at: at + 1, when });
      expect(killed.exitCode).toBe(null);
      const phase = phaseOf(at, whole.length);
      counts[phase] = (counts[phase] ?? 0) + 1;
      const blobs = contentOf(folder.path(`${layout}/blobs/sha256`));
      // Each file has the content that its name states, whenever the process was killed.
      expect(Object.entries(blobs).filter(([blob, hex]) => blob !== hex)).toEqual([]);
      expect(isTagged(layout)).toBe(when === 'after');
      const finished = await push(layout);
      expect([layout, finished.exitCode, finished.stderr]).toEqual([layout, 0, expect.anything()]);
      // Manifests are small, and are written again; blobs are not.
      const again = finished.renamed.filter(
        (file) => whole.slice(2, 2 + BLOBS).includes(file) && blobs[file.split('/')[2] ?? ''],
      );
      expect(again).toEqual([]);
      expect(readdirSync(folder.path(layout)).sort()).toEqual([
        'blobs',
        'index.json',
        'oci-layout',
      ]);
      const verify = ['verify', `oci:${layout}:1`, '--verify-key', 'team.pub'];
      await folder.run(...verify, '--repository', 'ghcr.io/acme/app', '--platform', 'all');
    }
    console.info(`killed: ${JSON.stringify(counts)}`);
    for (const phase of ['blobs', 'manifests', 'signature', 'tag']) {
      expect(counts[phase]).toBeGreaterThanOrEqual(3);
    }
  }, 900_000);
});
