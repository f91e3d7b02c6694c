/** Parts that several sections of the trust file have: scopes, validity, keys, addresses. */

import type { Material, Revocation, SourceAddress, TextRule, Validity } from './trust-file.ts';
import {
  parseImagePattern,
  parseRepositoryPattern,
  type RepositoryPattern,
} from './repository-pattern.ts';
import type { TrustNode } from './trust-node.ts';

/** The keys of {@link readValidity}. */
export const VALIDITY_KEYS = ['valid-from', 'valid-until', 'revoked'] as const;

type ValidityNodes = Partial<Record<(typeof VALIDITY_KEYS)[number], TrustNode>>;

/** Reads from when to when something counts. @throws AssayError `CONFIG_INVALID` */
export function readValidity(nodes: ValidityNodes): Validity {
  const { 'valid-from': from, 'valid-until': until, revoked } = nodes;
  const validFrom = from?.instant();
  const validUntil = until?.instant();
  if (until !== undefined && validFrom !== undefined && (validUntil ?? 0) <= validFrom) {
    throw until.refuse('is not after "valid-from"', 'Exchange the two, or correct one of them.');
  }
  return {
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
    ...(revoked !== undefined && { revoked: readRevocation(revoked) }),
  };
}

function readRevocation(node: TrustNode): Revocation {
  const { reason, at } = node.members(['reason', 'at']);
  if (reason === undefined) {
    throw node.refuse('has no "reason"', 'Write down why, for those who meet a refusal.');
  }
  return { reason: reason.text(), ...(at !== undefined && { at: at.instant() }) };
}

/** Reads patterns of repositories. @throws AssayError `CONFIG_INVALID` */
export function readScopes(
  parent: TrustNode,
  scopes: TrustNode | undefined,
): readonly RepositoryPattern[] {
  if (scopes === undefined) {
    throw parent.refuse(
      'has no "scopes"',
      'Name the repositories that it is for, as in "- ghcr.io/acme/**"; "**" means all.',
    );
  }
  return scopes.items().map((item) => readPattern(item, parseRepositoryPattern));
}

/** Reads a pattern of images. @throws AssayError `CONFIG_INVALID` */
export function readImagePattern(node: TrustNode): RepositoryPattern {
  return readPattern(node, parseImagePattern);
}

function readPattern(
  node: TrustNode,
  parse: (text: string) => RepositoryPattern | string,
): RepositoryPattern {
  const pattern = parse(node.text());
  if (typeof pattern !== 'string') return pattern;
  throw node.refuse(
    pattern,
    'Write the host and the repository, as in "ghcr.io/acme/app", "ghcr.io/acme/**" or "docker.io/library/debian".',
  );
}

/** Reads a key: its text, or `{file: PATH}`. @throws AssayError `CONFIG_INVALID` */
export function readMaterial(node: TrustNode): Material {
  if (!node.isMapping) return { text: node.text() };
  const { file } = node.members(['file']);
  if (file === undefined)
    throw node.refuse('has no "file"', 'Write "file: PATH", or the key itself.');
  return { file: readFileName(file) };
}

/** Reads the name of a file beside the trust file. @throws AssayError `CONFIG_INVALID` */
export function readFileName(node: TrustNode): string {
  const text = node.text();
  if (!text.includes('\0') && !text.includes('\n')) return text;
  throw node.refuse('is not the name of a file', 'Write a path, relative to the trust file.');
}

/** Addresses are shorter; the time to check a pattern grows with the square of its length. */
const MAX_PATTERN = 2048;

/**
 * Matches the required fixed part in front of the first wildcard: the host of an address, and for
 * an identity its first part as well.
 */
const FIXED_PARTS = {
  identity: /^(?:[a-z][a-z0-9+.-]*:\/\/[^/*]+\/[^/*]+\/|[^@*/]*\*?[^@*/]*@[^@*/]+$)/u,
  issuer: /^https:\/\/[^/*]+\//u,
} as const;

/**
 * Reads `KEY` or `KEY-pattern`, one of which must be there.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export function readTextRule(
  parent: TrustNode,
  key: keyof typeof FIXED_PARTS,
  nodes: { readonly exact: TrustNode | undefined; readonly pattern: TrustNode | undefined },
): TextRule {
  const { exact, pattern } = nodes;
  if (exact !== undefined && pattern !== undefined) {
    throw pattern.refuse(`is given beside "${key}"`, 'Keep one of the two.');
  }
  if (exact !== undefined) {
    const text = exact.text();
    if (!text.includes('*')) return { exact: text };
    throw exact.refuse(
      'has a "*", and is compared as it is',
      `Write "${key}-pattern" for patterns.`,
    );
  }
  if (pattern === undefined) {
    throw parent.refuse(`has no "${key}"`, `Write "${key}", or "${key}-pattern" with "*".`);
  }
  const text = pattern.text();
  if (text.length > MAX_PATTERN) {
    throw pattern.refuse('is too long for a pattern', `Write at most ${MAX_PATTERN} characters.`);
  }
  if (FIXED_PARTS[key].test(text)) return { pattern: text };
  throw pattern.refuse(
    'matches too much',
    key === 'issuer'
      ? 'Write the host of the issuer out.'
      : 'Write the beginning out, as in "https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*", or the domain of addresses, as in "*@example.com".',
  );
}

const PROTOCOLS: ReadonlySet<string> = new Set(['https:', 'git+https:', 'git+ssh:', 'ssh:']);
const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/u;

/** Reads the beginning of an address. @throws AssayError `CONFIG_INVALID` */
export function readAddress(node: TrustNode): SourceAddress {
  const text = node.text();
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw node.refuse('is not an address', 'Write it as "https://registry.npm.example/".', error);
  }
  const isLocal = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (!PROTOCOLS.has(url.protocol) && !isLocal) {
    throw node.refuse(
      `has the scheme "${url.protocol.slice(0, -1)}", which protects nothing`,
      'Write https, or ssh for git.',
    );
  }
  if (url.username !== '' && url.username !== 'git') {
    throw node.refuse('has a user or a secret', 'Take it out: the file is read by everybody.');
  }
  if (url.password !== '') {
    throw node.refuse('has a secret', 'Take it out: the file is read by everybody.');
  }
  if (url.search !== '' || url.hash !== '' || url.host === '') {
    throw node.refuse('is no beginning of an address', 'Leave out "?", "#" and what follows.');
  }
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  return { text, where: node.where, protocol: url.protocol, host: url.host.toLowerCase(), path };
}
