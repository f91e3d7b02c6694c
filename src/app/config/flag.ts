/**
 * Flags as plain data: parsing, help, environment variables and notices all follow from one row.
 */

/** The heading under which help lists a flag. */
export type FlagGroup =
  'Target' | 'Registry' | 'Gate' | 'Report' | 'Advisory data' | 'Trust' | 'General';

/** A flag of the command line. */
export interface Flag {
  /** Long name without dashes; the environment variable is `ASSAY_` and the name in capitals. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Older or other names with the same meaning. */
  readonly aliases?: readonly string[];
  /** Placeholder of the value, as in `FILE`; absent for switches. */
  readonly value?: string;
  /** The value may be left out, and is then this one; with a value it must be written with `=`. */
  readonly valueIfBare?: string;
  /** In a configuration file a key without a value is not as if it were absent, but a bad value. */
  readonly isNeverEmpty?: true;
  /**
   * Only the command line sets it: variables and files give another setting under the same name.
   */
  readonly isTypedOnly?: true;
  /** It concerns images: help of commands that scan no images leaves it out. */
  readonly isForImages?: true;
  readonly help: string;
  readonly group: FlagGroup;
  /**
   * `none`: a flag of trivy that does nothing here; one notice gives the reason. `later` and
   * `never`: a flag that asks for something that Assay does not do yet, or does not do at all. A
   * run with such a flag ends with exit code 2. None of them is listed in help.
   */
  readonly effect?: 'none' | 'later' | 'never';
  /** The reason of `none`; for `later` and `never` what to do instead. */
  readonly why?: string;
}
