/**
 * Inputs made to break scanners: a clear error or a gap, in bounded time and memory. The bounds of
 * time are of the processor, and many times what is needed here, so that a busy machine breaks
 * none.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { base256, octal, paxBody, rawTar, type RawMember } from '../support/hostile-tar.ts';
import { measuredResult, measuredScene } from '../support/measured-scans.ts';
import type { MeasuredOutcome } from '../support/measured.ts';
import { digestOf, ociFiles, makeImage, writeFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';
import { zip } from '../support/zip.ts';

const noPython = missingTool('python3');

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const STATUS =
  'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2\n';
const OS: readonly RawMember[] = [
  { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
  { path: 'var/lib/dpkg/status', body: STATUS },
];
/** Limits of every case, unless it says otherwise. */
const MAX_CPU_SECONDS = 20;
const MAX_MIB = 300;

const scene = measuredScene();
const { save } = scene;

/** An archive of `docker save` whose layers are these bytes, whatever they are. */
function archiveOf(
  layers: readonly Uint8Array[],
  diffIds = layers.map((one) => digestOf(one)),
): string {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const names = layers.map((_, index) => `${String(index)}/layer.tar`);
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: ['a:1'], Layers: names }]);
  return save(
    'image.tar',
    writeTar([
      { path: 'config.json', body: config },
      ...layers.map((body, index) => ({ path: names[index] ?? '', body })),
      { path: 'manifest.json', body: manifest },
    ]),
  );
}

/** An inventory as JSON; a gate is asked for, so that gaps decide. */
function inventory(args: readonly string[]): Promise<MeasuredOutcome> {
  const flags = ['--scanners', 'packages', '--fail-on-tamper', '--allow-empty', '-f', 'json'];
  return scene.runHere([...args, ...flags]);
}

function image(layers: readonly Uint8Array[]): Promise<MeasuredOutcome> {
  return inventory(['image', '--input', archiveOf(layers)]);
}

function isBounded(
  { cpuSeconds, peakMib }: MeasuredOutcome,
  limits: { readonly cpuSeconds?: number; readonly mib?: number } = {},
): void {
  expect(cpuSeconds).toBeLessThan(limits.cpuSeconds ?? MAX_CPU_SECONDS);
  expect(peakMib).toBeLessThan(limits.mib ?? MAX_MIB);
}

const namesOf = (outcome: MeasuredOutcome): readonly string[] =>
  measuredResult(outcome).inventory.packages.map(({ name, version }) => `${name}@${version}`);

const gapsOf = (outcome: MeasuredOutcome): readonly string[] =>
  measuredResult(outcome).diagnostics.flatMap(({ gap, message }) =>
    gap === undefined ? [] : [`${gap}: ${message}`],
  );

describe('layers', () => {
  it('do not lead out of the image: links to files of this machine are dead or lead inside', async () => {
    const secret = save('host/status', 'Package: host\nStatus: install ok installed\nVersion: 1\n');
    const outcome = await image([
      rawTar([
        { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
        { path: 'var/lib/dpkg/status', type: '2', linkPath: secret },
        { path: 'usr/lib/dpkg/status', type: '1', linkPath: `../../../../../../..${secret}` },
        { path: '../../../../etc/passwd', body: 'x' },
      ]),
    ]);
    isBounded(outcome);
    expect(namesOf(outcome).filter((name) => name.startsWith('host@'))).toEqual([]);
  });

  it('may link in circles', async () => {
    const outcome = await image([
      rawTar([
        ...OS,
        { path: 'a', type: '2', linkPath: 'b' },
        { path: 'b', type: '2', linkPath: 'a' },
        { path: 'c', type: '2', linkPath: 'c/c/c' },
        { path: 'd', type: '1', linkPath: 'e' },
        { path: 'e', type: '1', linkPath: 'd' },
        { path: 'f', type: '2', linkPath: '.' },
        { path: 'f/f/f/var/lib/dpkg/status.d/x', body: 'Package: x\nVersion: 1\n' },
      ]),
    ]);
    isBounded(outcome);
    expect(namesOf(outcome)).toContain('bash@5.2.15-2');
  });

  it.each(['.wh..', '.wh...', '.wh.', 'var/.wh...', '../.wh..'])(
    'are refused as damaged where "%s" whitens out what no layer can',
    async (whiteout) => {
      const outcome = await image([rawTar(OS), rawTar([{ path: whiteout }])]);
      isBounded(outcome);
      expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
      expect(outcome.stderr).toContain('whiteout');
    },
  );

  it('whiten out what lies above them only inside of the image', async () => {
    const outcome = await image([
      rawTar(OS),
      rawTar([{ path: 'var/../../.wh.usr' }, { path: '../../.wh.home' }]),
    ]);
    isBounded(outcome);
    expect(namesOf(outcome)).toEqual(['bash@5.2.15-2']);
  });

  it('hold a file several times: the last one counts, as for who unpacks it', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      path: 'var/lib/dpkg/status',
      body: STATUS.replace('5.2.15-2', `1.0-${String(index)}`),
    }));
    const outcome = await image([rawTar([...OS, ...many])]);
    isBounded(outcome);
    expect(namesOf(outcome)).toEqual(['bash@1.0-1999']);
  });

  it('claim a sparse file of a terabyte', async () => {
    const map = Buffer.alloc(167);
    octal(0).copy(map, 41);
    octal(512).copy(map, 53);
    base256(2n ** 40n).copy(map, 138);
    const body = Buffer.alloc(512, 'x');
    const outcome = await image([
      rawTar([...OS, { path: 'app/package-lock.json', type: 'S', body, tail: map }]),
    ]);
    isBounded(outcome);
    expect(outcome.exitCode).not.toBe(70);
    expect(outcome.stdout + outcome.stderr).toMatch(/package-lock\.json|bytes|size/);
  });

  it.each([
    ['a negative size', base256(-1n)],
    ['a size of 2^80', base256(2n ** 80n)],
    ['a size beyond its layer', octal(2 ** 32)],
    ['a size that is not a number', Buffer.from('zzzzzzzzzzz ')],
  ])('are refused as damaged with %s', async (_what, sizeField) => {
    const outcome = await image([rawTar([...OS, { path: 'a', sizeField }])]);
    isBounded(outcome);
    expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
    expect(outcome.stderr).toMatch(/image\.tar|layer/);
  });

  it('may have a size in base-256 where it is right', async () => {
    const sizeField = base256(BigInt(STATUS.length));
    const [release] = OS;
    if (release === undefined) throw new Error('no system');
    const status = { path: 'var/lib/dpkg/status', body: STATUS, sizeField };
    expect(namesOf(await image([rawTar([release, status])]))).toEqual(['bash@5.2.15-2']);
  });

  it.each([
    ['of two gigabytes', { path: 'x', type: 'x', sizeField: octal(2 ** 31) }],
    ['of a hundred thousand records', paxOf(100_000)],
    ['that says its path a megabyte long', pathOf(MIB - 100)],
    ['that says a negative size', sized('-5')],
    ['that says a size of 1e30', sized('1000000000000000000000000000000')],
  ] as const)('with an extended header %s are refused, or read', async (_what, member) => {
    const outcome = await image([rawTar([member, ...OS])]);
    isBounded(outcome);
    expect([0, 3, 6]).toContain(outcome.exitCode);
    if (outcome.exitCode === 3) expect(outcome.stderr).toMatch(/layer|image\.tar/);
    else expect(namesOf(outcome)).toContain('bash@5.2.15-2');
  });

  it('inflate half a megabyte to half a gigabyte: the file is a gap, and the rest is read', async () => {
    const size = GIB / 2;
    const name = 'app/package-lock.json';
    const head = rawTar([...OS, { path: name, sizeField: octal(size) }]).subarray(0, -1024);
    const bomb = gzipSync(Buffer.alloc(4 * MIB), { level: 9 });
    // Members of gzip follow each other: what they unpack to is one body.
    const layer = Buffer.concat([
      gzipSync(head),
      ...Array.from({ length: size / (4 * MIB) }, () => bomb),
      gzipSync(Buffer.alloc(1024)),
    ]);
    const diffId = `sha256:${sha256OfBomb(head, size)}` as const;
    const outcome = await inventory(['image', '--input', archiveOf([layer], [diffId])]);
    isBounded(outcome, { cpuSeconds: 60 });
    expect(outcome.exitCode).toBe(6);
    expect(namesOf(outcome)).toEqual(['bash@5.2.15-2']);
    expect(gapsOf(outcome).join('\n')).toContain('package-lock.json');
  });

  it('are no zstd with a window of a gigabyte', async () => {
    // Magic, a frame without content size, a window descriptor of exponent 20 (2^30), an empty last
    // block.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x01, 0x00, 0x00]);
    const outcome = await image([frame]);
    isBounded(outcome);
    expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
  });

  it('repeat a byte half a gigabyte long in zstd', async () => {
    // Blocks of one repeated byte, 128 KiB each: four bytes of input for 131,072 of output.
    const block = Buffer.from([
      0x02 | ((131_072 & 0x1f) << 3),
      (131_072 >> 5) & 0xff,
      131_072 >> 13,
      0,
    ]);
    const last = Buffer.from([0x01, 0, 0]);
    const frame = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50]),
      ...Array.from({ length: 4096 }, () => block),
      last,
    ]);
    const outcome = await image([frame]);
    isBounded(outcome, { cpuSeconds: 90 });
    expect([3, 6, 8, 0]).toContain(outcome.exitCode);
  });
});

describe('manifests', () => {
  const made = makeImage([[{ path: 'var/lib/dpkg/status', body: STATUS }]]);

  it.each([1, 10 * GIB])('that say %d bytes for a layer are refused', async (size) => {
    const files = ociFiles([{ image: made, tag: '1' }]);
    rewriteManifest(files, (manifest) => {
      const [layer] = manifest['layers'] as { size: number }[];
      if (layer !== undefined) layer.size = size;
    });
    writeFiles(path.join(scene.folder, 'layout'), files);
    const outcome = await inventory(['image', '--input', 'layout']);
    isBounded(outcome);
    expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
    expect(outcome.stderr).toContain('layout');
  });

  it('point at themselves: an index below its own name is refused', async () => {
    const files = ociFiles([{ image: made, tag: '1' }]);
    const digest = `sha256:${'a'.repeat(64)}`;
    const row = { mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: 0 };
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [row] }));
    const self = JSON.stringify({ schemaVersion: 2, manifests: [{ ...row, size: index.length }] });
    files.set('index.json', Buffer.from(self));
    files.set(`blobs/sha256/${'a'.repeat(64)}`, Buffer.from(self));
    writeFiles(path.join(scene.folder, 'layout'), files);
    const outcome = await inventory(['image', '--input', 'layout']);
    isBounded(outcome);
    expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
  });

  it('nest a thousand deep', async () => {
    const files = ociFiles([{ image: made, tag: '1' }]);
    let below = JSON.parse(files.get('index.json')?.toString() ?? '') as object;
    for (let depth = 0; depth < 1000; depth += 1) {
      const bytes = Buffer.from(JSON.stringify(below));
      const digest = digestOf(bytes);
      files.set(`blobs/sha256/${digest.slice(7)}`, bytes);
      const mediaType = 'application/vnd.oci.image.index.v1+json';
      below = { schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length }] };
    }
    files.set('index.json', Buffer.from(JSON.stringify(below)));
    writeFiles(path.join(scene.folder, 'layout'), files);
    const outcome = await inventory(['image', '--input', 'layout']);
    isBounded(outcome);
    expect(outcome).toMatchObject({ exitCode: 3, stdout: '' });
  });
});

describe('files of a project', () => {
  const project = (): Promise<MeasuredOutcome> => inventory(['fs', 'app']);

  it('have a lockfile of half a gigabyte', async () => {
    truncateSync(save('app/package-lock.json', '{"lockfileVersion":3,"packages":{'), GIB / 2);
    const outcome = await project();
    isBounded(outcome);
    expect(outcome.exitCode).toBe(6);
    expect(gapsOf(outcome).join('\n')).toContain('package-lock.json');
  });

  it('repeat aliases of YAML until nothing is left', async () => {
    const rows = Array.from({ length: 30 }, (_, level) => {
      const below =
        level === 0
          ? '["x"]'
          : `[${Array(9)
              .fill(`*a${String(level - 1)}`)
              .join(',')}]`;
      return `a${String(level)}: &a${String(level)} ${below}`;
    });
    save('app/pnpm-lock.yaml', `lockfileVersion: '9.0'\n${rows.join('\n')}\npackages: *a29\n`);
    save('app/.github/workflows/ci.yml', `${rows.join('\n')}\njobs: *a29\n`);
    const outcome = await project();
    isBounded(outcome);
    expect(outcome.exitCode).not.toBe(70);
    expect(gapsOf(outcome).join('\n')).toContain('pnpm-lock.yaml');
  });

  it('define entities of XML that define entities', async () => {
    const rows = Array.from({ length: 30 }, (_, level) => {
      const below = level === 0 ? 'x' : `&a${String(level - 1)};`.repeat(9);
      return `<!ENTITY a${String(level)} "${below}">`;
    });
    const head = `<?xml version="1.0"?>\n<!DOCTYPE p [${rows.join('\n')}\n<!ENTITY f SYSTEM "file:///etc/passwd">]>\n`;
    save('app/pom.xml', `${head}<project><artifactId>&a29;&f;</artifactId></project>`);
    save('app/App.csproj', `${head}<Project><ItemGroup>&a29;</ItemGroup></Project>`);
    const outcome = await project();
    isBounded(outcome);
    expect(outcome.exitCode).toBe(6);
    expect(outcome.stdout).not.toContain('root:');
    expect(gapsOf(outcome).join('\n')).toContain('pom.xml');
  });

  it('nest JSON and YAML half a million deep', async () => {
    save('app/package-lock.json', `{"packages":${'['.repeat(500_000)}`);
    save('app/composer.lock', `${'{"packages":'.repeat(500_000)}1`);
    save('app/pnpm-lock.yaml', `a: ${'['.repeat(500_000)}`);
    const outcome = await project();
    isBounded(outcome);
    expect(outcome.exitCode).toBe(6);
    expect(gapsOf(outcome)).toHaveLength(3);
  });

  it('name packages like what every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
    const rows = names.map(
      (name) => `"node_modules/${name}":{"version":"1.0.0","dependencies":{"__proto__":"1"}}`,
    );
    save(
      'app/package-lock.json',
      `{"lockfileVersion":3,"__proto__":{"packages":{}},"packages":{${rows.join(',')}}}`,
    );
    const outcome = await project();
    isBounded(outcome);
    expect(namesOf(outcome).toSorted()).toEqual(names.map((name) => `${name}@1.0.0`).toSorted());
  });

  it('link to each other, to themselves and out of the folder', async () => {
    save('host/package-lock.json', lockOf('host'));
    save('app/package-lock.json', lockOf('inside'));
    symlinkSync('../host', path.join(scene.folder, 'app/out'));
    symlinkSync('.', path.join(scene.folder, 'app/self'));
    symlinkSync('../app', path.join(scene.folder, 'app/again'));
    symlinkSync('/proc/self', path.join(scene.folder, 'app/proc'));
    const outcome = await project();
    isBounded(outcome);
    expect(namesOf(outcome)).toEqual(['inside@1.0.0']);
  });

  it('hold names that would write on a terminal', async () => {
    save('app/package-lock.json', lockOf('a\\u001b]0;x\\u0007\\u009b31m\\u202e'));
    const args = ['fs', 'app', '--scanners', 'packages', '--list-all-pkgs'];
    const outcome = await scene.runHere(args);
    expect(outcome.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('archives of packages', () => {
  const jars = (): Promise<MeasuredOutcome> => inventory(['rootfs', 'root']);

  it('lie in each other deeper than anybody puts them', async () => {
    let jar = zip([
      { name: 'META-INF/maven/a/b/pom.properties', body: 'groupId=a\nartifactId=b\nversion=1\n' },
    ]);
    for (let depth = 0; depth < 12; depth += 1) {
      jar = zip([{ name: `lib/x${String(depth)}.jar`, method: 0, body: jar }]);
    }
    save('root/app.jar', jar);
    const outcome = await jars();
    isBounded(outcome);
    expect(outcome.exitCode).toBe(6);
    expect(gapsOf(outcome).join('\n')).toMatch(/app\.jar/);
  });

  it('hold themselves', async () => {
    save('root/app.jar', selfHolding());
    const outcome = await jars();
    isBounded(outcome);
    expect(outcome.exitCode).not.toBe(70);
    expect(outcome.exitCode).not.toBe(0);
  });

  it('list one member a hundred thousand times', async () => {
    const names = Array.from({ length: 100_000 }, () => ({ name: 'a.jar', method: 0, body: '' }));
    save('root/app.jar', zip(names, { isZip64: true }));
    const outcome = await jars();
    isBounded(outcome, { cpuSeconds: 60, mib: 600 });
    expect(outcome.exitCode).not.toBe(70);
  });

  it.skipIf(noPython !== undefined)(`inflate to half a gigabyte${needs(noPython)}`, async () => {
    execFileSync('python3', [
      '-c',
      [
        'import zipfile',
        `z = zipfile.ZipFile(${JSON.stringify(path.join(scene.folder, 'bomb.jar'))}, "w", zipfile.ZIP_DEFLATED)`,
        'for i in range(4):',
        '  with z.open(f"x{i}.jar", "w", force_zip64=True) as f:',
        '    for _ in range(128): f.write(bytes(1 << 20))',
        'z.close()',
      ].join('\n'),
    ]);
    mkdirSync(path.join(scene.folder, 'root'));
    renameSync(path.join(scene.folder, 'bomb.jar'), path.join(scene.folder, 'root/bomb.jar'));
    const outcome = await jars();
    isBounded(outcome, { cpuSeconds: 60, mib: 600 });
    expect(outcome.exitCode).toBe(6);
    expect(gapsOf(outcome).join('\n')).toContain('bomb.jar');
  });
});

function paxOf(count: number): RawMember {
  const records = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`SCHILY.xattr.a${String(index)}`, 'x']),
  );
  return { path: 'x', type: 'x', body: paxBody(records), isPosix: true };
}

function pathOf(length: number): RawMember {
  return { path: 'x', type: 'x', body: paxBody({ path: 'a/'.repeat(length / 2) }), isPosix: true };
}

function sized(size: string): RawMember {
  return { path: 'x', type: 'x', body: paxBody({ size }), isPosix: true };
}

function sha256OfBomb(head: Buffer, sizeBytes: number): string {
  const hash = createHash('sha256').update(head);
  const zeros = Buffer.alloc(4 * MIB);
  for (let done = 0; done < sizeBytes; done += zeros.length) hash.update(zeros);
  return hash.update(Buffer.alloc(1024)).digest('hex');
}

/** Changes the one image manifest of a layout, and the rows and names that speak of it. */
function rewriteManifest(
  files: Map<string, Buffer>,
  change: (manifest: Record<string, unknown>) => void,
): void {
  const index = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    manifests: { digest: string; size: number }[];
  };
  const [row] = index.manifests;
  if (row === undefined) throw new Error('no manifest');
  const name = `blobs/sha256/${row.digest.slice(7)}`;
  const manifest = JSON.parse(files.get(name)?.toString() ?? '') as Record<string, unknown>;
  change(manifest);
  const bytes = Buffer.from(JSON.stringify(manifest));
  row.digest = digestOf(bytes);
  row.size = bytes.length;
  files.delete(name);
  files.set(`blobs/sha256/${row.digest.slice(7)}`, bytes);
  files.set('index.json', Buffer.from(JSON.stringify(index)));
}

function lockOf(name: string): string {
  return `{"lockfileVersion":3,"packages":{"node_modules/${name}":{"version":"1.0.0"}}}`;
}

/**
 * An archive whose one member, stored, is the archive itself: the row in its directory spans all
 * bytes in front of it.
 */
function selfHolding(): Buffer {
  const inner = zip([{ name: 'a.jar', method: 0, body: 'x' }]);
  const at = inner.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
  inner.writeUInt32LE(inner.length - 36, at + 20);
  inner.writeUInt32LE(inner.length - 36, at + 24);
  return inner;
}
