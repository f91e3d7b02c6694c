/** The published schema of `assay.yaml`, made of the tables that its reader follows. */

import { flagsByKey, KEYS_WITHOUT_EFFECT, POLICY_FLAGS, takesList } from '../../src/config/keys.ts';
import type { Flag } from '../../src/config/flag.ts';
import { CONDITION_WORDS, type ConditionWord } from '../../src/policy/condition-words.ts';

interface Schema {
  [key: string]: unknown;
}

const TEXT: Schema = { type: ['string', 'number'] };
const ANYTHING: Schema = { description: 'A key of trivy that has no effect here.' };

/** As JSON text. `flags` are all that a file may set. */
export function configSchema(flags: readonly Flag[]): string {
  const root: Schema = { type: 'object', properties: {}, additionalProperties: false };
  for (const place of KEYS_WITHOUT_EFFECT) put(root, place.split('.'), ANYTHING);
  for (const [place, flag] of flagsByKey(flags)) put(root, place.split('.'), flagSchema(flag));
  put(root, ['policies'], {
    description: 'Named gates; --policy NAME asks for one.',
    type: ['object', 'null'],
    propertyNames: { pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$' },
    additionalProperties: { $ref: '#/$defs/policy' },
  });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:assay:schema:config:1',
    title: 'Configuration of assay, version 1',
    description:
      'assay.yaml. Each flag has a key by its own name; keys of trivy.yaml are read as well. Unknown keys are a warning.',
    ...root,
    $defs: { policy: policySchema(flags), conditions: CONDITIONS, condition: conditionSchema() },
  };
  return JSON.stringify(schema);
}

/** `server` is a flag and a group of keys: then both forms are possible. */
function put(node: Schema, path: readonly string[], leaf: Schema): void {
  const [name = '', ...rest] = path;
  const properties = (node['properties'] ??= {}) as Record<string, Schema>;
  const known = properties[name];
  if (rest.length === 0) {
    properties[name] = known === undefined ? leaf : { anyOf: [leaf, known] };
    return;
  }
  const group = groupIn(known) ?? { type: ['object', 'null'], additionalProperties: false };
  if (known === undefined) properties[name] = group;
  else if (groupIn(known) === undefined) properties[name] = { anyOf: [known, group] };
  put(group, rest, leaf);
}

function groupIn(known: Schema | undefined): Schema | undefined {
  const candidates = (known?.['anyOf'] as readonly Schema[] | undefined) ?? [known];
  return candidates.find((one) => one?.['additionalProperties'] === false);
}

function flagSchema(flag: Flag): Schema {
  const description = `As --${flag.name}: ${flag.why ?? flag.help}.`;
  if (flag.name === 'fail-on') return { description, $ref: '#/$defs/conditions' };
  if (flag.value === undefined) return { description, type: ['boolean', 'null'] };
  const single =
    flag.valueIfBare === undefined ? ['string', 'number', 'null'] : ['string', 'boolean', 'null'];
  const list = { type: 'array', items: TEXT, ...(!takesList(flag) && { maxItems: 1 }) };
  return { description, anyOf: [{ type: single }, list] };
}

function policySchema(flags: readonly Flag[]): Schema {
  const own = flags.filter(({ name }) => POLICY_FLAGS.includes(name));
  return {
    description: 'One named gate: what is shown, what fails, what is let pass.',
    type: 'object',
    additionalProperties: false,
    properties: {
      description: { description: 'For people.', type: 'string' },
      'fail-on': {
        description: 'Any finding that meets one of these fails.',
        $ref: '#/$defs/conditions',
      },
      forbid: {
        description: 'Any package that is what one of these describes fails.',
        $ref: '#/$defs/conditions',
      },
      exceptions: {
        description: 'What exceptions must have in order to count.',
        type: 'object',
        additionalProperties: false,
        properties: {
          require: {
            description: 'Fields that each must have.',
            type: 'array',
            items: { enum: ['reason', 'owner', 'expiry'] },
          },
          longest: { description: 'How far ahead an expiry may lie, as in 90d.', type: 'string' },
          'inline-comments': {
            description:
              "Comments in files that count: none, those in the user's own code, or those in images too.",
            enum: ['none', 'code', 'all'],
          },
        },
      },
      ...Object.fromEntries(own.map((flag) => [flag.name, flagSchema(flag)])),
    },
  };
}

const CONDITIONS: Schema = {
  anyOf: [
    { type: 'string' },
    { $ref: '#/$defs/condition' },
    { type: 'array', items: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/condition' }] } },
    { type: 'null' },
  ],
};

function conditionSchema(): Schema {
  const words = CONDITION_WORDS.filter((row) => !isSeverity(row));
  return {
    description: 'All of it must hold.',
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      severity: {
        description: 'The least severity.',
        enum: CONDITION_WORDS.filter(isSeverity).map(({ word }) => word),
      },
      when: { description: 'Words as --fail-on takes them, as in high+fixable.', type: 'string' },
      reason: { description: 'For whoever meets it.', type: 'string' },
      ...Object.fromEntries(words.map((row) => [row.word, wordSchema(row)])),
    },
  };
}

/** Severities stand alone, and are given by the key `severity`. */
function isSeverity(row: ConditionWord): boolean {
  return row.signs === undefined && row.read('', '=')?.atLeast === row.word;
}

function wordSchema({ signs, value, choices, help, example }: ConditionWord): Schema {
  const description = `${help}; as in ${example}.`;
  if (signs === undefined) return { description, type: 'boolean' };
  if (value === 'choice') {
    return {
      description,
      enum: [
        ...(choices ?? []),
        ...signs.flatMap((sign) => (choices ?? []).map((one) => sign + one)),
      ],
    };
  }
  if (value === 'number') return { description, type: ['number', 'string'] };
  return { description, anyOf: [TEXT, { type: 'array', items: TEXT }] };
}
