/**
 * One repository at one server: finds out how the server is spoken to, and proves who asks.
 *
 * Source: OCI distribution specification, "Endpoints" and "Authentication"; Docker Registry, "Token
 * Authentication Specification". Nothing is asked before the first request but by loopback and
 * insecure hosts, which may speak HTTP or HTTPS.
 */

import { AssayError } from '../../core/base/errors.ts';
import { basicAuthorization } from '../../core/base/http/http-url.ts';
import { errorCodeOf } from '../../core/base/http/http-failure.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { CredentialFinder, FoundCredentials } from './credentials.ts';
import type { Credentials } from './client-options.ts';
import { isLoopback, type RepositoryLocation } from './repository-location.ts';
import {
  readErrorResponse,
  registryError,
  SUPPORTED_SCHEMES,
  type RequestDescription,
} from './registry-error.ts';
import { fetchToken } from './tokens.ts';
import {
  nextUrl,
  type Consume,
  type RegistryResponse,
  type RegistryRequest,
  type Transport,
} from './transport.ts';

/** A request to one repository. */
export interface EndpointRequest extends Omit<RegistryRequest, 'isInsecure' | 'authorization'> {
  /** Below `/v2/PATH/`, with its query; or a whole address that this registry gave. */
  readonly target: string | URL;
  /** The name of the request's subject, in errors. */
  readonly name: string;
  /** Default `pull`. */
  readonly actions?: 'pull' | 'pull,push' | 'delete';
  /** Another repository that is read too, to take a blob from. */
  readonly fromPath?: string;
}

/** Tokens are renewed a little before they end, so that none ends on its way. */
const SLACK_MS = 10_000;
const PROBE_ATTEMPTS = 1;
/** The first, and one in place of a token that ended before its time. */
const MAX_PROOFS = 2;

interface Proof {
  readonly header: string;
  readonly challenge: Challenge;
  /** By `performance.now()`; `Infinity` for what does not end. */
  readonly endsAt: number;
}

/**
 * A repository at one registry: authorizes its requests, renews tokens, and falls back to plain
 * HTTP where that is allowed.
 */
export class Endpoint {
  readonly place: RepositoryLocation;
  readonly #transport: Transport;
  readonly #given: Credentials | undefined;
  readonly #findCredentials: CredentialFinder;
  readonly #isInsecure: boolean;
  readonly #proofs = new Map<string, Proof>();
  readonly #renewals = new Map<string, Promise<void>>();
  #base: Promise<URL> | undefined;
  #found: Promise<FoundCredentials> | undefined;

  constructor(
    place: RepositoryLocation,
    from: {
      readonly transport: Transport;
      readonly findCredentials: CredentialFinder;
      /** Goes before all that is found. */
      readonly credentials?: Credentials | undefined;
      readonly isInsecure: boolean;
    },
  ) {
    this.place = place;
    this.#transport = from.transport;
    this.#findCredentials = from.findCredentials;
    this.#given = from.credentials;
    this.#isInsecure = from.isInsecure || place.isInsecure;
  }

  /**
   * Sends a request, with a new proof of who asks where the server wants one. A status of 401
   * reaches `consume` only where the proof was refused.
   */
  async send<T>(request: EndpointRequest, consume: Consume<T>): Promise<T> {
    const scope = this.#scopeKey(request);
    const url = await this.#url(request);
    // Registries may give out addresses of their stores.
    const isOwn = url.origin === (await this.#baseUrl()).origin;
    for (let attempt = 1; ; attempt += 1) {
      const proof = await this.#proof(scope, request);
      const sent: RegistryRequest = {
        ...request,
        isInsecure: this.#mayBePlain(url),
        authorization: isOwn ? proof?.header : undefined,
      };
      const outcome = await this.#transport.send(url, sent, async (answer) => {
        const isOurs = isOwn && answer.url.origin === url.origin;
        const challenge = isOurs ? challengeOf(answer) : undefined;
        if (challenge === undefined || attempt > MAX_PROOFS)
          return { result: await consume(answer) };
        return { challenge, denied: await readErrorResponse(answer) };
      });
      if ('result' in outcome) return outcome.result;
      const { challenge, denied } = outcome;
      const isNew = await this.#renew(scope, request, { challenge, used: proof });
      if (!isNew) throw registryError(denied, await this.asked(request.name));
    }
  }

  /** Returns a description of the request and its credentials, for errors. */
  async asked(name: string): Promise<RequestDescription> {
    const { host: address } = await this.#baseUrl();
    const { domain: host } = this.place;
    if (this.#given?.kind === 'bearer') this.#found ??= this.#find();
    const found = await this.#found;
    const sent = [...this.#proofs.values()].flatMap(({ header }) => header.split(' '));
    const secrets = [...sent.filter(isSecret), ...secretsOf(found?.credentials)];
    return { name, host, address, found, secrets };
  }

  /** Returns the same server at an address that it gave, to be used as it is. */
  async resolve(location: string): Promise<URL> {
    return nextUrl(await this.#baseUrl(), location, this.#isInsecure);
  }

  async #url({ target }: EndpointRequest): Promise<URL> {
    if (target instanceof URL) return target;
    return new URL(`/v2/${this.place.path}/${target}`, await this.#baseUrl());
  }

  #mayBePlain(url: URL): boolean {
    return this.#isInsecure || (url.protocol === 'http:' && isLoopback(this.place.host));
  }

  #baseUrl(): Promise<URL> {
    this.#base ??= this.#findBase();
    return this.#base;
  }

  /**
   * HTTPS, but for hosts that may speak either: a loopback host is asked in plain HTTP first, which
   * no server with TLS takes for a request; any other insecure host is asked with TLS first.
   */
  async #findBase(): Promise<URL> {
    const { host } = this.place;
    const secure = new URL(`https://${host}`);
    const plain = new URL(`http://${host}`);
    if (isLoopback(host)) return (await this.#isRegistry(plain)) ? plain : secure;
    if (!this.#isInsecure) return secure;
    return (await this.#isRegistry(secure)) ? secure : plain;
  }

  /** Returns whether a server answers the first question of the interface as one of its kind. */
  async #isRegistry(base: URL): Promise<boolean> {
    const request = { isInsecure: true, attempts: PROBE_ATTEMPTS, maxBytes: 64 * 1024 };
    try {
      return await this.#transport.send(new URL('/v2/', base), request, ({ status, url }) =>
        Promise.resolve(status !== 400 && url.protocol === base.protocol),
      );
    } catch (error) {
      if (!(error instanceof AssayError) || error.code !== 'NETWORK') throw error;
      // The server responded, though with an error: the next request will report it.
      if (error.cause === undefined) return true;
      // If nothing listens on the port, the other protocol fails as well.
      if (errorCodeOf(error.cause) === 'ECONNREFUSED') throw error;
      return false;
    }
  }

  #scopeKey({ actions = 'pull', fromPath }: EndpointRequest): string {
    const own = `repository:${this.place.path}:${actions}`;
    return fromPath === undefined ? own : `${own} repository:${fromPath}:pull`;
  }

  /** Returns a known proof, renewed if it has expired. */
  async #proof(scope: string, request: EndpointRequest): Promise<Proof | undefined> {
    if (this.#given?.kind === 'bearer') {
      return { header: `Bearer ${this.#given.token}`, challenge: NO_CHALLENGE, endsAt: Infinity };
    }
    const known = this.#proofs.get(scope);
    if (known === undefined || known.endsAt > performance.now()) return known;
    await this.#renew(scope, request, { challenge: known.challenge, used: known });
    return this.#proofs.get(scope);
  }

  /**
   * Renews a proof once for all callers that wait for the same; returns whether there is something
   * new to try.
   */
  async #renew(
    scope: string,
    request: EndpointRequest,
    { challenge, used }: { readonly challenge: Challenge; readonly used: Proof | undefined },
  ): Promise<boolean> {
    // Another request may have renewed it meanwhile.
    if (this.#proofs.get(scope) !== used && this.#proofs.has(scope)) return true;
    let renewal = this.#renewals.get(scope);
    if (renewal === undefined) {
      renewal = this.#makeProof(scope, request, challenge).finally(() => {
        this.#renewals.delete(scope);
      });
      this.#renewals.set(scope, renewal);
    }
    await renewal;
    const now = this.#proofs.get(scope);
    return now !== undefined && now.header !== used?.header;
  }

  async #makeProof(scope: string, request: EndpointRequest, challenge: Challenge): Promise<void> {
    this.#found ??= this.#find();
    const { credentials } = await this.#found;
    if (credentials?.kind === 'bearer') {
      this.#proofs.set(scope, {
        header: `Bearer ${credentials.token}`,
        challenge,
        endsAt: Infinity,
      });
      return;
    }
    if (challenge.scheme === 'basic') {
      if (credentials?.kind !== 'basic') return;
      this.#proofs.set(scope, {
        header: basicAuthorization(credentials),
        challenge,
        endsAt: Infinity,
      });
      return;
    }
    const askedAt = performance.now();
    const token = await fetchToken(this.#transport, {
      challenge,
      scopes: scope.split(' '),
      credentials,
      isInsecure: this.#mayBePlain(await this.#baseUrl()),
      asked: await this.asked(request.name),
    });
    const endsAt = askedAt + Math.max(token.lifeMs - SLACK_MS, token.lifeMs / 2);
    this.#proofs.set(scope, { header: `Bearer ${token.value}`, challenge, endsAt });
  }

  async #find(): Promise<FoundCredentials> {
    if (this.#given !== undefined) {
      return { credentials: this.#given, from: 'this command line', problems: [] };
    }
    return this.#findCredentials(this.place);
  }
}

/** Returns the secrets in all forms in which they are sent. */
function secretsOf(credentials: Credentials | undefined): readonly string[] {
  switch (credentials?.kind) {
    case undefined:
      return [];
    case 'basic':
      return [...basicAuthorization(credentials).split(' ').filter(isSecret), credentials.password];
    case 'bearer':
    case 'identityToken':
      return [credentials.token];
  }
}

/** Returns whether a word of a header is its second one, the secret. */
function isSecret(_word: string, index: number): boolean {
  return index % 2 === 1;
}

const NO_CHALLENGE: Challenge = { scheme: 'bearer', parameters: new Map() };

/**
 * Returns the supported challenge of a 401 response; bearer before basic, as all clients choose.
 */
function challengeOf({ status, headers }: RegistryResponse): Challenge | undefined {
  if (status !== 401) return undefined;
  const all = parseChallenges(headers.get('www-authenticate') ?? '');
  const usable = all.filter(({ scheme }) => SUPPORTED_SCHEMES.has(scheme));
  return usable.find(({ scheme }) => scheme === 'bearer') ?? usable[0];
}
