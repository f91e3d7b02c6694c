/**
 * Requests to a container daemon.
 *
 * Source: Docker Engine API reference; Podman answers the same requests. The version is negotiated
 * as Docker's command line does it: what the daemon announces, but none above the highest known
 * here.
 */

import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

import type { Context } from '../../../core/base/context.ts';
import { AssayError, errorMessage, ParseError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { isJsonObject, readJsonValue, type JsonValue } from '../../../formats/text/json/json.ts';
import type { DaemonEndpoint } from './endpoint.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** A daemon that has answered. */
export interface Engine {
  readonly endpoint: DaemonEndpoint;
  /**
   * Returns `undefined` where the daemon answers that there is no such thing.
   * @throws AssayError `NETWORK`
   */
  json(path: string, context: Context): Promise<JsonValue | undefined>;
  /**
   * Returns the body of an answer, which may be read once.
   * @throws AssayError `NETWORK`, while reading `DAMAGED`
   */
  stream(path: string, context: Context): Promise<AsyncIterable<Uint8Array>>;
}

/** Highest version of the interface that this was written for. */
const HIGHEST_API = '1.47';
/** Long enough for a machine under load, and short enough to be noticed. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Limit for a daemon's description of one image, with hundreds of layers and labels. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * Requests the daemon's API version.
 *
 * @throws AssayError `OFFLINE` if it is reached over the network, which is not allowed;
 * `NOT_FOUND`, `ACCESS_DENIED`, `NETWORK` if it does not respond.
 */
export async function connectEngine(endpoint: DaemonEndpoint, context: Context): Promise<Engine> {
  if (endpoint.at.kind === 'tcp' && context.fetch === undefined) {
    throw new AssayError('OFFLINE', `${endpoint.url} is reached over the network`, {
      hint: 'Leave out --offline, or use a local socket.',
    });
  }
  const ping = await send(endpoint, '/_ping', context);
  ping.resume();
  const announced = ping.headers['api-version'];
  const version = typeof announced === 'string' ? lower(announced, HIGHEST_API) : undefined;
  const prefix = version === undefined ? '' : `/v${version}`;
  return {
    endpoint,
    async json(path, jsonContext) {
      const answer = await send(endpoint, prefix + path, jsonContext);
      const body = await readBody(answer, endpoint);
      if (answer.statusCode === 404) return undefined;
      if (answer.statusCode !== 200) throw refused(endpoint, answer, body);
      return parse(body, endpoint);
    },
    async stream(path, streamContext) {
      const answer = await send(endpoint, prefix + path, streamContext, 'unlimited');
      if (answer.statusCode === 200) return pieces(answer, endpoint, streamContext);
      throw refused(endpoint, answer, await readBody(answer, endpoint));
    },
  };
}

function lower(a: string, b: string): string {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB) ? a : b;
}

/** Resolves with the head of the answer. */
function send(
  endpoint: DaemonEndpoint,
  path: string,
  context: Context,
  time: 'limited' | 'unlimited' = 'limited',
): Promise<IncomingMessage> {
  throwIfInterrupted(context.signal);
  const { at } = endpoint;
  const options: RequestOptions = {
    method: 'GET',
    path,
    agent: false,
    // Docker takes any name that is a name.
    headers: { host: at.kind === 'tcp' ? at.host : 'docker' },
    signal: context.signal,
    ...(at.kind === 'socket' ? { socketPath: at.path } : { host: at.host, port: at.port }),
  };
  const isEncrypted = at.kind === 'tcp' && at.tls !== undefined;
  return new Promise((resolve, reject) => {
    const call = isEncrypted
      ? httpsRequest({ ...options, ...at.tls }, resolve)
      : httpRequest(options, resolve);
    if (time === 'limited') {
      call.setTimeout(ANSWER_TIMEOUT_MS, () => {
        call.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`));
      });
    }
    call.on('error', (error) => {
      try {
        throwIfInterrupted(context.signal);
        reject(unreachable(endpoint, error));
      } catch (interrupted) {
        reject(interrupted instanceof Error ? interrupted : error);
      }
    });
    call.end();
  });
}

async function* pieces(
  answer: IncomingMessage,
  endpoint: DaemonEndpoint,
  context: Context,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of answer as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throwIfInterrupted(context.signal);
    if (error instanceof AssayError) throw error;
    throw new AssayError(
      'DAMAGED',
      `${endpoint.url} ended the connection in the middle of the image: ${errorMessage(error)}`,
      { hint: 'The log of the daemon says why.', cause: error },
    );
  }
}

async function readBody(answer: IncomingMessage, endpoint: DaemonEndpoint): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let lengthBytes = 0;
  try {
    for await (const piece of answer as AsyncIterable<Uint8Array>) {
      lengthBytes += piece.length;
      if (lengthBytes > MAX_JSON_BYTES) throw new Error('its answer is too long');
      read.push(piece);
    }
  } catch (error) {
    throw unreachable(endpoint, error);
  }
  return Buffer.concat(read);
}

function parse(body: Uint8Array, endpoint: DaemonEndpoint): JsonValue {
  try {
    return readJsonValue(endpoint.url, body);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('NETWORK', `${endpoint.url} answers something that is not JSON`, {
      hint: 'Check that a container daemon listens there.',
      cause: error,
    });
  }
}

function refused(endpoint: DaemonEndpoint, answer: IncomingMessage, body: Uint8Array): AssayError {
  let said = '';
  try {
    const json = readJsonValue('', body);
    if (isJsonObject(json) && typeof json['message'] === 'string') said = `: ${json['message']}`;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  const status = answer.statusCode ?? 0;
  return new AssayError('NETWORK', `${endpoint.url} answers ${status}${said}`, {
    hint: 'The log of the daemon says more.',
  });
}

function unreachable(endpoint: DaemonEndpoint, error: unknown): AssayError {
  const code = systemCode(error);
  const { url, at } = endpoint;
  const cause = error;
  if (code === 'EACCES' || code === 'EPERM') {
    return new AssayError('ACCESS_DENIED', `you may not use ${url}`, {
      hint: 'Run as root, or join the group of the socket.',
      cause,
    });
  }
  if (code === 'ENOENT') {
    const hint = 'Start the daemon, or correct the address.';
    return new AssayError('NOT_FOUND', `there is no socket at ${url}`, { hint, cause });
  }
  if (code === 'ECONNREFUSED') {
    const what = at.kind === 'socket' ? 'the socket is there' : 'the host is there';
    const hint = 'Start the daemon.';
    return new AssayError('NETWORK', `nobody listens at ${url}, though ${what}`, { hint, cause });
  }
  return new AssayError('NETWORK', `${url} cannot be asked: ${errorMessage(error)}`, {
    hint: 'Check that a container daemon listens there.',
    cause,
  });
}
