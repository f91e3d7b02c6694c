/**
 * The dependencies that a project's `package.json` requests.
 *
 * Source: npm documentation, "package.json" and "Package spec"; Yarn documentation, "Protocols";
 * pnpm documentation, "Workspace" and "Catalogs". Written rules:
 * - an exact version (`1.2.5`, `=1.2.5`, `v1.2.5`) is the only one that npm installs. Any other
 *   range, a tag and an address leave the version open.
 * - an entry of `optionalDependencies` takes the place of one in `dependencies`, as in npm.
 * - directories of the project (`file:` without an archive, `link:`, `portal:`, relative paths) and
 *   members of the workspace (`workspace:`) are no requests to a registry, nor are those of Unity's
 *   packages to its own (`com.unity.…`); peers are requests to the project that installs this one.
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed } from '../../../core/version/index.ts';
import { isPackageName } from './package-name.ts';

const FIELDS: readonly (readonly [string, RequestedPackage['scope'] | 'runtime'])[] = [
  ['devDependencies', 'development'],
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'optional'],
];
/** Ranges that mean a directory of the project or a member of its workspace. */
const OWN =
  /^(?:link|portal|workspace|exec):|^(?:file:|\.{0,2}\/|~\/|\.{1,2}$)(?!.*\.(?:tgz|tar\.gz|tar)$)/;
const ALIAS = /^npm:(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<range>.*))?$/;
/** Packages of Unity's own registry have names of domains. */
const UNITY = /^[a-z]{2,}\.[a-z0-9-]+\.[a-z0-9.-]+$/;
const OVERRIDES = ['overrides', 'resolutions'];
/** More than any workspace has. */
const MAX_MEMBERS = 1000;

/** Returns the manifest's requests, in the order of its fields. */
export function readRequested(
  root: JsonObject,
  name: string | undefined,
  lineOf: (field: string) => number | undefined,
): DependencyManifest {
  const requests = new Map<string, RequestedPackage>();
  const isUnity = typeof root['unity'] === 'string';
  for (const [field, scope] of FIELDS) {
    const rows = root[field];
    if (!isJsonObject(rows)) continue;
    const line = lineOf(field);
    for (const [key, range] of Object.entries(rows)) {
      if (typeof range !== 'string') continue;
      requests.delete(key);
      if (OWN.test(range.trim()) || (isUnity && UNITY.test(key))) continue;
      requests.set(key, {
        ...readRequest(key, range.trim()),
        ...(line !== undefined && { line }),
        ...(scope !== 'runtime' && scope !== undefined && { scope }),
      });
    }
  }
  const members = membersOf(root['workspaces']);
  return {
    ...(name !== undefined && name !== '' && { name }),
    requests: [...requests.values()],
    leavesIndirect: true,
    addsPins: true,
    ...(members.length > 0 && { members }),
    ...(isOverridden(root) && { isOverridden: true }),
  };
}

function readRequest(key: string, text: string): RequestedPackage {
  const alias = ALIAS.exec(text)?.groups;
  const range = alias === undefined ? text : (alias['range'] ?? '');
  const name = alias?.['name'] ?? key;
  const version = isPackageName(name) ? exactlyAllowed('npm', range) : undefined;
  return {
    name,
    range,
    ...(version !== undefined && { version }),
    ...(name !== key && { folder: key }),
  };
}

/** Returns the members; npm and pnpm have a list, Yarn 1 also an object with `packages`. */
function membersOf(value: JsonValue | undefined): readonly string[] {
  const list = isJsonObject(value) ? value['packages'] : value;
  if (!isJsonArray(list)) return [];
  return list.filter((glob) => typeof glob === 'string').slice(0, MAX_MEMBERS);
}

function isOverridden(root: JsonObject): boolean {
  const { pnpm } = root;
  const ofPnpm = isJsonObject(pnpm) ? pnpm['overrides'] : undefined;
  return [...OVERRIDES.map((field) => root[field]), ofPnpm].some(isJsonObject);
}
