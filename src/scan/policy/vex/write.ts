/**
 * Writes statements as documents: OpenVEX 0.2.0 and CycloneDX 1.6. What is written is the same for
 * the same statements; the id of a document follows from its content.
 */

import { createHash } from 'node:crypto';

import { parsePackageUrl } from '../../../core/model/purl/purl.ts';

/** One statement to be written. */
export interface NewStatement {
  /** Id of the advisory. */
  readonly vulnerability: string;
  readonly status: 'not_affected' | 'affected';
  /** A word of OpenVEX, of `not_affected` only. */
  readonly justification?: Justification;
  /** For `not_affected` the reason, for `affected` the response. */
  readonly reason: string;
  /** Until when it holds, for people. */
  readonly until?: string;
  /** The author of the statement, if it is not the author of the document. */
  readonly owner?: string;
  readonly products: readonly NewProduct[];
}

/** By package URL. */
export interface NewProduct {
  readonly purl: string;
  readonly subcomponents: readonly string[];
}

/** The document that statements stand in. */
export interface NewDocument {
  readonly author: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Name and version of the program. */
  readonly tool: { readonly name: string; readonly version: string };
  readonly statements: readonly NewStatement[];
}

/** Justifications of OpenVEX, each with its name in CycloneDX. */
const JUSTIFICATIONS = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: 'requires_environment',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
} as const;

/** A justification of OpenVEX for `not_affected`. */
export type Justification = keyof typeof JUSTIFICATIONS;

/** The words that OpenVEX has for a reason. */
export const JUSTIFICATION_WORDS = Object.keys(JUSTIFICATIONS) as readonly Justification[];

/** Returns plain data, ready for `JSON.stringify`. */
export function openVexDocument({ author, at, tool, statements }: NewDocument): object {
  const rows = statements.map((statement) => {
    const { vulnerability, products, status, justification, reason } = statement;
    const notes = notesOf(statement);
    return {
      vulnerability: { name: vulnerability },
      products: products.map(({ purl, subcomponents }) => ({
        '@id': purl,
        identifiers: { purl },
        ...(subcomponents.length > 0 && {
          subcomponents: subcomponents.map((sub) => ({ '@id': sub, identifiers: { purl: sub } })),
        }),
      })),
      status,
      ...(notes !== '' && { status_notes: notes }),
      ...(justification !== undefined && { justification }),
      ...(status === 'affected' ? { action_statement: reason } : { impact_statement: reason }),
    };
  });
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:uuid:${uuidOf([author, rows])}`,
    author,
    timestamp: at,
    version: 1,
    tooling: `${tool.name} ${tool.version}`,
    statements: rows,
  };
}

/**
 * Returns plain data, ready for `JSON.stringify`. A package stands for the product that it is in.
 */
export function cycloneDxVexDocument({ author, at, tool, statements }: NewDocument): object {
  const refs = new Set<string>();
  const rows = statements.map((statement) => {
    const { vulnerability, products, status, justification, reason } = statement;
    const affected = products.flatMap(({ purl, subcomponents }) =>
      subcomponents.length > 0 ? subcomponents : [purl],
    );
    for (const ref of affected) refs.add(ref);
    const notes = notesOf(statement);
    return {
      id: vulnerability,
      analysis: {
        state: status === 'affected' ? 'exploitable' : 'not_affected',
        ...(justification !== undefined && { justification: JUSTIFICATIONS[justification] }),
        ...(status === 'affected' && { response: ['will_not_fix'] }),
        detail: notes === '' ? reason : `${reason} (${notes})`,
        firstIssued: at,
        lastUpdated: at,
      },
      affects: [...new Set(affected)].map((ref) => ({ ref })),
    };
  });
  const components = [...refs].sort().map(componentOf);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf([author, rows])}`,
    version: 1,
    metadata: {
      timestamp: at,
      tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
      authors: [{ name: author }],
    },
    components,
    vulnerabilities: rows,
  };
}

function componentOf(ref: string): object {
  const { namespace, name, version, type } = parsePackageUrl(ref);
  return {
    type: type === 'oci' ? 'container' : 'library',
    'bom-ref': ref,
    name: namespace === undefined ? name : `${namespace}/${name}`,
    ...(version !== undefined && { version }),
    purl: ref,
  };
}

function notesOf({ owner, until }: NewStatement): string {
  const notes = [
    ...(owner === undefined ? [] : [`stated by ${owner}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  return notes.join(', ');
}

/** Returns a UUID of version 8 (RFC 9562) from a digest of the content. */
function uuidOf(content: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join('-');
}
