/**
 * Answers all requests of a registry: who may ask, what is asked, and what is written to the log.
 * It knows nothing of sockets.
 *
 * The `Host` header must be a name of this registry, so that a page in a browser cannot reach it
 * under a name of its own. `Host` and `X-Forwarded-*` have no effect on answers.
 */

import type { Context } from '../core/base/context.ts';
import { errorMessage } from '../core/base/errors.ts';
import { callerOf, createLoginGuard, type Caller } from './access.ts';
import { jsonAnswer, refusal, type RegistryAnswer, type RegistryRequest } from './answer.ts';
import { answerLogin, answerLogout } from './login.ts';
import { type createMetrics } from './metrics.ts';
import { answerPackage } from './npm/answer.ts';
import type { AdvisoryWatch } from './advisory-watch.ts';
import { answerAudit } from './npm/audit/answer.ts';
import { answerChange } from './npm/publish/answer.ts';
import type { HostedPackages } from './npm/publish/hosted-packages.ts';
import { readWriteRoute, type WriteRoute } from './npm/publish/route.ts';
import { readNpmRoute, type NpmRoute } from './npm/route.ts';
import type { NpmService } from './npm/service.ts';
import { answerProject } from './pypi/answer.ts';
import { privateTest } from './private-names.ts';
import { readPypiRoute, type PypiRoute } from './pypi/route.ts';
import type { PypiService } from './pypi/service.ts';
import { clientOfAddress, createMinuteCounts } from './rate.ts';
import type { RegistryLog } from './registry-log.ts';
import type { RegistryServices } from './services.ts';
import type { RegistrySettings, ServedEcosystem } from './settings.ts';
import { LOOP_HEADER } from './uplink.ts';

/** What a handler works with. */
export interface HandlerOptions {
  readonly settings: RegistrySettings;
  readonly service: NpmService;
  readonly pypi: PypiService;
  /** Packages of npm that are published here. */
  readonly hosted: HostedPackages;
  readonly advisories: AdvisoryWatch;
  readonly search: RegistryServices['search'];
  readonly log: Pick<RegistryLog, 'add' | 'written'>;
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

type ReadRoute = NpmRoute | PypiRoute;
type RegistryRoute = ReadRoute | WriteRoute;

/** Answers that need no token. A login sends it in its body. */
const OPEN: ReadonlySet<RegistryRoute['kind']> = new Set(['ping', 'health', 'login', 'web-login']);

/** Makes the handler of a registry. */
export function createHandler(
  options: HandlerOptions,
  context: Pick<Context, 'now'>,
): RegistryHandler {
  const guard = createLoginGuard();
  const requests = createMinuteCounts();
  const { settings, log, metrics } = options;
  const isPrivate = { npm: privateTest(settings), pypi: privateTest(settings.pypi) };
  const answering = { ...options, isPrivate };
  const readRoute = rememberedRoutes();
  return async (request) => {
    const startedAt = performance.now();
    const route = routeOf(request, readRoute);
    const now = context.now();
    const caller = callerOf(request.header('authorization'), settings.tokens, now);
    if (caller.kind === 'refused') guard.fail(request.address, now);
    const client =
      caller.kind === 'token' ? `token ${caller.name}` : clientOfAddress(request.address);
    requests.add(client, now);
    const isOften = requests.of(client, now) > settings.limits.requestsPerMinute;
    const isLimited = isOften || guard.isBlocked(request.address, now);
    const onFailedLogin = (): void => guard.fail(request.address, now);
    const answer = isLimited
      ? limitRefusal(isOften ? 'too many requests' : 'too many failed logins')
      : await answerFor({ route, request, caller, now, onFailedLogin }, answering).catch(failed);
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
    // The end of the process must not take away the line of an answer that a client has.
    await log.written();
    return answer;
  };
}

/**
 * Routes of requests with other methods than GET and HEAD are their own; there is none in Python.
 */
function routeOf(
  { method, target }: ReceivedRequest,
  readRoute: (target: string) => ReadRoute,
): RegistryRoute {
  if (method === 'GET' || method === 'HEAD') return readRoute(target);
  if (readPypiRoute(target) === undefined) return readWriteRoute(method, target);
  return { kind: 'write-unsupported', what: 'uploads of Python packages' };
}

const MAX_ROUTES = 5000;
/** Addresses of packages are shorter. */
const MAX_ROUTE_LENGTH = 256;

/** Returns a function that reads targets, and remembers those that were read last. */
function rememberedRoutes(): (target: string) => ReadRoute {
  const known = new Map<string, ReadRoute>();
  return (target) => {
    const before = known.get(target);
    if (before !== undefined) return before;
    const route = readPypiRoute(target) ?? readNpmRoute(target);
    if (target.length > MAX_ROUTE_LENGTH) return route;
    if (known.size >= MAX_ROUTES) known.clear();
    known.set(target, route);
    return route;
  };
}

function limitRefusal(what: string): RegistryAnswer {
  return refusal(429, `${what}; wait a minute`, { headers: { 'retry-after': '60' } });
}

/** A bug must not end the registry, and must not let anything pass. */
function failed(error: unknown): RegistryAnswer {
  return refusal(500, `the registry failed: ${errorMessage(error)}`);
}

interface Asked {
  readonly route: RegistryRoute;
  readonly request: ReceivedRequest;
  readonly caller: Caller;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly onFailedLogin: () => void;
}

/** Options with what is made of them once. */
interface Answering extends HandlerOptions {
  /** Tests of names that no uplink is asked for. */
  readonly isPrivate: Readonly<Record<ServedEcosystem, (name: string) => boolean>>;
}

async function answerFor(asked: Asked, options: Answering): Promise<RegistryAnswer> {
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
  // A login also comes from a client that has an old token.
  const isLogin = route.kind === 'login' || route.kind === 'web-login';
  if ((caller.kind === 'refused' && !isLogin) || (needsToken && caller.kind === 'anonymous')) {
    const headers = { 'www-authenticate': 'Bearer realm="assay registry"' };
    return refusal(401, 'a valid token is required', { headers });
  }
  return answerRoute(asked, options);
}

async function answerRoute(asked: Asked, options: Answering): Promise<RegistryAnswer> {
  const { route, request } = asked;
  const { service, pypi, isPrivate } = options;
  switch (route.kind) {
    case 'packument':
    case 'tags':
    case 'version':
    case 'tarball':
    case 'attestations':
      return answerPackage(route, request, { service, isPrivate: isPrivate.npm });
    case 'pypi-project':
    case 'pypi-file':
    case 'pypi-metadata':
    case 'pypi-provenance':
      return answerProject(route, request, { service: pypi, isPrivate: isPrivate.pypi });
    case 'login':
    case 'logout':
    case 'web-login':
    case 'write-unsupported':
      return answerAccount(route, asked, options);
    default:
      return answerOther(route, asked, options);
  }
}

/** A route that is about no package, an audit, or a change. */
type OtherRoute =
  PlainRoute | Exclude<WriteRoute, AccountRoute> | Extract<ReadRoute, { readonly kind: 'search' }>;

async function answerOther(
  route: OtherRoute,
  asked: Asked,
  options: HandlerOptions,
): Promise<RegistryAnswer> {
  switch (route.kind) {
    case 'search':
      return options.search(asked.request.target);
    case 'audit-bulk':
    case 'audit-tree':
      return answerAudit(route.kind, asked.request, (await options.advisories.current()).reader);
    default:
      if (!('name' in route)) return answerPlain(route, asked, options);
      return answerChange(route, asked.request, asked.caller, {
        service: options.service,
        hosted: options.hosted,
        maxPublishBytes: options.settings.maxPublishBytes,
        now: asked.now,
      });
  }
}

type AccountRoute = Exclude<
  WriteRoute,
  { readonly name: string } | { readonly kind: 'audit-bulk' | 'audit-tree' }
>;

async function answerAccount(
  route: AccountRoute,
  { request, now, onFailedLogin }: Asked,
  { settings: { tokens } }: HandlerOptions,
): Promise<RegistryAnswer> {
  switch (route.kind) {
    case 'login':
      return answerLogin(route.user, request, { tokens, now, onFailure: onFailedLogin });
    case 'logout':
      return answerLogout();
    case 'web-login':
      // npm logs in by name and password then.
      return refusal(404, 'there is no login by a browser');
    case 'write-unsupported':
      return refusal(501, `this registry does not support ${route.what} (${request.method})`);
  }
}

/** npm takes status 404 for a registry that does not sign. */
async function answerKeys(service: NpmService): Promise<RegistryAnswer> {
  const keys = await service.signingKeys();
  return keys.length === 0 ? refusal(404, 'no uplink publishes keys') : jsonAnswer(200, { keys });
}

/** A route of a request without a body that is about no package. */
type PlainRoute = Exclude<ReadRoute, { readonly name: string } | { readonly kind: 'search' }>;

function answerPlain(
  route: PlainRoute,
  { caller }: Asked,
  { metrics, service }: HandlerOptions,
): RegistryAnswer | Promise<RegistryAnswer> {
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
    case 'keys':
      return answerKeys(service);
    case 'pypi-root':
      return refusal(501, 'this registry does not have a list of all projects');
    case 'unsupported':
      return refusal(501, `this registry does not have ${route.what}`);
    case 'none':
      return refusal(404, 'there is nothing at this address');
  }
}
