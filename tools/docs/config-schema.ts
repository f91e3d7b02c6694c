/** The published schema of `assay.yaml`, made of the tables that its reader follows. */

import {
  flagsByKey,
  KEYS_WITHOUT_EFFECT,
  POLICY_FLAGS,
  takesList,
} from '../../src/app/config/keys.ts';
import type { Flag } from '../../src/app/config/flag.ts';
import type { REGISTRY_KEYS } from '../../src/app/config/registry-section.ts';
import { LIST_ECOSYSTEMS, RULE_ACTIONS } from '../../src/scan/policy/package-policy.ts';
import { CONDITION_WORDS, type ConditionWord } from '../../src/scan/policy/condition-words.ts';

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
  for (const [key, schema] of Object.entries(registrySchemas()))
    put(root, ['registry', key], schema);
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

/** Keys of the package registry. */
function registrySchemas(): Readonly<Record<(typeof REGISTRY_KEYS)[number], Schema>> {
  const texts = { anyOf: [TEXT, { type: 'array', items: TEXT }, { type: 'null' }] };
  const list = (description: string, required: readonly string[], properties: Schema): Schema => ({
    description,
    type: ['array', 'null'],
    items: { type: 'object', required, additionalProperties: false, properties },
  });
  const ecosystem = { enum: LIST_ECOSYSTEMS };
  const entry = {
    package: TEXT,
    ecosystem,
    versions: TEXT,
    reason: TEXT,
    owner: TEXT,
    expires: TEXT,
  };
  const text = (description: string): Schema => ({
    description,
    type: ['string', 'number', 'null'],
  });
  return {
    data: text('Directory of what the package registry stores.'),
    listen: text('Where it listens, as in 127.0.0.1:4873.'),
    url: text('Address that clients use, if it is another one.'),
    'dry-run': {
      description: 'Decisions are logged and have no effect.',
      type: ['boolean', 'null'],
    },
    uplinks: { description: 'Registries that packages come from, in order.', ...texts },
    private: { description: 'Names that are never asked for at an uplink.', ...texts },
    ecosystems: {
      description: 'Ecosystems whose packages are served.',
      anyOf: [ecosystem, { type: 'array', items: ecosystem }, { type: 'null' }],
    },
    pypi: {
      description: 'Python packages.',
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        uplinks: { description: 'Package indexes that projects come from, in order.', ...texts },
        private: { description: 'Names that are never asked for at an index.', ...texts },
      },
    },
    fresh: text('How long a document is served without asking again, as in 2m.'),
    'max-size': text('How much is stored, as in 20GB.'),
    'max-publish': text('Longest request that publishes, as in 100MB.'),
    tls: {
      description: 'Files of the certificate and of its key, in PEM.',
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['cert', 'key'],
      properties: { cert: TEXT, key: TEXT },
    },
    limits: {
      description: 'Bounds on clients.',
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        connections: text('Connections at one time, as in 2000.'),
        'requests-per-minute': text('Requests of one client within a minute, as in 120000.'),
        'headers-within': text('Time for the headers of a request, as in 10s.'),
        'request-within': text('Time for a whole request, as in 60s.'),
        idle: text('Time without a byte on a connection, as in 5m.'),
        shutdown: text('Time for requests under way at the end, as in 10s.'),
      },
    },
    tokens: list('Who may use it.', ['name', 'sha256'], {
      name: TEXT,
      sha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$' },
      role: { enum: ['read', 'publish', 'admin'] },
      packages: texts,
      expires: TEXT,
    }),
    rules: list('What is hidden, refused or warned of.', [], {
      malicious: { const: true },
      signature: { const: true },
      attestation: { const: true },
      vulnerabilities: { $ref: '#/$defs/conditions' },
      'min-age': { type: 'string' },
      'install-scripts': { const: true },
      deprecated: { const: true },
      'denied-licenses': { type: 'array', items: { type: 'string' } },
      'allowed-licenses': { type: 'array', items: { type: 'string' } },
      unsigned: { const: true },
      'lost-provenance': { const: true },
      'changed-maintainers': { type: 'string' },
      'similar-name': { const: true },
      'unknown-name': { const: true },
      action: { enum: RULE_ACTIONS },
      reason: TEXT,
    }),
    allow: list('Packages that rules do not hide.', ['package', 'reason', 'owner'], {
      ...entry,
      rules: texts,
    }),
    block: list('Packages that are always hidden.', ['package', 'reason', 'owner'], entry),
  };
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
