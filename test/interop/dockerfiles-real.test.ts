/**
 * Rules of Dockerfiles in real ones: those of Debian's sources of builders and servers, among them buildah's own tests. All findings
 * of high severity are judged by hand in `dockerfiles-judged.json`; one that is not in the list counts as wrong. A finding is right
 * if the file has what the page of its rule says. At most one in ten may be wrong.
 */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from '../../src/detect/dockerfile/dockerfile.ts';
import { missingForInterop } from '../support/interop.ts';

const PACKAGES = [
  'golang-github-containers-buildah',
  'golang-github-openshift-imagebuilder',
  'docker.io',
  'docker-compose',
  'etcd',
  'prometheus',
  'python-docker',
  'skopeo',
  'syncthing',
];
const LEAST_FILES = 500;
const APT = '/etc/apt';

interface Judgment {
  readonly rule: string;
  /** The path in the source, without its first directory, which has the version. */
  readonly path: string;
  readonly line: number;
  readonly isRight: boolean;
  readonly why: string;
}

const JUDGED = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'dockerfiles-judged.json'), 'utf8'),
) as readonly Judgment[];

const missing = missingForInterop('apt-get', 'tar', 'xz');

describe.skipIf(missing !== undefined)(`real Dockerfiles (needs ${missing ?? 'nothing'})`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-dockerfiles-'));
  beforeAll(loadShell);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('have at most one wrong finding of high severity in ten', { timeout: 600_000 }, (context) => {
    const files = fetched(folder);
    if (files.length < LEAST_FILES) context.skip(`only ${files.length} Dockerfiles were fetched`);
    const wrong: string[] = [];
    let [high, all] = [0, 0];
    for (const file of files) {
      const name = path.relative(folder, file).split(path.sep).slice(3).join('/');
      for (const { rule, severity, location } of dockerfile.detect({
        path: name,
        bytes: readFileSync(file),
      })) {
        all += 1;
        if (severity !== 'high' && severity !== 'critical') continue;
        high += 1;
        const judged = JUDGED.find(
          (one) => one.rule === rule && one.path === name && one.line === location.line,
        );
        if (judged?.isRight !== true) wrong.push(`${rule} in ${name}:${location.line ?? 0}`);
      }
    }
    console.log(
      `${files.length} Dockerfiles, ${all} findings, ${high} of high severity, of which ${wrong.length} are wrong or not judged`,
    );
    expect(high).toBeGreaterThan(0);
    expect(wrong.length / high, wrong.join('\n')).toBeLessThanOrEqual(0.1);
  });
});

/** Fetches the archives of the sources from the places that the configuration of apt names, and unpacks their Dockerfiles. */
function fetched(folder: string): readonly string[] {
  const apt = path.join(folder, 'apt');
  mkdirSync(path.join(apt, 'lists/partial'), { recursive: true });
  writeFileSync(path.join(apt, 'sources.list'), '');
  if (existsSync(`${APT}/sources.list`)) {
    const lines = readFileSync(`${APT}/sources.list`, 'utf8');
    writeFileSync(path.join(apt, 'sources.list'), lines.replaceAll(/^deb /gmu, 'deb-src '));
  }
  cpSync(`${APT}/sources.list.d`, path.join(apt, 'parts'), { recursive: true });
  for (const name of readdirSync(path.join(apt, 'parts'))) {
    const file = path.join(apt, 'parts', name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replaceAll(/^Types: deb$/gmu, 'Types: deb-src').replaceAll(/^deb /gmu, 'deb-src '),
    );
  }
  const options = [
    ...[
      '-o',
      `Dir::Etc::SourceList=${apt}/sources.list`,
      '-o',
      `Dir::Etc::SourceParts=${apt}/parts`,
    ],
    ...['-o', `Dir::State::Lists=${apt}/lists`, '-o', 'APT::Sandbox::User=root', '-q'],
  ];
  const archives = path.join(folder, 'archives');
  mkdirSync(archives);
  const run = (command: string, args: readonly string[]): void => {
    try {
      execFileSync(command, args, { cwd: archives, stdio: 'pipe', timeout: 120_000 });
    } catch {
      // A package whose description is gone has its archives nevertheless; what is missing is counted by files.
    }
  };
  run('apt-get', [...options, 'update']);
  for (const name of PACKAGES) run('apt-get', [...options, 'source', '--download-only', name]);
  for (const name of readdirSync(archives).filter((one) => /\.orig.*\.tar\.\w+$/u.test(one))) {
    const to = path.join(folder, 'files', name);
    mkdirSync(to, { recursive: true });
    run('tar', ['-C', to, '-xf', name, '--wildcards', '*[Dd]ockerfile*', '*ontainerfile*']);
  }
  return readdirSync(path.join(folder, 'files'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => path.join(one.parentPath, one.name));
}
