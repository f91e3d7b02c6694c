/** Inputs and results of catalogers. */

import type { Digest } from '../artifact/artifact.ts';
import type { DependencyManifest, LockedProjects } from '../package/dependency-manifest.ts';
import type { Ecosystem } from '../package/ecosystem.ts';
import type { Diagnostic } from '../finding/finding.ts';
import type { Distro, Package } from '../package/package.ts';

/** A file named by a package's own manifest, for `integrity/`. */
export interface OwnedFile {
  /** In the artifact: absolute; links in its folders are resolved later, in the merged view. */
  readonly path: string;
  /**
   * Digest of the content; for a link, digest of its target as text if the packaging records that
   * (apk).
   */
  readonly digest?: Digest;
  readonly kind: 'file' | 'config' | 'link';
  /** For links: the target in the manifest (rpm). */
  readonly target?: string;
  /**
   * The packaging itself lets the file be absent: rpm `%ghost` and `%missingok`, dpkg
   * `remove-on-upgrade`.
   */
  readonly mayBeAbsent?: boolean;
}

/**
 * The files of a package's manifest, in its order: a list, or a table of
 * `core/model/layer/owned-file-table.ts`.
 */
export interface OwnedFiles extends Iterable<OwnedFile> {
  readonly length: number;
  /** The same files by directory and row; absent for a list. */
  readonly rows?: OwnedFileRows;
}

/** Access to single files of a table. Rows are numbered from 0 in the manifest's order. */
export interface OwnedFileRows {
  /**
   * Result of the comparison with the files of the manifest's own layer; absent where they were not
   * compared.
   */
  readonly layerMatch?: LayerManifestMatch | undefined;
  /** Yields the runs of rows whose files lie in one directory, in order. */
  runs(): Iterable<OwnedDirectoryRun>;
  /** Returns the base name of a row's file. */
  name(row: number): string;
  /** Returns the file of a row; `path` is its path, which callers have at hand. */
  file(row: number, path: string): OwnedFile;
}

/** Rows from `start` to before `end`, whose files lie in one directory. */
export interface OwnedDirectoryRun {
  readonly folder: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The comparison of a manifest with the files of its own layer, made when the layer is read. It
 * holds for an image as far as no other layer changes the files at the manifest's paths.
 */
export interface LayerManifestMatch {
  /**
   * Number of the list among the lists of the layer, from 1. The layer's files refer to it, see
   * `FileColumns.lists`.
   */
  readonly list: number;
  /**
   * Number of files that the layer stores at the list's paths with the list's digests, and that no
   * other list has.
   */
  readonly count: number;
  /** Whether code is among these files. */
  readonly hasCode: boolean;
  /** Whether shared libraries are among these files. */
  readonly hasLibrary: boolean;
  /** Rows of the other files that slim images leave out, ascending. */
  readonly slim: readonly number[];
  /** Rows of all remaining files, ascending. */
  readonly rest: readonly number[];
}

/**
 * A second statement about a package's version, from another place than the one that the version
 * was read from.
 */
export interface VersionClaim {
  /**
   * The origin of the claim, for people: `pom.xml`, `directory name`, `changelog`,
   * `libcrypto.so.3`.
   */
  readonly by: string;
  readonly version: string;
  /**
   * The meaning of a disagreement. `binding`: one of the two is wrong, the package is contradicted.
   * `doubt`: both can be right, so nothing is contradicted and both are matched. `hint`: it proves
   * nothing, as with file names. Agreement makes the package consistent.
   */
  readonly weight: 'binding' | 'doubt' | 'hint';
  /**
   * The part of the version that is stated: the whole version (the default), that of the source
   * package (as in Debian's changelogs), or only the upstream version.
   */
  readonly part?: 'whole' | 'source' | 'upstream';
  /**
   * The package that is spoken of, in its ecosystem's form; of a `source`, the source package.
   * Another name than the claimed one means what another version means. Absent: nothing is said of
   * the name.
   */
  readonly name?: string;
  /** The path of the claim, if it is not the cataloged file itself. */
  readonly path?: string;
}

/**
 * A check that a reader computed from the file alone: a digest or a signature that covers the
 * package's own record.
 */
export interface SelfCheck {
  /** For people: `SHA-256 of the rpm header`, `signature of the jar's manifest`. */
  readonly by: string;
  /** `match` verifies the record; `proven` was signed by a key that the user trusts. */
  readonly outcome: 'match' | 'proven' | 'mismatch';
  readonly kind: 'header' | 'content' | 'reference';
  /** For a mismatch: the claimed value; {@link found} holds the computed one. */
  readonly claimed?: string;
  readonly found?: string;
  /** The path of the mismatch, as in a jar's entry; absent: the cataloged file. */
  readonly path?: string;
}

/**
 * The claims of one file about a package that another file records: manifests, changelogs, hidden
 * lockfiles, typed strings in binaries. The two may lie in different layers, so `integrity/` joins
 * them in the merged view.
 */
export interface ExternalClaim {
  readonly of: ExternalClaimSubject;
  /** Digests of the archive that the package was unpacked from. */
  readonly digests?: readonly Digest[];
  readonly ownedFiles?: OwnedFiles;
  readonly versionClaims?: readonly VersionClaim[];
  readonly selfChecks?: readonly SelfCheck[];
}

/**
 * A path that dpkg gives to one package alone: what other packages ship there lies at `to`. The
 * paths that manifests of other packages name are to be read so, whichever layer the manifest is
 * in. Source: dpkg-divert(1).
 */
export interface Diversion {
  readonly path: string;
  readonly to: string;
  /**
   * Name of the package whose file stays at `path`; absent for a diversion by the administrator,
   * which moves all.
   */
  readonly by?: string;
}

/** The package that a claim is about. */
export type ExternalClaimSubject = NamedPackage | RecordedPackage | OwningPackage;

/**
 * A package of the system, by its name in the database and its architecture where the name needs
 * it.
 */
export interface NamedPackage {
  readonly kind: 'name';
  readonly name: string;
  readonly architecture?: string;
  /**
   * The path where the package manager looks for the file; the claim counts only if links lead from
   * there to the file. Absent: the file's own path.
   */
  readonly soughtAt?: string;
}

/**
 * The package that was cataloged from the file at this path; where that holds several, the one of
 * this name.
 */
export interface RecordedPackage {
  readonly kind: 'record';
  readonly path: string;
  readonly name?: string;
}

/**
 * The package that owns the file of the testimony, where it is one of these products (names of
 * source packages).
 */
export interface OwningPackage {
  readonly kind: 'owner';
  readonly products: readonly string[];
}

/** A cataloger's report about one package; the runner adds `foundBy`, layer and evidence. */
export interface CatalogedPackage {
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
  /** See {@link Package.maintainer}. */
  readonly maintainer?: string;
  readonly qualifiers?: ReadonlyMap<string, string>;
  readonly licenses?: readonly string[];
  readonly digests?: readonly Digest[];
  /** Files of the package's own manifest; absent: it has none here. */
  readonly ownedFiles?: OwnedFiles;
  readonly versionClaims?: readonly VersionClaim[];
  readonly selfChecks?: readonly SelfCheck[];
  /**
   * Other packages of the same file and the exact versions of them that this one was built to go
   * with.
   */
  readonly requiresExactly?: readonly { readonly name: string; readonly version: string }[];
  /**
   * Names the one build that made this package together with others of its source, where the record
   * says so: apk's `o:` and `c:` (origin and commit) as `openssl 1a2b…`. Packages of one build that
   * give different versions contradict each other; packages of one source alone may come from
   * different releases of it. Absent where nothing names a build.
   */
  readonly builtIn?: string;
  /**
   * Packages whose files this one may replace, where the packaging asks for that to be said (dpkg);
   * absent elsewhere.
   */
  readonly replaces?: readonly string[];
  /** For SBOMs that Assay wrote: see {@link Package.ownedBy}. */
  readonly ownedBy?: string;
  /** For SBOMs that Assay wrote: see {@link Evidence.evidencedVersion}. */
  readonly evidencedVersion?: string;
}

/** A cataloger's result for one file. */
export interface CatalogResult {
  readonly packages: readonly CatalogedPackage[];
  readonly externalClaims?: readonly ExternalClaim[];
  /** All diversions of the system, of the one file that lists them. */
  readonly diversions?: readonly Diversion[];
  readonly distro?: Distro;
  /** Package URLs of what the packages of this file are part of; see `Inventory.projects`. */
  readonly projects?: readonly string[];
  /**
   * Releases of the system that packages are taken from, as in `3.20` or `edge`: of the list of
   * repositories.
   */
  readonly repositoryReleases?: readonly string[];
  /**
   * The requests of a project's manifest. Whether they are resolved is decided over all files
   * together.
   */
  readonly manifest?: DependencyManifest;
  /** The projects of a workspace's lockfile. */
  readonly lock?: LockedProjects;
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

/**
 * Other wanted files of the same layer, for formats of several files (pom parents, rpmdb and its
 * WAL, egg-info).
 */
export interface Siblings {
  get(path: string): CatalogFile | undefined;
  /**
   * Returns the files in the directory of a path whose names have this ending, ignoring case, for
   * readers that cannot know the names. Absent: no other files are available.
   */
  beside?(path: string, ending: string): readonly CatalogFile[];
}

/**
 * The files that a reader requests, as plain data, compiled into one lookup; a file is requested if
 * any list names it.
 */
export interface FileSelector {
  /** Last parts of a path, as in `package-lock.json`. */
  readonly names?: readonly string[];
  /**
   * Set if `names` and `paths` name files wherever packages are recorded: a directory of that name
   * hides the file's content. Absent: it may be a directory as well, as `release` or `git`.
   */
  readonly areFilesOnly?: true;
  /** Beginnings of base names, as in `libcrypto.so`. */
  readonly prefixes?: readonly string[];
  /**
   * Absolute paths, as in `/var/lib/dpkg/status`; one that ends in `/` wants every file directly in
   * that folder.
   */
  readonly paths?: readonly string[];
  /**
   * Ends of an absolute path, as in `.dist-info/METADATA`; one that ends in `/` wants every file
   * directly in such a folder, wherever it lies.
   */
  readonly suffixes?: readonly string[];
  /**
   * Ends of base names, in small letters, that count whatever letters of them are capital: file
   * systems of Windows do not tell `.dll` and `.Dll` apart.
   */
  readonly windowsSuffixes?: readonly string[];
  /**
   * Only with `suffixes`: they count below these folders alone, as in `/wp-content/plugins/`,
   * wherever those lie.
   */
  readonly below?: string;
  /**
   * A folder as in `/nix/store/`, wherever it lies, of which each folder is one thing: one file of
   * each of its parts is wanted, the first that a layer stores.
   */
  readonly firstIn?: string;
  /** Executables whose first bytes match; one character a byte. */
  readonly magics?: readonly string[];
  /**
   * An excerpt is enough for the reader of these files, which `names`, `prefixes` or `firstIn`
   * want. Of an ELF file nothing is in it that begins among the code.
   */
  readonly excerpts?: readonly AnchoredFiles[];
  /** Only with `magics`: the body must hold one of these texts besides; one character a byte. */
  readonly markers?: readonly string[];
  /**
   * Only with `markers`: of an ELF file they stand among the names of its sections or at the
   * beginning of a segment that can be written, and are looked for nowhere else. Absent: they may
   * stand anywhere.
   */
  readonly markersIn?: 'data';
  /**
   * The reader takes parts of a file from where it is stored, so that a file may be larger than
   * what memory holds.
   */
  readonly isReadInPlace?: true;
  /** Source files that name dependencies in their text; looked for in source trees alone. */
  readonly scripts?: readonly ScriptFiles[];
}

/** Files of which few are scripts with dependencies of their own, or archives under other names. */
export interface ScriptFiles {
  /**
   * Ends of base names, as in `.py`; `''` for names without a dot, `.0` for those that end in a
   * number.
   */
  readonly suffixes: readonly string[];
  /** Texts of which one must stand in the first 64 KiB; one character a byte. */
  readonly texts: readonly string[];
  /** Directories of code that is compiled or loaded and not run as a script, as in `/src/main/`. */
  readonly notBelow?: readonly string[];
  /** The name of a file that makes all files beside it modules. */
  readonly notBeside?: string;
  /** The end of the name of a project file; what lies beside it or below belongs to the project. */
  readonly notInProject?: string;
  /** Larger files are not looked at; absent: any size is. */
  readonly maxBytes?: number;
  /** Names of files, of which one must lie in the directory or above it; absent: none has to. */
  readonly onlyInProject?: readonly string[];
}

/** Files of which only the first bytes matter, and what stands behind some texts. */
export interface AnchoredFiles {
  readonly names?: readonly string[];
  readonly prefixes?: readonly string[];
  /**
   * One character a byte; `{version}` stands for the first number with a dot in the file's name.
   */
  readonly anchors: readonly string[];
}
