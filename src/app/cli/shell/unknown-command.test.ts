/**
 * Words in the place of a command that belong to other scanners or are mistyped: never a search for
 * an image.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask } from '../../../../test/support/command-line.ts';
import { FOREIGN_COMMANDS } from './foreign-commands.ts';
import { PLANNED_COMMANDS } from './planned-commands.ts';
import { COMMANDS } from '../commands/list.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-words-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const run = (line: string) => ask(line.split(' '), { cwd });

/** Commands of trivy and grype as their documentation lists them, and what the hint must name. */
const FOREIGN: readonly (readonly [line: string, wayOut: string])[] = [
  ['k8s', 'assay image NAME...'],
  ['kubernetes --report summary cluster', 'kubectl get pods'],
  ['k8s --include-namespaces prod --severity CRITICAL', 'assay image k8s'],
  ['kubectl deployment/app', 'assay image NAME...'],
  ['vm ami:ami-0123456789abcdefg', 'assay rootfs DIR'],
  ['vm --scanners vuln disk.vmdk', 'assay host'],
  ['aws --region us-east-1', 'assay image NAME'],
  ['cloud config list', 'assay image NAME'],
  ['login --token x', 'docker login HOST'],
  ['logout', 'docker login HOST'],
  ['auth login', 'docker login HOST'],
  ['plugin install github.com/aquasecurity/trivy-plugin-referrer', '-o json=FILE'],
  ['p list', '-o json=FILE'],
  ['module install ghcr.io/example/module', '-o json=FILE'],
  ['client --remote http://localhost:4954 app:1', 'assay image NAME'],
  ['c app:1', 'assay image NAME'],
  ['server --listen 0.0.0.0:4954', 'assay db export'],
  ['s', 'assay image NAME'],
  ['registry login ghcr.io', 'docker login HOST'],
  ['registry logout ghcr.io', 'docker login HOST'],
  ['vex repo download', '--vex FILE'],
  ['db check', 'assay db status'],
  ['db delete', 'assay clean --vuln-db'],
  ['db list', 'assay db status'],
  ['db providers', 'assay db status'],
  ['scan app:1', 'assay fs DIR'],
  ['packages app:1', 'assay image NAME'],
  ['--severity HIGH k8s cluster', 'assay image k8s'],
  ['-q vm disk.vmdk', 'assay rootfs DIR'],
  ['K8S', 'assay image K8S'],
];

/** Commands that this version does not have, and what the hint must name. */
const PLANNED: readonly (readonly [line: string, wayOut: string])[] = [
  ['patches', 'assay fix DIR'],
  ['patches ghcr.io/acme/app:1', 'assay image patches'],
  ['policy generate', 'assay trust check DIR'],
  ['policy test report.json', 'docs/policies.md'],
  ['chain app:1', 'assay verify NAME'],
  ['reference build dir', 'docs/evidence.md'],
  ['fingerprint build dir', 'assay image fingerprint'],
  ['worker', 'assay db export'],
  ['db diff', 'assay db status'],
  ['db pull ghcr.io/acme/db', 'assay db import FILE'],
  ['db push ghcr.io/acme/db', 'assay db export FILE'],
  ['--offline patches app', 'assay image patches'],
];

describe('commands of other scanners', () => {
  it.each(FOREIGN)('%s is refused, and the way out is named', async (line, wayOut) => {
    const { exitCode, request, stderr, stdout } = await run(line);
    expect([exitCode, request, stdout]).toEqual([2, undefined, '']);
    expect(stderr).toContain(wayOut);
  });

  it.each(PLANNED)('%s is missing here, and the nearest way is named', async (line, wayOut) => {
    const { exitCode, request, stderr, stdout } = await run(line);
    expect([exitCode, request, stdout]).toEqual([2, undefined, '']);
    expect(stderr).toContain(wayOut);
  });

  it.each(['k8s', 'vm', 'server', 'plugin', 'scan', 'patches'])(
    '%s is refused whatever the working directory holds, and a path to it is scanned',
    async (word) => {
      mkdirSync(join(cwd, word));
      const refused = await run(word);
      expect([refused.exitCode, refused.request]).toEqual([2, undefined]);
      expect(refused.stderr).toContain(`assay ./${word}`);
      const path = await run(`./${word}`);
      expect(path.request?.targets).toMatchObject([{ reference: `./${word}` }]);
    },
  );

  it.each([
    ['image k8s', 'k8s', 'image'],
    ['image server', 'server', 'image'],
    ['image patches', 'patches', 'image'],
    ['patches:1', 'patches:1', undefined],
    ['i vm', 'vm', 'image'],
    ['docker.io/library/k8s', 'docker.io/library/k8s', undefined],
    ['k8s:1.2', 'k8s:1.2', undefined],
    ['acme/plugin', 'acme/plugin', undefined],
    ['kubernetes-dashboard', 'kubernetes-dashboard', undefined],
    ['nginx', 'nginx', undefined],
  ])('%s is still an image', async (line, reference, kind) => {
    const { request, stderr } = await run(line);
    expect(request?.targets, stderr).toMatchObject([{ reference, ...(kind && { kind }) }]);
  });

  it('have no name of a command that there is', () => {
    const own = new Set(COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
    const names = [...FOREIGN_COMMANDS, ...PLANNED_COMMANDS].flatMap((row) => row.names);
    expect(names.filter((name) => own.has(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('help', () => {
  it.each([
    ['help nonsense', '"nonsense"'],
    ['help imgae', 'Did you mean: assay image'],
    ['help k8s', 'command of trivy'],
    ['help server', 'command of trivy'],
    ['help patches', 'this version of Assay'],
    ['help db nonsense', '"assay db nonsense"'],
    ['help db updat', 'Did you mean: assay db update'],
    ['help ./app.tar', '"./app.tar"'],
    ['help app:1', '"app:1"'],
  ])('%s ends with exit code 2', async (line, text) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });

  it.each([
    ['help', 'Usage: assay COMMAND'],
    ['help image', 'Usage: assay image'],
    ['help filesystem', 'Usage: assay fs'],
    ['help db', 'Usage: assay db ACTION'],
    ['help db update', 'Usage: assay db update'],
    ['help cve search', 'Usage: assay cve search'],
    ['help help', 'Usage: assay COMMAND'],
  ])('%s is printed', async (line, text) => {
    const { exitCode, stdout } = await run(line);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(text)]);
  });
});
