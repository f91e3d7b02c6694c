/** Images in a real registry, scanned: logins, TLS, helpers, forms of layers, and what fails. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { missingAbility } from '../support/abilities.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { chunkedLayer } from '../support/chunked-layer.ts';
import {
  layoutFolder,
  makeCertificates,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../support/registry.ts';
import { scriptedRegistry, storeLayout } from '../support/registry-server.ts';
import { runHere, type Outcome } from '../support/run-here.ts';
import { dockerArchive, makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const LOGIN = { username: 'ann', password: 'pass:word' };

function debian(
  name: string,
  options: Parameters<typeof makeImage>[1] = {},
): ReturnType<typeof makeImage> {
  return makeImage(debianLayers(name), options);
}

function debianLayers(name: string): TarMember[][] {
  const status = `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0\n`;
  return [
    [
      { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
      { path: 'var/lib/dpkg/status', body: status },
    ],
    [{ path: 'srv/data', body: name.repeat(3000) }],
  ];
}

let command: BuiltCommand;
let cwd = '';
beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-registry-e2e-'));
});
afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true, force: true });
});

function home(): Record<string, string> {
  return { HOME: path.join(cwd, 'home'), XDG_RUNTIME_DIR: '', ASSAY_IMAGE_SRC: 'remote' };
}

function scan(
  reference: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const args = ['image', reference, '--scanners', 'packages', ...flags];
  return runHere(args, { cwd, env: { ...home(), ...env } });
}

/** The names of the packages found. */
async function packages(...asked: Parameters<typeof scan>): Promise<readonly string[]> {
  const [reference, flags = [], env] = asked;
  const { exitCode, stdout, stderr } = await scan(reference, [...flags, '-f', 'json'], env);
  if (exitCode !== 0) throw new Error(`exit code ${String(exitCode)}: ${stderr}`);
  const report = JSON.parse(stdout) as {
    readonly results: readonly {
      readonly inventory: { readonly packages: readonly { readonly name: string }[] };
    }[];
  };
  return report.results.flatMap(({ inventory }) => inventory.packages.map(({ name }) => name));
}

function write(name: string, content: string, mode = 0o644): string {
  const file = path.join(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

describe.skipIf(missingForRegistry)(`a public registry${needs(missingForRegistry)}`, () => {
  let server: RunningRegistry;
  const amd = debian('amd');
  const arm = debian('arm', { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
  beforeAll(async () => {
    server = await startRegistry();
    const platforms = [
      { image: amd, isPlatformListed: true },
      { image: arm, isPlatformListed: true },
    ];
    const index = ociFiles([{ tag: 'both', platforms }]);
    server.push(layoutFolder(path.join(cwd, 'both'), index), 'app:both');
    const zstd = ociFiles([{ image: debian('squeezed', { forms: ['zstd', 'plain'] }), tag: '1' }]);
    server.push(layoutFolder(path.join(cwd, 'zstd'), zstd), 'app:zstd');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('gives one platform, several and all', async () => {
    const name = `${server.host}/app:both`;
    expect(await packages(name, ['--platform', 'linux/amd64'])).toEqual(['amd']);
    expect(await packages(name, ['--platform', 'linux/arm64'])).toEqual(['arm']);
    expect(await packages(name, ['--platform', 'linux/arm64,linux/amd64'])).toEqual(['amd', 'arm']);
    expect(await packages(name, ['--platform', 'all'])).toEqual(['amd', 'arm']);
  });

  it('gives zstd and plain layers', async () => {
    expect(await packages(`${server.host}/app:zstd`)).toEqual(['squeezed']);
  });

  it('gives layers of zstd:chunked that the test makes', async () => {
    const layers = debianLayers('made').map((members) => chunkedLayer(members));
    const image = { ...debian('made'), layers };
    const files = ociFiles([{ image, tag: '1' }]);
    server.push(layoutFolder(path.join(cwd, 'made'), files), 'app:made');
    expect(await packages(`${server.host}/app:made`)).toEqual(['made']);
  });

  const noChunked = missingAbility('skopeo/zstd-chunked');
  it.skipIf(noChunked !== undefined)(
    `gives layers of zstd:chunked${needs(noChunked)}`,
    async () => {
      const archive = writeTar(
        dockerArchive([{ image: debian('chunk', { forms: ['plain'] }), tags: ['a:1'] }]),
      );
      writeFileSync(path.join(cwd, 'chunk.tar'), archive);
      const chunked = ['--dest-compress-format', 'zstd:chunked'];
      server.push(`docker-archive:${cwd}/chunk.tar`, 'app:chunked', chunked);
      const accept = { accept: 'application/vnd.oci.image.manifest.v1+json' };
      const manifest = await fetch(`http://${server.host}/v2/app/manifests/chunked`, {
        headers: accept,
      });
      expect(await manifest.text()).toContain(
        'io.github.containers.zstd-chunked.manifest-checksum',
      );
      expect(await packages(`${server.host}/app:chunked`)).toEqual(['chunk']);
    },
  );

  it('is not asked for a layer that was scanned before', async () => {
    const { stdout } = await scan(`${server.host}/app:both`, ['--platform', 'linux/arm64']);
    const pinned = /^(?<name>\S+@sha256:[0-9a-f]{64}) {2}linux\/arm64/m.exec(stdout)?.groups;
    const before = server.requests().length;
    expect(await packages(String(pinned?.['name']))).toEqual(['arm']);
    const asked = server.requests().slice(before);
    const layers = arm.layers.map(({ digest }) => digest);
    expect(asked.filter((line) => layers.some((digest) => line.includes(digest)))).toEqual([]);
    expect(asked.some((line) => line.includes('/manifests/'))).toBe(true);
  });

  it('leaves nothing behind in the temporary folder', async () => {
    const temporary = path.join(cwd, 'tmp');
    mkdirSync(temporary, { recursive: true });
    const name = `${server.host}/app:both`;
    expect(await packages(name, ['--cache-dir', 'fresh'], { TMPDIR: temporary })).toEqual(['amd']);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe.skipIf(missingForRegistry !== undefined)(
  `a registry with login and TLS${needs(missingForRegistry)}`,
  () => {
    let server: RunningRegistry;
    let name = '';
    let authority = '';
    beforeAll(async () => {
      const tls = makeCertificates(cwd);
      authority = tls.authority;
      server = await startRegistry({ login: LOGIN, tls });
      const files = ociFiles([{ image: debian('secret'), tag: '1' }]);
      server.push(layoutFolder(path.join(cwd, 'secret'), files), 'team/app:1');
      name = `${server.host}/team/app:1`;
    });
    afterAll(() => server[Symbol.asyncDispose]());

    const user = ['--username', LOGIN.username, '--password', LOGIN.password];

    it('takes a password from a flag, from the environment and from standard input', async () => {
      expect(await packages(name, ['--cacert', authority, ...user])).toEqual(['secret']);
      const env = { TRIVY_USERNAME: LOGIN.username, TRIVY_PASSWORD: LOGIN.password };
      expect(await packages(name, ['--cacert', authority], env)).toEqual(['secret']);
      const args = [
        '--scanners',
        'packages',
        '--cacert',
        authority,
        '--password-stdin',
        '--username',
      ];
      const { status, stdout } = spawnSync(
        process.execPath,
        [command.script, 'image', name, ...args, LOGIN.username],
        { cwd, env: { ...process.env, ...home() }, input: `${LOGIN.password}\n`, encoding: 'utf8' },
      );
      expect([status, stdout]).toEqual([0, expect.stringContaining('secret')]);
    });

    it("takes the logins of Docker and Podman, and the authority from the registry's folder", async () => {
      const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
      const own = `home/.config/containers/certs.d/${server.host}`;
      mkdirSync(path.join(cwd, own), { recursive: true });
      copyFileSync(authority, path.join(cwd, own, 'ca.crt'));
      write('home/.docker/config.json', JSON.stringify({ auths: { [server.host]: { auth } } }));
      expect(await packages(name)).toEqual(['secret']);
      rmSync(path.join(cwd, 'home/.docker'), { recursive: true });
      const file = write(
        'auth.json',
        JSON.stringify({ auths: { [`${server.host}/team`]: { auth } } }),
      );
      expect(await packages(name, [], { REGISTRY_AUTH_FILE: file })).toEqual(['secret']);
      rmSync(path.join(cwd, 'home'), { recursive: true });
    });

    it('takes a credential helper, and any certificate with --insecure', async () => {
      const answer = JSON.stringify({ Username: LOGIN.username, Secret: LOGIN.password });
      const script = `#!/bin/sh\nread -r server\n[ "$server" = "${server.host}" ] || exit 1\necho '${answer}'\n`;
      write('bin/docker-credential-test', script, 0o755);
      const helpers = { credHelpers: { [server.host]: 'test' } };
      const env = {
        DOCKER_AUTH_CONFIG: JSON.stringify(helpers),
        PATH: `${cwd}/bin:${process.env['PATH'] ?? ''}`,
      };
      expect(await packages(name, ['--insecure'], env)).toEqual(['secret']);
    });

    it.each([
      ['untrusted-certificate', () => [name, [...user]]],
      ['login-wanted', () => [name, ['--cacert', authority]]],
      ['wrong-password', () => [name, ['--cacert', authority, '--username=ann', '--password=no']]],
      ['unknown-tag', () => [`${server.host}/team/app:9`, ['--cacert', authority, ...user]]],
      ['no-network', () => [name, ['--offline']]],
      ['no-server', () => ['127.0.0.1:2/app:1', []]],
      ['no-certificate', () => [name, ['--cacert', 'none.pem']]],
      ['user-alone', () => [name, ['--username', 'ann']]],
    ] as const)('says what to do about %s', async (title, asked) => {
      const [reference, flags] = asked();
      const { exitCode, stderr } = await scan(String(reference), flags as string[]);
      const shown = stderr.replaceAll(server.host, '127.0.0.1:5000').replaceAll(cwd, 'CWD');
      const golden = `testdata/registry-${title}.txt`;
      await expect(`exit code ${String(exitCode)}\n${shown}`).toMatchFileSnapshot(golden);
    });
  },
);

describe('a registry that misbehaves', () => {
  const image = debian('odd');

  it('ends the run with exit code 3 where a layer has a wrong digest, and nothing is kept', async () => {
    using server = await scriptedRegistry();
    storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
    const { digest, blob } = image.layers[1] ?? { digest: '', blob: Buffer.alloc(0) };
    const bytes = Buffer.from(blob);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    server.stored.set(`app/blobs/${digest}`, { bytes, mediaType: '' });
    const { exitCode, stderr } = await scan(`${server.host}/app:1`, ['--cache-dir', 'wrong']);
    const shown = stderr.replaceAll(server.host, '127.0.0.1:5000');
    const golden = 'testdata/registry-wrong-digest.txt';
    await expect(`exit code ${String(exitCode)}\n${shown}`).toMatchFileSnapshot(golden);
    const again = await scan(`${server.host}/app:1`, ['--cache-dir', 'wrong']);
    expect(again.exitCode).toBe(3);
  });

  it('is asked again after 429, and goes on where a connection broke', async () => {
    using server = await scriptedRegistry();
    storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
    const { digest, blob } = image.layers[1] ?? { digest: '', blob: Buffer.alloc(0) };
    let [isSlowed, isBroken] = [false, false];
    const ranges: unknown[] = [];
    server.answers.push((request, response, url) => {
      if (url.pathname.endsWith('/manifests/1') && !isSlowed) {
        isSlowed = true;
        response.writeHead(429, { 'retry-after': '1' }).end();
        return true;
      }
      if (!url.pathname.endsWith(digest)) return false;
      ranges.push(request.headers.range);
      if (isBroken) return false;
      isBroken = true;
      response.setHeader('content-length', blob.length);
      response.write(blob.subarray(0, 100), () => response.destroy());
      return true;
    });
    expect(await packages(`${server.host}/app:1`, ['--cache-dir', 'broken'])).toEqual(['odd']);
    expect(ranges).toEqual([undefined, 'bytes=100-']);
    expect(isSlowed).toBe(true);
  });

  it('may be reached through a proxy, but for this machine itself', async () => {
    using server = await scriptedRegistry();
    storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
    const tunnels: string[] = [];
    const proxy = await tunnelTo(server.host, tunnels);
    const { port } = proxy.address() as AddressInfo;
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, HTTP_PROXY: `127.0.0.1:${port}` };
    const conf = write('r.conf', '[[registry]]\nlocation = "r.example:5000"\ninsecure = true\n');
    const far = { ...env, CONTAINERS_REGISTRIES_CONF: conf };
    try {
      expect(await packages(`${server.host}/app:1`, ['--cache-dir', 'proxy'], env)).toEqual([
        'odd',
      ]);
      expect(tunnels).toEqual([]);
      expect(await packages('r.example:5000/app:1', ['--cache-dir', 'proxy2'], far)).toEqual([
        'odd',
      ]);
      expect(new Set(tunnels)).toEqual(new Set(['r.example:5000']));
    } finally {
      proxy.close().closeAllConnections();
    }
  });
});

/** A proxy that leads to one host, whatever it is asked for. */
async function tunnelTo(host: string, asked: string[]): Promise<Server> {
  const [name = '', port = ''] = host.split(':');
  const proxy = createServer((request, response) => {
    asked.push(new URL(request.url ?? '').host);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, client, head) => {
    asked.push(request.url ?? '');
    const server = connect(Number(port), name, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const socket of [server, client]) socket.on('error', () => server.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}
