/** A state of a git repository. */

/** A state of a git repository. */
export interface Revision {
  readonly kind: 'branch' | 'tag' | 'commit';
  /** Name of the branch or tag; of a commit all or the first digits of its id. */
  readonly name: string;
}
