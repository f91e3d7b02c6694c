/** A bill of materials in the terms that all formats share. */

import type { Digest } from '../../../core/model/artifact/artifact.ts';

/** One thing that a document lists, with empty texts for what it does not say. */
export interface SbomComponent {
  /** The reference in the document's dependencies. */
  readonly ref?: string;
  /** CycloneDX's word: `library`, `operating-system`, `container`, `file`. */
  readonly type: string;
  readonly group: string;
  readonly name: string;
  readonly version: string;
  /** The URL as written: not yet known to be a package URL. */
  readonly purl: string;
  /** CycloneDX's word: `required`, `optional`, `excluded`. */
  readonly scope: string;
  readonly licenses: readonly string[];
  readonly digests: readonly Digest[];
  /** Values by name, trivy's without their prefix; the first of equal names counts. */
  readonly properties: ReadonlyMap<string, string>;
  readonly line?: number;
  /**
   * It is what the document describes: it was looked into, so it hides nothing where it is no known
   * package.
   */
  readonly isSubject: boolean;
}

/** A bill of materials in the form that all formats are read into. */
export interface SbomDocument {
  /** The subject first, then in the document's order. */
  readonly components: readonly SbomComponent[];
  /** The dependencies of each component, by refs. */
  readonly edges: ReadonlyMap<string, readonly string[]>;
  /**
   * Whether it describes an image or a build: its packages are installed, unless they state that a
   * lockfile named them.
   */
  readonly isOfInstalled: boolean;
  /**
   * Its tool leaves the source package out where it has the name of the package; absent: not known
   * to.
   */
  readonly leavesEqualSourcesOut?: boolean;
}

/** Prefix of the names of trivy's properties. */
const TRIVY = 'aquasecurity:trivy:';

/** More than any component has; a hostile document could name a million. */
export const MAX_LISTED = 64;

/** No package has as many dependencies. */
const MAX_EDGES = 10_000;

/** A component that says nothing. */
export const BARE_COMPONENT: SbomComponent = {
  type: 'library',
  group: '',
  name: '',
  version: '',
  purl: '',
  scope: '',
  licenses: [],
  digests: [],
  properties: new Map(),
  isSubject: false,
};

/** Returns the properties by name; of equal names the first counts. */
export function propertyMap(
  pairs: Iterable<readonly [string, string]>,
): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.startsWith(TRIVY) ? name.slice(TRIVY.length) : name;
    if (!properties.has(key)) properties.set(key, value);
  }
  return properties;
}

const HEX = /^[0-9a-f]+$/;
const ALGORITHMS: ReadonlyMap<
  string,
  { readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'; readonly digits: number }
> = new Map([
  ['MD5', { algorithm: 'md5', digits: 32 }],
  ['SHA1', { algorithm: 'sha1', digits: 40 }],
  ['SHA256', { algorithm: 'sha256', digits: 64 }],
  ['SHA512', { algorithm: 'sha512', digits: 128 }],
]);

/**
 * Returns a digest, whatever the spelling of the algorithm (`SHA-256`, `SHA256`, `sha256`);
 * `undefined` for what is none.
 */
export function digestOf(algorithm: string, content: string): Digest | undefined {
  const form = ALGORITHMS.get(algorithm.toUpperCase().replace('-', ''));
  const hex = content.toLowerCase();
  return form?.digits === hex.length && HEX.test(hex) ? `${form.algorithm}:${hex}` : undefined;
}

/** Collects edges one by one, as formats with relationships tell them. */
export class EdgeList {
  readonly edges = new Map<string, string[]>();

  add(from: string, to: string): void {
    const targets = this.edges.get(from);
    if (targets === undefined) this.edges.set(from, [to]);
    else if (targets.length < MAX_EDGES) targets.push(to);
  }
}
