import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BASE_IMAGES, baseImage } from '../../../../../test/support/base-images.ts';
import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
} from '../../../../../test/support/stored-images.ts';
import { writeTar } from '../../../../formats/archive/tar/tar-writer.ts';
import type {
  BaseComparison,
  ComparedImage,
} from '../../../../core/model/report/base-comparison.ts';
import type { Report } from '../../../../core/model/report/report.ts';

const SCHEMA = new URL('../../../../../schema/assay-base-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);
const LAYOUTS = BASE_IMAGES.map((name) => `./${name}.oci.tar`);
const ARCHIVES = BASE_IMAGES.map((name) => `./${name}.tar`);
const REPORTS = BASE_IMAGES.map((name) => `${name}.json`);

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6', severity: 'MEDIUM' },
    { id: 'GHSA-cccc-cccc-cccc', name: 'axios', fixed: '0.21.2', severity: 'CRITICAL' },
  );
  for (const name of BASE_IMAGES) {
    const image = baseImage(name, { config: { config: { Cmd: ['node'], User: 'node' } } });
    folder.write(`${name}.oci.tar`, tarOf(ociFiles([{ image, tag: 'v1' }])));
    const plain = baseImage(name, { forms: ['plain'] });
    folder.write(`${name}.tar`, writeTar(dockerArchive([{ image: plain, tags: [`${name}:v1`] }])));
    await folder.run('image', '--input', `${name}.oci.tar`, '-o', `json=${name}.json`);
  }
});

afterAll(() => folder[Symbol.dispose]());

async function comparison(...args: readonly string[]): Promise<BaseComparison> {
  const { stdout } = await folder.run('base', ...args, '-f', 'json');
  const data = JSON.parse(stdout) as BaseComparison;
  expect([validate(data), validate.errors]).toEqual([true, null]);
  return data;
}

function imagesOf({ images }: BaseComparison): readonly ComparedImage[] {
  return images.filter((one) => one.kind === 'image');
}

/** What a separate scan counts. */
function scannedCounts(name: string): object {
  const [result] = (folder.json(`${name}.json`) as Report).results;
  if (result === undefined) throw new Error(`no result for ${name}`);
  const { findings, inventory, artifact } = result;
  const { unpackedBytes, shells } = inventory.contents ?? {};
  return {
    findings: findings.filter(({ kind }) => kind === 'vulnerability').length,
    packages: inventory.packages.length,
    layers: artifact.layers.length,
    unpackedBytes,
    shells,
  };
}

function countsOf({ findings, packageCount, layerCount, ...more }: ComparedImage): object {
  const { unpackedBytes, tools } = more;
  return {
    findings: findings?.total,
    packages: packageCount,
    layers: layerCount,
    unpackedBytes,
    shells: tools.shells,
  };
}

describe('images side by side', () => {
  it.each([
    ['layouts', LAYOUTS],
    ['archives of docker save', ARCHIVES],
    ['stored reports', REPORTS],
    ['one of each', [LAYOUTS[0], ARCHIVES[1], REPORTS[2]]],
  ])('have the counts of separate scans: %s', async (_, operands) => {
    const images = imagesOf(await comparison(...operands.map((one) => one ?? '')));
    expect(images.map(countsOf)).toEqual(BASE_IMAGES.map(scannedCounts));
    expect(images.map(({ findings }) => findings?.bySeverity.critical)).toEqual([1, 0, 0]);
    expect(images.map(({ tools }) => tools.interpreters?.map(({ name }) => name))).toEqual([
      ['node', 'python'],
      ['node'],
      [],
    ]);
    expect(images[2]?.losses?.tools.interpreters?.map(({ name }) => name)).toEqual([
      'node',
      'python',
    ]);
  });

  it('have the size of a manifest, and none where layers are stored plain', async () => {
    const [layout, archive] = imagesOf(await comparison('./slim.oci.tar', './slim.tar'));
    const image = baseImage('slim');
    const bytes = image.layers.reduce((sum, { blob }) => sum + blob.length, 0);
    expect([layout?.compressedBytes, archive?.compressedBytes]).toEqual([bytes, undefined]);
    expect(layout?.pinned).toMatch(/@sha256:[0-9a-f]{64}$/u);
    expect(archive).not.toHaveProperty('pinned');
    expect([layout?.user, layout?.command, archive?.user]).toEqual(['node', ['node'], 'root']);
  });

  it('print a table', async () => {
    const { stdout } = await folder.run('base', ...LAYOUTS);
    expect(stdout).toMatch(/^CRITICAL +1\+ +0\+ +0\+$/mu);
    expect(stdout).toMatch(/^Interpreters +node, python 3\.11 +node +none$/mu);
    expect(stdout).toContain('\nAgainst full.oci.tar\n');
    expect(stdout).toMatch(/loses C library glibc 1\.0-1; shells dash;/u);
    for (const line of stdout.split('\n')) {
      if (!line.includes('@sha256:')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  it.each([40, 60, 200])('print a table of %d columns', async (width) => {
    const { stdout } = await folder.run('base', ...LAYOUTS, '--width', String(width));
    for (const line of stdout.split('\n')) {
      if (!line.includes('@sha256:')) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('print Markdown', async () => {
    const { stdout } = await folder.run('base', ...LAYOUTS, '-f', 'markdown');
    expect(stdout).toContain('| Interpreters | node, python 3.11 | node | none |\n');
  });

  it('need no advisories with --scanners packages', async () => {
    const cache = ['--cache-dir', folder.path('empty'), '--scanners', 'packages'];
    const data = await comparison(...LAYOUTS, ...cache);
    for (const image of imagesOf(data)) expect(image).not.toHaveProperty('findings');
    expect(data.paretoDimensions).toEqual(['packages', 'compressedBytes', 'unpackedBytes']);
  });

  it('are of the day of --as-of', async () => {
    const [image] = imagesOf(await comparison('./slim.oci.tar', '--as-of', '2024-01-12'));
    expect([image?.createdAt, image?.ageDays]).toEqual(['2024-01-02T03:04:05Z', 9]);
    const [later] = imagesOf(await comparison('./slim.oci.tar', '--as-of', '2030-01-01'));
    expect(later?.endOfLife).toEqual({ supportedUntil: '2028-06-30', isOver: true });
  });

  it('may have one name, and are numbered', async () => {
    const data = await comparison('./slim.oci.tar', './slim.oci.tar');
    expect(data.images.map(({ name }) => name)).toEqual(['./slim.oci.tar #1', './slim.oci.tar #2']);
  });

  it('say when their findings are of different days', async () => {
    const data = await comparison('slim.json', './full.oci.tar', '--as-of', '2025-07-01');
    expect(data.notes).toEqual([expect.stringContaining('2025-06-01, 2025-07-01')]);
  });

  it('say which report leaves out findings', async () => {
    await folder.run('image', '--input', 'full.oci.tar', '-s', 'CRITICAL', '-o', 'json=cut.json');
    const data = await comparison('cut.json', 'full.json');
    expect(data.notes).toEqual([expect.stringContaining('"cut.json" leaves out findings')]);
    const [cut, whole] = imagesOf(data);
    expect(cut?.findings?.bySeverity).toEqual(whole?.findings?.bySeverity);
    expect(cut?.findings).not.toHaveProperty('fixable');
  });
});

describe('an image that cannot be had', () => {
  it.each<[string, string, string]>([
    ['a file that is not there', './no-such.tar', 'no-such.tar'],
    ['a name without network', 'python:3.12', 'python:3.12'],
    ['a damaged archive', './damaged.tar', 'damaged.tar'],
    ['a damaged report', 'damaged.json', 'damaged.json'],
    ['a file that is not an image', './text.txt', 'text.txt'],
  ])('is a column with its reason, with exit code 3: %s', async (_, operand, name) => {
    folder.write('damaged.tar', readFileSync(folder.path('slim.tar')).subarray(0, 5000));
    folder.write('damaged.json', '{"schemaVersion":1,"results":[');
    folder.write('text.txt', 'hello\n');
    const { exitCode, stdout } = await folder.assay(
      'base',
      './slim.oci.tar',
      operand,
      '-f',
      'json',
    );
    const data = JSON.parse(stdout) as BaseComparison;
    expect([exitCode, validate(data), validate.errors]).toEqual([3, true, null]);
    expect(data.images).toMatchObject([{ kind: 'image' }, { kind: 'missing', name: operand }]);
    const table = await folder.assay('base', operand, './slim.oci.tar', './full.oci.tar');
    expect(table.exitCode).toBe(3);
    expect(table.stdout).toContain('Not available\n');
    expect(table.stdout).toContain(name);
    // The first one that can be had is what the others are compared with.
    expect(table.stdout).toMatch(/^Against (?:\.\/)?slim\.oci\.tar$/mu);
  });

  it.each(['fs', 'repo'])('may be the report of another thing than an image: %s', async (scan) => {
    folder.project('project', { lodash: '4.17.20' });
    await folder.run(scan, './project', '-o', 'json=project.json');
    const { exitCode, stdout } = await folder.assay('base', './slim.oci.tar', 'project.json');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/"project\.json" is on a \w+, and not on an image/u);
    expect(stdout).not.toContain('No other image is better than');
  });

  it.each(['table', 'markdown'])(
    'may be the only one, and then has no other row: %s',
    async (format) => {
      const { exitCode, stdout } = await folder.assay('base', './no-such.tar', '-f', format);
      expect([exitCode, stdout]).toEqual([3, expect.stringContaining('no-such.tar')]);
      expect(stdout).toMatch(/not available/iu);
      expect(stdout).not.toMatch(/CRITICAL|Packages|Gaps/u);
    },
  );
});

describe('the base of a Dockerfile', () => {
  it.each([
    ['a report', 'full.json', 'docker.io/library/full.json:latest'],
    ['an archive', 'full.tar', 'docker.io/library/full.tar:latest'],
    ['a layout', 'oci:full', 'docker.io/library/oci:full'],
    ['a report in a folder', 'team/full.json', 'docker.io/team/full.json:latest'],
  ])('is the name of an image, and never a file: %s', async (_, from, name) => {
    folder.write('team/full.json', folder.read('full.json'));
    folder.write('Dockerfile', `FROM ${from}\n`);
    const { exitCode, stdout } = await folder.assay(
      ...['base', './Dockerfile', './slim.oci.tar', '-f', 'json'],
    );
    const data = JSON.parse(stdout) as BaseComparison;
    expect([exitCode, data.images[0]]).toMatchObject([3, { kind: 'missing', name }]);
  });

  it.each(['-', '-:x', './full.tar', 'oci-archive:./full.tar', 'docker://full'])(
    'is refused where no builder takes it for an image: %s',
    async (from) => {
      folder.write('Dockerfile', `FROM ${from}\n`);
      const outcome = await folder.assay('base', './Dockerfile', './slim.oci.tar');
      expect([outcome.exitCode, outcome.stderr]).toEqual([
        2,
        expect.stringContaining('is not an image reference'),
      ]);
    },
  );
});

describe('what ends the run', () => {
  it.each<[string, readonly string[], number, string]>([
    ['no image', [], 2, 'no image given'],
    ['an empty name', ['./slim.oci.tar', ''], 2, 'the target is empty'],
    ['a format that is not there', ['./slim.oci.tar', '-f', 'sarif'], 2, 'sarif'],
    ['a table of no width', ['./slim.oci.tar', '--width', '0'], 2, '--width cannot be "0"'],
    [
      'a limit for several images',
      ['./slim.oci.tar', './full.oci.tar', '--limit', '2'],
      2,
      'siblings',
    ],
    ['a limit for an archive', ['./slim.oci.tar', '--limit', '2'], 2, 'siblings'],
    ['a format of a diff', ['./Dockerfile', './slim.oci.tar', '--diff', '-f', 'json'], 2, '--diff'],
  ])('%s', async (_, args, exitCode, message) => {
    const outcome = await folder.assay('base', ...args);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });

  it('is that no image has advisory data', async () => {
    const { exitCode, stderr } = await folder.assay('base', ...LAYOUTS, '--cache-dir', 'none');
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('advisory data')]);
  });

  it('is not that an image has no package: it is neither better nor recommended', async () => {
    const file = { path: 'app', mode: 0o755, body: 'anything' };
    const empty = makeImage([[file]]);
    folder.write('empty.oci.tar', tarOf(ociFiles([{ image: empty, tag: 'v1' }])));
    for (const flags of [
      ['--pkg-types', 'library'],
      ['--scanners', 'packages'],
    ]) {
      const data = await comparison('./full.oci.tar', './empty.oci.tar', ...flags);
      const [full, bare] = imagesOf(data);
      expect(bare).not.toHaveProperty('findings');
      if (flags[0] !== '--scanners') expect(full?.pareto.isMember).toBe('yes');
      expect(data.recommendations).toEqual([]);
      expect(data.notRecommended).toMatchObject([{ reason: 'no-findings-known' }]);
    }
  });

  it('is not that one image has none: its findings are unknown', async () => {
    const bare = makeImage([
      [
        { path: 'etc/os-release', body: 'ID=alpine\nVERSION_ID=3.21.2\n' },
        { path: 'lib/apk/db/installed', body: 'P:musl\nV:1.2.5-r8\nA:x86_64\no:musl\n' },
      ],
    ]);
    folder.write('bare.oci.tar', tarOf(ociFiles([{ image: bare, tag: 'v1' }])));
    const images = imagesOf(await comparison('./bare.oci.tar', './slim.oci.tar'));
    expect(images.map(({ findings }) => findings?.total)).toEqual([undefined, 2]);
    expect(images[0]).toMatchObject({ packageCount: 1, pareto: { isMember: 'unknown' } });
  });
});

describe('without a cache directory that can be written', () => {
  it('images are compared', async () => {
    folder.write('file', '');
    const data = await comparison(
      ...['./slim.oci.tar', './full.oci.tar', '--scanners', 'packages'],
      ...['--cache-dir', folder.path('file/cache')],
    );
    expect(imagesOf(data)).toHaveLength(2);
  });
});
