/**
 * A schema of what GitLab's documentation requires of security reports of version 15.0. It is not
 * GitLab's published schema.
 *
 * Source: GitLab Docs, "Security scanner integration" (fields, enumerations, what the fingerprint
 * of a location is made of).
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

const SOURCE = {
  type: 'object',
  required: ['file', 'start_line', 'end_line'],
  properties: {
    file: text,
    start_line: { type: 'integer', minimum: 1 },
    end_line: { type: 'integer', minimum: 1 },
  },
} as const;

const SECRET = {
  ...SOURCE,
  required: [...SOURCE.required, 'commit'],
  properties: {
    ...SOURCE.properties,
    commit: { type: 'object', required: ['sha'], properties: { sha: text } },
  },
} as const;

const TEXT_DETAIL = {
  type: 'object',
  required: ['type', 'value'],
  properties: { type: { enum: ['text', 'code'] }, name: text, value: text },
  additionalProperties: false,
} as const;

/** Items have a name; those of a list have none. */
const DETAIL = {
  type: 'object',
  required: ['name', 'type'],
  oneOf: [
    TEXT_DETAIL,
    {
      type: 'object',
      required: ['type', 'items'],
      properties: {
        type: { const: 'list' },
        name: text,
        items: { type: 'array', minItems: 1, items: TEXT_DETAIL },
      },
      additionalProperties: false,
    },
  ],
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
      details: { type: 'object', additionalProperties: DETAIL },
      raw_source_code_extract: { type: 'string' },
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

const SAST = ajv.compile(schemaOf('sast', SOURCE));
const SECRET_DETECTION = ajv.compile(schemaOf('secret_detection', SECRET));

/** The validator for dependencies of one of the two types of scan. */
export function gitlabValidator(isOfImages: boolean): ValidateFunction {
  return isOfImages ? CONTAINER_SCANNING : DEPENDENCY_SCANNING;
}

/** The validator for one of the two types of scan that are about files. */
export function gitlabFileValidator(
  type: 'gitlab-sast' | 'gitlab-secret-detection',
): ValidateFunction {
  return type === 'gitlab-sast' ? SAST : SECRET_DETECTION;
}

const position = {
  type: 'object',
  required: ['line', 'column'],
  properties: { line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } },
} as const;

const place = {
  type: 'object',
  required: ['path', 'lines'],
  properties: {
    path: { type: 'string', pattern: '^(?!\\./|/).+' },
    lines: {
      type: 'object',
      required: ['begin'],
      properties: {
        begin: { type: 'integer', minimum: 1 },
        end: { type: 'integer', minimum: 1 },
      },
    },
    positions: { type: 'object', properties: { begin: position, end: position } },
  },
} as const;

/**
 * The validator for code quality.
 *
 * Source: GitLab Docs, "Code Quality report format"; Code Climate's specification of analyzers for
 * the other members.
 */
export const codeQualityValidator = ajv.compile({
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    additionalProperties: false,
    properties: {
      type: { const: 'issue' },
      description: text,
      check_name: text,
      fingerprint: text,
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      categories: { type: 'array', items: text },
      content: { type: 'object', required: ['body'], properties: { body: text } },
      location: place,
      other_locations: { type: 'array', items: place },
    },
  },
});
