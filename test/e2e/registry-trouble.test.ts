/**
 * A real registry with a token server, behind a front that refuses and breaks off, and with a blob
 * that was changed on its disk; and the flags that bound and show what is asked of it.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startFront } from '../support/registry-front.ts';
import { refuse, scriptedRegistry, storeLayout, type Answer } from '../support/registry-server.ts';
import {
  layoutFolder,
  makeCertificates,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../support/registry.ts';
import { runHere, type Outcome } from '../support/run-here.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { ISSUER, SERVICE, startTokenServer, type TokenServer } from '../support/token-server.ts';
import { needs } from '../support/tools.ts';

const LOGIN = { username: 'ann', password: 'pass:word' };
const STATUS = 'Package: app\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0\n';
/** Bytes that do not pack, so that a layer can break in its middle. */
function noise(lengthBytes: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length: lengthBytes }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state >> 8;
    }),
  );
}

const image = makeImage([
  [{ path: 'var/lib/dpkg/status', body: STATUS }],
  [{ path: 'srv/data', body: noise(50_000) }],
]);
const [first, second] = image.layers.map(({ digest }) => digest) as [string, string];

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-trouble-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

function scan(reference: string, ...flags: readonly string[]): Promise<Outcome> {
  return scanIn({}, reference, ...flags);
}

function scanIn(
  changes: Readonly<Record<string, string>>,
  reference: string,
  ...flags: readonly string[]
): Promise<Outcome> {
  const home = path.join(cwd, 'home');
  const env = { HOME: home, XDG_RUNTIME_DIR: '', ASSAY_IMAGE_SRC: 'remote', ...changes };
  const args = ['image', reference, '--scanners', 'packages', ...flags];
  return runHere(args, { cwd, env });
}

function layout(): string {
  return layoutFolder(path.join(cwd, 'layout'), ociFiles([{ image, tag: '1' }]));
}

describe.skipIf(missingForRegistry !== undefined)(
  `a registry with a token server${needs(missingForRegistry)}`,
  () => {
    let tokens: TokenServer;
    let server: RunningRegistry;
    beforeAll(async () => {
      const tls = makeCertificates(cwd);
      tokens = await startTokenServer(LOGIN, tls);
      const wanted = { realm: tokens.realm, service: SERVICE, issuer: ISSUER };
      server = await startRegistry({ login: LOGIN, tls, tokens: wanted });
      await server.pushMeanwhile(layout(), 'team/app:1');
    });
    afterAll(async () => {
      tokens[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    });

    it('is asked with a token of the scope that it wants, once for all', async () => {
      const before = tokens.asked.length;
      const user = ['--username', LOGIN.username, '--password', LOGIN.password];
      const { exitCode, stdout } = await scan(`${server.host}/team/app:1`, ...user);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('app')]);
      expect(tokens.asked.slice(before)).toEqual(['ann repository:team/app:pull']);
    });

    it('refuses a wrong password, which is not shown', async () => {
      const user = ['--username', LOGIN.username, '--password', 'wrong-password'];
      const { exitCode, stderr } = await scan(`${server.host}/team/app:1`, '--debug', ...user);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('The credentials of this command line were refused');
      expect(stderr).toContain('who are you?');
      expect(stderr).not.toContain('wrong-password');
    });
  },
);

describe.skipIf(missingForRegistry)(`a registry in trouble${needs(missingForRegistry)}`, () => {
  let server: RunningRegistry;
  beforeAll(async () => {
    server = await startRegistry();
    server.push(layout(), 'app:1');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('is asked again after the time that a 429 names, and goes on where a layer broke', async () => {
    using front = await startFront(server.host);
    const { blob } = image.layers[1] ?? { blob: Buffer.alloc(0) };
    const waits: number[] = [];
    let isBroken = false;
    front.answers.push((_request, response, url) => {
      if (url.pathname.endsWith('/manifests/1')) waits.push(performance.now());
      if (waits.length === 1) {
        response.writeHead(429, { 'retry-after': '2' }).end();
        return true;
      }
      if (!url.pathname.endsWith(second) || isBroken) return false;
      isBroken = true;
      response.setHeader('content-length', blob.length);
      response.write(blob.subarray(0, 1000), () => response.destroy());
      return true;
    });
    const { exitCode, stderr } = await scan(`${front.host}/app:1`, '--cache-dir', 'broken');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThanOrEqual(2000);
    const asked = front.requests.filter((line) => line.includes(second));
    expect(asked).toEqual([
      `GET /v2/app/blobs/${second}`,
      `GET /v2/app/blobs/${second} bytes=1000-`,
    ]);
  });

  it('has a layer of other bytes: exit code 3, and nothing of it is kept', async () => {
    const file = server.blobFile(second);
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes);
    changed[100] = (changed[100] ?? 0) ^ 1;
    const cache = ['--cache-dir', 'changed'];
    try {
      writeFileSync(file, changed);
      const { exitCode, stderr } = await scan(`${server.host}/app:1`, ...cache);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`should have ${second} and has sha256:`);
    } finally {
      writeFileSync(file, bytes);
    }
    const before = server.requests().length;
    expect((await scan(`${server.host}/app:1`, ...cache)).exitCode).toBe(0);
    const asked = server.requests().slice(before);
    expect(asked.filter((line) => line.includes(second))).toHaveLength(1);
  });

  it('is not asked for the layers of an image that is too large', async () => {
    const flags = ['--max-image-size', '20kB', '--cache-dir', 'large'];
    const before = server.requests().length;
    const { exitCode, stderr } = await scan(`${server.host}/app:1`, ...flags);
    const told = stderr.replaceAll(server.host, '127.0.0.1:5000').replace(/\d+ bytes/, 'N bytes');
    await expect(`exit code ${String(exitCode)}\n${told}`).toMatchFileSnapshot(
      'testdata/registry-too-large.txt',
    );
    const asked = server.requests().slice(before);
    expect(asked.filter((line) => line.includes(first) || line.includes(second))).toEqual([]);
  });

  it('gives the same however many layers are read at once', async () => {
    const runs = await Promise.all(
      ['0', '1', '8'].map((count) =>
        scan(`${server.host}/app:1`, '--parallel', count, '--cache-dir', `parallel-${count}`),
      ),
    );
    for (const run of runs) expect(run).toEqual(runs[0]);
    const refused = await scan(`${server.host}/app:1`, '--parallel', '65');
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      'ERROR --parallel cannot be "65"\n      Write a number from 0 to 64; 0 leaves it to Assay.\n',
    ]);
  });

  it('is shown request by request', async () => {
    const { stderr } = await scan(`${server.host}/app:1`, '--trace-http', '--cache-dir', 'trace');
    const lines = stderr.trimEnd().split('\n');
    expect(lines.every((line) => /^HTTP {2}\d+ [<>] /.test(line))).toBe(true);
    expect(stderr).toContain(`> GET http://${server.host}/v2/app/manifests/1; accept: `);
    expect(stderr).toMatch(
      /< 200 after \d+ ms; content-type: application\/vnd\.oci\.image\.manifest/,
    );
  });
});

/** What is done to a request, and what else is set. */
interface Trouble {
  readonly answer?: Answer;
  readonly reference?: string;
  readonly flags?: readonly string[];
  readonly env?: (host: string) => Readonly<Record<string, string>>;
}

const wantsLogin: Answer = (_request, response) => {
  response.setHeader('www-authenticate', 'Basic realm="test"');
  refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
  return true;
};

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'too many requests': {
    answer: (_request, response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end();
      return true;
    },
  },
  'a connection that always breaks': {
    answer: (_request, response, url) => {
      if (!url.pathname.includes('/blobs/')) return false;
      response.setHeader('content-length', 1000);
      response.write('x', () => response.destroy());
      return true;
    },
  },
  'an address that is not followed': {
    answer: (_request, response) => {
      response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      return true;
    },
  },
  'a way to log in that is not spoken': {
    answer: (_request, response) => {
      response.setHeader('www-authenticate', 'Negotiate');
      refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
      return true;
    },
  },
  'a token server that is none': {
    answer: (_request, response) => {
      response.setHeader('www-authenticate', 'Bearer realm="ftp://tokens.example/get"');
      refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
      return true;
    },
  },
  'a helper that is not there': {
    answer: wantsLogin,
    env: (host) => ({ DOCKER_AUTH_CONFIG: `{"credHelpers":{"${host}":"none"}}` }),
  },
  'what is not a manifest': {
    answer: (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('{"a":1}');
      return true;
    },
  },
  'a manifest that does not end': {
    answer: (_request, response, url) => {
      if (!url.pathname.includes('/manifests/')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.alloc(5 * 1024 * 1024, 32));
      return true;
    },
  },
  'another platform': { flags: ['--platform', 'linux/s390x'] },
  'a blocked registry': {
    reference: 'blocked.example/app:1',
    env: () => ({ CONTAINERS_REGISTRIES_CONF: path.join(cwd, 'blocked.conf') }),
  },
  'a proxy that wants a login': {
    reference: 'far.example/app:1',
    env: (host) => ({ HTTPS_PROXY: `http://ann:secret@${host}` }),
  },
};

describe('what is said of a registry in trouble', () => {
  it('is what, where, why, and what to do', async () => {
    using server = await scriptedRegistry();
    storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
    server.refuseTunnels(407);
    const conf = '[[registry]]\nlocation = "blocked.example"\nblocked = true\n';
    writeFileSync(path.join(cwd, 'blocked.conf'), conf);
    const blocks: string[] = [];
    for (const [name, { answer, reference, flags = [], env }] of Object.entries(TROUBLES)) {
      if (answer !== undefined) server.answers.push(answer);
      const asked = reference ?? `${server.host}/app:1`;
      const cache = ['--cache-dir', `trouble-${blocks.length}`];
      const { exitCode, stderr } = await scanIn(
        env?.(server.host) ?? {},
        asked,
        ...flags,
        ...cache,
      );
      if (answer !== undefined) server.answers.pop();
      blocks.push(`${name}\n${stderr}exit code ${String(exitCode)}\n`);
    }
    const told = blocks
      .join('\n')
      .replaceAll(server.host, '127.0.0.1:5000')
      .replaceAll(cwd, '/CWD');
    expect(told).not.toContain('secret');
    await expect(told).toMatchFileSnapshot('golden/registry-errors.txt');
  }, 120_000);
});

describe('an image that unpacks to more than it is stored as', () => {
  const packed = makeImage([
    [{ path: 'var/lib/dpkg/status', body: STATUS }],
    [{ path: 'a', body: Buffer.alloc(60_000) }],
    [{ path: 'b', body: Buffer.alloc(60_000) }],
  ]);

  it('is refused, also where earlier runs know its layers', async () => {
    layoutFolder(path.join(cwd, 'packed'), ociFiles([{ image: packed, tag: '1' }]));
    const asked = ['--cache-dir', 'packed-cache', '--max-image-size'];
    for (const run of [1, 2]) {
      const { exitCode, stderr } = await scan('./packed', ...asked, '100KB');
      expect([run, exitCode, stderr]).toEqual([
        run,
        3,
        'ERROR "./packed" unpacks to more than 100000 bytes\n      Give it more room: --max-image-size SIZE\n',
      ]);
    }
    expect((await scan('./packed', ...asked, '200KB')).exitCode).toBe(0);
  });
});
