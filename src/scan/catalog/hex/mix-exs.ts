/**
 * An Elixir project and what it requests: `mix.exs`.
 *
 * Source: the Mix documentation, "mix deps" (dependency definition options), "mix new --umbrella";
 * Elixir, "Version requirements". The file is a program and is not run: tuples of dependencies are
 * read. Written rules:
 * - `"1.2.3"` and `"== 1.2.3"` are one version; every other requirement is a range. A repository
 *   has no version.
 * - directories (`path:`) and members of the umbrella (`in_umbrella:`) are no requests. `hex:`
 *   names the package.
 * - `only:` with environments of development and tests is for development.
 * - `apps_path:` names the directory of the members of an umbrella, which share its lockfile.
 * - a tuple in a function of dependencies that computes its requirement leaves the version unknown.
 *   Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { exactHexVersion } from './requirement.ts';

/** `{:name, "~> 1.0", …}` and `{:name, github: …}`, to the end of the tuple. */
const ASKED =
  /\{\s{0,100}:"?(?<name>[a-z][a-zA-Z0-9_]{0,200})"?,\s{0,100}(?:"(?<range>\s{0,10}[~<>=!\d][^"\n]{0,300})"|(?=(?:git|github|hex):))(?<rest>[^{}]{0,2000})/g;
/** Without a requirement, in a function of dependencies. */
const BARE =
  /\{\s{0,100}:(?<name>[a-z][a-zA-Z0-9_]{0,200})(?<rest>,\s{0,100}(?!(?:git|github|hex):)[a-z_]{1,50}:\s[^{}]{0,2000}|\s{0,100}(?=\}))/g;
const COMPUTED =
  /\{\s{0,100}:"?[a-z]\w{0,200}"?,\s{0,100}(?:@?[a-z_][\w.]{0,200}(?![\w.:?!])|~)|\bCode\.|\+\+\s{0,20}(?!\w{0,100}deps)[a-z_@]|(?<!deps)\(\)\s{0,20}\+\+/;
/** `[name: "~> 1.0"]`, as a list of pairs can be written. */
const PAIR =
  /[[,]\s{0,100}(?<name>[a-z][a-zA-Z0-9_]{0,200}):\s{1,20}"(?<range>\s{0,10}[~<>=!\d][^"\n]{0,300})"/g;
const TUPLE = /\{[^{}]{0,4000}\}/g;
const FUNCTION = /^\s{0,20}defp?\s{1,20}\w{0,100}deps\w{0,100}\b/;
const END = /^ {0,4}end\b/;
const FOLDER = /\b(?:path|in_umbrella):/;
/** In keywords, and as an atom where a program puts them together. */
const ANY_FOLDER = /\b(?:path|in_umbrella|apps_path):|:(?:path|in_umbrella|apps_path)\b/;
const APPLICATION = /\bapp:\s{0,100}:(?<name>[a-z][a-zA-Z0-9_]{0,200})/g;
const COMMENT = /^[ \t]*#.*$/gm;
const HEX_NAME = /\bhex:\s{0,20}[:"]{1,2}(?<name>[a-z][a-zA-Z0-9_]{0,200})/;
const ONLY = /\bonly:\s{0,20}(?<environments>\[[^\]]{0,300}\]|:\w{1,50})/;
const ENVIRONMENT = /:(?<name>\w{1,50})/g;
const DEVELOPMENT: ReadonlySet<string> = new Set([
  ...['dev', 'development', 'test', 'tests', 'docs', 'doc', 'bench', 'ci', 'lint'],
]);
const UMBRELLA = /\bapps_path:\s{0,20}"(?<path>[^"\n]{1,200})"/;

export const mixExs: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes()).replaceAll(COMMENT, '');
    const requests = new Map<string, RequestedPackage>();
    const deps = bodiesOfDeps(text);
    const pairs = deps.replaceAll(TUPLE, '');
    for (const [part, pattern] of [
      [pairs, PAIR] as const,
      [deps, BARE] as const,
      [text, ASKED] as const,
    ]) {
      for (const { groups, index } of part.matchAll(pattern)) {
        const request = readTuple(groups ?? {});
        if (request === undefined) continue;
        const line = pattern === ASKED ? { line: lineAt(text, index) } : {};
        requests.set(request.name, { ...request, ...line });
      }
    }
    const umbrella = UMBRELLA.exec(text)?.groups?.['path'];
    const [own] = ownNames(text);
    result.requests({
      ...(own !== undefined && { name: own }),
      requests: [...requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(COMPUTED.test(deps) && { computed: 'computes versions of its dependencies' }),
      ...(umbrella !== undefined && { members: [`${umbrella.replace(/\/+$/, '')}/*`] }),
    });
    return result.done();
  },
};

/** Yields the names of the dependencies, without folders of the project. */
export function* requiredApplications(bytes: Uint8Array): Generator<string> {
  const text = new TextDecoder().decode(bytes).replaceAll(COMMENT, '');
  for (const { groups } of text.matchAll(ASKED)) {
    if (!FOLDER.test(groups?.['rest'] ?? '')) yield groups?.['name'] ?? '';
  }
}

/**
 * Returns the project's own applications, and whether any of its dependencies are directories, as
 * far as the text shows it.
 */
export function ownApplications(bytes: Uint8Array): {
  readonly names: ReadonlySet<string>;
  readonly hasFolders: boolean;
} {
  const text = new TextDecoder().decode(bytes).replaceAll(COMMENT, '');
  return { names: new Set(ownNames(text)), hasFolders: ANY_FOLDER.test(text) };
}

function ownNames(text: string): readonly string[] {
  return [...text.matchAll(APPLICATION)].map(({ groups }) => groups?.['name'] ?? '');
}

/** Returns the lines of functions that return dependencies. */
function bodiesOfDeps(text: string): string {
  const lines: string[] = [];
  let isInside = false;
  for (const line of text.split('\n')) {
    if (FUNCTION.test(line)) isInside = true;
    else if (END.test(line)) isInside = false;
    if (isInside) lines.push(line);
  }
  return lines.join('\n');
}

function readTuple(
  groups: Readonly<Record<string, string | undefined>>,
): RequestedPackage | undefined {
  const { name = '', range = '', rest = '' } = groups;
  if (FOLDER.test(rest)) return undefined;
  const isRepository = /\b(?:git|github):/.test(rest);
  const version = isRepository ? undefined : exactHexVersion(range);
  return {
    name: HEX_NAME.exec(rest)?.groups?.['name'] ?? name,
    range: isRepository ? '' : range.trim(),
    ...(version !== undefined && { version }),
    ...(isForDevelopment(rest) && { scope: 'development' }),
  };
}

function isForDevelopment(rest: string): boolean {
  const environments = ONLY.exec(rest)?.groups?.['environments'] ?? '';
  const names = [...environments.matchAll(ENVIRONMENT)].map(({ groups }) => groups?.['name'] ?? '');
  return names.length > 0 && names.every((name) => DEVELOPMENT.has(name));
}

function lineAt(text: string, end: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
