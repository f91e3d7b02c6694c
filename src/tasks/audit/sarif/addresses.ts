/**
 * Addresses of files in results, as paths of the audited directory.
 *
 * Source: SARIF 2.1.0, 3.4 (`artifactLocation`), 3.14.14 (`originalUriBaseIds`); RFC 3986; RFC 8089
 * (`file:`). Accepted: relative references, absolute paths, and `file:` URIs without a host.
 * Backslashes stand for slashes, as some analyzers for Windows write them. Refused: other schemes,
 * and what is outside of the directory. If the analyzer ran elsewhere, the part behind its base
 * counts, provided that the directory has such a file.
 */

import { normalizePath, resolvePath } from '../../../core/base/artifact-path.ts';
import type { SarifNode } from './sarif-node.ts';
import type { Tree } from './tree.ts';

/** A letter alone is a drive of Windows. */
const SCHEME = /^(?<scheme>[A-Za-z][A-Za-z0-9+.-]+):/u;
const FILE_URI = /^file:(?:\/\/(?<host>[^/?#]*))?(?<path>\/[^?#]*)/iu;
const DRIVE = /^[A-Za-z]:/u;
const RELATIVE_PATH = /^[^?#]*/u;

/** Bases of bases; real documents have two. */
const MAX_BASES = 16;

const HINT =
  'Run the analyzer in the audited directory, or make it write relative addresses; assay audit takes the directory that it ran in.';

/** An address before it is compared with the tree. */
interface Address {
  /** The working directory of the analyzer; absent: the document does not state it. */
  readonly base?: string;
  /** Below the base, or absolute. */
  readonly path: string;
  readonly isAbsolute: boolean;
}

/** Returns the addresses of one run. */
export class Addresses {
  readonly #run: SarifNode;
  readonly #bases: SarifNode | undefined;
  readonly #tree: Tree;

  constructor(run: SarifNode, tree: Tree) {
    this.#run = run;
    this.#bases = run.object('originalUriBaseIds');
    this.#tree = tree;
  }

  /**
   * Returns the path of a file in the tree, which need not exist.
   *
   * @throws AssayError for an address that is outside of the tree, or is not an address of a file
   */
  pathOf(location: SarifNode): string {
    const path = this.findPath(location);
    if (path !== undefined) return path;
    const shown = location.text('uri') ?? '';
    return location.fail(`"${shown}" is outside of "${this.#tree.name}"`, HINT);
  }

  /** Returns {@link Addresses.pathOf}, or `undefined` for a file outside of the tree. */
  findPath(location: SarifNode): string | undefined {
    const named = this.#named(location);
    const { base, path, isAbsolute } = this.#resolve(named, pathIn(named), MAX_BASES);
    if (isAbsolute) return this.#tree.relative(path);
    if (base === undefined) return resolvePath('', path);
    const here = this.#tree.relative(`${base}/${path}`);
    if (here !== undefined) return here;
    const joined = resolvePath('', path);
    return joined !== undefined && joined !== '/' && this.#tree.has(joined) ? joined : undefined;
  }

  /** Returns the location itself, or the entry of the list of artifacts that it refers to. */
  #named(location: SarifNode): SarifNode {
    const index = location.index('index');
    if (index === undefined || location.has('uri')) return location;
    return this.#run.item('artifacts', index).object('location') ?? location;
  }

  #resolve(location: SarifNode, path: string, basesLeft: number): Address {
    if (path.startsWith('/')) return { path, isAbsolute: true };
    const id = location.raw('uriBaseId');
    const base = id === undefined ? undefined : this.#bases?.object(id);
    if (base === undefined) return { path, isAbsolute: false };
    if (basesLeft === 0) return location.fail('its bases refer to each other');
    if (!base.has('uri') && !base.has('uriBaseId')) return { path, isAbsolute: false };
    const above = this.#resolve(base, pathIn(base), basesLeft - 1);
    if (above.isAbsolute) return { base: above.path, path, isAbsolute: false };
    return { ...above, path: above.path === '' ? path : `${above.path}/${path}` };
  }
}

/** Returns the path of an address: absolute with a slash at its beginning. */
function pathIn(location: SarifNode): string {
  const uri = (location.raw('uri') ?? '').replaceAll('\\', '/');
  const scheme = DRIVE.test(uri) ? undefined : SCHEME.exec(uri)?.groups?.['scheme'];
  if (scheme !== undefined) return filePath(location, uri, scheme);
  if (uri.startsWith('//')) return location.fail('the address names another machine', HINT);
  const path = decoded(location, RELATIVE_PATH.exec(uri)?.[0] ?? '');
  return DRIVE.test(path) ? `/${path}` : path;
}

function filePath(location: SarifNode, uri: string, scheme: string): string {
  if (scheme.toLowerCase() !== 'file') {
    return location.fail(`"${scheme}:" is not the address of a file in a directory`, HINT);
  }
  const { host = '', path = '' } = FILE_URI.exec(uri)?.groups ?? {};
  if (host !== '' && host.toLowerCase() !== 'localhost') {
    return location.fail('the address names another machine', HINT);
  }
  if (path === '') return location.fail('the address has no path');
  return normalizePath(decoded(location, path));
}

function decoded(location: SarifNode, text: string): string {
  let path: string;
  try {
    path = decodeURIComponent(text);
  } catch {
    return location.fail('the address has a "%" that begins no escape');
  }
  return path.includes('\0') ? location.fail('the address has a zero character') : path;
}
