/**
 * Registries that packages come from. Answers and redirects lead only to the uplink itself or to
 * public hosts; an uplink in a private network may also lead to other hosts of private networks.
 * The login of an uplink is for its own host.
 */

import type { Context, NameLookup } from '../core/base/context.ts';
import { AssayError } from '../core/base/errors.ts';
import { redactUrl } from '../core/base/http/http-url.ts';
import type { IndexAccess } from '../clients/package-index/index-access.ts';
import { streamFromIndex } from '../clients/package-index/index-request.ts';
import {
  addressesOf,
  guardedLookup,
  isLinkLocalAddress,
  isPrivateAddress,
  isPrivateHost,
  resolveName,
  type ResolveName,
} from './private-address.ts';

/** How uplinks are asked. */
export interface UplinkOptions {
  /** The registries for a package, the first one first. Empty: the package is never asked for. */
  readonly registriesOf: (name: string) => readonly URL[];
  readonly accessTo: (url: URL) => Promise<IndexAccess>;
  /** What to do about a refused login. */
  readonly loginHint: string;
  /** Marks requests, so that a registry that is its own uplink is found out. */
  readonly loopMark: string;
  /** Default: the resolver of the system. */
  readonly resolve?: ResolveName;
  /**
   * Default: those that resolve by the system and refuse addresses that answers must not lead to.
   */
  readonly lookups?: UplinkLookups;
}

/** Resolvers of connections to hosts that are not the uplink. */
export interface UplinkLookups {
  /** For an uplink on the internet. */
  readonly ofPublic: NameLookup;
  /** For an uplink in a private network. */
  readonly ofPrivate: NameLookup;
}

/** The header of {@link UplinkOptions.loopMark}. */
export const LOOP_HEADER = 'x-assay-registry';

/** A document of an uplink. */
export interface UplinkDocument {
  readonly bytes: Uint8Array;
  /** The address that answered, redirects followed. */
  readonly url: URL;
  /** In lower case, without parameters. */
  readonly contentType: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** A client waits, and repeats a request that fails. */
const ATTEMPTS = 2;
const IDLE_MS = 15_000;

/** Marks of a document that is known, for a conditional request. */
export type KnownDocument = Pick<UplinkDocument, 'etag' | 'lastModified'>;

/**
 * Gets a document. `unchanged`: it is the known one. `undefined`: the uplink does not have it.
 * Throws as
 * {@link streamFromIndex}, and AssayError `NETWORK` for a redirect to where answers must not lead.
 */
export async function fetchDocument(
  url: URL,
  of: {
    readonly accept: string;
    readonly maxBytes: number;
    readonly known: KnownDocument | undefined;
    /** Resolves when this many bytes may be held. Its errors end the request. */
    readonly growTo?: (sizeBytes: number) => Promise<void>;
  },
  options: UplinkOptions,
  context: Context,
): Promise<UplinkDocument | 'unchanged' | undefined> {
  const { etag, lastModified } = of.known ?? {};
  const request = {
    ...commonRequest(url, options),
    accept: of.accept,
    maxBytes: of.maxBytes,
    answers: [304],
    headers: {
      [LOOP_HEADER]: options.loopMark,
      ...(etag !== undefined && { 'if-none-match': etag }),
      ...(etag === undefined &&
        lastModified !== undefined && { 'if-modified-since': lastModified }),
    },
  };
  return streamFromIndex(request, context, async ({ url: from, status, headers, body }) => {
    if (status === 304) return 'unchanged' as const;
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const piece of body) {
      sizeBytes += piece.length;
      await of.growTo?.(sizeBytes);
      pieces.push(piece);
    }
    return {
      bytes: Buffer.concat(pieces),
      url: from,
      contentType: contentTypeOf(headers.get('content-type')),
      ...textOf('etag', headers.get('etag')),
      ...textOf('lastModified', headers.get('last-modified')),
    };
  });
}

/**
 * Passes the bytes of a file to `consume` as the uplink stores them. `undefined`: the uplink does
 * not have it. `consume` may be called again with a new answer. Throws as {@link fetchDocument}.
 */
export async function fetchFile<T>(
  address: { readonly url: URL; readonly uplink: URL; readonly maxBytes: number },
  options: UplinkOptions,
  context: Context,
  consume: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T | undefined> {
  const { url, uplink, maxBytes } = address;
  await refusePrivate(url, uplink, options);
  const request = {
    ...commonRequest(url, options),
    checkRedirect: (next: URL) => refusePrivate(next, uplink, options),
    lookupFor: (next: URL) => lookupFor(next, uplink, options),
    accept: '*/*',
    maxBytes,
    headers: { [LOOP_HEADER]: options.loopMark, 'accept-encoding': 'identity' },
  };
  return streamFromIndex(request, context, ({ body }) => consume(body));
}

function contentTypeOf(header: string | null): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function commonRequest(
  url: URL,
  options: UplinkOptions,
): Pick<
  Parameters<typeof streamFromIndex>[0],
  'url' | 'accessTo' | 'loginHint' | 'attempts' | 'idleTimeoutMs' | 'checkRedirect' | 'lookupFor'
> {
  return {
    url,
    accessTo: options.accessTo,
    loginHint: options.loginHint,
    attempts: ATTEMPTS,
    idleTimeoutMs: IDLE_MS,
    checkRedirect: (next) => refusePrivate(next, url, options),
    lookupFor: (next) => lookupFor(next, url, options),
  };
}

/** @throws AssayError `NETWORK` */
async function refusePrivate(next: URL, uplink: URL, options: UplinkOptions): Promise<void> {
  if (next.origin === uplink.origin) return;
  const { resolve = resolveName } = options;
  if (!(await isPrivateHost(next, resolve))) return;
  const addresses = await addressesOf(next, resolve);
  if (!addresses.some(isLinkLocalAddress) && (await isPrivateHost(uplink, resolve))) return;
  throw new AssayError(
    'NETWORK',
    `the uplink "${redactUrl(uplink)}" leads to "${redactUrl(next)}", which is in a private network`,
    { hint: 'Configure the registry that has the files as an uplink.' },
  );
}

const LOOKUPS: UplinkLookups = {
  ofPublic: guardedLookup(isPrivateAddress),
  ofPrivate: guardedLookup(isLinkLocalAddress),
};

/**
 * Returns the resolver of a connection. A name can have other addresses than those that {@link
 * refusePrivate} has seen, so that the connection itself is bound to addresses that are allowed.
 */
async function lookupFor(
  next: URL,
  uplink: URL,
  { resolve = resolveName, lookups = LOOKUPS }: UplinkOptions,
): Promise<NameLookup | undefined> {
  if (next.origin === uplink.origin) return undefined;
  return (await isPrivateHost(uplink, resolve)) ? lookups.ofPrivate : lookups.ofPublic;
}

/** Headers are repeated in later requests, so that their length is bounded. */
const MAX_HEADER = 512;

function textOf<Key extends string>(
  key: Key,
  value: string | null,
): { readonly [K in Key]?: string } {
  if (value === null || value.length > MAX_HEADER) return {};
  return { [key]: value } as { readonly [K in Key]?: string };
}
