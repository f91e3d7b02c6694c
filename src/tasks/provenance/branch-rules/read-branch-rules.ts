/**
 * Reads rules that a forge has exported: a JSON document, or a list of documents. Refused: a
 * document of another form, and an object with a key twice, of which programs take the first or the
 * last value.
 */

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readUniqueJson,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { BranchRule } from './branch-rule.ts';
import { isProtection, readProtection } from './github-protection.ts';
import { isRuleset, readRuleset } from './github-ruleset.ts';
import { isPushRule, readPushRule } from './gitlab-push-rule.ts';
import type { RuleFile } from './rule-file.ts';

const FORMS =
  'Accepted are rulesets (gh api repos/OWNER/REPO/rulesets/ID) and the protection of branches (gh api repos/OWNER/REPO/branches/BRANCH/protection) of GitHub, and push rules of GitLab (glab api projects/ID/push_rule).';

/** Returns the rules that require signed commits. @throws AssayError `CONFIG_INVALID` */
export function readBranchRules(name: string, bytes: Uint8Array): readonly BranchRule[] {
  const file: RuleFile = {
    name,
    refuse: (reason, hint = FORMS) =>
      new AssayError('CONFIG_INVALID', `cannot use the rules of "${name}": ${reason}`, { hint }),
  };
  const value = readValue(name, bytes, file);
  const documents = isJsonArray(value) ? value : [value];
  if (documents.length === 0) throw file.refuse('it contains no rules');
  return documents.flatMap((document) => readDocument(document, file));
}

function readValue(name: string, bytes: Uint8Array, file: RuleFile): JsonValue {
  try {
    return readUniqueJson(name, bytes);
  } catch (error) {
    if (error instanceof ParseError) throw file.refuse(error.reason);
    throw error;
  }
}

function readDocument(document: JsonValue, file: RuleFile): readonly BranchRule[] {
  if (isJsonObject(document)) {
    if (isRuleset(document)) return readRuleset(document, file);
    if (isProtection(document)) return readProtection(document, file);
    if (isPushRule(document)) return readPushRule(document, file);
    if (isRuleOfBranch(document)) {
      throw file.refuse(
        'it has the rules of one branch, which contain neither the branch nor who may bypass them',
        'Export the ruleset: gh api repos/OWNER/REPO/rulesets/ID, with the "ruleset_id" of the rule.',
      );
    }
    if ('push_access_levels' in document) {
      throw file.refuse(
        'it is a protected branch of GitLab, which has no rule about signatures',
        'Export the push rule: glab api projects/ID/push_rule',
      );
    }
  }
  throw file.refuse('it is none of the forms that are known');
}

/** Returns whether it is a row of "Get rules for a branch" of GitHub. */
function isRuleOfBranch(document: JsonObject): boolean {
  return 'type' in document && 'ruleset_id' in document;
}
