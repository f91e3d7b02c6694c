/**
 * A rule as data: what it reports, why, and how it is mended. Its two examples are its tests and
 * stand on its page.
 */

import type { Severity } from '../../core/model/advisory/advisory.ts';
import type { ImageConfiguration } from '../../core/model/artifact/image-configuration.ts';
import type { EntryNotes } from '../../core/model/layer/entry-notes.ts';
import type { DetectorSettings } from './detector-settings.ts';
import type { RuleCategory } from '../../core/model/rule/rule-finding.ts';

/** A rule of a detector. */
export interface Rule {
  /** `group/rule`, stable once released. */
  readonly id: `${string}/${string}`;
  readonly category: RuleCategory;
  readonly severity: Severity;
  /** A few words, without a full stop. */
  readonly title: string;
  /** Numbers of the weaknesses in the Common Weakness Enumeration. */
  readonly cwe: readonly number[];
  /** Ids that other tools give to a rule with the same meaning. */
  readonly aliases: readonly string[];
  /** The risk, in complete sentences. */
  readonly why: string;
  /** The remedy, in complete sentences. */
  readonly remedy: string;
  /** Kinds of secrets have empty examples: theirs are made when tests run. */
  readonly failing: RuleExample;
  readonly passing: RuleExample;
}

/** An example of a rule. */
export interface RuleExample {
  /**
   * The example on the page of the rule: the text of the file, or the part of the Dockerfile that
   * makes the image.
   */
  readonly text: string;
  /** The path of the file; only for rules of files. */
  readonly path?: string;
  /** Texts of the other files of the repository by path; only for rules of repositories. */
  readonly others?: Readonly<Record<string, string>>;
  /** Settings of the detector; only for rules that need some. */
  readonly settings?: DetectorSettings;
  /**
   * The example image, beside the facts of an image that no rule reports; only for rules of images.
   */
  readonly image?: ImageExample;
}

/** The parts of an image that an example sets. */
export type ImageExample = Partial<ImageConfiguration> &
  Partial<EntryNotes> & { readonly tags?: readonly string[] };
