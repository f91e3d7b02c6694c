/** Named gates of a configuration file. */

import { isJsonArray, isJsonObject } from '../../formats/text/json/json.ts';
import { parseFailOn, parseForbidden, quoteValue } from '../../scan/policy/fail-on.ts';
import type { ExceptionRules, FailCondition } from '../../scan/policy/options.ts';
import { CONDITION_WORD_BY_NAME } from '../../scan/policy/condition-words.ts';
import type { Flag } from './flag.ts';
import type { Setting } from './settings.ts';
import { POLICY_FLAGS } from './keys.ts';
import { blaming, type ConfigNode, unknownKey } from './node.ts';
import { readSetting } from './setting.ts';
import { readDuration } from './values.ts';

/** One named gate. */
export interface NamedPolicy {
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** The flags that it sets, `fail-on` by its texts. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** Absent: it says nothing of it. */
  readonly failOn?: readonly FailCondition[];
  readonly forbid: readonly FailCondition[];
  readonly exceptionRules?: ExceptionRules;
}

const OWN_KEYS = ['description', 'fail-on', 'forbid', 'exceptions'];
const POLICY_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/u;
/** Each is asked of each finding; far more than any person writes. */
const MAX_CONDITIONS = 500;
const DAY_MS = 86_400_000;
const INLINE_COMMENTS = ['none', 'code', 'all'] as const;
const EXCEPTION_FIELDS = ['reason', 'owner', 'expiry'] as const;

/** Options and result of reading a configuration file. */
export interface ConfigReadContext {
  readonly flags: readonly Flag[];
  /** Called with an unknown key, and with the known keys of its place. */
  unknown(node: ConfigNode, known: readonly string[]): void;
}

/**
 * Reads the named policies of a configuration file.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export function readPolicies(
  node: ConfigNode,
  reading: ConfigReadContext,
): ReadonlyMap<string, NamedPolicy> {
  const policies = new Map<string, NamedPolicy>();
  for (const [name, policy] of node.members()) {
    if (!POLICY_NAME.test(name)) {
      throw policy.refuse('is not a policy name', 'Names are letters, digits, ".", "_" and "-".');
    }
    policies.set(name, readPolicy(name, policy, reading));
  }
  return policies;
}

function readPolicy(name: string, node: ConfigNode, reading: ConfigReadContext): NamedPolicy {
  const settings = new Map<string, Setting>();
  const from = `policy ${name}`;
  let description = '';
  let failOn: readonly FailCondition[] | undefined;
  let forbid: readonly FailCondition[] = [];
  let exceptionRules: ExceptionRules | undefined;
  for (const [key, member] of node.members()) {
    const flag = reading.flags.find((one) => one.name === key && POLICY_FLAGS.includes(key));
    if (key === 'description') description = member.text();
    else if (key === 'fail-on') {
      failOn = readConditions(member, from);
      const values = failOn.map(({ text }) => text);
      settings.set(key, { values, from: 'policy', where: member.where });
    } else if (key === 'forbid') forbid = readConditions(member, from, parseForbidden);
    else if (key === 'exceptions') exceptionRules = readExceptionRules(member, reading);
    else if (flag === undefined) {
      reading.unknown(
        member,
        [...OWN_KEYS, ...POLICY_FLAGS].map((one) => `${node.key}.${one}`),
      );
    } else {
      const setting = readSetting(flag, member, 'policy');
      if (setting !== undefined) settings.set(flag.name, setting);
    }
  }
  return {
    name,
    description,
    settings,
    ...(failOn !== undefined && { failOn }),
    forbid,
    ...(exceptionRules !== undefined && { exceptionRules }),
  };
}

/**
 * Returns the conditions, each a text as on the command line or a mapping of words to values; any
 * of them counts.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export function readConditions(
  node: ConfigNode,
  from: string,
  parse: typeof parseFailOn = parseFailOn,
): readonly FailCondition[] {
  if (node.items().length > MAX_CONDITIONS) {
    throw node.refuse(`has more than ${MAX_CONDITIONS} conditions`);
  }
  return node.items().flatMap((item) => {
    const { text, reason } = conditionText(item);
    const conditions = blaming(item, () => parse(text));
    return conditions.map((condition) => ({
      ...condition,
      from,
      ...(reason !== undefined && { reason }),
    }));
  });
}

function conditionText(item: ConfigNode): { readonly text: string; readonly reason?: string } {
  if (!isJsonObject(item.value)) return { text: item.text() };
  const words: string[] = [];
  let reason: string | undefined;
  for (const [key, member] of item.members()) {
    if (key === 'reason') reason = member.text();
    else if (key === 'severity') words.push(member.text());
    else if (key === 'when') words.push(member.text());
    else {
      const word = wordText(key, member);
      if (word === undefined) {
        const known = ['reason', 'severity', 'when', ...CONDITION_WORD_BY_NAME.keys()];
        // A condition that is not understood would let pass what it was written to stop.
        throw item.refuse(
          `has no condition "${key}"`,
          unknownKey(
            member,
            known.map((one) => `${item.key}.${one}`),
          ),
        );
      }
      words.push(...word);
    }
  }
  if (words.length === 0) throw item.refuse('has an empty condition');
  return { text: words.join('+'), ...(reason !== undefined && { reason }) };
}

const WITH_SIGN = /^(?<sign>>=|<=|!=|=|>|<)\s*(?<value>.*)$/su;

/**
 * Returns a word with its value as on the command line; none where it is switched off, `undefined`
 * where it is unknown.
 */
function wordText(key: string, node: ConfigNode): readonly string[] | undefined {
  const row = CONDITION_WORD_BY_NAME.get(key);
  if (row === undefined) return undefined;
  const [usual] = row.signs ?? [];
  if (usual === undefined) return node.flag() ? [key] : [];
  const values = node.items().map((item) => item.text());
  const isList = isJsonArray(node.value);
  const { sign = usual, value = '' } = (isList
    ? undefined
    : WITH_SIGN.exec(values[0] ?? '')?.groups) ?? {
    value: values.join('|'),
  };
  return [`${key}${sign}${quoteValue(value)}`];
}

function readExceptionRules(node: ConfigNode, reading: ConfigReadContext): ExceptionRules {
  let requiredFields: ExceptionRules['requiredFields'] = [];
  let maxDays: number | undefined;
  let inlineComments: ExceptionRules['inlineComments'];
  for (const [key, member] of node.members()) {
    if (key === 'require') {
      requiredFields = member.items().map((item) => {
        const field = EXCEPTION_FIELDS.find((one) => one === item.text());
        if (field === undefined) {
          throw item.refuse(
            'is not a field of an exception',
            `Fields: ${EXCEPTION_FIELDS.join(', ')}.`,
          );
        }
        return field;
      });
    } else if (key === 'longest') {
      const longest = blaming(member, () => readDuration('longest', member.text()));
      maxDays = Math.floor(longest / DAY_MS);
      if (maxDays < 1) throw member.refuse('must be a day or more', 'Write it as 90d.');
    } else if (key === 'inline-comments') {
      inlineComments = INLINE_COMMENTS.find((one) => one === member.text());
      if (inlineComments === undefined) {
        throw member.refuse('is not a choice', `Possible: ${INLINE_COMMENTS.join(', ')}.`);
      }
    } else {
      reading.unknown(
        member,
        ['require', 'longest', 'inline-comments'].map((one) => `${node.key}.${one}`),
      );
    }
  }
  return {
    requiredFields,
    ...(maxDays !== undefined && { maxDays }),
    ...(inlineComments !== undefined && { inlineComments }),
  };
}
