/** What the bases of scanned images are looked for with. */

import type { Artifact } from '../../model/artifact.ts';
import type { SourceRequest } from '../../source/source.ts';

/** An image to open. */
export type BaseTarget = Pick<SourceRequest, 'reference'> & Partial<SourceRequest>;

/** What is asked about the bases of the scanned images. */
export interface BaseQuestion {
  /** Images that the user names: targets to open, or artifacts of stored reports. */
  readonly known: readonly (BaseTarget | Artifact)[];
  /** References that the `FROM` instruction of the user's Dockerfile leads to. */
  readonly dockerfile?: readonly string[];
}
