/**
 * The forms in which other tools write package URLs, where they differ from the registered
 * definitions.
 *
 * Source: the package URLs in the documents that syft, trivy and cdxgen write; RubyGems,
 * `Gem::Platform` (a platform is `CPU-OS` or the name of a runtime); the Go Modules Reference,
 * "Major version suffixes". Each form is described in `docs/package-urls.md`.
 */

import type { PackageUrl } from './purl.ts';

/** A version of a gem with its platform behind a dash, as a lockfile of Bundler has it. */
const GEM_WITH_PLATFORM =
  /^(?<version>\d[0-9A-Za-z.]*)-(?<platform>(?:[a-z0-9_]+-)?(?:aix|cygwin|dalvik|darwin|dotnet|freebsd|java|jruby|linux|macruby|mingw|mingw32|mingw-ucrt|mswin|mswin32|mswin64|netbsd|openbsd|ruby|solaris|unknown|wasi)[0-9A-Za-z_.-]*)$/;
const MAJOR = /^v(?<major>[2-9]|[1-9]\d+)$/;
const GIT = /\.git$/i;

/**
 * Returns the parts of a gem version such as `1.13.2-x86_64-linux`; `undefined` for a version
 * without a platform.
 */
export function splitGemPlatform(
  text: string,
): { readonly version: string; readonly platform: string } | undefined {
  const { version, platform } = GEM_WITH_PLATFORM.exec(text)?.groups ?? {};
  return version === undefined || platform === undefined ? undefined : { version, platform };
}

/**
 * Returns the path of a Go module whose last elements stand in the subpath, as syft writes all
 * elements behind the third. Without a spelling beside it only a major version counts, if the
 * version has the same one.
 */
export function goModulePath(
  { namespace, name, subpath, version }: PackageUrl,
  spellings: readonly string[],
): string {
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  if (subpath === undefined) return path;
  const whole = `${path}/${subpath}`.toLowerCase();
  if (spellings.some((spelling) => spelling.toLowerCase() === whole)) return `${path}/${subpath}`;
  const [first = ''] = subpath.split('/');
  const major = MAJOR.exec(first)?.groups?.['major'];
  return major !== undefined && version?.startsWith(`v${major}.`) === true
    ? `${path}/${first}`
    : path;
}

/**
 * Returns the repository whose name follows it again, as syft writes Swift packages:
 * `github.com/a/b.git/b` is `github.com/a/b`.
 */
export function swiftRepository({ namespace = '', name }: PackageUrl): string {
  const end = namespace.lastIndexOf('/');
  const repository = namespace.slice(end + 1).replace(GIT, '');
  const isNamedTwice =
    namespace.split('/').length > 2 && repository.toLowerCase() === name.toLowerCase();
  return isNamedTwice || GIT.test(namespace)
    ? namespace.replace(GIT, '')
    : `${namespace}/${name.replace(GIT, '')}`;
}
