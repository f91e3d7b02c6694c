/**
 * What Assay writes into bills of materials beyond what their formats have fields for, so that the scan of the document
 * is the scan of the thing. CycloneDX carries these as `properties`, SPDX as one annotation of each package.
 */

/** Names of properties; all values are texts. */
export const SBOM_PROPERTY = {
  /** Id of the ecosystem. A component that has it is read by these properties instead of by its package URL. */
  ecosystem: 'assay:ecosystem',
  /** The name, where the package URL and the component's own spelling do not lead back to it. */
  name: 'assay:name',
  sourceName: 'assay:sourceName',
  sourceVersion: 'assay:sourceVersion',
  /** Mailbox of the maintainer of a system's package. */
  maintainer: 'assay:maintainer',
  /** Qualifiers as a JSON object, where the package URL does not give them. */
  qualifiers: 'assay:qualifiers',
  presence: 'assay:presence',
  scope: 'assay:scope',
  relationship: 'assay:relationship',
  /** Id of the system's package that ships this one. */
  ownedBy: 'assay:ownedBy',
  /** How far name and version can be believed; not read back, as a document cannot prove anything. */
  evidence: 'assay:evidence',
  evidencedVersion: 'assay:evidencedVersion',
  /** Layer of an image in which the package first appears, from 0. */
  layer: 'assay:layer',
  /** Digest of that layer's tar. */
  layerDigest: 'assay:layerDigest',
  /** Where it was found, as `PATH:LINE`; one property for each place. */
  location: 'assay:location',
  foundBy: 'assay:foundBy',
  /**
   * Of the component of the thing itself: what could not be read of it, as a JSON list of lists of a kind and a message. The
   * scan of the document has the same gaps.
   */
  gaps: 'assay:gaps',
  /** Of a known malicious package: the records that report it; not read back, as advisories are asked again. */
  malicious: 'assay:malicious',
  /** Of the component of an operating system. */
  codename: 'assay:codename',
} as const;
