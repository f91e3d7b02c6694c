/**
 * The predicates that are known: the fields that they must have, and the fields with their times.
 *
 * Source: sigstore/cosign, "Cosign Vulnerability Scan Record Attestation Specification";
 * in-toto/attestation, `spec/predicates/vulns_02.md`; CycloneDX 1.6, `bom-1.6.schema.json`; SPDX
 * 2.3, "Document Creation Information"; SPDX 3.0, "Serialization"; OpenVEX 0.2, "The VEX Document";
 * SLSA 0.2 and 1.0, "Provenance"; SLSA 1.0, "Verification Summary".
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { fieldAt, instantOf } from '../../trust-file/predicate-conditions.ts';
import { ATTESTATION_TYPES, OPENVEX_TYPES } from '../../trust-file/attestation-types.ts';

/** The rule for a field: a kind, or one of some texts. */
type FieldRule = 'text' | 'object' | 'list' | readonly string[];

interface PredicateForm {
  readonly fields: Readonly<Record<string, FieldRule>>;
  /** Paths of fields with a time; the first one that is there counts. */
  readonly times: readonly string[];
}

const SCAN_TIMES = ['metadata.scanFinishedOn', 'metadata.scanStartedOn'];

const OPENVEX: PredicateForm = {
  fields: {
    '@context': 'text',
    '@id': 'text',
    author: 'text',
    timestamp: 'text',
    statements: 'list',
  },
  times: ['last_updated', 'timestamp'],
};

/** The forms of each predicate type, one of which a predicate must have. */
const FORMS: ReadonlyMap<string, readonly PredicateForm[]> = new Map([
  [
    ATTESTATION_TYPES.vuln,
    [
      {
        fields: { scanner: 'object', 'scanner.uri': 'text', metadata: 'object' },
        times: SCAN_TIMES,
      },
    ],
  ],
  [
    ATTESTATION_TYPES.vulns,
    [
      {
        fields: { scanner: 'object', 'scanner.result': 'list', metadata: 'object' },
        times: SCAN_TIMES,
      },
    ],
  ],
  [
    ATTESTATION_TYPES.cyclonedx,
    [{ fields: { bomFormat: ['CycloneDX'], specVersion: 'text' }, times: ['metadata.timestamp'] }],
  ],
  [
    ATTESTATION_TYPES.spdx,
    [
      {
        fields: { spdxVersion: 'text', SPDXID: 'text', name: 'text', creationInfo: 'object' },
        times: ['creationInfo.created'],
      },
      { fields: { '@context': 'text', '@graph': 'list' }, times: [] },
    ],
  ],
  [OPENVEX_TYPES[0], [OPENVEX]],
  [OPENVEX_TYPES[1], [OPENVEX]],
  [
    ATTESTATION_TYPES.slsaprovenance,
    [
      {
        fields: { builder: 'object', 'builder.id': 'text', buildType: 'text' },
        times: ['metadata.buildFinishedOn', 'metadata.buildStartedOn'],
      },
    ],
  ],
  [
    ATTESTATION_TYPES.slsaprovenance1,
    [
      {
        fields: {
          buildDefinition: 'object',
          'buildDefinition.buildType': 'text',
          runDetails: 'object',
          'runDetails.builder.id': 'text',
        },
        times: ['runDetails.metadata.finishedOn', 'runDetails.metadata.startedOn'],
      },
    ],
  ],
  [
    ATTESTATION_TYPES.verdict,
    [
      {
        fields: {
          'verifier.id': 'text',
          timeVerified: 'text',
          resourceUri: 'text',
          policy: 'object',
          verificationResult: ['PASSED', 'FAILED'],
        },
        times: ['timeVerified'],
      },
    ],
  ],
]);

/**
 * Returns what a predicate lacks, as a predicate; `undefined` if nothing, and for types that are
 * not known.
 */
export function predicateProblem(predicateType: string, predicate: JsonObject): string | undefined {
  const problems = (FORMS.get(predicateType) ?? []).map((form) => formProblem(form, predicate));
  return problems.includes(undefined) ? undefined : problems[0];
}

function formProblem({ fields }: PredicateForm, predicate: JsonObject): string | undefined {
  for (const [path, rule] of Object.entries(fields)) {
    const value = fieldAt(predicate, path.split('.'));
    if (value === undefined) return `has no field "${path}"`;
    if (!meets(value, rule)) return `has a field "${path}" that is not ${shownRule(rule)}`;
  }
  return undefined;
}

function meets(value: JsonValue, rule: FieldRule): boolean {
  if (rule === 'object') return isJsonObject(value);
  if (rule === 'list') return isJsonArray(value);
  return typeof value === 'string' && (rule === 'text' || rule.includes(value));
}

function shownRule(rule: FieldRule): string {
  if (typeof rule !== 'string') return rule.map((one) => `"${one}"`).join(' or ');
  return rule === 'object' ? 'an object' : `a ${rule}`;
}

/**
 * Returns the time in a predicate, in milliseconds since the Unix epoch; `undefined` if it has
 * none.
 */
export function predicateTime(predicateType: string, predicate: JsonObject): number | undefined {
  for (const { times } of FORMS.get(predicateType) ?? []) {
    for (const path of times) {
      const value = fieldAt(predicate, path.split('.'));
      if (value !== undefined) return instantOf(value);
    }
  }
  return undefined;
}
