/**
 * Assay's own properties in bills of materials, for data without a standard field, so that a scan
 * of the document equals a scan of the artifact. CycloneDX carries these as `properties`, SPDX as
 * one annotation of each package.
 */

/** Names of properties; all values are texts. */
export const SBOM_PROPERTY = {
  /**
   * Id of the ecosystem. A component that has it is read by these properties instead of by its
   * package URL.
   */
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
  /** The trust in name and version; not read back, as a document cannot prove anything. */
  evidence: 'assay:evidence',
  evidencedVersion: 'assay:evidencedVersion',
  /** Layer of an image in which the package first appears, from 0. */
  layer: 'assay:layer',
  /** Digest of that layer's tar. */
  layerDigest: 'assay:layerDigest',
  /** The location, as `PATH:LINE`; one property for each place. */
  location: 'assay:location',
  foundBy: 'assay:foundBy',
  /**
   * For the component of the artifact itself: its unread parts, as a JSON list of lists of a kind
   * and a message. The scan of the document has the same gaps.
   */
  gaps: 'assay:gaps',
  /**
   * For a known malicious package: the records that report it. The property is not read back,
   * because advisories are looked up again.
   */
  malicious: 'assay:malicious',
  /** For the component of an operating system. */
  codename: 'assay:codename',
} as const;
