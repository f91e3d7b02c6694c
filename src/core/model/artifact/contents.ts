/** The tools that a root filesystem offers to a user who runs a command in it, and its size. */

/** The kinds of tools that are listed, in the order of reports. */
export const TOOL_KINDS = [
  'libc',
  'shells',
  'packageManagers',
  'interpreters',
  'compilers',
] as const;

/** A list of tools of one purpose. */
export type ToolKind = (typeof TOOL_KINDS)[number];

/** A program, or a C library, that was found by its name. The bytes were not looked at. */
export interface Tool {
  /** Its plain name, without a version: `python`, `bash`, `glibc`. */
  readonly name: string;
  /**
   * The version in its file name, or that of the package which was found at its path; absent where
   * neither names one.
   */
  readonly version?: string;
  /** Absolute paths in the merged root filesystem, sorted; at most {@link MAX_TOOL_PATHS}. */
  readonly paths: readonly string[];
}

/** More copies of one program are found in no ordinary image. */
export const MAX_TOOL_PATHS = 20;

/**
 * The tools and size of an image or root filesystem. An empty list means that there is none of the
 * kind.
 */
export interface Contents extends Readonly<Record<ToolKind, readonly Tool[]>> {
  /**
   * Bytes of the regular files of all layers. Files that a higher layer deletes or replaces count
   * as well.
   */
  readonly unpackedBytes: number;
}

/** Returns whether the name of a directory shows that commands are looked for in it. */
export function isCommandDirectory(directory: string): boolean {
  return directory.endsWith('/bin') || directory.endsWith('/sbin');
}

/** Returns the other directories in which commands are looked for: those of `PATH`. */
export function unusualCommandDirectories(environment: readonly string[]): readonly string[] {
  const path = environment.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length);
  return (path ?? '')
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => directory.replace(/\/+$/, ''))
    .filter((directory) => !isCommandDirectory(directory));
}
