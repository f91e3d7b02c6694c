/** The contract of the checks of pipelines. */

import type { ByteRange } from '../../../../formats/bytes/byte-range.ts';
import type { Severity } from '../../../../core/model/advisory/advisory.ts';
import type { Confidence } from '../../../../core/model/rule/rule-finding.ts';
import type { Rule } from '../../rule.ts';
import type { Persona } from '../../persona.ts';
import type { PipelineSettings } from '../settings.ts';
import type { PipelineSubject } from '../subject.ts';
import type { Edit } from '../edits/yaml-edits.ts';

/** A rule with the function that finds its places. */
export interface PipelineCheck {
  readonly rule: Rule;
  /** The audience of the rule's findings; absent: all users. */
  readonly persona?: Exclude<Persona, 'regular'>;
  readonly find: (subject: PipelineSubject) => Iterable<Hit>;
}

/** A place that a rule reports. */
export interface Hit {
  readonly range: ByteRange;
  /** A complete sentence about this place. */
  readonly message: string;
  /** The identity of the place in the file: ids and names, never a line. */
  readonly names: readonly string[];
  /** Absent: that of the rule. */
  readonly severity?: Severity;
  /** Absent: not judged. */
  readonly confidence?: Confidence;
  /** Absent: the finding is for all users, as far as its check is. */
  readonly persona?: Persona;
  /** Edits of the file that clear the finding. */
  readonly fix?: HitFix | undefined;
}

/** Edits that are made together. */
export interface HitFix {
  /** A complete sentence. */
  readonly description: string;
  readonly edits: readonly Edit[];
  /** Set where the edits can change more than the finding. */
  readonly isUnsafe?: boolean;
}

/** Returns the fix that edits make; `undefined` without them. */
export function fixBy(
  description: string,
  ...edits: readonly (Edit | undefined)[]
): HitFix | undefined {
  const made = edits.filter((edit) => edit !== undefined);
  return made.length === edits.length && made.length > 0 ? { description, edits: made } : undefined;
}

/** Returns a fix that can change more than the finding, with edits as {@link fixBy} has them. */
export function unsafeFixBy(
  description: string,
  ...edits: readonly (Edit | undefined)[]
): HitFix | undefined {
  const fix = fixBy(description, ...edits);
  return fix && { ...fix, isUnsafe: true };
}

/** The parts of a rule that differ between rules of pipelines. */
export interface RuleWords extends Omit<
  Rule,
  'category' | 'id' | 'cwe' | 'aliases' | 'failing' | 'passing'
> {
  readonly name: string;
  readonly cwe?: readonly number[];
  /** Whether zizmor has an audit of that name with the same meaning. */
  readonly isOwn?: boolean;
  readonly failing: string;
  readonly passing: string;
  /** With which the rule finds its failing example; absent: none. */
  readonly settings?: PipelineSettings;
  /** The path of the examples. */
  readonly path?: string;
}

const WORKFLOW_PATH = '/.github/workflows/example.yml';

/** Makes a rule of pipelines. */
export function ruleOf(words: RuleWords): Rule {
  const {
    name,
    cwe = [],
    isOwn = false,
    failing,
    passing,
    path = WORKFLOW_PATH,
    ...others
  } = words;
  const { settings: pipeline, ...rest } = others;
  const around = { path, ...(pipeline && { settings: { pipeline } }) };
  return {
    ...rest,
    id: `pipeline/${name}`,
    category: 'misconfiguration',
    cwe,
    aliases: isOwn ? [] : [name],
    failing: { text: failing, ...around },
    passing: { text: passing, ...around },
  };
}
