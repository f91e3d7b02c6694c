/**
 * The contract of the table of formats: what a secret looks like, by the documentation of its
 * publisher.
 */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { CheckName } from './checks.ts';

/** A kind of secrets, as reports and pages name it. */
export interface SecretKind {
  /** Unique, and the second part of the id of its rule. */
  readonly id: string;
  /** The publisher and the kind, as in `GitHub personal access token`. */
  readonly title: string;
  readonly severity: Severity;
  /** The access that the secret grants, as the end of the sentence "It opens …". */
  readonly opens: string;
  /**
   * Whether the format guarantees fewer than 80 random bits, so that no report may contain a hash
   * of the value.
   */
  readonly isGuessable?: true;
  /** Ids that other tools give to the kind. */
  readonly aliases?: readonly string[];
  /** The document that describes the format. */
  readonly source: string;
}

/** A kind of secrets whose values are described by a shape. */
export interface SecretFormat extends SecretKind {
  /**
   * The shape of the whole value (see `shape.ts`). A value of one of several shapes is one. The
   * text in front of the first class leads to the value, unless {@link SecretFormat.literal} does.
   */
  readonly shape: string | readonly string[];
  /**
   * Texts inside of the shape that lead to it; for shapes that do not begin with a text. At least 3
   * characters.
   */
  readonly literal?: readonly string[];
  /**
   * The names of variables and settings whose values have the shape, in small letters with `_`
   * between words. Without such a name, the shape is none of this format: it has no text of its
   * own.
   */
  readonly names?: RegExp;
  /** A checksum or a structure that the value has. */
  readonly check?: CheckName;
  /**
   * The least entropy of the value, in bits for each character; absent: the least one of
   * `silence.ts`.
   */
  readonly minEntropy?: number;
}

/** A secret in some bytes. */
export interface SecretMatch {
  readonly kind: SecretKind;
  /** Offsets in bytes. The end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The identity of the secret beside its kind: never a value that can be guessed. */
  readonly names: readonly string[];
  /** Absent: that of the kind. */
  readonly severity?: Severity;
  /** The public beginning of the value, as in `ghp_`; may be shown. */
  readonly shownPrefix?: string;
  /** The encoding of the secret; absent: it is not encoded. */
  readonly encoding?: 'base64' | 'hexadecimal digits' | 'percent encoding';
}
