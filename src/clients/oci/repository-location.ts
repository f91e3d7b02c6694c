/**
 * From the name of a repository to the servers that have it.
 *
 * Source: containers-registries.conf(5), "Choosing a [[registry]] TOML table" and "Remapping and
 * mirroring registries".
 */

import { AssayError } from '../../core/base/errors.ts';
import type { ImageReference } from './reference.ts';
import { parseWrittenReference } from './reference.ts';
import type { MirrorUse, RegistriesConf, RegistryRule } from './registries-conf.ts';

/** A repository at a server. */
export interface RepositoryLocation {
  /** The domain that credentials are stored under: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly domain: string;
  /** The host to connect to: the domain, except for Docker's registry. */
  readonly host: string;
  readonly path: string;
  readonly isInsecure: boolean;
  /** For a mirror, which versions may be asked of it. */
  readonly use: MirrorUse;
  readonly isMirror: boolean;
}

type Name = Pick<ImageReference, 'domain' | 'path' | 'tag' | 'digest'>;

/** Docker's registry answers under another name than images are called by. */
const HOSTS: ReadonlyMap<string, string> = new Map([['docker.io', 'registry-1.docker.io']]);
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Mirrors in their order, then the registry itself.
 *
 * @throws AssayError `REGISTRY_DENIED` where the name is blocked, `CONFIG_INVALID` where a location
 * makes it no name.
 */
export function locateRepository(name: Name, conf: RegistriesConf): readonly RepositoryLocation[] {
  const full = fullName(name);
  const match = allowedMatch(full, conf);
  if (match === undefined) return [primary(name.domain, name.path, false)];
  const { rule, length } = match;
  const own =
    rule.location === '' || rule.location === rule.prefix
      ? name
      : rewritten(full, { location: rule.location, length, from: rule.from });
  return [
    ...rule.mirrors.map((mirror): RepositoryLocation => {
      const at = rewritten(full, { location: mirror.location, length, from: rule.from });
      const place = primary(at.domain, at.path, mirror.isInsecure);
      return { ...place, use: mirror.use, isMirror: true };
    }),
    primary(own.domain, own.path, rule.isInsecure),
  ];
}

/**
 * Returns the place to which something is written: the registry that the name has, without mirrors
 * and locations.
 *
 * @throws AssayError `REGISTRY_DENIED` where the name is blocked
 */
export function writtenRepository(name: Name, conf: RegistriesConf): RepositoryLocation {
  const match = allowedMatch(fullName(name), conf);
  return primary(name.domain, name.path, match?.rule.isInsecure === true);
}

function allowedMatch(full: string, conf: RegistriesConf): Match | undefined {
  const match = longestMatch(full, conf.rules.values());
  if (match?.rule.isBlocked === true) {
    throw new AssayError('REGISTRY_DENIED', `"${match.rule.prefix}" is blocked`, {
      hint: `The rule stands in "${match.rule.from}".`,
    });
  }
  return match;
}

/** Returns whether the host can only be this machine, where plain HTTP is harmless. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAME.test(host);
}

function primary(domain: string, path: string, isInsecure: boolean): RepositoryLocation {
  const host = HOSTS.get(domain) ?? domain;
  return { domain, host, path, isInsecure, use: 'all', isMirror: false };
}

function fullName({ domain, path, tag, digest }: Name): string {
  const end = digest === undefined ? (tag === undefined ? '' : `:${tag}`) : `@${digest}`;
  return `${domain}/${path}${end}`;
}

interface Match {
  readonly rule: RegistryRule;
  /** Length of the part of the name that the location replaces. */
  readonly length: number;
}

function longestMatch(full: string, rules: Iterable<RegistryRule>): Match | undefined {
  let best: Match | undefined;
  for (const rule of rules) {
    const length = matchedLength(full, rule.prefix);
    if (length === undefined) continue;
    // Of two that take the same part the one without a wildcard says more.
    const isLonger =
      best === undefined ||
      length > best.length ||
      (length === best.length && best.rule.prefix.startsWith('*.'));
    if (isLonger) best = { rule, length };
  }
  return best;
}

function matchedLength(full: string, prefix: string): number | undefined {
  if (prefix.startsWith('*.')) {
    const host = full.slice(0, full.indexOf('/'));
    return host.endsWith(prefix.slice(1)) && host.length > prefix.length - 1
      ? host.length
      : undefined;
  }
  if (!full.startsWith(prefix)) return undefined;
  const next = full[prefix.length];
  // Behind a host a colon would begin a port, which is another host.
  const isEnd = next === undefined || next === '/' || next === '@';
  return isEnd || (next === ':' && prefix.includes('/')) ? prefix.length : undefined;
}

function rewritten(
  full: string,
  { location, length, from }: { location: string; length: number; from: string },
): { readonly domain: string; readonly path: string } {
  const text = `${location}${full.slice(length)}`;
  try {
    const { domain, path } = parseWrittenReference(text);
    if (domain !== undefined) return { domain, path };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
  }
  throw new AssayError(
    'CONFIG_INVALID',
    `the location "${location}" makes "${text}" of "${full}", which is not an image reference`,
    { hint: `Correct the rule in "${from}".` },
  );
}
