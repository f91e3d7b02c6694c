/**
 * Reads `assay-secrets.yaml`: rules for secrets and allowances in the form of Assay. Paths are
 * globs, an allowance has a reason, and conditions of one allowance must all hold. Source:
 * docs/secrets.md, "Rules and lists of your own".
 */

import { compileGlobs } from '../../core/base/glob.ts';
import { AssayError } from '../../core/base/errors.ts';
import { isJsonObject, type JsonObject } from '../../formats/text/json/json.ts';
import type { Severity } from '../../core/model/advisory/advisory.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import {
  NO_SECRET_SETTINGS,
  type SecretAllowance,
  type SecretSettings,
  type UserSecretRule,
} from '../../core/model/rule/secret-settings.ts';
import { checkedPattern, checkGroup } from './secret-pattern.ts';
import {
  mappingsAt,
  refuse,
  refuseUnknownKeys,
  textAt,
  textsAt,
  type SecretFile,
} from './secret-node.ts';

/** The only key of the file. It distinguishes the file from `trivy-secret.yaml`. */
const ROOT_KEY = 'secrets';
const KEYS = ['rules', 'disable', 'only', 'allow'];
const RULE_KEYS = [
  ...['id', 'title', 'severity', 'opens', 'pattern', 'group', 'keywords', 'entropy', 'paths'],
];
const ALLOW_KEYS = ['reason', 'paths', 'patterns', 'words', 'rules', 'target'];
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/iu;
const TARGETS = ['secret', 'match', 'line'] as const;

/** Returns whether a file has the form of Assay. */
export function isOwnSecretFile(root: JsonObject): boolean {
  return Object.hasOwn(root, ROOT_KEY);
}

/** Returns what a file sets. @throws AssayError `CONFIG_INVALID` */
export function readOwnSecrets(root: JsonObject, file: SecretFile): SecretSettings {
  refuseUnknownKeys(file, root, [ROOT_KEY]);
  const own = root[ROOT_KEY];
  if (!isJsonObject(own)) return refuse(file, root, ROOT_KEY, 'is not a mapping');
  refuseUnknownKeys(file, own, KEYS);
  return {
    ...NO_SECRET_SETTINGS,
    rules: mappingsAt(file, own, 'rules').map((rule) => readRule(rule, file)),
    disabled: textsAt(file, own, 'disable'),
    enabled: textsAt(file, own, 'only'),
    allowances: mappingsAt(file, own, 'allow').map((list) => readAllowance(list, file)),
  };
}

function readRule(rule: JsonObject, file: SecretFile): UserSecretRule {
  refuseUnknownKeys(file, rule, RULE_KEYS);
  const [first = ''] = Object.keys(rule);
  const id = textAt(file, rule, 'id') ?? refuse(file, rule, first, 'begins a rule without "id"');
  if (!ID.test(id)) refuse(file, rule, 'id', `cannot be "${id}": letters, digits, ".", "_", "-"`);
  const written = textAt(file, rule, 'pattern') ?? refuse(file, rule, 'id', 'has no "pattern"');
  const pattern = checkedPattern(file, rule, 'pattern', written);
  const opens = textAt(file, rule, 'opens');
  const group = groupAt(rule, file);
  checkGroup(file, rule, 'group', { pattern, group });
  const minEntropy = entropyAt(rule, file);
  const globs = globsAt(rule, file);
  return {
    id,
    title: textAt(file, rule, 'title') ?? id,
    severity: severityAt(rule, file),
    ...(opens !== undefined && { opens }),
    pattern,
    ...(group !== undefined && { group }),
    keywords: textsAt(file, rule, 'keywords'),
    ...(globs.length > 0 && { globs }),
    ...(minEntropy !== undefined && { minEntropy }),
    allowances: [],
    excludedBlocks: [],
  };
}

function severityAt(rule: JsonObject, file: SecretFile): Severity {
  const text = textAt(file, rule, 'severity') ?? 'high';
  return (
    SEVERITIES.find((one) => one === text.toLowerCase()) ??
    refuse(file, rule, 'severity', `cannot be "${text}"`)
  );
}

/** Reads a number, or the name of a group. */
function groupAt(rule: JsonObject, file: SecretFile): string | number | undefined {
  const text = textAt(file, rule, 'group');
  return text !== undefined && /^\d{1,4}$/u.test(text) ? Number(text) : text;
}

/** YAML is read as texts. */
function entropyAt(rule: JsonObject, file: SecretFile): number | undefined {
  const text = textAt(file, rule, 'entropy');
  if (text === undefined) return undefined;
  if (!/^\d(?:\.\d{1,6})?$/u.test(text))
    return refuse(file, rule, 'entropy', `cannot be "${text}"`);
  return Number(text);
}

function readAllowance(list: JsonObject, file: SecretFile): SecretAllowance {
  refuseUnknownKeys(file, list, ALLOW_KEYS);
  const [first = ''] = Object.keys(list);
  if (textAt(file, list, 'reason') === undefined)
    refuse(file, list, first, 'begins an allowance without "reason"');
  const target = textAt(file, list, 'target') ?? 'secret';
  const rules = textsAt(file, list, 'rules');
  const globs = globsAt(list, file);
  const patterns = textsAt(file, list, 'patterns');
  const stopwords = textsAt(file, list, 'words');
  if (globs.length + patterns.length + stopwords.length === 0)
    refuse(file, list, 'reason', 'is of an allowance without "paths", "patterns" and "words"');
  return {
    paths: [],
    globs,
    patterns: patterns.map((one) => checkedPattern(file, list, 'patterns', one)),
    stopwords,
    target:
      TARGETS.find((one) => one === target) ??
      refuse(file, list, 'target', `cannot be "${target}"`),
    condition: 'all',
    ...(rules.length > 0 && { rules }),
  };
}

function globsAt(mapping: JsonObject, file: SecretFile): readonly string[] {
  const globs = textsAt(file, mapping, 'paths');
  try {
    compileGlobs(globs);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    refuse(file, mapping, 'paths', `has a bad glob: ${error.message}`);
  }
  return globs;
}
