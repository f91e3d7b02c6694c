/** The published schema of files with rules, made of the tables that their reader follows. */

import {
  CODE_LANGUAGES,
  OWN_CONDITIONS,
  OWN_KINDS,
} from '../../src/rules/detect/code/own-rules.ts';
import { CONFIDENCES } from '../../src/core/model/rule/rule-finding.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';

interface Schema {
  [key: string]: unknown;
}

/** Every value of such a file is read as a text; these are what YAML makes of some. */
const TEXT: Schema = { type: ['string', 'number', 'boolean'] };
const TEXTS: Schema = { anyOf: [TEXT, { type: 'array', minItems: 1, items: TEXT }] };

/** As JSON text. */
export function rulesSchema(): string {
  const language = {
    ...mapping({
      sinks: listOf('#/$defs/sink', 'Untrusted data must not arrive at the place of $SINK.'),
      search: listOf('#/$defs/search', 'Calls that are forbidden, whatever their arguments are.'),
    }),
    minProperties: 1,
  };
  const search = {
    pattern: text('A call, an assignment, or "return" with a value.', 400),
    not: { description: 'Patterns that the same place must not match.', ...TEXTS },
    where: {
      description: 'Regular expressions of RE2 for the text that stands for a name of the pattern.',
      type: 'object',
      additionalProperties: TEXT,
    },
  };
  const sink = {
    ...search,
    when: { description: 'What the value must be.', enum: OWN_CONDITIONS },
    deep: { description: 'Parts of maps and lists count too.', type: 'boolean' },
  };
  const kind = { enum: OWN_KINDS };
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:assay:schema:rules:1',
    title: 'Rules for assay audit, version 1',
    description: 'Files that --rules names: rules, and what they have to know of libraries.',
    ...mapping({
      rules: listOf('#/$defs/rule', 'What is reported.'),
      sources: listOf('#/$defs/source', 'Members and results of calls that are untrusted.'),
      sanitizers: listOf('#/$defs/sanitizer', 'Functions whose result is harmless.'),
      handlers: listOf('#/$defs/handler', 'Decorators of functions with untrusted parameters.'),
    }),
    minProperties: 1,
    $defs: {
      rule: {
        ...mapping(
          {
            id: {
              description: 'GROUP/NAME, in a group of your own.',
              type: 'string',
              pattern: '^[a-z0-9][a-z0-9._-]{0,63}/[a-z0-9][a-z0-9._-]{0,99}$',
            },
            title: text('A few words, on one line.', 120),
            severity: { enum: SEVERITIES },
            confidence: { enum: CONFIDENCES },
            cwe: { description: 'Numbers of weaknesses, as 89 or CWE-89.', ...TEXTS },
            kind: { description: 'Only sanitizers for this kind of harm count.', ...kind },
            why: text('What can go wrong.', 2000),
            remedy: text('How to correct the code.', 2000),
            ...Object.fromEntries(
              CODE_LANGUAGES.map((name) => [name, { $ref: '#/$defs/language' }]),
            ),
          },
          ['id', 'title', 'severity', 'remedy'],
        ),
        anyOf: CODE_LANGUAGES.map((name) => ({ required: [name] })),
      },
      language,
      sink: { anyOf: [{ type: 'string' }, mapping(sink, ['pattern'])] },
      search: { anyOf: [{ type: 'string' }, mapping(search, ['pattern'])] },
      source: mapping(
        {
          language: { enum: CODE_LANGUAGES },
          name: text('Qualified; a call ends with ().', 400),
          label: text('What it is, for steps of findings.', 120),
          confidence: { enum: CONFIDENCES },
        },
        ['language', 'name'],
      ),
      sanitizer: mapping(
        {
          language: { enum: CODE_LANGUAGES },
          name: text('Qualified.', 400),
          kinds: {
            description: 'The kinds of harm that its result cannot do.',
            anyOf: [
              { const: 'all' },
              kind,
              { type: 'array', minItems: 1, items: kind },
              { type: 'array', minItems: 1, maxItems: 1, items: { const: 'all' } },
            ],
          },
        },
        ['language', 'name', 'kinds'],
      ),
      handler: mapping(
        {
          language: { enum: CODE_LANGUAGES },
          decorator: text('Qualified.', 400),
          label: text('What the parameters are, for steps of findings.', 120),
        },
        ['language', 'decorator'],
      ),
    },
  };
  return JSON.stringify(schema);
}

function mapping(properties: Schema, required: readonly string[] = []): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 && { required }),
  };
}

/** A list, or one item by itself. */
function listOf($ref: string, description: string): Schema {
  return { description, anyOf: [{ $ref }, { type: 'array', minItems: 1, items: { $ref } }] };
}

function text(description: string, maxLength: number): Schema {
  return { description, type: ['string', 'number', 'boolean'], maxLength };
}
