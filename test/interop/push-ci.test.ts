/**
 * The lines for CI of `docs/push.md`, run as GitHub and GitLab run them: with a Docker API, and a
 * registry with a login.
 */

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { OCI_MANIFEST } from '../../src/clients/oci/media-types.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { loadInto, startPodman, type Daemon } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { leftImage } from '../support/push-images.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { dockerArchive } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop('podman', 'bash');
const PAGE = readFileSync(fileURLToPath(new URL('../../docs/push.md', import.meta.url)), 'utf8');
const BLOCK = /^```yaml\n# (?<system>GitHub|GitLab)[^\n]*\n(?<text>.*?)^```$/gmsu;
const LOGIN = { username: 'ada', password: 'secret' };

/** A job of the page: its lines of shell, and its variables. */
interface Job {
  readonly lines: string;
  readonly variables: Readonly<Record<string, string>>;
}

function jobOf(system: 'GitHub' | 'GitLab', values: ReadonlyMap<string, string>): Job {
  const block = [...PAGE.matchAll(BLOCK)].find(({ groups }) => groups?.['system'] === system);
  const filled = (block?.groups?.['text'] ?? '')
    .replaceAll(/\$\{\{ (?<name>[\w.]+) \}\}/gu, (_, name: string) => values.get(name) ?? '')
    .replaceAll('ghcr.io/acme/app', values.get('repository') ?? '');
  if (system === 'GitHub') {
    const [step] = parse(filled) as [{ run: string; env: Record<string, string> }];
    return { lines: step.run, variables: step.env };
  }
  const { push } = parse(filled) as {
    push: { script: readonly string[]; variables: Record<string, string> };
  };
  const variables = Object.entries(push.variables).map(
    ([name, text]) => [name, values.get(text.slice(1)) ?? ''] as const,
  );
  return { lines: push.script.join('\n'), variables: Object.fromEntries(variables) };
}

describe.skipIf(missing !== undefined)(`jobs of the page${needs(missing)}`, () => {
  let folder: CommandFolder;
  let registry: RunningRegistry;
  let podman: Daemon;
  let command: BuiltCommand;

  beforeAll(async () => {
    folder = new CommandFolder();
    command = await builtCommand();
    registry = await startRegistry({ login: LOGIN });
    podman = await startPodman(folder.cwd);
    await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
    folder.write('password', 'demo\n');
    chmodSync(folder.path('password'), 0o600);
    await folder.run('key', 'generate', 'team', '--key-password-file', 'password');
    // The image is there already: to build one needs a network.
    folder.write('bin/docker', '#!/bin/sh\n[ "$1" = build ]\n');
    folder.write('bin/assay', `#!/bin/sh\nexec ${process.execPath} ${command.script} "$@"\n`);
    for (const name of ['docker', 'assay']) chmodSync(folder.path(`bin/${name}`), 0o755);
    for (const [tag, version] of Object.entries({ good: '1.0.1', bad: '1.0.0' })) {
      const tags = [`docker.io/library/app:${tag}`];
      const archive = writeTar(dockerArchive([{ image: leftImage(version), tags }]));
      await loadInto(podman.socket, archive);
    }
  });
  afterAll(async () => {
    await podman[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    command[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  async function run(system: 'GitHub' | 'GitLab', image: string, tag: string): Promise<number> {
    const repository = `${registry.host}/acme/app`;
    const job = jobOf(
      system,
      new Map([
        ['repository', repository],
        ['github.sha', image],
        ['github.ref_name', tag],
        ['github.actor', LOGIN.username],
        ['secrets.GITHUB_TOKEN', LOGIN.password],
        ['secrets.KEY_PASSWORD', 'demo'],
        ['CI_REGISTRY_USER', LOGIN.username],
        ['CI_REGISTRY_PASSWORD', LOGIN.password],
      ]),
    );
    const env = {
      PATH: `${folder.path('bin')}:${process.env['PATH'] ?? ''}`,
      HOME: folder.cwd,
      DOCKER_HOST: `unix://${podman.socket}`,
      ASSAY_AS_OF: '2025-06-01',
      ASSAY_CACHE_DIR: folder.path('.cache'),
      ASSAY_SKIP_DB_UPDATE: 'true',
      GITHUB_OUTPUT: folder.path('output'),
      ASSAY_KEY_PASSWORD: 'demo',
      CI_COMMIT_SHA: image,
      CI_COMMIT_TAG: tag,
      CI_REGISTRY_IMAGE: repository,
      TEAM_KEY: folder.path('team.key'),
      ...job.variables,
    };
    try {
      await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', job.lines], {
        ...{ cwd: folder.cwd, env },
      });
      return 0;
    } catch (error) {
      const { code, stderr } = error as { code: number; stderr: string };
      expect(stderr).toContain('GHSA-left');
      return code;
    }
  }

  async function isTagged(tag: string): Promise<boolean> {
    const login = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    const { status } = await fetch(`http://${registry.host}/v2/acme/app/manifests/${tag}`, {
      headers: { authorization: `Basic ${login}`, accept: OCI_MANIFEST },
    });
    return status === 200;
  }

  it.each([
    ['GitHub', 'output', 'image=', 'report.json'],
    ['GitLab', 'image.env', 'IMAGE=', 'scan.json'],
  ] as const)(
    '%s: a FAIL ends the job, and a PASS gives the digest',
    async (system, file, start, report) => {
      expect(await run(system, 'bad', `${system}-bad`)).toBe(1);
      expect([existsSync(file), existsSync(report)]).toEqual([false, true]);
      expect(await isTagged(`${system}-bad`)).toBe(false);
      expect(await run(system, 'good', `${system}-good`)).toBe(0);
      expect(folder.read(file)).toMatch(
        /^(?:image|IMAGE)=127\.0\.0\.1:\d+\/acme\/app@sha256:[0-9a-f]{64}\n$/u,
      );
      expect(folder.read(file).startsWith(start)).toBe(true);
      expect(await isTagged(`${system}-good`)).toBe(true);
      const image = folder.read(file).trim().slice(start.length);
      const given = ['--username', LOGIN.username, '--password', LOGIN.password];
      folder.env['ASSAY_OFFLINE'] = 'false';
      await folder.run('verify', image, '--verify-key', 'team.pub', ...given);
    },
  );

  it('are ten lines each', () => {
    for (const { groups } of PAGE.matchAll(BLOCK)) {
      expect((groups?.['text'] ?? '').trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    }
    expect([...PAGE.matchAll(BLOCK)]).toHaveLength(2);
  });
});
