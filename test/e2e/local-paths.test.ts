/** A path on this disk never stands in for the name of an image, an address, or a git revision. */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { layoutFolder } from '../support/registry.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../support/registry-server.ts';
import { runHere, type Outcome } from '../support/run-here.ts';
import { dockerArchive, makeImage, ociFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const noGit = missingTool('git');

const OTHER_DIGEST = `sha256:${'0'.repeat(64)}`;

let registry: ScriptedRegistry;
let root = '';
let cwd = '';
/** The image that is meant, at the registry. */
let name = '';
let digest = '';

beforeAll(async () => {
  registry = await scriptedRegistry();
  const files = ociFiles([{ image: systemWith('wanted'), tag: '1.2' }]);
  storeLayout(registry, 'team/app', files);
  const index = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  digest = index.manifests[0]?.digest ?? '';
  name = `${registry.host}/team/app:1.2`;
  root = mkdtempSync(path.join(tmpdir(), 'assay-local-paths-'));
});

afterAll(() => {
  registry[Symbol.dispose]();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  cwd = mkdtempSync(path.join(root, 'cwd-'));
});

/** A Debian system with one package. */
function systemWith(name: string): ReturnType<typeof makeImage> {
  const status = `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0\n`;
  return makeImage([
    [
      { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
      { path: 'var/lib/dpkg/status', body: status },
    ],
  ]);
}

function assay(...args: readonly string[]): Promise<Outcome> {
  const env = { HOME: path.join(cwd, 'home'), XDG_RUNTIME_DIR: '', ASSAY_CACHE_DIR: 'cache' };
  return runHere([...args], { cwd, env });
}

function scan(...args: readonly string[]): Promise<Outcome> {
  return assay(...args, '--scanners', 'packages', '-f', 'json');
}

/** Exit code and the names of the packages that were found. */
function found({ exitCode, stdout }: Outcome): readonly unknown[] {
  if (stdout === '') return [exitCode];
  const { results } = JSON.parse(stdout) as Report;
  return [
    exitCode,
    ...results.flatMap(({ inventory }) => inventory.packages.map((one) => one.name)),
  ];
}

/** Puts a decoy where its name as a path would be. */
function at(place: string, make: (target: string) => void): void {
  const target = path.join(cwd, place);
  mkdirSync(path.dirname(target), { recursive: true });
  make(target);
}

function layout(target: string): void {
  layoutFolder(target, ociFiles([{ image: systemWith('decoy'), tag: '1.2' }]));
}

function archive(target: string): void {
  const tags = ['app:1.2', '1.2'];
  writeFileSync(target, writeTar(dockerArchive([{ image: systemWith('decoy'), tags }])));
}

/** What skopeo writes for `dir:`. */
function dirFolder(target: string): void {
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, 'version'), 'Directory Transport Version: 1.1\n');
  const files = ociFiles([{ image: systemWith('decoy') }]);
  const index = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  for (const [file, bytes] of files) {
    const hex = path.basename(file);
    const isManifest = index.manifests[0]?.digest === `sha256:${hex}`;
    if (file.startsWith('blobs/')) {
      writeFileSync(path.join(target, isManifest ? 'manifest.json' : hex), bytes);
    }
  }
}

/** Writes what makes a directory a repository for git, without a commit. */
function makeRepository(folder: string): void {
  for (const name of ['objects', 'refs'])
    mkdirSync(path.join(folder, '.git', name), { recursive: true });
  writeFileSync(path.join(folder, '.git/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(path.join(folder, '.git/config'), '[core]\n\trepositoryformatversion = 0\n');
}

describe('a decoy on the disk', () => {
  it.each<[string, () => void, () => readonly string[], readonly unknown[]]>([
    ['a layout', () => at(name, layout), () => [name], [0, 'wanted']],
    [
      'a layout, beside --image-src remote',
      () => at(name, layout),
      () => [name, '--image-src', 'remote'],
      [0, 'wanted'],
    ],
    ['an archive', () => at(name, archive), () => [name], [0, 'wanted']],
    ['a folder of dir:', () => at(name, dirFolder), () => [name], [0, 'wanted']],
    [
      'a link to a layout',
      () => {
        at('elsewhere', layout);
        at(name, (to) => symlinkSync(path.join(cwd, 'elsewhere'), to));
      },
      () => [name],
      [0, 'wanted'],
    ],
    [
      'a layout under the repository, with the tag in it',
      () => at(`${registry.host}/team/app`, layout),
      () => [name],
      [0, 'wanted'],
    ],
    [
      'an archive under the repository, with the tag in it',
      () => at(`${registry.host}/team/app`, archive),
      () => [name],
      [0, 'wanted'],
    ],
    [
      'a layout named like the reference with its digest',
      () => at(`${registry.host}/team/app@${digest}`, layout),
      () => [`${registry.host}/team/app@${digest}`],
      [0, 'wanted'],
    ],
    [
      'a layout for a digest that the registry does not have',
      () => at(`${registry.host}/team/app@${OTHER_DIGEST}`, layout),
      () => [`${registry.host}/team/app@${OTHER_DIGEST}`],
      [3],
    ],
    ['a layout under the host alone', () => at(registry.host, layout), () => [name], [0, 'wanted']],
    [
      'a layout of a name that has no image',
      () => at('team/none', layout),
      () => ['team/none', '--offline'],
      [3],
    ],
    ['a layout of a bare word', () => at('app', layout), () => ['app', '--offline'], [3]],
    ['an archive of a bare word', () => at('app.tar', archive), () => ['app.tar'], [3]],
    [
      'an archive of a name with upper case',
      () => at('Team/App', archive),
      () => ['Team/App'],
      [3],
    ],
    [
      'a file named like an archive and its image',
      () => {
        writeFileSync(
          path.join(cwd, 'app.tar'),
          writeTar(dockerArchive([{ image: systemWith('wanted'), tags: ['app:1.2'] }])),
        );
        at('app.tar:app:1.2', archive);
      },
      () => ['--input', 'app.tar', 'app:1.2'],
      [0, 'wanted'],
    ],
    [
      'a file named like an archive and a digest',
      () => {
        archive(path.join(cwd, 'app.tar'));
        at(`app.tar@${OTHER_DIGEST}`, archive);
      },
      () => [`.//app.tar@${OTHER_DIGEST}`],
      [3],
    ],
    [
      'an archive that claims the hexadecimal part of a digest as its tag',
      () =>
        at('app@sha256', (to) => {
          const tags = [`app:${'0'.repeat(64)}`];
          writeFileSync(to, writeTar(dockerArchive([{ image: systemWith('decoy'), tags }])));
        }),
      () => [`.//app@${OTHER_DIGEST}`],
      [3],
    ],
    [
      'a folder named like a prefix and what follows it',
      () => {
        at('layout', (to) =>
          layoutFolder(to, ociFiles([{ image: systemWith('wanted'), tag: '1.2' }])),
        );
        at('oci:layout', layout);
      },
      () => ['oci:layout'],
      [0, 'wanted'],
    ],
    [
      'a folder named like an address with its scheme',
      () => at(`docker:/${name}`, layout),
      () => [`docker://${name}`],
      [0, 'wanted'],
    ],
  ])('does not stand in for an image: %s', async (_, make, args, expected) => {
    make();
    expect(found(await scan('image', ...args()))).toEqual(expected);
  });

  it('does not give its digest for a name', async () => {
    at(name, layout);
    const { exitCode, stdout } = await assay('digest', name);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`/team/app@${digest}`)]);
  });

  it.each([
    ['a layout', layout],
    ['an archive', archive],
    ['a report', (to: string): void => renameSync(path.join(cwd, 'decoy.json'), to)],
  ])('does not stand in for a side of assay diff: %s', async (_, make) => {
    archive(path.join(cwd, 'decoy.tar'));
    await scan('image', './decoy.tar', '-o', 'json=decoy.json');
    at(name, make);
    const { stdout } = await scan('diff', name, './decoy.tar');
    expect(JSON.parse(stdout)).toMatchObject({
      packages: { added: [{ name: 'decoy' }], removed: [{ name: 'wanted' }] },
    });
  });

  it.each<[string, readonly string[]]>([
    ['by host and path', ['repo', '127.0.0.1.example/team/app', '--offline']],
    [
      'by host and path, at a branch',
      ['repo', '127.0.0.1.example/team/app', '--branch', 'main', '--offline'],
    ],
    ['by a URL', ['repo', 'https://127.0.0.1.example/team/app', '--offline']],
    ['by a URL, its kind unsaid', ['https://127.0.0.1.example/team/app', '--offline']],
  ])('does not stand in for a repository: %s', async (_, args) => {
    for (const place of ['127.0.0.1.example/team/app', 'https:/127.0.0.1.example/team/app']) {
      at(place, (to) => {
        layout(to);
        makeRepository(to);
      });
    }
    const { exitCode, stderr } = await scan(...args);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('over the network')]);
  });
});

/** A repository whose lockfile has one flawed package at the branch, and one more now. */
const LOCK = (...names: readonly string[]): string =>
  JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: Object.fromEntries(
      names.map((one) => [
        `node_modules/${one}`,
        { version: '1.0.0', resolved: '', integrity: '' },
      ]),
    ),
  });

describe.skipIf(noGit !== undefined)(`a decoy of a baseline${needs(noGit)}`, () => {
  const RECORD = {
    schema_version: '1.6.0',
    id: 'GHSA-aaaa-aaaa-aaaa',
    modified: '2024-01-01T00:00:00Z',
    summary: 'a flaw',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'flawed' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  };

  beforeEach(async () => {
    mkdirSync(path.join(cwd, 'osv'));
    writeFileSync(path.join(cwd, 'osv/GHSA-aaaa-aaaa-aaaa.json'), JSON.stringify(RECORD));
    expect((await assay('db', 'import', 'osv')).exitCode).toBe(0);
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd,
      });
    mkdirSync(path.join(cwd, 'app'));
    git('init', '-q', '-b', 'main');
    writeFileSync(path.join(cwd, 'app/package-lock.json'), LOCK('sound'));
    git('add', 'app');
    git('commit', '-q', '-m', 'one');
    writeFileSync(path.join(cwd, 'app/package-lock.json'), LOCK('sound', 'flawed'));
    const made = await assay('fs', 'app', '--offline', '-o', 'json=all.json');
    expect(made.stderr).not.toContain('ERROR');
  });

  it.each([
    [
      'a report named like a branch',
      'main',
      (to: string): void => cpSync(path.join(cwd, 'all.json'), to),
    ],
    [
      'a report named like a commit',
      'HEAD',
      (to: string): void => cpSync(path.join(cwd, 'all.json'), to),
    ],
    [
      'a folder named like a branch',
      'main',
      (to: string): void => cpSync(path.join(cwd, 'app'), to, { recursive: true }),
    ],
    ['a link named like a branch', 'main', (to: string): void => symlinkSync('all.json', to)],
    [
      'a lockfile named like an ancestor',
      'HEAD~0',
      (to: string): void => cpSync(path.join(cwd, 'app/package-lock.json'), to),
    ],
  ])('does not hide what is new: %s', async (_, baseline, make) => {
    at(baseline, make);
    const { exitCode, stderr } = await assay('fs', 'app', '--offline', '--baseline', baseline);
    expect([exitCode, stderr]).toEqual([1, expect.not.stringContaining('ERROR')]);
  });

  it.each([
    ['written as a path', './all.json'],
    ['by its bare name, which ends like a document', 'all.json'],
  ])('is a report: %s', async (_, baseline) => {
    const { exitCode } = await assay('fs', 'app', '--offline', '--baseline', baseline);
    expect(exitCode).toBe(0);
  });

  it('is not a report for the baseline of an image', async () => {
    at(name, (to) => cpSync(path.join(cwd, 'all.json'), to));
    registry.requests.length = 0;
    archive(path.join(cwd, 'app.tar'));
    await assay('image', './app.tar', '--baseline', name);
    expect(registry.requests).toContain('GET /v2/team/app/manifests/1.2');
  });
});

describe('an image on the disk', () => {
  it.each<[string, () => readonly string[], string]>([
    ['.//', () => ['./app.tar'], 'archive'],
    ['../', () => [`../${path.basename(cwd)}/app.tar`], 'archive'],
    ['/', () => [path.join(cwd, 'app.tar')], 'archive'],
    ['--input', () => ['--input', 'app.tar'], 'archive'],
    ['--input and a name', () => ['--input', 'app.tar', 'app:1.2'], 'archive'],
    ['--input with a name in it', () => ['--input', 'app.tar:app:1.2'], 'archive'],
    ['docker-archive:', () => ['docker-archive:app.tar'], 'archive'],
    ['oci:', () => ['oci:layout:1.2'], 'layout'],
    ['oci: behind --input', () => ['--input', 'oci:layout', '1.2'], 'layout'],
    ['dir:', () => ['dir:dir'], 'layout'],
    ['a layout with ./', () => ['./layout:1.2'], 'layout'],
  ])('is read where it is written as a path: %s', async (_, args, source) => {
    archive(path.join(cwd, 'app.tar'));
    layout(path.join(cwd, 'layout'));
    dirFolder(path.join(cwd, 'dir'));
    const outcome = await scan('image', ...args());
    expect(found(outcome)).toEqual([0, 'decoy']);
    const { results } = JSON.parse(outcome.stdout) as Report;
    expect(results[0]?.artifact.source).toEqual({ kind: source });
  });

  it('is what a bare target may be, and the run says so', async () => {
    archive(path.join(cwd, 'app.tar'));
    const { exitCode, stdout, stderr } = await assay('app.tar', '--scanners', 'packages');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('"app.tar" is read as an image archive');
    expect(stdout).toContain('Source: an image archive, chosen by the form of the target');
  });

  it('is no bare target whose digest is another', async () => {
    at(`app@${OTHER_DIGEST}`, (to) => layout(to));
    mkdirSync(path.join(cwd, `root@${OTHER_DIGEST}/etc`), { recursive: true });
    writeFileSync(path.join(cwd, `root@${OTHER_DIGEST}/etc/os-release`), 'ID=debian\n');
    for (const target of ['app', 'root']) {
      expect((await scan(`${target}@${OTHER_DIGEST}`, '--offline')).exitCode).toBe(3);
    }
  });

  it('is named by its registry', async () => {
    const { stdout } = await assay('image', name, '--scanners', 'packages');
    expect(stdout).toContain(`Source: an image in a registry (${registry.host})`);
  });

  it.each<[string, string, number, string]>([
    ['a folder of that name', 'app', 3, 'To scan the file or folder of that name, write ./app'],
    ['a folder of a name with a path', 'team/app', 3, 'write ./team/app'],
    ['a folder and a tag', 'app:1.2', 3, 'write ./app:1.2'],
    ['an archive', 'app.tar', 3, 'To scan the file, write ./app.tar'],
    ['a folder with upper case', 'App', 3, 'write ./App'],
    ['a tilde', '~/app.tar', 3, 'Only the shell replaces ~'],
    ['a URL of a file', 'file:///srv/app.tar', 3, 'Write /srv/app.tar'],
    ['a path with backslashes', '.\\app.tar', 3, 'Write paths with slashes'],
    ['a drive', 'C:\\app.tar', 3, 'Write paths with slashes'],
    ['a name that cannot be one', 'acme/App', 2, 'lower case'],
    ['nothing of that name', 'nothing', 3, 'no image "nothing" was found'],
  ])('is named in the hint where a name was not found: %s', async (_, target, code, hint) => {
    archive(path.join(cwd, 'app.tar'));
    for (const place of ['app', 'team/app', 'App']) at(place, layout);
    const { exitCode, stderr } = await scan('image', target, '--offline');
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(hint)]);
  });

  it.each([
    ['docker-daemon:app:1', 'remote'],
    ['containers-storage:app:1', 'docker'],
    ['docker://example.org/app:1', 'docker,podman'],
  ])('is not looked for in a store that --image-src leaves out: %s', async (target, allowed) => {
    const { exitCode, stderr } = await scan('image', target, '--image-src', allowed, '--offline');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--image-src leaves out')]);
  });
});
