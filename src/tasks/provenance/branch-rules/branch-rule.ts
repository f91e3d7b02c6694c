/** A rule of a forge that requires signed commits, in a form that all forges share. */

import type { RefNames } from './ref-names.ts';

/** A rule that requires signed commits. */
export interface BranchRule {
  /** A noun phrase with the file, as in `the ruleset "main" (rules.json)`. */
  readonly name: string;
  readonly branches: RefNames;
  /** Reason why it is not enforced, as a predicate; absent: it is. */
  readonly inactive?: string;
  /** The actors that may bypass the rule; absent: the export does not contain them. */
  readonly bypassActors?: readonly BypassActor[];
}

/** An actor that a rule does not bind. */
export interface BypassActor {
  /** Its type and its id, as in `Team:5`; the type alone if there is no id. */
  readonly name: string;
  /** When, in the words of the forge, as in `pull_request`. */
  readonly mode: string;
}
