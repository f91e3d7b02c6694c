/**
 * The lines of modules and settings in Go's build information.
 *
 * Source: Go's documentation of `runtime/debug.ParseBuildInfo`; fields are separated by tabs:
 * `path` the main package, `mod` the main module, `dep` a dependency, `=>` what replaces the module
 * above it, `build` a setting as `key=value`, where either may be quoted. Nothing is refused: other
 * lines are given back as stray ones.
 */

/** A module that a Go program was built from. */
export interface BuiltModule {
  readonly path: string;
  /** `(devel)` for the working tree; empty where it is not known. */
  readonly version: string;
  /** `h1:` and base64 of a SHA-256; empty for the main module and for folders. */
  readonly sum: string;
  readonly replacement?: BuiltModule;
}

/** The modules and build settings that a Go program lists. */
export interface BuildInfoLines {
  readonly mainPackage: string | undefined;
  readonly main: BuiltModule | undefined;
  readonly dependencies: readonly BuiltModule[];
  readonly settings: ReadonlyMap<string, string>;
  readonly strayLines: readonly string[];
}

/** More than any program has; kubernetes has 250. */
const MAX_LINES = 100_000;

/**
 * Parses the lines of modules and settings. A replaced module appears as its replacement, and
 * lines of unknown form are returned as stray.
 */
export function parseBuildInfoLines(text: string): BuildInfoLines {
  const dependencies: BuiltModule[] = [];
  const settings = new Map<string, string>();
  const strayLines: string[] = [];
  let mainPackage: string | undefined;
  let main: BuiltModule | undefined;
  for (const line of text.split('\n', MAX_LINES)) {
    const [kind = '', ...fields] = line.split('\t');
    if (kind === 'path') mainPackage = fields[0];
    else if (kind === 'mod') main = moduleOf(fields);
    else if (kind === 'dep') dependencies.push(moduleOf(fields));
    else if (kind === '=>') {
      const replacement = moduleOf(fields);
      const replaced = dependencies.pop();
      if (replaced !== undefined) dependencies.push({ ...replaced, replacement });
      else if (main !== undefined) main = { ...main, replacement };
    } else if (kind === 'build') addSetting(settings, fields.join('\t'));
    else if (line.trim() !== '') strayLines.push(line);
  }
  return { mainPackage, main, dependencies, settings, strayLines };
}

function moduleOf(fields: readonly string[]): BuiltModule {
  const [path = '', version = '', sum = ''] = fields;
  return { path, version, sum };
}

function addSetting(settings: Map<string, string>, text: string): void {
  const equals = keyEnd(text);
  if (equals > 0) settings.set(unquote(text.slice(0, equals)), unquote(text.slice(equals + 1)));
}

/** Returns the `=` between key and value; a quoted key may have one of its own. */
function keyEnd(text: string): number {
  if (!text.startsWith('"')) return text.indexOf('=');
  const close = text.indexOf('"', 1);
  return close === -1 ? -1 : text.indexOf('=', close);
}

/** Removes Go's quotation marks and backquotes. */
function unquote(text: string): string {
  const mark = text.charAt(0);
  const isQuoted = text.length > 1 && (mark === '"' || mark === '`') && text.endsWith(mark);
  return isQuoted ? text.slice(1, -1).replaceAll('\\"', '"') : text;
}
