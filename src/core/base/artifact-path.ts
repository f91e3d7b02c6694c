/**
 * Paths inside an artifact: absolute and `/`-separated on every platform, without empty, `.` and
 * `..` parts. The root as a directory is `''`. For paths of the machine that runs the scan use
 * `node:path`.
 */

/** Returns what follows the last slash of a path or name; the whole text when it has no slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Returns the directory of a path without a slash at the end; `''` for the root and for what lies
 * in it.
 */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/**
 * Returns the directory of a path with its slash at the end, which every path of that directory
 * begins with.
 */
export function directoryPrefix(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Returns the path of a file in the directory of another one. */
export function siblingPath(path: string, name: string): string {
  return directoryPrefix(path) + name;
}

/** Cuts a path into {@link directoryOf} and {@link baseName}. */
export function splitPath(path: string): readonly [directory: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
}

/** Yields a directory and those above it, nearest first; the last one is the root, `''`. */
export function* ancestorDirectories(directory: string): Generator<string> {
  for (let at = directory; at !== ''; at = directoryOf(at)) yield at;
  yield '';
}

/** Returns whether a directory is another one or lies below it. */
export function isWithin(directory: string, above: string): boolean {
  return directory === above || directory.startsWith(`${above}/`);
}

/**
 * Returns whether a set lists a path, or the directory that holds it: directories end in a slash
 * there.
 */
export function coversPath(paths: ReadonlySet<string>, path: string): boolean {
  return paths.has(path) || paths.has(directoryPrefix(path));
}

/** Returns the absolute form of a path from the root; `..` at the root stays there. */
export function normalizePath(path: string): string {
  // Most tools end directories in a slash, and some begin all names with `./`.
  const start = path.startsWith('./') ? 2 : 0;
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const short = end - start === path.length ? path : path.slice(start, end);
  if (isNormalRelative(short)) return `/${short}`;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * Returns whether `..` leads above the directory that a path starts in, at any point of the path.
 */
export function leavesRoot(path: string): boolean {
  if (!path.includes('..')) return false;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

/**
 * Resolves a path against a directory. An absolute path starts at the root of the artifact instead.
 *
 * @returns the absolute path, `/` for the root; `undefined` if the path leaves the root
 */
export function resolvePath(directory: string, path: string): string | undefined {
  const whole = path.startsWith('/') ? path : `${directory}/${path}`;
  return leavesRoot(whole) ? undefined : normalizePath(whole);
}

/** Recognizes nearly every path of a real layer, which saves splitting it. */
function isNormalRelative(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.endsWith('/')) return false;
  return !path.startsWith('.') && !path.includes('//') && !path.includes('/.');
}
