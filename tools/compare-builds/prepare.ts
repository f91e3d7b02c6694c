/**
 * The inputs of a comparison that are made from the samples, once for both builds: unpacked,
 * renamed, layered, committed.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Real file names of the recorded lockfiles, which have made-up names, by the end of their
 * directory.
 */
const REAL_NAMES: Readonly<Record<string, string>> = {
  'nodejs/npm': 'package-lock.json',
  'nodejs/pnpm': 'pnpm-lock.yaml',
  'javascript/packagelockjson': 'package-lock.json',
  'javascript/yarnlock': 'yarn.lock',
  'javascript/pnpmlock': 'pnpm-lock.yaml',
  'javascript/bunlock': 'bun.lock',
  'javascript/packagejson': 'node_modules/a/package.json',
  'javascript/denojson': 'deno.json',
  'python/pdmlock': 'pdm.lock',
  'python/pipfilelock': 'Pipfile.lock',
  'python/poetrylock': 'poetry.lock',
  'python/poetry': 'poetry.lock',
  'python/pylock': 'pylock.toml',
  'python/uvlock': 'uv.lock',
  'python/pyprojecttoml': 'pyproject.toml',
  'python/requirements': 'requirements.txt',
  'python/pip': 'requirements.txt',
  'python/setup': 'setup.py',
  'python/wheelegg': 'usr/lib/python3/site-packages/a-1.dist-info/METADATA',
  'python/packaging': 'usr/lib/python3/site-packages/a-1.egg-info/PKG-INFO',
  'python/condameta': 'conda-meta/a.json',
  'os/dpkg': 'var/lib/dpkg/status',
  'os/apk': 'lib/apk/db/installed',
  'os/rpm': 'var/lib/rpm/rpmdb.sqlite',
  'os/snap': 'snap/a/1/meta/snap.yaml',
  'os/cos': 'etc/cos-package-info.json',
  'golang/gomod': 'go.mod',
  'golang/mod': 'go.mod',
  'golang/vendormodules': 'vendor/modules.txt',
  'rust/cargolock': 'Cargo.lock',
  'rust/cargotoml': 'Cargo.toml',
  'misc/githubactions': '.github/workflows/a.yml',
  'julia/manifest': 'Manifest.toml',
  'julia/manifesttoml': 'Manifest.toml',
  'julia/projecttoml': 'Project.toml',
  'haskell/cabal': 'cabal.project.freeze',
  'haskell/stacklock': 'stack.yaml.lock',
  'r/renvlock': 'renv.lock',
  'c/conan': 'conan.lock',
  'cpp/conanlock': 'conan.lock',
  'dart/pubspec': 'pubspec.lock',
  'swift/swift': 'Package.resolved',
  'swift/podfilelock': 'Podfile.lock',
  'hex/mix': 'mix.lock',
  'elixir/mixlock': 'mix.lock',
  'erlang/mixlock': 'mix.lock',
  'gleam/gleamtoml': 'gleam.toml',
  'dotnet/core_deps': 'a.deps.json',
  'dotnet/csproj': 'a.csproj',
  'dotnet/nugetcpm': 'Directory.Packages.props',
  'dotnet/packageslockjson': 'packages.lock.json',
  'dotnet/paketlock': 'paket.lock',
  'dotnet/paketdependencies': 'paket.dependencies',
  'nuget/config': 'packages.config',
  'nuget/packagesprops': 'Directory.Packages.props',
  'php/composer': 'composer.lock',
  'php/composerlock': 'composer.lock',
  'ruby/bundler': 'Gemfile.lock',
  'ruby/gemfilelock': 'Gemfile.lock',
  'java/pomxml': 'pom.xml',
  'java/archive': 'a.jar',
  'java/gradlelockfile': 'gradle.lockfile',
  'java/gradleverificationmetadataxml': 'gradle/verification-metadata.xml',
  'java/gradleversioncatalog': 'gradle/libs.versions.toml',
  'gradle/lockfile': 'gradle.lockfile',
  'sbt/lockfile': 'build.sbt.lock',
};

/**
 * Copies a tree of samples. Beside each `NAME.gz` the copy has what is in it as `NAME`, and beside
 * each `NAME.tar.gz` a directory `NAME.rootfs`.
 */
export function copySamples(source: string, target: string): void {
  cpSync(source, target, { recursive: true });
  for (const file of filesBelow(target)) {
    if (file.endsWith('.tar.gz')) {
      const root = file.replace(/\.tar\.gz$/, '.rootfs');
      mkdirSync(root);
      execFileSync('tar', ['-xzf', file, '-C', root, '--no-same-owner']);
    } else if (file.endsWith('.gz')) {
      const inner = file.slice(0, -'.gz'.length);
      if (!existsSync(inner)) writeFileSync(inner, gunzipSync(readFileSync(file)));
    }
  }
}

/**
 * Copies recorded parser inputs to `target`, each as it is and under its format's real name;
 * returns their directories.
 */
export function copyParserInputs(source: string, target: string): readonly string[] {
  const files = existsSync(source)
    ? filesBelow(source).filter((file) => file.includes('/input/'))
    : [];
  const directories = new Set<string>();
  for (const file of files) {
    const [relative = '', inside = ''] = path.relative(source, file).split('/input/');
    const directory = path.join(target, relative);
    const area = path.dirname(relative);
    const real = Object.entries(REAL_NAMES).find(([end]) => `/${area}`.endsWith(`/${end}`))?.[1];
    for (const name of [path.join('recorded', inside), real]) {
      if (name === undefined) continue;
      mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      cpSync(file, path.join(directory, name));
    }
    directories.add(directory);
  }
  return [...directories].sort();
}

/** Writes an OCI layout whose layers are these tar files, gzipped or not, the lowest first. */
export function writeLayout(directory: string, layers: readonly string[]): void {
  const blobs = path.join(directory, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const add = (bytes: Buffer, mediaType: string): object => {
    const digest = sha256(bytes);
    writeFileSync(path.join(blobs, digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const type = (name: string): string => `application/vnd.oci.image.${name}`;
  const bodies = layers.map((file) => readFileSync(file));
  const config = {
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: bodies.map((body) => `sha256:${sha256(unzipped(body))}`) },
    history: bodies.map((_, index) => ({ created_by: `COPY layer-${index}.tar /` })),
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: type('manifest.v1+json'),
    config: add(json(config), type('config.v1+json')),
    layers: bodies.map((body) =>
      add(body, type(isGzip(body) ? 'layer.v1.tar+gzip' : 'layer.v1.tar')),
    ),
  };
  const entry = add(json(manifest), manifest.mediaType);
  writeFileSync(path.join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    path.join(directory, 'index.json'),
    json({
      schemaVersion: 2,
      manifests: [{ ...entry, annotations: { 'org.opencontainers.image.ref.name': 'latest' } }],
    }),
  );
}

/**
 * Writes a layer of whiteouts, an opaque directory, and links: the ways in which a layer changes
 * what is below it.
 */
export function writeChangingLayer(file: string, scratch: string): void {
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(scratch, name)), { recursive: true });
    writeFileSync(path.join(scratch, name), text);
  };
  write('etc/.wh.passwd', '');
  write('usr/share/.wh..wh..opq', '');
  write('usr/lib/.wh.libz.so.1', '');
  write('app/.wh.package-lock.json', '');
  write('srv/node_modules/minimist/package.json', '{"name":"minimist","version":"1.2.5"}');
  execFileSync('ln', ['-s', '/srv/node_modules', path.join(scratch, 'linked')]);
  execFileSync('ln', [
    path.join(scratch, 'srv/node_modules/minimist/package.json'),
    path.join(scratch, 'srv/hard-link.json'),
  ]);
  packTar(file, scratch);
}

/** Packs a directory as a tar with fixed owners, order and times. */
function packTar(file: string, directory: string): void {
  const fixed = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@1700000000'];
  execFileSync('tar', [...fixed, '-cf', file, '-C', directory, '.']);
}

/**
 * Makes a git repository with two commits of a lockfile, the tag `v1` on the first, and an edit
 * that is not committed.
 */
export function writeRepository(
  directory: string,
  [older, newer]: readonly [string, string],
): void {
  mkdirSync(directory);
  const lockfile = path.join(directory, 'package-lock.json');
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-C', directory, '-c', 'commit.gpgsign=false', ...args], {
      env: {
        PATH: process.env['PATH'],
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
        GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.org',
      },
      stdio: 'ignore',
    });
  };
  git('init', '-q', '-b', 'main');
  cpSync(older, lockfile);
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  git('tag', 'v1');
  cpSync(newer, lockfile);
  git('commit', '-q', '-a', '-m', 'second');
  git('branch', 'other', 'HEAD~1');
  writeFileSync(path.join(directory, 'requirements.txt'), 'jinja2==2.10\n');
}

/** All regular files below a directory, sorted; links are not followed. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort();
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzipped(bytes: Buffer): Buffer {
  return isGzip(bytes) ? gunzipSync(bytes) : bytes;
}
