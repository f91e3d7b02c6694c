/**
 * Collects what one file says, so that every cataloger reports rows, notes and gaps the same way.
 */

import { pluralize } from '../../core/base/pluralize.ts';
import { maskLine } from '../../core/base/mask-secrets.ts';
import { redact } from '../../core/base/redact.ts';
import type {
  CatalogResult,
  CatalogedPackage,
  ExternalClaim,
} from '../../core/model/catalog/catalog.ts';
import type {
  DependencyManifest,
  LockedProjects,
} from '../../core/model/package/dependency-manifest.ts';
import type { Diagnostic, GapKind } from '../../core/model/finding/finding.ts';
import type { Distro } from '../../core/model/package/package.ts';

/**
 * Longer than any name or version that a package manager takes (npm: 214, dpkg and apk: some 100
 * seen).
 */
export const MAX_NAME_LENGTH = 1024;

/** A hostile file can hold a million bad rows; after these the rest is counted. */
const MAX_DIAGNOSTICS = 100;

/** A file is of one project; a bill of materials has one subject. */
const MAX_PROJECTS = 10;

/** Characters of a bad row that a message quotes. */
const MAX_QUOTED = 80;
const MAX_MASKED = 600;

/** The end of the message of a gap for rows or packages of a file that are not read. */
export const LIMIT_MESSAGE =
  'left out, because the limit is reached; "limits: { packages: N }" in the configuration allows more';

/** The place and the problem of a row. */
export interface RowProblem {
  readonly reason?: string;
  /** 1-based. */
  readonly line?: number | undefined;
}

/**
 * Collects the packages, claims, notes and gaps that one file yields. Names and versions are
 * checked, and diagnostics are bounded.
 */
export class CatalogBuilder {
  readonly #path: string;
  readonly #packages: CatalogedPackage[] = [];
  readonly #externalClaims: ExternalClaim[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #projects: string[] = [];
  #manifest: DependencyManifest | undefined;
  #lock: LockedProjects | undefined;
  readonly #maxPackages: number;
  #unreadableCount = 0;
  #noteCount = 0;
  #leftOutCount = 0;
  #isCut = false;

  /** `maxPackages` bounds the packages of the file; those beyond are counted, and are a gap. */
  constructor(path: string, maxPackages = Number.POSITIVE_INFINITY) {
    this.#path = path;
    this.#maxPackages = maxPackages;
  }

  /** Returns whether something was said so far that could hide packages. */
  get hasGap(): boolean {
    return this.#diagnostics.some(({ gap }) => gap !== undefined);
  }

  get packageCount(): number {
    return this.#packages.length;
  }

  /**
   * Takes a package. One without a name, or with a name or version of absurd length, becomes an
   * unreadable row. An empty version means that the file names the package and not its version.
   */
  add(pkg: CatalogedPackage): void {
    const { name, version, line } = pkg;
    if (name === '') this.unreadableRow(version, { reason: 'no name', line });
    else if (name.length > MAX_NAME_LENGTH || version.length > MAX_NAME_LENGTH) {
      this.unreadableRow(name, { reason: 'a name or version of absurd length', line });
    } else if (this.#packages.length >= this.#maxPackages) this.#leftOutCount += 1;
    else this.#packages.push(withPlainAddresses(pkg));
  }

  /** Adds the file's claim about a package that another file records. */
  addClaim(testimony: ExternalClaim): void {
    this.#externalClaims.push(testimony);
  }

  /** Says what the packages of the file are part of, by package URL. */
  project(purl: string): void {
    if (this.#projects.length < MAX_PROJECTS && purl.length <= MAX_NAME_LENGTH) {
      this.#projects.push(purl);
    }
  }

  /** Takes what the file requests as the manifest of a project. */
  requests(manifest: DependencyManifest): void {
    this.#manifest = manifest;
  }

  /** Takes which projects the file locks, besides the one beside it. */
  locks({ directories = [], names = [], isOverridden = false }: LockedProjects): void {
    const members = directories.filter((directory) => directory !== '' && directory !== '.');
    if (members.length === 0 && names.length === 0 && !isOverridden) return;
    this.#lock = {
      ...(members.length > 0 && { directories: members }),
      ...(names.length > 0 && { names }),
      ...(isOverridden && { isOverridden }),
    };
  }

  /**
   * Reports a row that cannot be read; it could hide findings, so it is a gap. `row` is quoted,
   * shortened.
   */
  unreadableRow(row: unknown, problem: RowProblem = {}): void {
    this.#unreadableCount += 1;
    if (this.#unreadableCount > MAX_DIAGNOSTICS) return;
    const reason = problem.reason ?? 'no name or version';
    this.#push(`unreadable row (${reason}): ${quote(row)}`, problem.line, 'unreadable');
  }

  /** Says something that hides no finding. */
  note(message: string, line?: number): void {
    this.#noteCount += 1;
    if (this.#noteCount <= MAX_DIAGNOSTICS) this.#push(message, line);
  }

  /** Says something that could hide findings and is no unreadable row. Callers keep these few. */
  gap(gap: GapKind, message: string, line?: number): void {
    this.#push(message, line, gap);
  }

  /** Says that not all of the file was read, because a limit was reached. */
  cut(message: string): void {
    this.#isCut = true;
    this.#push(message, undefined, 'limit');
  }

  /** Says that the end of the file is missing, unless it was not read for a limit. */
  missingEnd(reason: string, line?: number): void {
    if (!this.#isCut) this.gap('unreadable', `cut off: ${reason}`, line);
  }

  /** Returns whether not all of the file was read, so that what it lacks means nothing. */
  get isCut(): boolean {
    return this.#isCut;
  }

  done(distro?: Distro): CatalogResult {
    if (this.#leftOutCount > 0) {
      const count = pluralize(this.#leftOutCount, 'package');
      this.#push(`${count} ${LIMIT_MESSAGE}`, undefined, 'limit');
    }
    const unreadable = this.#unreadableCount - MAX_DIAGNOSTICS;
    if (unreadable > 0)
      this.#push(pluralize(unreadable, 'more unreadable row'), undefined, 'unreadable');
    const notes = this.#noteCount - MAX_DIAGNOSTICS;
    if (notes > 0) this.#push(pluralize(notes, 'more note'));
    return {
      packages: this.#packages,
      ...(this.#externalClaims.length > 0 && { externalClaims: this.#externalClaims }),
      ...(distro !== undefined && { distro }),
      ...(this.#projects.length > 0 && { projects: this.#projects }),
      ...(this.#manifest !== undefined && { manifest: this.#manifest }),
      ...(this.#lock !== undefined && { lock: this.#lock }),
      ...(this.#diagnostics.length > 0 && { diagnostics: this.#diagnostics }),
    };
  }

  #push(message: string, line?: number, gap?: GapKind): void {
    this.#diagnostics.push({
      stage: 'catalog',
      message: redact(message),
      // The layer is not known here; it is set when layers are merged.
      location: { path: this.#path, layer: 0, ...(line !== undefined && { line }) },
      ...(gap !== undefined && { gap }),
    });
  }
}

/**
 * Returns a package without the secrets of addresses in its qualifiers (`vcs_url`), or in a name or
 * version that is one.
 */
function withPlainAddresses(pkg: CatalogedPackage): CatalogedPackage {
  const { name, version } = pkg;
  const isPlain = !name.includes('://') && !version.includes('://');
  const qualifiers = plainQualifiers(pkg.qualifiers);
  if (isPlain && qualifiers === pkg.qualifiers) return pkg;
  return {
    ...pkg,
    name: redact(name),
    version: redact(version),
    ...(qualifiers !== undefined && { qualifiers }),
  };
}

function plainQualifiers(
  qualifiers: CatalogedPackage['qualifiers'],
): CatalogedPackage['qualifiers'] {
  if (qualifiers === undefined) return undefined;
  let plain: Map<string, string> | undefined;
  for (const [key, value] of qualifiers) {
    const shown = key.endsWith('_url') ? plainAddress(value) : value;
    if (shown !== value) (plain ??= new Map(qualifiers)).set(key, shown);
  }
  return plain ?? qualifiers;
}

/** The fragment chooses a directory or a file, and is not sent to the server. */
function plainAddress(value: string): string {
  const [address = '', ...fragment] = value.split('#');
  return [redact(address), ...fragment].join('#');
}

function quote(row: unknown): string {
  const text = typeof row === 'string' ? JSON.stringify(quotable(row)) : maskLine(shallow(row));
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}

/**
 * Returns the beginning of a row. What is cut off at its end may be a part of a secret, so that
 * more is masked than is shown.
 */
function quotable(row: string): string {
  return maskLine(row.slice(0, MAX_MASKED)).slice(0, MAX_QUOTED);
}

/** Returns enough of a value to find it again, without walking all of it. */
function shallow(row: unknown): string {
  if (Array.isArray(row)) return `[${row.length} values]`;
  if (typeof row !== 'object' || row === null) return String(row);
  return `{ ${Object.keys(row).slice(0, 5).join(', ')} }`;
}
