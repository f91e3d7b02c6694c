/** The users' settings for the rules of Dockerfiles, and the surroundings of a file. */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { TrustFile } from '../../../trust/trust-file/trust-file.ts';

/** The required forms of a label's value. */
export const LABEL_FORMS = [
  'text',
  'rawtext',
  'url',
  'rfc3339',
  'spdx',
  'hash',
  'semver',
  'email',
] as const;

/** The form of the value of a label. */
export type LabelForm = (typeof LABEL_FORMS)[number];

/** The settings of the rules of Dockerfiles. What is absent asks for nothing. */
export interface DockerfileSettings {
  /**
   * Registries that bases may come from, as hadolint writes them: `docker.io`, `*.example.com`,
   * `*`.
   */
  readonly trustedRegistries?: readonly string[];
  /** Labels that an image must have, by name. */
  readonly labels?: ReadonlyMap<string, LabelForm>;
  /** Whether other labels are reported. */
  readonly isStrict?: boolean;
  /**
   * Severities of rules by an alias in capital letters, as in `DL3008`. Rules that are off by
   * themselves are switched on.
   */
  readonly severities?: ReadonlyMap<string, Severity>;
  /** The trust file, by which bases are judged. */
  readonly trust?: TrustFile;
  /**
   * The instant at which bases are judged, in milliseconds since the Unix epoch; absent: their age
   * is not judged.
   */
  readonly now?: number;
  /**
   * Returns whether the directory that is judged has a file; absent: nothing is known of other
   * files.
   */
  readonly hasFile?: (path: string) => boolean;
}

/** Settings of a run without any. */
export const NO_SETTINGS: DockerfileSettings = {};
