/**
 * Reads `.gitleaks.toml`. The table of Assay stands for the default rules of gitleaks, whether the
 * file extends them or not: a file that is only found must not switch it off. Features that Assay
 * does not have are refused with their line.
 *
 * Source: gitleaks, "Configuration".
 *
 * Reads: `.gitleaks.toml`.
 */

import type { JsonObject } from '../../formats/text/json/json.ts';
import type {
  SecretAllowance,
  SecretSettings,
  UserSecretRule,
} from '../../core/model/rule/secret-settings.ts';
import {
  mappingsAt,
  numberAt,
  refuse,
  refuseUnknownKeys,
  textAt,
  textsAt,
  type SecretFile,
} from './secret-node.ts';
import { checkedPattern, checkGroup } from './secret-pattern.ts';

const ROOT_KEYS = [
  'title',
  'description',
  'minVersion',
  'extend',
  'rules',
  'allowlist',
  'allowlists',
];
const RULE_KEYS = [
  ...[
    'id',
    'description',
    'regex',
    'secretGroup',
    'entropy',
    'keywords',
    'path',
    'tags',
    'allowlist',
    'allowlists',
  ],
];
const ALLOW_KEYS = [
  'description',
  'condition',
  'paths',
  'regexTarget',
  'regexes',
  'stopwords',
  'targetRules',
];

/** Returns what a file sets. @throws AssayError `CONFIG_INVALID` */
export function readGitleaks(root: JsonObject, file: SecretFile): SecretSettings {
  refuseUnknownKeys(file, root, ROOT_KEYS);
  const [extend = {}] = mappingsAt(file, root, 'extend');
  refuseUnknownKeys(file, extend, ['useDefault', 'disabledRules']);
  const rules = mappingsAt(file, root, 'rules').map((rule) => readRule(rule, file));
  return {
    rules,
    // A rule with the id of a default rule takes its place.
    disabled: [...textsAt(file, extend, 'disabledRules'), ...rules.map(({ id }) => id)],
    enabled: [],
    allowances: allowancesAt(root, file),
    excludedBlocks: [],
    ignored: [],
    readFrom: [],
  };
}

function readRule(rule: JsonObject, file: SecretFile): UserSecretRule {
  refuseUnknownKeys(file, rule, RULE_KEYS);
  const id = textAt(file, rule, 'id') ?? refuse(file, rule, 'id', 'is missing in a rule');
  const written = textAt(file, rule, 'regex');
  if (written === undefined)
    return refuse(file, rule, 'id', 'has no "regex": rules of paths alone are not understood');
  const pattern = checkedPattern(file, rule, 'regex', written);
  const group = numberAt(file, rule, 'secretGroup');
  checkGroup(file, rule, 'secretGroup', { pattern, group });
  const minEntropy = numberAt(file, rule, 'entropy');
  const path = textAt(file, rule, 'path');
  return {
    id,
    title: textAt(file, rule, 'description') ?? id,
    severity: 'high',
    pattern,
    ...(group !== undefined && group !== 0 && { group }),
    keywords: textsAt(file, rule, 'keywords'),
    ...(path !== undefined && { path: checkedPattern(file, rule, 'path', path) }),
    ...(minEntropy !== undefined && { minEntropy }),
    allowances: allowancesAt(rule, file),
    excludedBlocks: [],
  };
}

function allowancesAt(mapping: JsonObject, file: SecretFile): readonly SecretAllowance[] {
  const all = [
    ...mappingsAt(file, mapping, 'allowlist'),
    ...mappingsAt(file, mapping, 'allowlists'),
  ];
  return all.map((list) => {
    refuseUnknownKeys(file, list, ALLOW_KEYS);
    const condition = textAt(file, list, 'condition') ?? 'OR';
    const target = textAt(file, list, 'regexTarget') ?? 'secret';
    const rules = textsAt(file, list, 'targetRules');
    const patternsAt = (key: string): readonly string[] =>
      textsAt(file, list, key).map((one) => checkedPattern(file, list, key, one));
    return {
      paths: patternsAt('paths'),
      patterns: patternsAt('regexes'),
      stopwords: textsAt(file, list, 'stopwords'),
      target:
        target === 'secret' || target === 'match' || target === 'line'
          ? target
          : refuse(file, list, 'regexTarget', `cannot be "${target}"`),
      condition:
        conditionOf(condition) ?? refuse(file, list, 'condition', `cannot be "${condition}"`),
      ...(rules.length > 0 && { rules }),
    };
  });
}

function conditionOf(text: string): SecretAllowance['condition'] | undefined {
  const word = text.toUpperCase();
  if (word === 'AND' || word === '&&') return 'all';
  return word === 'OR' || word === '||' ? 'any' : undefined;
}
