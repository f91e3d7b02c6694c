/**
 * Answers all requests of a registry: who may ask, what is asked, and what is written to the log. It knows nothing of sockets.
 *
 * The `Host` header must be a name of this registry, so that a page in a browser cannot reach it under a name of its own. `Host` and
 * `X-Forwarded-*` have no effect on answers.
 */

import { compileGlobs } from '../base/glob.ts';
import type { Context } from '../base/context.ts';
import { errorMessage } from '../base/errors.ts';
import { callerOf, createLoginGuard, type Caller } from './access.ts';
import { jsonAnswer, refusal, type RegistryAnswer, type RegistryRequest } from './answer.ts';
import { type createMetrics } from './metrics.ts';
import { answerPackage } from './npm/answer.ts';
import { readNpmRoute, type NpmRoute } from './npm/route.ts';
import type { NpmService } from './npm/service.ts';
import { answerProject } from './pypi/answer.ts';
import { readPypiRoute, type PypiRoute } from './pypi/route.ts';
import type { PypiService } from './pypi/service.ts';
import type { RegistryLog } from './registry-log.ts';
import type { RegistrySettings } from './settings.ts';
import { LOOP_HEADER } from './uplink.ts';

/** What a handler works with. */
export interface HandlerOptions {
  readonly settings: RegistrySettings;
  readonly service: NpmService;
  readonly pypi: PypiService;
  readonly log: Pick<RegistryLog, 'add'>;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Hosts of this registry, in lower case and with their ports. */
  readonly hosts: ReadonlySet<string>;
  readonly loopMark: string;
}

/** A request with the address that it came from. */
export interface ReceivedRequest extends RegistryRequest {
  readonly address: string;
}

/** Answers a request. It throws only for bugs. */
export type RegistryHandler = (request: ReceivedRequest) => Promise<RegistryAnswer>;

type RegistryRoute = NpmRoute | PypiRoute;

/** Answers that need no token. */
const OPEN: ReadonlySet<RegistryRoute['kind']> = new Set(['ping', 'health']);

/** Makes the handler of a registry. */
export function createHandler(
  options: HandlerOptions,
  context: Pick<Context, 'now'>,
): RegistryHandler {
  const guard = createLoginGuard();
  const { settings, log, metrics } = options;
  return async (request) => {
    const startedAt = performance.now();
    const route = readPypiRoute(request.target) ?? readNpmRoute(request.target);
    const now = context.now();
    const caller = callerOf(request.header('authorization'), settings.tokens, now);
    if (caller.kind === 'refused') guard.fail(request.address, now);
    const answer = guard.isBlocked(request.address, now)
      ? refusal(429, 'too many failed logins; wait a minute')
      : await answerFor({ route, request, caller }, options).catch(failed);
    const { status, subject } = answer;
    metrics.count('assay_registry_requests_total', { kind: route.kind, status: String(status) });
    if (subject?.decision !== undefined) {
      metrics.count('assay_registry_decisions_total', { decision: subject.decision });
    }
    log.add({
      time: new Date(now).toISOString(),
      address: request.address,
      ...(caller.kind === 'token' && { token: caller.name }),
      method: request.method,
      kind: route.kind,
      status,
      ...subject,
      ms: Math.round(performance.now() - startedAt),
    });
    return answer;
  };
}

/** A bug must not end the registry, and must not let anything pass. */
function failed(error: unknown): RegistryAnswer {
  return refusal(500, `the registry failed: ${errorMessage(error)}`);
}

interface Asked {
  readonly route: RegistryRoute;
  readonly request: ReceivedRequest;
  readonly caller: Caller;
}

async function answerFor(asked: Asked, options: HandlerOptions): Promise<RegistryAnswer> {
  const { route, request, caller } = asked;
  const { settings, hosts, loopMark } = options;
  const host = request.header('host')?.toLowerCase() ?? '';
  if (!hosts.has(host)) {
    return refusal(421, 'this registry has another name; its address is set by registry.url');
  }
  if (request.header(LOOP_HEADER) === loopMark) {
    return refusal(508, 'this registry is its own uplink; set registry.uplinks');
  }
  const needsToken = settings.tokens.length > 0 && !OPEN.has(route.kind);
  if (caller.kind === 'refused' || (needsToken && caller.kind === 'anonymous')) {
    const headers = { 'www-authenticate': 'Bearer realm="assay registry"' };
    return refusal(401, 'a valid token is required', { headers });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(501, `${request.method} is not supported: packages are not published here`);
  }
  return answerRead(asked, options);
}

async function answerRead(asked: Asked, options: HandlerOptions): Promise<RegistryAnswer> {
  const { route, request } = asked;
  const { settings, service, pypi } = options;
  if (!('name' in route)) return answerPlain(route, asked, options);
  switch (route.kind) {
    case 'packument':
    case 'tags':
    case 'version':
    case 'tarball': {
      const isPrivate = privateTest(settings);
      return answerPackage(route, request, { service, isPrivate });
    }
    case 'pypi-project':
    case 'pypi-file':
    case 'pypi-metadata': {
      const isPrivate = privateTest(settings.pypi);
      return answerProject(route, request, { service: pypi, isPrivate });
    }
  }
}

/** A route that is about no package. */
type PlainRoute = Exclude<RegistryRoute, { readonly name: string }>;

function answerPlain(
  route: PlainRoute,
  { caller }: Asked,
  { metrics }: HandlerOptions,
): RegistryAnswer {
  switch (route.kind) {
    case 'root':
    case 'ping':
    case 'health':
      return jsonAnswer(200, {});
    case 'whoami':
      if (caller.kind !== 'token') return refusal(401, 'no token was sent');
      return jsonAnswer(200, { username: caller.name });
    case 'metrics':
      return {
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4' },
        body: Buffer.from(metrics.text()),
      };
    case 'search':
      return refusal(501, 'search is not supported by this registry');
    case 'pypi-root':
      return refusal(501, 'this registry does not have a list of all projects');
    case 'unsupported':
      return refusal(501, `this registry does not have ${route.what}`);
    case 'none':
      return refusal(404, 'there is nothing at this address');
  }
}

/** Returns a function that recognizes private names. */
export function privateTest({
  privateNames,
}: Pick<RegistrySettings, 'privateNames'>): (name: string) => boolean {
  return compileGlobs(privateNames);
}
