/** The gate of `assay base`: a verdict on each image, and one on those that the user named. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BASE_IMAGES, baseImage } from '../../../../../test/support/base-images.ts';
import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { makeImage, ociFiles, tarOf } from '../../../../../test/support/stored-images.ts';
import type { BaseComparison } from '../../../../core/model/report/base-comparison.ts';

const SCHEMA = new URL('../../../../../schema/assay-base-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);
const [FULL, SLIM, ALPINE] = ['./full.oci.tar', './slim.oci.tar', './alpine.oci.tar'] as const;

/** Packages of the system have no advisories here. */
const LIBRARY = ['--pkg-types', 'library'];

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  // The full image has a critical finding; all images have a high and a medium one.
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6', severity: 'MEDIUM' },
    { id: 'GHSA-cccc-cccc-cccc', name: 'axios', fixed: '0.21.2', severity: 'CRITICAL' },
  );
  for (const name of BASE_IMAGES) {
    const image = baseImage(name);
    folder.write(`${name}.oci.tar`, tarOf(ociFiles([{ image, tag: 'v1' }])));
    const scan = ['image', '--input', `${name}.oci.tar`, ...LIBRARY];
    await folder.run(...scan, '--verify', 'full', '-o', `json=${name}.json`);
  }
  // Packages of its system have no advisory data, which is a gap.
  await folder.run('image', '--input', 'slim.oci.tar', '-o', 'json=gap.json');
  const bare = makeImage([[{ path: 'app', mode: 0o755, body: 'anything' }]]);
  folder.write('bare.oci.tar', tarOf(ociFiles([{ image: bare, tag: 'v1' }])));
  folder.write('no-high.ignore', 'GHSA-aaaa-aaaa-aaaa\n');
  folder.write('stale.ignore', 'CVE-2000-0001\n');
});

afterAll(() => folder[Symbol.dispose]());

interface Judged {
  readonly exitCode: number;
  readonly statuses: readonly (string | undefined)[];
  readonly data: BaseComparison;
  readonly stderr: string;
}

async function judged(...args: readonly string[]): Promise<Judged> {
  const { exitCode, stdout, stderr } = await folder.assay(
    ...['base', ...args, ...LIBRARY, '-f', 'json'],
  );
  const data = JSON.parse(stdout) as BaseComparison;
  expect([validate(data), validate.errors]).toEqual([true, null]);
  const statuses = data.images.map((one) =>
    one.kind === 'image' ? one.verdict?.status : one.kind,
  );
  return { exitCode, statuses, data, stderr };
}

describe('a gate of assay base', () => {
  it.each<[string, readonly string[], readonly string[], number]>([
    ['that all images pass', [SLIM, ALPINE, '--fail-on', 'critical'], ['pass', 'pass'], 0],
    ['that one image fails', [FULL, SLIM, '--fail-on', 'critical'], ['fail', 'pass'], 1],
    ['that a later image fails', [SLIM, FULL, '--fail-on', 'critical'], ['pass', 'fail'], 1],
    ['with an exit code', [FULL, '--fail-on', 'high', '--exit-code', '9'], ['fail'], 9],
    ['of the exit code alone', [SLIM, '--exit-code', '1'], ['fail'], 1],
    ['of a severity', [SLIM, '--exit-code', '1', '--severity', 'CRITICAL'], ['pass'], 0],
    [
      'over stored reports',
      ['full.json', 'slim.json', '--fail-on', 'critical'],
      ['fail', 'pass'],
      1,
    ],
    [
      'over a report and an archive',
      ['slim.json', FULL, '--fail-on', 'critical'],
      ['pass', 'fail'],
      1,
    ],
    ['over a report with a gap', ['gap.json', '--fail-on', 'critical'], ['incomplete'], 6],
    [
      'that lets a gap pass',
      ['gap.json', '--fail-on', 'critical', '--allow-incomplete'],
      ['pass'],
      0,
    ],
    ['that only prints', [FULL, '--fail-on', 'critical', '--dry-run'], ['fail'], 0],
    ['with exceptions', [SLIM, '--fail-on', 'high', '--ignorefile', 'no-high.ignore'], ['pass'], 0],
    ['on a package that is not fixable', [SLIM, '--fail-on', 'high+fixable'], ['fail'], 1],
    ['on evidence', [SLIM, '--min-evidence', 'proven'], ['fail'], 1],
    ['on the origin, which is not known', [SLIM, '--fail-on', 'high+origin=base'], ['fail'], 1],
    [
      'on stale exceptions, which another image may need',
      [
        ...[SLIM, ALPINE, '--fail-on', 'critical'],
        ...['--fail-on-stale-ignore', '--ignorefile', 'stale.ignore'],
      ],
      ['pass', 'pass'],
      1,
    ],
  ])('%s', async (_name, args, statuses, exitCode) => {
    const found = await judged(...args);
    expect([found.statuses, found.exitCode]).toEqual([statuses, exitCode]);
    expect(found.data.verdict?.exitCode).toBe(args.includes('--dry-run') ? 1 : exitCode);
    expect(found.stderr).toMatch(/^Verdict:/mu);
  });

  it('counts all findings in the table, also those with an exception', async () => {
    const gate = ['--fail-on', 'high', '--ignorefile', 'no-high.ignore'];
    const [{ data: gated }, { data: plain }] = [await judged(SLIM, ...gate), await judged(SLIM)];
    const countsOf = ({ images }: BaseComparison): unknown =>
      images.map((one) => one.kind === 'image' && one.findings);
    expect(countsOf(gated)).toEqual(countsOf(plain));
    expect(plain.verdict).toBeUndefined();
  });

  it('agrees with a scan of the same images', async () => {
    for (const gate of [
      ['--fail-on', 'critical'],
      ['--fail-on', 'high+fixable'],
      ['--exit-code', '7'],
    ]) {
      for (const name of [FULL, SLIM, ALPINE]) {
        const args = ['image', '--input', name, ...LIBRARY, ...gate];
        const scan = await folder.assay(...args);
        expect((await judged(name, ...gate)).exitCode).toBe(scan.exitCode);
      }
    }
  });

  it('recommends no image that it does not pass', async () => {
    const { data: plain } = await judged(FULL, SLIM);
    expect(plain.recommendations).toMatchObject([{ name: SLIM }]);
    const { data } = await judged(FULL, SLIM, '--fail-on', 'high');
    expect([data.recommendations, data.notRecommended]).toEqual([
      [],
      [{ name: SLIM, reason: 'gate' }],
    ]);
    const { data: passing } = await judged(FULL, SLIM, '--fail-on', 'critical');
    expect(passing.recommendations).toMatchObject([{ name: SLIM }]);
  });

  it.each<[string, readonly string[], number, string]>([
    ['an image without packages', ['./bare.oci.tar', '--fail-on', 'high'], 8, 'no packages'],
    ['no advisory data', [SLIM, '--fail-on', 'high', '--cache-dir', 'none'], 4, 'advisory data'],
    [
      'stale data',
      [SLIM, '--fail-on', 'high', '--db-max-age', '1d', '--as-of', '2030-01-01'],
      4,
      'old',
    ],
    [
      'stale data of a report',
      ['slim.json', '--fail-on', 'high', '--db-max-age', '1d', '--as-of', '2030-01-01'],
      4,
      'old',
    ],
    [
      'no findings asked for',
      [SLIM, '--fail-on', 'high', '--scanners', 'packages'],
      2,
      '--fail-on',
    ],
    ['an image that is not there', ['./none.tar', SLIM, '--fail-on', 'critical'], 3, ''],
    ['exceptions without a gate', [SLIM, '--ignorefile', 'no-high.ignore'], 2, '--ignorefile'],
    ['a dry run without a gate', [SLIM, '--dry-run'], 2, '--dry-run'],
    ['a baseline', [SLIM, '--baseline', 'slim.json'], 2, 'baseline'],
    ['only the app', [SLIM, '--only', 'app', '--exit-code', '1'], 2, 'only'],
  ])('does not pass with %s', async (_name, args, exitCode, message) => {
    const outcome = await folder.assay('base', ...args, ...LIBRARY);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });

  it('passes an image without packages with --allow-empty', async () => {
    const found = await judged('./bare.oci.tar', SLIM, '--fail-on', 'critical', '--allow-empty');
    expect([found.statuses, found.exitCode]).toEqual([['pass', 'pass'], 0]);
  });

  it('lists why an image cannot be judged', async () => {
    const { statuses, data, exitCode } = await judged(
      SLIM,
      './bare.oci.tar',
      '--fail-on',
      'critical',
    );
    expect([statuses, exitCode]).toEqual([['pass', 'unknown'], 8]);
    expect(data.verdict).toBeUndefined();
    expect(data.images[1]).toMatchObject({
      verdict: { reason: expect.stringContaining('no packages') as string },
    });
  });

  it('takes conditions, severities and exceptions of a configuration file', async () => {
    folder.write('assay.yaml', 'fail-on: critical\n');
    const found = await judged(FULL, SLIM);
    folder.write('assay.yaml', 'severity: CRITICAL\n');
    const plain = await judged(FULL, SLIM);
    folder.write('assay.yaml', '');
    expect([found.statuses, found.exitCode]).toEqual([['fail', 'pass'], 1]);
    expect([plain.statuses, plain.exitCode]).toEqual([[undefined, undefined], 0]);
  });

  it('has a row in tables, and the verdict on standard error', async () => {
    for (const format of ['table', 'markdown']) {
      const args = ['base', FULL, SLIM, ...LIBRARY, '--fail-on', 'critical', '-f', format];
      const { stdout, stderr } = await folder.assay(...args);
      expect(stdout).toMatch(/Gate[ |]+FAIL[ |]+PASS/u);
      expect(stderr).toMatch(/^Verdict: +FAIL/mu);
      const quiet = await folder.assay(...args, '--quiet');
      expect(quiet.stderr.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('-o of assay base', () => {
  it('writes several formats', async () => {
    const { stdout } = await folder.run(
      ...['base', FULL, SLIM, '-o', 'json=out.json', '-o', 'markdown=out.md', '-o', 'table'],
    );
    expect(stdout).toMatch(/^CRITICAL/mu);
    expect(folder.read('out.md')).toMatch(/^\| CRITICAL/mu);
    expect(validate(folder.json('out.json'))).toBe(true);
  });

  it('takes a path for the format of -f, and leaves standard output empty', async () => {
    const { stdout } = await folder.run('base', FULL, SLIM, '-f', 'json', '-o', 'one.json');
    expect([stdout, validate(folder.json('one.json'))]).toEqual(['', true]);
  });

  it.each<[string, readonly string[], string]>([
    ['a folder that is not there', ['-o', 'no-folder/out.json'], 'there is no folder'],
    ['a format that is not there', ['-o', 'jsn=out.json'], 'Did you mean'],
    ['one place twice', ['-o', 'json', '-o', 'markdown'], 'standard output'],
  ])('refuses %s before anything is read', async (_name, flags, message) => {
    const outcome = await folder.assay('base', './not-there.tar', SLIM, ...flags);
    expect([outcome.exitCode, outcome.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('has no effect on a diff, and is refused beside it', async () => {
    folder.write('Dockerfile', 'FROM debian:13\n');
    const outcome = await folder.assay('base', './Dockerfile', SLIM, '--diff', '-o', 'x.diff');
    expect([outcome.exitCode, existsSync(folder.path('x.diff'))]).toEqual([2, false]);
    expect(outcome.stderr).toContain('--diff');
  });
});
