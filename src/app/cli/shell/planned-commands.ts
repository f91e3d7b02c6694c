/**
 * Words that name commands which this version does not have. They are refused by name, so that they
 * do not become a search for an image of that name.
 */

/** A command that is missing in this version. */
export interface PlannedCommand {
  /** One word, or two for an action of a group: `db diff`. */
  readonly names: readonly string[];
  /** The nearest way there is. Whole sentences and command lines, one a line. */
  readonly instead: string;
}

/** Commands that this version does not have, each with the nearest way there is. */
export const PLANNED_COMMANDS: readonly PlannedCommand[] = [
  {
    names: ['patches'],
    instead: `Fixes for advisories older than 30 days: assay image NAME --fail-on 'fix-age>30d'
The upgrades that a code base needs: assay fix DIR`,
  },
  {
    names: ['policy'],
    instead: `Compare sources with the trust file: assay trust check DIR
Verify signatures by the trust file: assay verify NAME
Gates with names: assay image NAME --policy GATE, docs/policies.md`,
  },
  {
    names: ['chain'],
    instead: `Signatures and attestations of an image: assay verify NAME
Sources of its base and packages: assay trust check NAME
Signatures of commits: assay commits`,
  },
  {
    names: ['reference', 'fingerprint'],
    instead:
      'Scans compare files with package databases and records by themselves: assay image NAME, docs/evidence.md',
  },
  {
    names: ['worker'],
    instead: `Scan where the command runs: assay image NAME
One set of advisory data for many machines: assay db export, assay db import`,
  },
  {
    names: ['db diff'],
    instead: `What is loaded, and how old it is: assay db status
What newer data changes in a report: assay diff OLD.json NEW.json`,
  },
  {
    names: ['db pull'],
    instead: 'From a file: assay db import FILE\nFrom a mirror: assay db update --mirror URL',
  },
  { names: ['db push'], instead: 'Into a signed file: assay db export FILE' },
];

/** Returns the entry for a word, or for a group and its action. */
export function plannedCommand(name: string): PlannedCommand | undefined {
  return PLANNED_COMMANDS.find(({ names }) => names.includes(name));
}
