/** Statements on exploitability (VEX), of whatever form they were read from. */

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';

/** Statuses in the terms of OpenVEX; those of CycloneDX and CSAF are converted to them. */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

/** Returns whether a status sets findings aside. */
export function setsAside(status: VexStatus): boolean {
  return status === 'not_affected' || status === 'fixed';
}

/** One assertion on some vulnerability in some products. */
export interface VexStatement {
  /** Id and aliases of the vulnerability, as written. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: VexStatus;
  /** Word of a list, as in `vulnerable_code_not_in_execute_path`. */
  readonly justification?: string;
  /** Free text: impact, notes. */
  readonly detail?: string;
  /** Milliseconds since the Unix epoch; of several statements on one thing the latest counts. */
  readonly at: number;
  /** File and place in it, for the report: `vex.json, statement 3`. */
  readonly from: string;
  readonly author?: string;
}

/** An image that a document is attested for. */
export interface AttestedImage {
  /** The reference as the caller wrote it. */
  readonly reference: string;
  readonly manifestDigest: Digest;
}

/** The subject of a statement. */
export interface VexProduct {
  readonly identity: VexIdentity;
  /** Components of the product that it is limited to; empty: the product and all that is in it. */
  readonly subcomponents: readonly VexIdentity[];
}

/** The identity of a product or component. Without a package URL and a digest it names nothing. */
export interface VexIdentity {
  readonly purl?: PackageUrl;
  /** `sha256:...` in lower case. */
  readonly digest?: string;
  /**
   * Ranges in VERS (`vers:npm/<2`) or versions that it is limited to; absent: what the package URL
   * says.
   */
  readonly versions?: readonly string[];
}

/** One document of statements. */
export interface VexDocument {
  /** The name of the file as the user wrote it, or the place of an attestation. */
  readonly path: string;
  /**
   * The image that it is attested for; absent for files, whose statements count for every artifact.
   */
  readonly attestedFor?: AttestedImage;
  readonly form: 'OpenVEX' | 'CycloneDX' | 'CSAF';
  readonly statements: readonly VexStatement[];
  /** Reasons for ignored parts of the document; without the path. */
  readonly problems: readonly string[];
}
