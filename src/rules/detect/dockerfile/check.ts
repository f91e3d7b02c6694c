/** The contract of the checks of a Dockerfile. */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { Rule } from '../rule.ts';
import type { HitFix } from './fixes.ts';
import type { DockerfileSettings } from './settings.ts';
import type { DockerfileSubject, Step } from './subject.ts';

/** A rule with the function that finds its places. */
export interface DockerfileCheck {
  readonly rule: Rule;
  find(subject: DockerfileSubject): Iterable<Hit>;
}

/** A place that a rule reports. */
export interface Hit {
  readonly range: ByteRange;
  /** A complete sentence about this place. */
  readonly message: string;
  /** The identity of the place in the file: names and words, never a line. */
  readonly names: readonly string[];
  /** The instruction; its comments can ask to ignore the finding. */
  readonly step: Step | undefined;
  /** An edit that clears the finding. */
  readonly fix?: HitFix | undefined;
}

/** The parts of a rule that differ between rules of Dockerfiles. */
export interface RuleWords extends Omit<Rule, 'category' | 'id' | 'cwe' | 'failing' | 'passing'> {
  readonly name: string;
  readonly cwe?: readonly number[];
  readonly failing: string;
  readonly passing: string;
  /** Settings without which the rule reports nothing. */
  readonly settings?: DockerfileSettings;
}

/** Makes a rule of Dockerfiles. */
export function ruleOf({ name, cwe = [], failing, passing, settings, ...words }: RuleWords): Rule {
  const shared = { path: '/Dockerfile', ...(settings && { settings: { dockerfile: settings } }) };
  return {
    ...words,
    id: `dockerfile/${name}`,
    category: 'misconfiguration',
    cwe,
    failing: { text: failing, ...shared },
    passing: { text: passing, ...shared },
  };
}
