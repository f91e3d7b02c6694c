/**
 * Two users with one cache directory: what a registry shows to one of them only, it shows to the
 * other one by no detour.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BaseComparison } from '../../src/core/model/report/base-comparison.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import {
  layoutFolder,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../support/registry.ts';
import { runHere, type Outcome } from '../support/run-here.ts';
import { makeImage, ociFiles, tarOf } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const SYSTEM = [
  { path: 'etc/os-release', body: 'ID=alpine\nVERSION_ID=3.21.2\n' },
  { path: 'lib/apk/db/installed', body: 'P:musl\nV:1.2.5-r8\nA:x86_64\no:musl\n' },
];
const APP = [
  { path: 'srv/node_modules/lodash/package.json', body: '{"name":"lodash","version":"4.17.20"}' },
];
const LOGIN = { username: 'one', password: 'pass-one' };

let server: RunningRegistry;
let folder = '';

describe.skipIf(missingForRegistry)(`a private base${needs(missingForRegistry)}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-private-'));
    server = await startRegistry({ login: LOGIN });
    const base = ociFiles([{ image: makeImage([SYSTEM]), tag: '1' }]);
    server.push(`${layoutFolder(path.join(folder, 'base'), base)}:1`, 'team/base:1');
    const labels = { 'org.opencontainers.image.base.name': `${server.host}/team/base:1` };
    for (const [name, config] of [
      ['plain', {}],
      ['labelled', { config: { Labels: labels } }],
    ] as const) {
      const image = makeImage([SYSTEM, APP], { config });
      writeFileSync(path.join(folder, `${name}.tar`), tarOf(ociFiles([{ image, tag: 'v1' }])));
    }
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a command as a user with a home directory of its own. */
  function asUser(user: 'one' | 'two', args: readonly string[]): Promise<Outcome> {
    const home = path.join(folder, `home-of-${user}`);
    const login = user === 'one' ? authOf(server.host) : {};
    mkdirSync(path.join(home, '.docker'), { recursive: true });
    writeFileSync(path.join(home, '.docker/config.json'), JSON.stringify(login));
    const common = ['--insecure', '--image-src', 'remote', '--scanners', 'packages'];
    const cache = ['--cache-dir', path.join(folder, 'cache')];
    return runHere([...args, ...common, ...cache, '-f', 'json'], {
      cwd: folder,
      env: { HOME: home },
    });
  }

  it('that the user names is refused to the other user', async () => {
    const args = ['image', '--input', 'plain.tar', '--base-image', `${server.host}/team/base:1`];
    const first = await asUser('one', args);
    expect([first.exitCode, baseOf(first)?.baseLayerCount]).toEqual([0, 1]);
    const second = await asUser('two', args);
    expect([second.exitCode, second.stdout]).toEqual([3, '']);
  });

  it('that a label names is not compared for the other user', async () => {
    const args = ['image', '--input', 'labelled.tar', '--only', 'app'];
    const first = await asUser('one', args);
    expect(baseOf(first)).toMatchObject({ baseLayerCount: 1 });
    const second = await asUser('two', args);
    expect(second.exitCode).toBe(0);
    expect(baseOf(second)).not.toHaveProperty('baseLayerCount');
    expect(baseOf(second)?.baseBy).toMatchObject([{ comparison: 'notCompared' }]);
  });

  it('is a column for the one user, and not available to the other', async () => {
    const args = ['base', `${server.host}/team/base:1`, './plain.tar'];
    const kindsOf = ({ stdout }: Outcome): readonly string[] =>
      (JSON.parse(stdout) as BaseComparison).images.map(({ kind }) => kind);
    expect(kindsOf(await asUser('one', args))).toEqual(['image', 'image']);
    expect(kindsOf(await asUser('two', args))).toEqual(['missing', 'image']);
  });
});

function baseOf({ stdout }: Outcome): Report['results'][number]['artifact']['image'] {
  return (JSON.parse(stdout) as Report).results[0]?.artifact.image;
}

function authOf(host: string): object {
  const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
  return { auths: { [host]: { auth } } };
}
