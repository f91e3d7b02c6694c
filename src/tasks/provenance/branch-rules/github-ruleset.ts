/**
 * A ruleset of GitHub, as its API returns it and as its pages export it.
 *
 * Source: GitHub, "REST API endpoints for rules", "Get a repository ruleset" and "Get an
 * organization repository ruleset". A list of rulesets has neither rules nor conditions, and is
 * refused. `bypass_actors` is returned only to those who may edit the ruleset, so a missing list
 * does not mean that the rule cannot be bypassed.
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { BranchRule, BypassActor } from './branch-rule.ts';
import type { RuleFile } from './rule-file.ts';

const ENFORCEMENTS = ['active', 'evaluate', 'disabled'];
const FOR_ALL = JSON.stringify(['~ALL']);

/** Returns whether a document is a ruleset. */
export function isRuleset(document: JsonObject): boolean {
  return 'enforcement' in document;
}

/**
 * Returns the ruleset if it requires signed commits on branches.
 * @throws AssayError `CONFIG_INVALID`
 */
export function readRuleset(document: JsonObject, file: RuleFile): readonly BranchRule[] {
  const { name, target, enforcement, conditions, rules, bypass_actors: actors } = document;
  const what = `the ruleset ${JSON.stringify(name ?? document['id'] ?? null)}`;
  if (typeof enforcement !== 'string' || !ENFORCEMENTS.includes(enforcement)) {
    throw file.refuse(`${what} has the enforcement ${JSON.stringify(enforcement)}`);
  }
  if (!isJsonArray(rules)) {
    throw file.refuse(
      `${what} has no "rules", as in a list of rulesets`,
      'Export each ruleset itself: gh api repos/OWNER/REPO/rulesets/ID',
    );
  }
  if (!rules.some((rule) => isJsonObject(rule) && rule['type'] === 'required_signatures'))
    return [];
  if (target !== 'branch') return [];
  if (!isJsonObject(conditions)) throw file.refuse(`${what} has no conditions`);
  const { ref_name: names, ...others } = conditions;
  const limits = Object.entries(others).find(([key, value]) => !isForAll(key, value));
  const inactive =
    enforcement !== 'active'
      ? `has the enforcement "${enforcement}"`
      : limits && `is for some repositories only, by the condition "${limits[0]}"`;
  return [
    {
      name: `${what} (${file.name})`,
      branches: {
        include: textsOf(names, 'include', { what, file }),
        exclude: textsOf(names, 'exclude', { what, file }),
      },
      ...(inactive !== undefined && { inactive }),
      ...(actors !== undefined && { bypassActors: readActors(actors, { what, file }) }),
    },
  ];
}

interface Place {
  readonly what: string;
  readonly file: RuleFile;
}

/**
 * The file does not contain the repository, so that only a ruleset for all of them is one for it.
 */
function isForAll(key: string, value: JsonValue | undefined): boolean {
  if (key !== 'repository_name' || !isJsonObject(value)) return false;
  const { include, exclude } = value;
  return JSON.stringify(include) === FOR_ALL && isJsonArray(exclude) && exclude.length === 0;
}

function textsOf(
  names: JsonValue | undefined,
  key: 'include' | 'exclude',
  { what, file }: Place,
): readonly string[] {
  const list = isJsonObject(names) ? names[key] : undefined;
  if (!isJsonArray(list) || !list.every((one) => typeof one === 'string')) {
    throw file.refuse(`${what} has no list "${key}" in its condition "ref_name"`);
  }
  return list;
}

function readActors(list: JsonValue, { what, file }: Place): readonly BypassActor[] {
  if (!isJsonArray(list)) throw file.refuse(`${what} has no list "bypass_actors"`);
  return list.map((actor) => {
    const { actor_type: type, actor_id: id, bypass_mode: mode } = isJsonObject(actor) ? actor : {};
    if (typeof type !== 'string' || typeof mode !== 'string') {
      throw file.refuse(`${what} has a bypass actor without "actor_type" or "bypass_mode"`);
    }
    return { name: typeof id === 'number' ? `${type}:${id}` : type, mode };
  });
}
