/**
 * The configuration of a project of pnpm that its copy gets: what belongs to the dependencies, and
 * nothing that runs code.
 *
 * Source: pnpm documentation, "pnpm-workspace.yaml" and "package.json" (`pnpm`). Left out are,
 * among others, `configDependencies`, whose packages can hold hooks, `pnpmfile`,
 * `patchedDependencies`, and everything with a path.
 *
 * Reads: `pnpm-workspace.yaml`.
 */

import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../../formats/text/json/json.ts';

/** Members that change which versions are chosen, and that are data. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['packages', 'catalog', 'catalogs', 'overrides', 'packageExtensions', 'peerDependencyRules'],
  ...['ignoredOptionalDependencies', 'allowedDeprecatedVersions', 'allowNonAppliedPatches'],
  ...['autoInstallPeers', 'dedupePeerDependents', 'dedupePeers', 'dedupeDirectDeps'],
  ...['resolutionMode', 'linkWorkspacePackages', 'preferWorkspacePackages'],
  ...['injectWorkspacePackages', 'excludeLinksFromLockfile', 'saveWorkspaceProtocol'],
  ...['strictPeerDependencies', 'resolvePeersFromWorkspaceRoot', 'peersSuffixMaxLength'],
  ...['minimumReleaseAge', 'minimumReleaseAgeExclude', 'blockExoticSubdeps', 'trustPolicy'],
  ...['trustPolicyExclude', 'catalogMode', 'cleanupUnusedCatalogs'],
]);

/**
 * Returns the members of `pnpm-workspace.yaml`, or of `pnpm` in `package.json`, that a copy gets.
 */
export function takenSettings(settings: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([key]) => TAKEN.has(key))
      .map(([key, value]) => [key, typed(value, key)]),
  );
}

/**
 * The reader of YAML returns texts alone; settings that are switches and numbers need their type.
 */
function typed(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value === 'string') {
    if (value === 'true' || value === 'false') return value === 'true';
    const isNumber = key === 'minimumReleaseAge' || key === 'peersSuffixMaxLength';
    return isNumber && /^\d+$/u.test(value) ? Number(value) : value;
  }
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((item) => typed(item, '') ?? null);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, typed(member, '')]),
  );
}
