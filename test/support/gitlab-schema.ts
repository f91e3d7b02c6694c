/**
 * A schema of what GitLab's documentation requires of security reports of version 15.0. It is not GitLab's published schema.
 *
 * Source: GitLab Docs, "Security scanner integration" (fields, enumerations, what the fingerprint of a location is made of).
 */

import { Ajv, type ValidateFunction } from 'ajv';

const text = { type: 'string', minLength: 1 } as const;
const instant = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$' } as const;
const tool = {
  type: 'object',
  required: ['id', 'name', 'version', 'vendor'],
  properties: {
    id: text,
    name: text,
    version: text,
    vendor: { type: 'object', required: ['name'], properties: { name: text } },
  },
} as const;
const dependency = {
  type: 'object',
  required: ['package', 'version'],
  properties: {
    package: { type: 'object', required: ['name'], properties: { name: text } },
    version: text,
  },
} as const;

const CONTAINER = {
  type: 'object',
  required: ['dependency', 'operating_system', 'image'],
  properties: {
    dependency,
    operating_system: text,
    image: { type: 'string', pattern: '^[^:]+(:\\d+[^:]*)?:[^:]+(:[^:]+)?$' },
  },
} as const;

const DEPENDENCY = {
  type: 'object',
  required: ['file', 'dependency'],
  properties: { file: text, dependency },
} as const;

function schemaOf(type: string, location: object): object {
  return {
    type: 'object',
    required: [
      'version',
      'scan',
      'vulnerabilities',
      ...(type === 'dependency_scanning' ? ['dependency_files'] : []),
    ],
    additionalProperties: false,
    properties: {
      version: { const: '15.0.0' },
      scan: {
        type: 'object',
        required: ['analyzer', 'scanner', 'type', 'start_time', 'end_time', 'status'],
        additionalProperties: false,
        properties: {
          analyzer: tool,
          scanner: tool,
          type: { const: type },
          start_time: instant,
          end_time: instant,
          status: { enum: ['success', 'failure'] },
          messages: {
            type: 'array',
            items: {
              type: 'object',
              required: ['level', 'value'],
              properties: { level: { enum: ['info', 'warn', 'fatal'] }, value: text },
            },
          },
        },
      },
      vulnerabilities: { type: 'array', items: vulnerabilityOf(location) },
      dependency_files: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'package_manager', 'dependencies'],
          properties: {
            path: text,
            package_manager: text,
            dependencies: { type: 'array', items: dependency },
          },
        },
      },
    },
  };
}

function vulnerabilityOf(location: object): object {
  return {
    type: 'object',
    required: ['id', 'identifiers', 'location'],
    additionalProperties: false,
    properties: {
      id: text,
      name: { type: 'string', maxLength: 255 },
      description: { type: 'string', maxLength: 1_048_576 },
      severity: { enum: ['Unknown', 'Info', 'Low', 'Medium', 'High', 'Critical'] },
      solution: { type: 'string', maxLength: 7000 },
      identifiers: {
        type: 'array',
        minItems: 1,
        maxItems: 20,
        items: {
          type: 'object',
          required: ['type', 'name', 'value'],
          properties: { type: text, name: text, value: text },
        },
      },
      links: {
        type: 'array',
        items: {
          type: 'object',
          required: ['url'],
          properties: { url: { type: 'string', pattern: '^(https?|ftp)://.+' } },
        },
      },
      location,
    },
  };
}

const ajv = new Ajv({ allErrors: true });
const CONTAINER_SCANNING = ajv.compile(schemaOf('container_scanning', CONTAINER));
const DEPENDENCY_SCANNING = ajv.compile(schemaOf('dependency_scanning', DEPENDENCY));

/** The validator for one of the two types of scan. */
export function gitlabValidator(isOfImages: boolean): ValidateFunction {
  return isOfImages ? CONTAINER_SCANNING : DEPENDENCY_SCANNING;
}
