/** What catalogers are given and what they answer. */

import type { Digest } from './artifact.ts';
import type { Ecosystem } from './ecosystem.ts';
import type { Diagnostic } from './finding.ts';
import type { Distro, Package } from './package.ts';

/** A file named by a package's own manifest, for `integrity/`. */
export interface OwnedFile {
  readonly path: string;
  readonly digest?: Digest;
  readonly kind: 'file' | 'config' | 'link';
}

/** What a cataloger reports about one package; the runner adds `foundBy`, layer and evidence. */
export interface Cataloged {
  readonly name: string;
  readonly version: string;
  readonly line?: number;
  /** Absent: the cataloger's own. SBOMs, conda and classifiers set it. */
  readonly ecosystem?: Ecosystem;
  readonly presence?: Package['presence'];
  readonly scope?: Package['scope'];
  readonly relationship?: Package['relationship'];
  /** Packages of the same file: `name`, or `name@version` where the file says which one. */
  readonly dependsOn?: readonly string[];
  readonly source?: NonNullable<Package['source']>;
  readonly qualifiers?: ReadonlyMap<string, string>;
  readonly licenses?: readonly string[];
  readonly digests?: readonly Digest[];
  readonly owns?: readonly OwnedFile[];
}

export interface CatalogResult {
  readonly packages: readonly Cataloged[];
  readonly distro?: Distro;
  /** A row that cannot be read is reported here, never dropped. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** A wanted file. Big ones (databases, binaries) are read by range. */
export interface CatalogFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Rejects with `LIMIT_EXCEEDED` beyond the caller's ceiling. */
  bytes(): Promise<Uint8Array>;
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/** Other wanted files of the same layer, for formats of several files (pom parents, rpmdb and its WAL, egg-info). */
export interface Siblings {
  get(path: string): CatalogFile | undefined;
}

/** Which files a reader wants, as plain data, compiled into one lookup; a file is wanted when any list names it. */
export interface FileSelector {
  /** Last parts of a path, as in `package-lock.json`. */
  readonly names?: readonly string[];
  /** Absolute paths, as in `/var/lib/dpkg/status`; one that ends in `/` wants every file directly in that folder. */
  readonly paths?: readonly string[];
  /** Ends of an absolute path, as in `.dist-info/METADATA`. */
  readonly suffixes?: readonly string[];
  /** Executables whose first bytes match. */
  readonly magics?: readonly string[];
}
