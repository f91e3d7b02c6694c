/**
 * The protection of one branch of GitHub.
 *
 * Source: GitHub, "REST API endpoints for protected branches", "Get branch protection"; "About
 * protected branches": by default, the restrictions do not apply to people with admin permissions.
 * Only the address in `url` contains the branch.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../../formats/text/json/json.ts';
import type { BranchRule } from './branch-rule.ts';
import { HEADS } from './ref-names.ts';
import type { RuleFile } from './rule-file.ts';

const ADDRESS = /\/repos\/[^/]+\/[^/]+\/branches\/(?<branch>.+)\/protection$/u;

/** Returns whether a document is the protection of a branch. */
export function isProtection(document: JsonObject): boolean {
  return 'enforce_admins' in document || 'required_signatures' in document;
}

/** Returns the protection if it requires signed commits. @throws AssayError `CONFIG_INVALID` */
export function readProtection(document: JsonObject, file: RuleFile): readonly BranchRule[] {
  const { url, required_signatures: signatures, enforce_admins: admins } = document;
  const branch = branchOf(url);
  if (branch === undefined) throw file.refuse('its protection has no "url" that names a branch');
  if (stateOf(signatures) !== true) return [];
  const isForAdmins = stateOf(admins);
  return [
    {
      name: `the protection of "${branch}" (${file.name})`,
      branches: { include: [HEADS + branch], exclude: [] },
      ...(isForAdmins !== undefined && {
        bypassActors: isForAdmins ? [] : [{ name: 'Administrators', mode: 'always' }],
      }),
    },
  ];
}

function branchOf(url: JsonValue | undefined): string | undefined {
  const encoded = typeof url === 'string' ? ADDRESS.exec(url)?.groups?.['branch'] : undefined;
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function stateOf(setting: JsonValue | undefined): boolean | undefined {
  const { enabled } = isJsonObject(setting) ? setting : {};
  return typeof enabled === 'boolean' ? enabled : undefined;
}
