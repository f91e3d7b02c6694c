/** What the bases of scanned images are looked for with. */

import type { Artifact } from '../../model/artifact.ts';
import type { SourceRequest } from '../../source/source.ts';
import type { LayerInstruction } from './instruction-lines.ts';

/** An image to open. */
export type BaseTarget = Pick<SourceRequest, 'reference'> & Partial<SourceRequest>;

/** A Dockerfile that images were built from. */
export interface DockerfileQuestion {
  /** As the user wrote it. */
  readonly path: string;
  /** The image that it builds on, or the text for it where the build decides it; absent for `scratch`. */
  readonly reference?: string;
  /** Why the build decides it, in a sentence. */
  readonly undecided?: string;
  /** The instructions of all stages that make the image, oldest first. */
  readonly instructions: readonly LayerInstruction[];
}

/** What is asked about the bases of the scanned images. */
export interface BaseQuestion {
  /** Images that the user names: targets to open, or artifacts of stored reports. */
  readonly known: readonly (BaseTarget | Artifact)[];
  /** The user's Dockerfile. */
  readonly dockerfile?: DockerfileQuestion;
}
