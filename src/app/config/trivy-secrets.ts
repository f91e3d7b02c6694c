/**
 * Reads `trivy-secret.yaml`. The allow rules that are built into trivy leave files out by their
 * paths; Assay has none of them, so that `disable-allow-rules` asks for what is the case.
 *
 * Source: trivy, "Secret Scanning", section "Configuration".
 *
 * Reads: `trivy-secret.yaml`.
 */

import { isJsonObject, type JsonObject } from '../../formats/text/json/json.ts';
import type { Severity } from '../../core/model/advisory/advisory.ts';
import type {
  SecretAllowance,
  SecretSettings,
  UserSecretRule,
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

const ROOT_KEYS = [
  ...[
    'rules',
    'allow-rules',
    'exclude-block',
    'disable-rules',
    'disable-allow-rules',
    'enable-builtin-rules',
  ],
];
const RULE_KEYS = [
  ...[
    'id',
    'category',
    'title',
    'severity',
    'regex',
    'keywords',
    'path',
    'allow-rules',
    'exclude-block',
    'secret-group-name',
  ],
];
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['CRITICAL', 'critical'],
  ['HIGH', 'high'],
  ['MEDIUM', 'medium'],
  ['LOW', 'low'],
  ['UNKNOWN', 'unknown'],
]);

/** Returns what a file sets. @throws AssayError `CONFIG_INVALID` */
export function readTrivySecrets(root: JsonObject, file: SecretFile): SecretSettings {
  refuseUnknownKeys(file, root, ROOT_KEYS);
  return {
    rules: mappingsAt(file, root, 'rules').map((rule) => readRule(rule, file)),
    disabled: textsAt(file, root, 'disable-rules'),
    enabled: textsAt(file, root, 'enable-builtin-rules'),
    allowances: allowancesAt(root, file),
    excludedBlocks: blocksAt(root, file),
    ignored: [],
    readFrom: [],
  };
}

function readRule(rule: JsonObject, file: SecretFile): UserSecretRule {
  refuseUnknownKeys(file, rule, RULE_KEYS);
  const id = textAt(file, rule, 'id') ?? refuse(file, rule, 'id', 'is missing in a rule');
  const written =
    textAt(file, rule, 'regex') ?? refuse(file, rule, 'regex', `is missing in the rule "${id}"`);
  const pattern = checkedPattern(file, rule, 'regex', written);
  const severity = textAt(file, rule, 'severity') ?? 'UNKNOWN';
  const group = textAt(file, rule, 'secret-group-name');
  checkGroup(file, rule, 'secret-group-name', { pattern, group });
  const path = textAt(file, rule, 'path');
  return {
    id,
    title: textAt(file, rule, 'title') ?? id,
    severity:
      SEVERITIES.get(severity.toUpperCase()) ??
      refuse(file, rule, 'severity', `cannot be "${severity}"`),
    pattern,
    ...(group !== undefined && { group }),
    keywords: textsAt(file, rule, 'keywords'),
    ...(path !== undefined && { path: checkedPattern(file, rule, 'path', path) }),
    allowances: allowancesAt(rule, file),
    excludedBlocks: blocksAt(rule, file),
  };
}

function allowancesAt(mapping: JsonObject, file: SecretFile): readonly SecretAllowance[] {
  return mappingsAt(file, mapping, 'allow-rules').map((rule) => {
    refuseUnknownKeys(file, rule, ['id', 'description', 'regex', 'path']);
    const pattern = textAt(file, rule, 'regex');
    const path = textAt(file, rule, 'path');
    return {
      paths: path === undefined ? [] : [checkedPattern(file, rule, 'path', path)],
      patterns: pattern === undefined ? [] : [checkedPattern(file, rule, 'regex', pattern)],
      stopwords: [],
      target: 'match',
      condition: 'any',
    };
  });
}

function blocksAt(mapping: JsonObject, file: SecretFile): readonly string[] {
  const block = mapping['exclude-block'];
  if (block === undefined || block === null) return [];
  if (!isJsonObject(block)) return refuse(file, mapping, 'exclude-block', 'is not a mapping');
  refuseUnknownKeys(file, block, ['description', 'regexes']);
  return textsAt(file, block, 'regexes').map((one) => checkedPattern(file, block, 'regexes', one));
}
