/**
 * The names of Swift packages: their repositories, as advisories name them. Source: purl-spec, type
 * `swift`.
 */

const ADDRESS =
  /^(?:[a-z+]{1,20}:\/\/)?(?:[^/@]{1,200}@)?(?<host>[A-Za-z0-9.-]{1,250})(?::\d{1,5}(?=\/))?[:/]\/*(?<path>.{1,1000})$/;
const ENDING = /(?:\.git)?\/*$/;

/** Returns `github.com/owner/name` of an address; `undefined` for other addresses. */
export function repositoryName(url: string): string | undefined {
  const { host, path } = ADDRESS.exec(url)?.groups ?? {};
  if (host === undefined || path === undefined) return undefined;
  return `${host.toLowerCase()}/${path.replace(ENDING, '')}`;
}
