/**
 * The settings that Yarn 2 and newer get in a copy: the registries, the credentials of the user for
 * them, and what the lockfile records. Nothing of them names a program, a plugin or a path of the
 * project.
 *
 * Source: Yarn documentation, "Settings".
 *
 * Reads: `.yarnrc.yml`.
 */

import type { JsonObject } from '../../../../formats/text/json/json.ts';
import type { NpmConfig } from '../../../../clients/package-index/npm-config.ts';

const CACHE_KEY = /^\d+(?:c(?<level>\d))?$/u;
/** Members of `.yarnrc.yml` that change which versions are chosen, and that are data. */
const TAKEN = [
  ...['catalog', 'catalogs', 'packageExtensions'],
  ...['npmMinimalAgeGate', 'npmPreapprovedPackages'],
] as const;

/** Yarn 4 writes this version of lockfiles, or a later one. */
const YARN_4_LOCKFILE = 8;

/**
 * Returns the settings. `metadata`: that of the lockfile, whose `cacheKey` has the level of
 * compression that its checksums belong to.
 */
export async function berryRunSettings(
  config: NpmConfig,
  metadata: ReadonlyMap<string, string>,
  project: JsonObject,
): Promise<object> {
  const cacheKey = metadata.get('cacheKey') ?? '';
  const isYarn4 = Number(metadata.get('version')) >= YARN_4_LOCKFILE;
  const registries = [...config.registries()];
  const user = config.userSettings();
  const level = CACHE_KEY.exec(cacheKey)?.groups?.['level'];
  const scopes = registries.flatMap(([key, url]) =>
    key.startsWith('@') ? [[key.slice(1, key.indexOf(':')), { npmRegistryServer: url }]] : [],
  );
  const logins: [string, object][] = [];
  for (const [, url] of registries) {
    const login = loginOf((await config.accessTo(new URL(url))).authorization);
    if (login !== undefined) logins.push([url.replace(/\/+$/u, ''), login]);
  }
  const plain = registries.flatMap(([, url]) =>
    url.startsWith('http:') ? [new URL(url).hostname] : [],
  );
  const general = registries.find(([key]) => key === 'registry')?.[1];
  const text = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => user.get(key)?.at(-1)).find((value) => value !== undefined && value !== '');
  const [httpProxy, httpsProxy] = [text('proxy', 'http-proxy'), text('https-proxy', 'proxy')];
  const cafile = text('cafile');
  return {
    ...Object.fromEntries(TAKEN.flatMap((key) => (key in project ? [[key, project[key]]] : []))),
    ...(general !== undefined && { npmRegistryServer: general }),
    npmScopes: Object.fromEntries(scopes) as object,
    npmRegistries: Object.fromEntries(logins),
    unsafeHttpWhitelist: plain,
    ...(httpProxy !== undefined && { httpProxy }),
    ...(httpsProxy !== undefined && { httpsProxy }),
    // Yarn refuses settings that it does not know.
    ...(cafile !== undefined && { [isYarn4 ? 'httpsCaFilePath' : 'caFilePath']: cafile }),
    ...(text('strict-ssl') === 'false' && { enableStrictSsl: false }),
    enableScripts: false,
    enableTelemetry: false,
    enableImmutableInstalls: false,
    enableProgressBars: false,
    enableGlobalCache: true,
    compressionLevel: level === undefined ? 'mixed' : Number(level),
  };
}

function loginOf(authorization: string | undefined): object | undefined {
  const [kind, value = ''] = authorization?.split(' ') ?? [];
  if (kind === 'Bearer') return { npmAlwaysAuth: true, npmAuthToken: value };
  if (kind !== 'Basic') return undefined;
  return { npmAlwaysAuth: true, npmAuthIdent: Buffer.from(value, 'base64').toString('utf8') };
}
