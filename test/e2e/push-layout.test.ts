/** `assay push` into an OCI layout: the same order and the same refusals as for a registry. */

import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { contentOf, leftImage, rootOf } from '../support/push-images.ts';
import { dockerArchive, ociFiles } from '../support/stored-images.ts';

const GOOD = leftImage('1.0.1');
const ARM = leftImage('1.0.1', 'arm64');
const BAD = leftImage('1.0.0', 'arm64');
const listed = (image: typeof GOOD): { image: typeof GOOD; isPlatformListed: true } => ({
  image,
  isPlatformListed: true,
});
const layouts = {
  good: ociFiles([{ image: GOOD, tag: '1' }]),
  bad: ociFiles([{ image: BAD, tag: '1' }]),
  many: ociFiles([{ tag: '1', platforms: [listed(GOOD), listed(ARM)] }]),
  mixed: ociFiles([{ tag: '1', platforms: [listed(GOOD), listed(BAD)] }]),
};
const good = rootOf(layouts.good);
const many = rootOf(layouts.many);

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  folder.write('team.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  folder.write('team.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  for (const [name, files] of Object.entries(layouts)) {
    for (const [file, bytes] of files) folder.write(`${name}/${file}`, bytes);
  }
  folder.write('good.tar', writeTar(dockerArchive([{ image: GOOD, tags: ['app:1'] }])));
});
afterAll(() => folder[Symbol.dispose]());

function push(...args: readonly string[]): Promise<Outcome> {
  return folder.assay('push', ...args);
}

interface Listed {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The tags of a layout, and what each leads to; manifests without a tag are listed as `-`. */
function tagsOf(layout: string): readonly (readonly [string, string])[] {
  const { manifests } = folder.json(`${layout}/index.json`) as { manifests: readonly Listed[] };
  return manifests.map(({ digest, annotations = {} }) => [
    annotations['org.opencontainers.image.ref.name'] ?? '-',
    digest,
  ]);
}

function blobOf(layout: string, digest: string): string {
  return folder.path(`${layout}/blobs/sha256/${digest.slice(7)}`);
}

/** Names of files in a layout that are not those of the content that their names state. */
function wrongBlobs(layout: string): readonly string[] {
  return Object.entries(contentOf(folder.path(`${layout}/blobs/sha256`)))
    .filter(([name, hex]) => name !== hex)
    .map(([name]) => name);
}

describe('pushing into an OCI layout', () => {
  it.each([
    ['an image', 'oci:good:1', good, 3 + 1],
    ['an index', 'oci:many:1', many, 5 + 3],
  ])('makes a layout for %s with the digest of its source', async (_, source, digest, count) => {
    const layout = `new/${count}`;
    const { exitCode, stdout, stderr } = await push(source, `oci:${layout}:1.2`);
    expect([exitCode, stdout]).toEqual([0, `oci:${layout}@${digest}\n`]);
    expect(stderr).toContain(`Pushed oci:${layout}:1.2: `);
    expect(tagsOf(layout)).toEqual([['1.2', digest]]);
    expect(Object.keys(contentOf(folder.path(`${layout}/blobs`)))).toHaveLength(count);
    expect(wrongBlobs(layout)).toEqual([]);
    expect(folder.json(`${layout}/oci-layout`)).toEqual({ imageLayoutVersion: '1.0.0' });
    await folder.run('image', stdout.trim());
  });

  it('gives a docker archive the same digest each time', async () => {
    const first = await push('./good.tar', 'oci:archives:1');
    const again = await push('./good.tar', 'oci:archives:2');
    expect([first.exitCode, again.exitCode, again.stdout]).toEqual([0, 0, first.stdout]);
    expect(again.stderr).toContain('0 blobs uploaded (0 B), 0 mounted, 3 already there');
    await folder.run('image', 'oci:archives:1');
  });

  it('takes the tag "latest" without one, and tags that are names', async () => {
    await push('oci:good:1', 'oci:names');
    const { exitCode } = await push('oci:good:1', 'oci:names:registry.example/app:1.2');
    expect(exitCode).toBe(0);
    expect(tagsOf('names').map(([tag]) => tag)).toEqual(['latest', 'registry.example/app:1.2']);
  });

  it.each([
    ['an image that fails', ['oci:bad:1'], 1],
    ['an index with one child that fails', ['oci:mixed:1'], 1],
    ['a dry run', ['oci:good:1', '--dry-run'], 0],
    ['an image that is not there', ['oci:good:none'], 3],
    ['an inventory only', ['oci:good:1', '--scanners', 'packages'], 2],
    [
      'a key that is not there',
      ['oci:good:1', '--sign-key', 'none.pem', '--repository', 'a.b/c'],
      2,
    ],
    ['a key without the name of a repository', ['oci:good:1', '--sign-key', 'team.pem'], 2],
    ['a repository with a tag', ['oci:good:1', '--repository', 'ghcr.io/acme/app:1'], 2],
  ])('writes nothing for %s', async (_, [source = '', ...more], code) => {
    if (!existsSync(folder.path('kept'))) await push('oci:good:1', 'oci:kept:1');
    const before = contentOf(folder.path('kept'));
    const { exitCode, stdout } = await push(source, 'oci:kept:2', ...more);
    expect([exitCode, stdout]).toEqual([code, '']);
    expect(contentOf(folder.path('kept'))).toEqual(before);
    expect((await push(source, 'oci:never/made:2', ...more)).exitCode).toBe(code);
    expect(existsSync(folder.path('never'))).toBe(false);
  });

  it.each<readonly [string, string, string]>([
    ['a folder with other files', 'oci:osv:1', 'is no OCI layout'],
    ['a file', 'oci:good.tar:1', 'is not a folder'],
    ['a path below a file', 'oci:good.tar/below:1', 'is not a folder'],
    ['a digest', `oci:some@${good}`, 'has a digest'],
    ['a digest that is cut off', 'oci:some@sha256:1234', 'is not oci:FOLDER:TAG'],
    ['an empty tag', 'oci:some:', 'is not oci:FOLDER:TAG'],
    ['an empty folder', 'oci::1', 'is not oci:FOLDER:TAG'],
    ['a tag with a blank', 'oci:some:a b', 'is not oci:FOLDER:TAG'],
    ['a tag with a line break', 'oci:some:a\nb', 'is not oci:FOLDER:TAG'],
    ...['', '.sig', '.att', '.sbom', '.att.old'].flatMap((end) =>
      ['oci:some', 'localhost:1/some'].map(
        (place) =>
          [
            `the tag ${end} of another image in ${place}`,
            `${place}:sha256-${'a'.repeat(64)}${end}`,
            'is one of those for signatures',
          ] as const,
      ),
    ),
    [
      'a tag for referrers of SHA-512',
      `oci:some:sha512-${'b'.repeat(64)}`,
      'is one of those for signatures',
    ],
    ['an archive', 'oci-archive:some.tar:1', 'names no registry and no OCI layout'],
    ['a path without a prefix', './some:1', 'names no registry and no OCI layout'],
    ['a daemon', 'docker-daemon:some:1', 'names no registry and no OCI layout'],
  ])('refuses %s as REF before the scan', async (_, target, reason) => {
    const before = contentOf(folder.cwd);
    const { exitCode, stdout, stderr } = await push('oci:bad:1', target);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(reason)]);
    expect(stderr).not.toContain('GHSA-left');
    expect(contentOf(folder.cwd)).toEqual(before);
  });

  it('refuses --repository beside a registry', async () => {
    const given = ['--repository', 'ghcr.io/acme/app'];
    const { exitCode, stderr } = await push('oci:good:1', 'registry.invalid/app:1', ...given);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('is a repository already')]);
  });

  it.each([
    ['of another version', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}'],
    ['whose index.json is cut off', 'index.json', '{"schemaVersion":2,"manif'],
    ['whose index.json lists nothing', 'index.json', '{}'],
  ])('refuses a layout %s before the scan', async (_, name, text) => {
    await push('oci:good:1', `oci:broken-${name}:1`);
    folder.write(`broken-${name}/${name}`, text);
    const { exitCode, stderr } = await push('oci:bad:1', `oci:broken-${name}:2`);
    expect([exitCode, stderr]).toEqual([3, expect.not.stringContaining('GHSA-left')]);
    expect(folder.read(`broken-${name}/${name}`)).toBe(text);
  });

  it('takes an empty folder, and one that a killed run had begun', async () => {
    mkdirSync(folder.path('empty'));
    folder.write('begun/oci-layout', '{"imageLayoutVersion":"1.0.0"}');
    folder.write('begun/.tmp-elsewhere-1-0a', 'a part of a blob');
    for (const name of ['empty', 'begun']) {
      const { exitCode } = await push('oci:good:1', `oci:${name}:1`);
      expect([exitCode, tagsOf(name)]).toEqual([0, [['1', good]]]);
    }
  });

  it('moves a tag, unless it is kept, and leaves the others', async () => {
    await push('oci:good:1', 'oci:moved:1');
    await push('oci:good:1', 'oci:moved:2');
    const kept = await push('oci:many:1', 'oci:moved:1', '--tag-only-if-absent');
    expect([kept.exitCode, kept.stdout]).toEqual([3, '']);
    expect(kept.stderr).toContain(`the tag "oci:moved:1" is there and leads to ${good}`);
    const same = await push('oci:good:1', 'oci:moved:1', '--tag-only-if-absent');
    expect(same.exitCode).toBe(0);
    await push('oci:many:1', 'oci:moved:1');
    expect(tagsOf('moved')).toEqual(
      expect.arrayContaining([
        ['1', many],
        ['2', good],
      ]),
    );
    expect(tagsOf('moved')).toHaveLength(2);
  });

  it.each<[string, (blob: string) => void]>([
    ['cut off', (blob) => writeFileSync(blob, GOOD.layers[1]?.blob.subarray(0, 20) ?? '')],
    ['replaced', (blob) => writeFileSync(blob, BAD.layers[1]?.blob ?? '')],
  ])('writes a blob again that was %s', async (what, damage) => {
    const layout = `damaged-${what.replace(' ', '-')}`;
    await push('oci:good:1', `oci:${layout}:1`);
    damage(blobOf(layout, GOOD.layers[1]?.digest ?? ''));
    const again = await push('oci:good:1', `oci:${layout}:1`);
    expect(again.stderr).toContain('1 blob uploaded');
    expect(wrongBlobs(layout)).toEqual([]);
  });

  it('puts a file in place of a symlink that has the name of a blob', async () => {
    const [layer] = GOOD.layers;
    folder.write('outside', layer?.blob ?? '');
    mkdirSync(folder.path('linked/blobs/sha256'), { recursive: true });
    folder.write('linked/oci-layout', '{"imageLayoutVersion":"1.0.0"}');
    symlinkSync(folder.path('outside'), blobOf('linked', layer?.digest ?? ''));
    const { exitCode, stderr } = await push('oci:good:1', 'oci:linked:1');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('3 blobs uploaded')]);
    writeFileSync(folder.path('outside'), 'something else');
    expect(wrongBlobs('linked')).toEqual([]);
  });

  it('signs and attests for the repository that is named', async () => {
    const name = ['--repository', 'ghcr.io/acme/app'];
    const { exitCode, stdout, stderr } = await push(
      ...['oci:many:1', 'oci:signed:1', '--sign-key', 'team.pem', ...name],
    );
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('6 signatures, 5 attestations'),
    ]);
    const verify = ['verify', stdout.trim(), '--verify-key', 'team.pub'];
    await folder.run(...verify, ...name, '--platform', 'all');
    const verdict = ['--type', 'https://slsa.dev/verification_summary/v1'];
    await folder.run(...verify, ...name, ...verdict);
    const other = await folder.assay(...verify, '--repository', 'ghcr.io/acme/other');
    expect(other.exitCode).toBe(12);
    // The image alone is an image of the layout: signatures and children are not.
    await folder.run('image', 'oci:signed:1');
    const copied = await push('oci:signed:1', 'oci:copied:1', '--with-signatures');
    expect([copied.exitCode, copied.stderr]).toEqual([
      0,
      expect.stringContaining('referrers copied'),
    ]);
    const there = ['verify', 'oci:copied:1', '--verify-key', 'team.pub', ...name];
    await folder.run(...there, '--platform', 'all');
  });

  const KEYS = "keys: [{ name: team, scopes: ['**'], file: team.pub }]\n";
  const SIGNED = (scope: string): string =>
    `version: 1\n${KEYS}signatures: [{ scopes: ['${scope}'], threshold: 1 }]\n`;
  const NAMED = ['--repository', 'ghcr.io/acme/app'];
  it.each<[string, string, readonly string[], number]>([
    ['a signature that all need', SIGNED('**'), [], 10],
    ['a signature that a repository needs', SIGNED('ghcr.io/acme/**'), NAMED, 10],
    ['a signature that other repositories need', SIGNED('ghcr.io/other/**'), NAMED, 0],
    ['a signature that repositories need, without a name', SIGNED('ghcr.io/acme/**'), [], 0],
    [
      'a repository that is not allowed',
      'version: 1\nregistries: {allowed: [quay.io/**]}\n',
      NAMED,
      7,
    ],
    ['commits that all need', "version: 1\ncommits: {required-for: ['**']}\n", [], 10],
    ['registries, without a name', 'version: 1\nregistries: {allowed: [quay.io/**]}\n', [], 0],
  ])('judges by the trust file: %s', async (what, trust, more, code) => {
    folder.write('trust.yaml', trust);
    const layout = `trusted/${what.replaceAll(/\W+/gu, '-')}`;
    const pushed = await push('oci:good:1', `oci:${layout}:1`, '--trust', 'trust.yaml', ...more);
    expect([pushed.exitCode, pushed.stderr]).toEqual([code, expect.anything()]);
    expect(existsSync(folder.path(layout))).toBe(code === 0);
  });

  it('leaves no tag if the source changes after the scan', async () => {
    // The folder of the layout is made after the scan, and the first file in it is the mark.
    for (const [file, bytes] of layouts.good) folder.write(`changing/${file}`, bytes);
    const changed = blobOf('changing', GOOD.layers[1]?.digest ?? '');
    const timer = setInterval(() => {
      if (!existsSync(folder.path('late/oci-layout'))) return;
      clearInterval(timer);
      writeFileSync(changed, BAD.layers[1]?.blob ?? '');
    }, 0);
    const { exitCode, stdout, stderr } = await push('oci:changing:1', 'oci:late:1');
    clearInterval(timer);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain('The tag "1" was not written. The layout has ');
    expect(tagsOf('late')).toEqual([]);
  });
});
