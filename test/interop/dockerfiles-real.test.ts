/**
 * Rules of Dockerfiles in real ones: those of Debian's sources of builders and servers, among them
 * buildah's own tests. All findings of high severity are judged by hand in
 * `dockerfiles-judged.json`; one that is not in the list counts as wrong. A finding is right if the
 * file has what the page of its rule says. At most one in ten may be wrong.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from '../../src/rules/detect/dockerfile/dockerfile.ts';
import { debianSources } from '../support/debian-sources.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

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
const PATTERNS = ['*[Dd]ockerfile*', '*ontainerfile*'];

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

describe.skipIf(missing !== undefined)(`real Dockerfiles${needs(missing)}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-dockerfiles-'));
  beforeAll(loadShell);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('have at most one wrong finding of high severity in ten', { timeout: 600_000 }, (context) => {
    const files = debianSources(folder, PACKAGES, { patterns: PATTERNS });
    if (files.length < LEAST_FILES) context.skip(`only ${files.length} Dockerfiles were fetched`);
    const wrong: string[] = [];
    let [high, all] = [0, 0];
    for (const { file, path: name } of files) {
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
