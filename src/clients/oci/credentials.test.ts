import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../core/base/context.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { authFilePaths, credentialFinder } from './credentials.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-auth-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const signal = new AbortController().signal;
const isWindows = process.platform === 'win32';

/** A helper as a shell script; `$server` is what it is asked for. */
function helper(name: string, script: string): void {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = get ] || exit 9\nread -r server\n${script}\n`);
  chmodSync(path, 0o755);
}

function env(): { PATH: string; HOME: string; DOCKER_CONFIG: string } {
  return { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, DOCKER_CONFIG: join(folder, 'docker') };
}

function write(path: string, json: unknown): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), typeof json === 'string' ? json : JSON.stringify(json));
}

const auth = (user: string): object => ({ auth: Buffer.from(`${user}:pw`).toString('base64') });

describe.skipIf(isWindows)('askCredentialHelper (needs a POSIX system)', () => {
  it.each([
    [
      'a user',
      'echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"ann\\",\\"Secret\\":\\"pw-$server\\"}"',
      { kind: 'basic', username: 'ann', password: 'pw-r.example' },
    ],
    [
      'an identity token',
      `echo '{"Username":"<token>","Secret":"t"}'`,
      { kind: 'identityToken', username: '', token: 't' },
    ],
    ['nothing', 'echo "credentials not found in native keychain"; exit 1', undefined],
  ])('gets %s', async (_, script, expected) => {
    helper('test', script);
    expect(await askCredentialHelper('test', 'r.example', { env: env(), signal })).toEqual(
      expected,
    );
  });

  it.each([
    ['that fails', 'echo "no keyring" >&2; exit 3', 'it ended with code 3 and said: no keyring'],
    ['that talks otherwise', 'echo hello', 'its answer is not a JSON object'],
    ['that hangs', 'exec sleep 60', 'it did not answer within 0.2 s'],
    ['that says too much', 'yes', 'maxBuffer'],
  ])('names a helper %s', async (_, script, reason) => {
    helper('test', script);
    const options = { env: env(), signal, timeoutMs: script === 'yes' ? 60_000 : 200 };
    await expect(askCredentialHelper('test', 'r.example', options)).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      message: expect.stringContaining(reason) as string,
    });
  });

  it.each([
    ['none', 'there is no such program on the PATH'],
    ['../evil', 'that is not the name of a credential helper'],
    ['a b', 'that is not the name of a credential helper'],
  ])('refuses the helper %s', async (name, reason) => {
    const asked = askCredentialHelper(name, 'r.example', { env: env(), signal });
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining(reason) as string,
    });
  });

  it('ends with the run', async () => {
    helper('test', 'exec sleep 60');
    const stop = new AbortController();
    const asked = askCredentialHelper('test', 'r.example', { env: env(), signal: stop.signal });
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('credentialFinder', () => {
  const repository = { domain: 'r.example', path: 'team/app' };

  async function userOf(variables: Record<string, string> = {}): Promise<unknown> {
    const find = credentialFinder({ ...env(), ...variables }, [], quietContext());
    const { credentials, from } = await find(repository);
    return credentials?.kind === 'basic' ? [credentials.username, from] : undefined;
  }

  it('takes the first file that has something, and in it the longest key', async () => {
    expect(await userOf()).toBeUndefined();
    const docker = join(folder, 'docker/config.json');
    write('docker/config.json', { auths: { 'https://r.example/v1/': auth('docker') } });
    expect(await userOf()).toEqual(['docker', docker]);
    const podman = join(folder, '.config/containers/auth.json');
    write('.config/containers/auth.json', { auths: { 'other.example': auth('no') } });
    expect(await userOf()).toEqual(['docker', docker]);
    write('.config/containers/auth.json', {
      auths: {
        'r.example': auth('host'),
        'r.example/team': auth('team'),
        'r.example/te': auth('x'),
      },
    });
    expect(await userOf()).toEqual(['team', podman]);
    write('run/containers/auth.json', { auths: { 'r.example/team/app': auth('run') } });
    const runtime = { XDG_RUNTIME_DIR: join(folder, 'run') };
    expect(await userOf(runtime)).toEqual(['run', join(folder, 'run/containers/auth.json')]);
    write('named.json', { auths: { 'r.example': auth('named') } });
    const named = { ...runtime, REGISTRY_AUTH_FILE: join(folder, 'named.json') };
    expect(await userOf(named)).toEqual(['named', join(folder, 'named.json')]);
    const given = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'r.example': auth('given') } }) };
    expect(await userOf({ ...named, ...given })).toEqual(['given', 'DOCKER_AUTH_CONFIG']);
  });

  it.skipIf(isWindows)(
    'asks the helper of a registry, then the store, then the file (needs a POSIX system)',
    async () => {
      helper('mine', `echo '{"Username":"helped","Secret":"s"}'`);
      helper('all', `echo '{"Username":"stored","Secret":"s"}'`);
      helper('empty', 'echo "credentials not found in native keychain"; exit 1');
      const auths = { 'r.example': auth('file') };
      write('docker/config.json', {
        auths,
        credHelpers: { 'r.example': 'mine' },
        credsStore: 'all',
      });
      expect(await userOf()).toEqual(['helped', 'docker-credential-mine']);
      write('docker/config.json', {
        auths,
        credHelpers: { 'x.example': 'mine' },
        credsStore: 'all',
      });
      expect(await userOf()).toEqual(['stored', 'docker-credential-all']);
      write('docker/config.json', { auths, credsStore: 'empty' });
      expect((await userOf()) as string[]).toContain('file');
    },
  );

  it('tells what could not be read, and goes on', async () => {
    write('.config/containers/auth.json', '{');
    write('docker/config.json', { auths: {}, credsStore: 'absent' });
    const find = credentialFinder(env(), [], quietContext());
    const { credentials, problems } = await find(repository);
    expect(credentials).toBeUndefined();
    expect(problems).toEqual([
      expect.stringContaining('auth.json": a key was expected') as string,
      expect.stringContaining(
        '"docker-credential-absent" failed: there is no such program',
      ) as string,
    ]);
  });

  it('tells of an entry that holds no login, and goes on', async () => {
    const auths = { [repository.domain]: { auth: 'secret' }, 'other.example': { auth: 'x' } };
    write('.config/containers/auth.json', { auths });
    write('docker/config.json', { auths: { [repository.domain]: {} } });
    const find = credentialFinder(env(), [], quietContext());
    const { credentials, problems } = await find(repository);
    expect(credentials).toBeUndefined();
    expect(problems).toEqual([
      `The entry "${repository.domain}" of "${join(folder, '.config/containers/auth.json')}" cannot be read: its auth is not base64 of USER:PASSWORD.`,
    ]);
  });

  it.skipIf(isWindows)(
    "calls Docker's registry by its old address (needs a POSIX system)",
    async () => {
      helper('all', 'echo "{\\"Username\\":\\"u\\",\\"Secret\\":\\"$server\\"}"');
      write('docker/config.json', { credsStore: 'all' });
      const find = credentialFinder(env(), [], quietContext());
      const { credentials } = await find({ domain: 'docker.io', path: 'library/debian' });
      expect(credentials).toMatchObject({ password: 'https://index.docker.io/v1/' });
    },
  );
});

describe('authFilePaths', () => {
  it('has the places of Podman before that of Docker', () => {
    expect(authFilePaths({ HOME: '/h' })).toEqual([
      '/h/.config/containers/auth.json',
      '/h/.docker/config.json',
    ]);
  });
});
