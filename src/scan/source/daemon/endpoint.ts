/**
 * The endpoint of a container daemon.
 *
 * Source: Docker CLI reference, "Environment variables" and "docker context"; podman(1), `--url`
 * and `CONTAINER_HOST`. A context is a folder named by the SHA-256 of its name, below
 * `contexts/meta`, its keys below `contexts/tls`. SSH is not supported; both command lines run a
 * program on the remote host for it.
 */

import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { exists, isMissing } from '../../../core/base/exists.ts';
import { redact } from '../../../core/base/redact.ts';
import { isJsonObject, readJsonValue, type JsonValue } from '../../../formats/text/json/json.ts';
import { fileError } from '../file-error.ts';
import type { Environment } from '../../../core/model/artifact/environment.ts';

/** The address that requests are sent to. */
export interface DaemonEndpoint {
  /** The address in its usual notation, such as `unix:///run/docker.sock`. */
  readonly url: string;
  readonly at:
    | { readonly kind: 'socket'; readonly path: string }
    | {
        readonly kind: 'tcp';
        readonly host: string;
        readonly port: number;
        readonly tls?: EndpointTls;
      };
}

/** Certificates and key for a daemon that is reached over TLS. */
export interface EndpointTls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

const DOCKER_PORT = 2375;
const DOCKER_TLS_PORT = 2376;
const MAX_META_BYTES = 1024 * 1024;

/**
 * Returns Docker's endpoints: the user's choice, else the existing sockets.
 * @throws AssayError `NOT_FOUND`, `USAGE`
 */
export async function dockerEndpoints(env: Environment): Promise<readonly DaemonEndpoint[]> {
  const host = filled(env['DOCKER_HOST']);
  if (host !== undefined) return [parseEndpoint(host, await tlsOfEnvironment(env))];
  const folder = filled(env['DOCKER_CONFIG']) ?? join(homeOf(env), '.docker');
  const chosen = await chosenContext(folder, env);
  if (chosen !== undefined) return [chosen];
  const home = homeOf(env);
  const runtime = filled(env['XDG_RUNTIME_DIR']);
  return existing(
    [
      '/var/run/docker.sock',
      ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
      join(home, '.docker/run/docker.sock'),
      join(home, '.docker/desktop/docker.sock'),
    ],
    'Start Docker, or name its socket: DOCKER_HOST=unix:///PATH',
  );
}

/** Returns Podman's endpoints. @throws AssayError `NOT_FOUND`, `USAGE` */
export async function podmanEndpoints(env: Environment): Promise<readonly DaemonEndpoint[]> {
  const host = filled(env['CONTAINER_HOST']);
  if (host !== undefined) return [parseEndpoint(host, undefined)];
  const runtime = filled(env['XDG_RUNTIME_DIR']);
  return existing(
    [
      ...(runtime === undefined ? [] : [join(runtime, 'podman/podman.sock')]),
      '/run/podman/podman.sock',
    ],
    'Start it with systemctl --user start podman.socket, or name its socket: CONTAINER_HOST=unix:///PATH',
  );
}

/**
 * Parses the address of a daemon: `unix:`, `tcp:`, `http:`, `https:` or `npipe:`.
 *
 * @throws AssayError `USAGE` for a form that is not spoken.
 */
export function parseEndpoint(text: string, tls: EndpointTls | undefined): DaemonEndpoint {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/u.exec(text) ?? [];
  const shown = redact(text);
  switch (scheme) {
    case 'unix':
      return { url: text, at: { kind: 'socket', path: rest } };
    case 'npipe':
      return { url: text, at: { kind: 'socket', path: rest.replaceAll('/', '\\') } };
    case 'tcp':
    case 'http':
    case 'https':
      return tcpEndpoint(text, scheme, tls);
    case undefined:
      if (text.startsWith('/')) {
        return { url: `unix://${text}`, at: { kind: 'socket', path: text } };
      }
      return tcpEndpoint(`tcp://${text}`, 'tcp', tls);
    default:
      throw new AssayError('USAGE', `its address "${shown}" is of a kind that is not spoken`, {
        hint: 'Known are unix://PATH and tcp://HOST:PORT; over SSH forward its socket: ssh -L /tmp/d.sock:/var/run/docker.sock HOST',
      });
  }
}

function tcpEndpoint(text: string, scheme: string, tls: EndpointTls | undefined): DaemonEndpoint {
  const address = text.replace(/^tcp:/u, 'http:');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.hostname === '') {
    throw new AssayError('USAGE', `its address "${redact(text)}" cannot be read`, {
      hint: 'Write it as unix://PATH or tcp://HOST:PORT.',
    });
  }
  const used = tls ?? (scheme === 'https' ? { rejectUnauthorized: true } : undefined);
  const usual = used === undefined ? DOCKER_PORT : DOCKER_TLS_PORT;
  return {
    url: `tcp://${url.host}`,
    at: {
      kind: 'tcp',
      host: url.hostname.replace(/^\[|\]$/gu, ''),
      port: url.port === '' ? usual : Number(url.port),
      ...(used !== undefined && { tls: used }),
    },
  };
}

/** `DOCKER_TLS_VERIFY` asks for encryption and for the check of the other side. */
async function tlsOfEnvironment(env: Environment): Promise<EndpointTls | undefined> {
  const folder = filled(env['DOCKER_CERT_PATH']);
  const isVerified = filled(env['DOCKER_TLS_VERIFY']) !== undefined;
  if (!isVerified && filled(env['DOCKER_TLS']) === undefined) return undefined;
  return tlsFiles(folder ?? join(homeOf(env), '.docker'), isVerified);
}

async function tlsFiles(folder: string, rejectUnauthorized: boolean): Promise<EndpointTls> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readOptional(join(folder, name))),
  );
  return {
    rejectUnauthorized,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** Returns the endpoint of the context in use; `undefined` for the default one. */
async function chosenContext(
  folder: string,
  env: Environment,
): Promise<DaemonEndpoint | undefined> {
  const name = filled(env['DOCKER_CONTEXT']) ?? (await currentContext(join(folder, 'config.json')));
  if (name === undefined || name === 'default') return undefined;
  const hash = createHash('sha256').update(name).digest('hex');
  const metaPath = join(folder, 'contexts/meta', hash, 'meta.json');
  const endpoint = field(field(await readJsonFile(metaPath), 'Endpoints'), 'docker');
  const host = field(endpoint, 'Host');
  if (typeof host !== 'string' || host === '') {
    throw new AssayError('NOT_FOUND', `there is no Docker context "${name}"`, {
      hint: 'Choose one that there is: DOCKER_CONTEXT=default',
    });
  }
  const tlsFolder = join(folder, 'contexts/tls', hash, 'docker');
  const hasTls = await exists(tlsFolder);
  const isVerified = field(endpoint, 'SkipTLSVerify') !== true;
  return parseEndpoint(host, hasTls ? await tlsFiles(tlsFolder, isVerified) : undefined);
}

async function currentContext(path: string): Promise<string | undefined> {
  const name = field(await readJsonFile(path), 'currentContext');
  return typeof name === 'string' ? filled(name) : undefined;
}

function field(json: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(json) ? json[key] : undefined;
}

/** Returns `undefined` where it is not there. @throws AssayError `USAGE` where it is not JSON. */
async function readJsonFile(path: string): Promise<JsonValue | undefined> {
  const bytes = await readOptional(path);
  if (bytes === undefined) return undefined;
  try {
    return readJsonValue(path, bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('USAGE', error.message, {
      hint: 'Repair it, or name the socket: DOCKER_HOST=unix:///PATH',
      cause: error,
    });
  }
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readBoundedFile(path, { maxBytes: MAX_META_BYTES });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(error, path);
  }
}

/** Returns an error with the path, where the reader gives the reason alone. */
function unusable(error: unknown, path: string): AssayError {
  if (!(error instanceof AssayError)) return fileError(error, path);
  return new AssayError(error.code, `cannot read "${path}": ${error.message}`, { cause: error });
}

async function existing(
  paths: readonly string[],
  hint: string,
): Promise<readonly DaemonEndpoint[]> {
  const found: DaemonEndpoint[] = [];
  for (const path of paths) {
    if (await exists(path)) found.push({ url: `unix://${path}`, at: { kind: 'socket', path } });
  }
  if (found.length > 0) return found;
  throw new AssayError('NOT_FOUND', `there is no socket at ${paths.slice(0, 2).join(' or ')}`, {
    hint,
  });
}

function homeOf(env: Environment): string {
  return filled(env['HOME']) ?? homedir();
}

/** Returns a variable's value; an empty one counts as not set. */
function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
