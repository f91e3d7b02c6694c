import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Artifact } from '../../../../core/model/artifact/artifact.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { makeImage, ociFiles, tarOf } from '../../../../../test/support/stored-images.ts';

let folder: CommandFolder;

const FIRST = [{ path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' }];
const MODULE = {
  path: 'srv/node_modules/lodash/package.json',
  body: JSON.stringify({ name: 'lodash', version: '4.17.20' }),
};

beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-aaaa-aaaa-aaaa', name: 'lodash', fixed: '4.17.21' });
  const history = [{ created_by: 'base' }, { created_by: 'COPY . /srv # buildkit' }];
  const app = makeImage([FIRST, [MODULE]], { config: { history } });
  folder.write('app.tar', tarOf(ociFiles([{ image: app, tag: 'v1' }])));
  const labels = { 'org.opencontainers.image.base.name': 'registry.example/base:1' };
  const labelled = makeImage([FIRST, [MODULE]], { config: { config: { Labels: labels } } });
  folder.write('labelled.tar', tarOf(ociFiles([{ image: labelled, tag: 'v1' }])));
  folder.write('Dockerfile', 'FROM example.invalid/base:1 AS run\n\nCOPY . /srv\n');
});
afterAll(() => folder[Symbol.dispose]());

const SCAN = ['image', '--input', 'app.tar', '--pkg-types', 'library'];

describe('a Dockerfile beside an image', () => {
  it.each<[string, readonly string[]]>([
    ['without a gate', []],
    ['with a gate', ['--fail-on', 'critical']],
    ['with a stage', ['--target', 'run']],
    ['with a gate of nothing but the exit code', ['-s', 'CRITICAL', '--exit-code', '1']],
    ['without findings', ['--scanners', 'packages']],
  ])('gives lines %s', async (_name, flags) => {
    const args = [...SCAN, '--dockerfile', 'Dockerfile', ...flags, '-f', 'json'];
    const { exitCode, stdout } = await folder.assay(...args);
    const report = JSON.parse(stdout) as {
      readonly results: readonly { readonly artifact: { readonly layers: readonly object[] } }[];
    };
    expect([exitCode, report.results[0]?.artifact.layers[1]]).toMatchObject([
      0,
      { dockerfile: { path: 'Dockerfile', line: 3 } },
    ]);
  });

  it.each<[string, string, string | undefined]>([
    ['no base', 'FROM scratch\nCOPY . /srv\n', undefined],
    ['a base that the build decides', 'ARG V\nFROM base:$V\nCOPY . /srv\n', '"base:$V" is decided'],
    ['an empty base', 'ARG V=\nFROM $V\nCOPY . /srv\n', '"$V" is decided'],
    ['stages with no base', 'FROM scratch AS x\nFROM x\nCOPY . /srv\n', undefined],
    ['a file for a base', 'FROM ./app.tar\nCOPY . /srv\n', 'not an image name'],
  ])('gives lines where it has %s', async (_name, text, reason) => {
    folder.write('other/Dockerfile', text);
    const args = [...SCAN, '--dockerfile', 'other/Dockerfile', '-f', 'json'];
    const { exitCode, stdout } = await folder.assay(...args);
    const report = JSON.parse(stdout) as {
      readonly results: readonly { readonly artifact: Artifact }[];
    };
    const artifact = report.results[0]?.artifact;
    const line = text.split('\n').indexOf('COPY . /srv') + 1;
    expect([exitCode, artifact?.layers[1]?.dockerfile?.line]).toEqual([0, line]);
    expect(artifact?.image).not.toHaveProperty('baseLayerCount');
    expect((artifact?.image?.baseBy ?? []).map((one) => one.reason)).toEqual(
      reason === undefined ? [] : [expect.stringContaining(reason)],
    );
  });

  it.each<[string, readonly string[], number, string]>([
    ['is not there', ['--dockerfile', 'none'], 3, 'no Dockerfile "none"'],
    ['has no such stage', ['--dockerfile', 'Dockerfile', '--target', 'x'], 2, 'has no stage "x"'],
    ['is missing for a stage', ['--target', 'run'], 2, 'no Dockerfile is given'],
  ])('is an error without a gate where it %s', async (_name, flags, exitCode, message) => {
    const outcome = await folder.assay(...SCAN, ...flags);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });
});

describe('the trust file', () => {
  const rules = 'version: 1\nbase-images:\n  denied: [registry.example]\n';
  const scan = ['image', '--input', 'labelled.tar', '--pkg-types', 'library'];

  async function report(...flags: readonly string[]): Promise<Report> {
    const { stdout } = await folder.assay(...scan, ...flags, '-f', 'json');
    return JSON.parse(stdout) as Report;
  }
  const reasonOf = ({ results }: Report): string | undefined =>
    results[0]?.artifact.image?.baseBy?.[0]?.reason;
  const isWarned = ({ verdict }: Report): boolean =>
    (verdict.warnings ?? []).some((text) => text.includes('was found and not named'));

  it.each<[string, readonly string[], boolean, boolean]>([
    ['is found', [], true, true],
    ['is named', ['--trust', 'assay.trust.yaml'], true, false],
    ['is switched off', ['--trust', 'none'], false, false],
    ['is not searched for beside a named configuration', ['-c', 'empty.yaml'], false, false],
  ])('%s', async (_name, flags, isRefused, hasWarning) => {
    folder.write('assay.trust.yaml', rules);
    folder.write('empty.yaml', '');
    const found = await report('--fail-on', 'critical+origin=app', ...flags);
    expect([
      reasonOf(found)?.includes('the trust file does not accept it'),
      isWarned(found),
    ]).toEqual([isRefused, hasWarning]);
  });

  it('is read by each scan of an image', async () => {
    folder.write('assay.trust.yaml', 'version: [');
    const plain = await folder.assay(...scan, '--fail-on', 'critical');
    const asked = await folder.assay(...scan, '--fail-on', 'critical+origin=app');
    folder.write('assay.trust.yaml', 'version: 1\n');
    expect([plain.exitCode, asked.exitCode]).toEqual([2, 2]);
  });

  it('changes nothing without rules on images', async () => {
    folder.write('assay.trust.yaml', 'version: 1\npackages: {npm: {sources: []}}\n');
    const found = await report('--fail-on', 'critical+origin=app');
    expect(reasonOf(found)).not.toContain('trust file');
    expect(isWarned(found)).toBe(false);
  });
});
