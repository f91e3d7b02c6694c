/**
 * Keys of packages in `pnpm-lock.yaml`.
 *
 * Source: `pnpm/spec`, "lockfile", and the files that pnpm writes: `/name/1.0.0_peers` (5),
 * `/name@1.0.0(peer@2.0.0)` (6), `name@1.0.0(peer@2.0.0)` (9), each also below a registry's host.
 * What is no version behind the name (an address, a `file:` path) names a package without a
 * version; its row may have one.
 */

const MAX_KEY_LENGTH = 2048;
const NAME = /^(?:@[^/@]+\/)?[^/@]+$/;
const VERSION = /^v?\d[^/]*$/;
/** Since version 6: `(react@18.2.0)(…)`. */
const OPEN_PEERS = '(';
/** `name@reference`. */
const WITH_AT = /^(?<name>(?:@[^/@]+\/)?[^/@:]+)@(?<reference>.+)$/;
const LOCAL = /^(?:file|link|workspace):/;

/** The name and version that a key of pnpm's `packages` names. */
export interface PnpmIdentity {
  readonly name: string;
  readonly version: string;
}

/**
 * Returns a key without the peers that this copy of the package was installed with, as versions
 * since 6 write them.
 */
export function withoutPeers(key: string): string {
  const at = key.indexOf(OPEN_PEERS);
  // A path may have brackets of its own; only those at the end are peers.
  return at > 0 && key.endsWith(')') ? key.slice(0, at) : key;
}

/**
 * Returns the name and version that a key says by itself; `undefined` where only its row knows the
 * name.
 */
export function readPnpmKey(key: string): PnpmIdentity | undefined {
  if (key.length > MAX_KEY_LENGTH || LOCAL.test(key)) return undefined;
  const text = withoutPeers(key);
  const isRooted = text.startsWith('/');
  const { name, reference = '' } = WITH_AT.exec(isRooted ? text.slice(1) : text)?.groups ?? {};
  if (name !== undefined && VERSION.test(reference)) return { name, version: reference };
  if (name !== undefined && !isRooted) return { name, version: '' };
  return readOldKey(text) ?? readHostedKey(text);
}

/** Reads an old key: `/name/1.0.0_peers`, `/@scope/name/1.0.0`, `registry.example/name/1.0.0`. */
function readOldKey(text: string): PnpmIdentity | undefined {
  const parts = text.split('/');
  if (parts.includes('..')) return undefined;
  // A peer may have a scope, whose `/` is written `+`; before version 5 it was not and the version
  // is not the last part.
  const version = (parts.pop() ?? '').split('_', 1)[0] ?? '';
  const last = parts.pop() ?? '';
  const scope = parts.at(-1)?.startsWith('@') === true ? `${parts.at(-1) ?? ''}/` : '';
  const name = scope + last;
  if (!VERSION.test(version) || !NAME.test(name)) return undefined;
  return { name, version };
}

/** Reads a key with a host: `registry.example/name@1.0.0`, `registry.example/@scope/name@1.0.0`. */
function readHostedKey(text: string): PnpmIdentity | undefined {
  const at = text.lastIndexOf('@');
  const version = text.slice(at + 1);
  const parts = text.slice(0, Math.max(at, 0)).split('/');
  if (parts.includes('..')) return undefined;
  const last = parts.pop() ?? '';
  const scope = parts.at(-1)?.startsWith('@') === true ? `${parts.at(-1) ?? ''}/` : '';
  if (at <= 0 || !VERSION.test(version) || !NAME.test(scope + last)) return undefined;
  return { name: scope + last, version };
}

/** Returns the keys that a dependency's reference may stand for, the likeliest first. */
export function keyCandidates(name: string, reference: string): readonly string[] {
  if (reference === '' || reference.startsWith('link:')) return [];
  return [reference, `${name}@${reference}`, `/${name}@${reference}`, `/${name}/${reference}`];
}
