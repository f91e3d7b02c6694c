/** A real registry on loopback: Debian's `docker-registry`, with or without a login and TLS. */

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { freePort } from './free-port.ts';
import { writeFiles } from './stored-images.ts';
import { missingTool, run } from './tools.ts';

/** A busy machine takes its time to start a program. */
const START_LIMIT_MS = 120_000;

/** Debian's name of the program. */
const REGISTRY = 'docker-registry';

export interface RegistryOptions {
  /**
   * Whether requests are logged, which is the default. Nothing reads the log while a caller blocks
   * the event loop.
   */
  readonly isLogged?: boolean;
  readonly login?: { readonly username: string; readonly password: string };
  /** Certificates made by {@link makeCertificates}. */
  readonly tls?: Certificates;
  /**
   * Tokens of this server are wanted in place of a login at the registry; `login` is then for the
   * server.
   */
  readonly tokens?: { readonly realm: string; readonly service: string; readonly issuer: string };
}

export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Lines of its access log so far, as in `GET /v2/app/manifests/1 200`. */
  requests(): readonly string[];
  /** Copies an image from an OCI layout folder (or what skopeo takes) to `name`. */
  push(from: string, name: string, flags?: readonly string[]): void;
  /** The same while this process goes on, as where it is the token server. */
  pushMeanwhile(from: string, name: string): Promise<void>;
  /** The file that holds a blob. */
  blobFile(digest: string): string;
}

export interface Certificates {
  /** PEM file of the authority. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Why tests with a real registry are skipped; `undefined` where nothing is missing. */
export const missingForRegistry = missingTool(REGISTRY, 'skopeo', 'htpasswd', 'openssl');

/** An authority of its own and a certificate for `127.0.0.1`, in `folder`. */
export function makeCertificates(folder: string): Certificates {
  const file = (name: string): string => path.join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-keyout', file('ca.key'), '-out', file('ca.crt')];
  run('openssl', ['req', '-x509', ...curve, '-subj', '/CN=Test', '-days', '2', ...authority]);
  const asked = ['-keyout', file('host.key'), '-out', file('host.csr')];
  run('openssl', ['req', ...curve, '-subj', '/CN=127.0.0.1', ...asked]);
  writeFileSync(file('host.ext'), 'subjectAltName=IP:127.0.0.1\n');
  const signedBy = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial'];
  const signed = ['-extfile', file('host.ext'), '-days', '2', '-out', file('host.crt')];
  run('openssl', ['x509', '-req', '-in', file('host.csr'), ...signedBy, ...signed]);
  return { authority: file('ca.crt'), certificate: file('host.crt'), key: file('host.key') };
}

/** Starts a registry on a free port; disposing ends it and removes what it stored. */
export async function startRegistry(options: RegistryOptions = {}): Promise<RunningRegistry> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-registry-'));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  writeFileSync(path.join(folder, 'config.yml'), configuration(folder, host, options));
  const server = spawn(REGISTRY, ['serve', path.join(folder, 'config.yml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await answering(port, () => `${log}\nexit code ${String(server.exitCode)}`);
  const { login } = options;
  const user = login === undefined ? [] : ['--dest-creds', `${login.username}:${login.password}`];
  const copy = [
    'copy',
    '--quiet',
    '--insecure-policy',
    '--all',
    '--dest-tls-verify=false',
    ...user,
  ];
  return {
    host,
    requests: () => accessLines(log),
    push(from, name, flags = []) {
      run('skopeo', [...copy, ...flags, from, `docker://${host}/${name}`]);
    },
    async pushMeanwhile(from, name) {
      await promisify(execFile)('skopeo', [...copy, from, `docker://${host}/${name}`]);
    },
    blobFile(digest) {
      const hex = digest.slice('sha256:'.length);
      const blobs = path.join(folder, 'data/docker/registry/v2/blobs/sha256');
      return path.join(blobs, hex.slice(0, 2), hex, 'data');
    },
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes the files of an OCI layout and gives skopeo's name for them. */
export function layoutFolder(folder: string, files: ReadonlyMap<string, Buffer>): string {
  mkdirSync(folder, { recursive: true });
  writeFiles(folder, files);
  return `oci:${folder}`;
}

function configuration(
  folder: string,
  host: string,
  { isLogged = true, login, tls, tokens }: RegistryOptions,
): string {
  const lines = [
    'version: 0.1',
    `log: { level: ${isLogged ? 'info' : 'error'}, accesslog: { disabled: ${!isLogged} } }`,
    `storage: { filesystem: { rootdirectory: "${folder}/data" } }`,
    'http:',
    `  addr: ${host}`,
  ];
  if (tls !== undefined && tokens === undefined) {
    lines.push(`  tls: { certificate: "${tls.certificate}", key: "${tls.key}" }`);
  }
  if (tokens !== undefined) {
    const fields = { ...tokens, rootcertbundle: tls?.certificate };
    lines.push(`auth: { token: ${JSON.stringify(fields)} }`);
  } else if (login !== undefined) {
    const users = path.join(folder, 'htpasswd');
    run('htpasswd', ['-Bbc', users, login.username, login.password]);
    lines.push(`auth: { htpasswd: { realm: test, path: "${users}" } }`);
  }
  return `${lines.join('\n')}\n`;
}

async function answering(port: number, log: () => string): Promise<void> {
  const end = Date.now() + START_LIMIT_MS;
  while (Date.now() < end) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`docker-registry did not start:\n${log()}`);
}

/** Source: Apache's combined log format. */
const ACCESS = /"(?<method>[A-Z]+) (?<path>\S+) HTTP\/[\d.]+" (?<status>\d{3})/;

function accessLines(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => {
    const { method, path: target, status } = ACCESS.exec(line)?.groups ?? {};
    return method === undefined ? [] : [`${method} ${target ?? ''} ${status ?? ''}`];
  });
}
