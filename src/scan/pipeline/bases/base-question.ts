/** The input of the search for bases of scanned images. */

import type { Artifact, Digest } from '../../../core/model/artifact/artifact.ts';
import type { SourceRequest } from '../../source/source.ts';
import type { LayerInstruction } from './instruction-lines.ts';

/** An image to open. */
export type BaseTarget = Pick<SourceRequest, 'reference'> & Partial<SourceRequest>;

/** A Dockerfile that images were built from. */
export interface DockerfileQuestion {
  /** The path as the user wrote it. */
  readonly path: string;
  /**
   * The image that it builds on, or the text for it where the build decides it; absent for
   * `scratch`.
   */
  readonly reference?: string;
  /** Reason why the build decides it, in a sentence. */
  readonly undecided?: string;
  /** The instructions of all stages that make the image, oldest first. */
  readonly instructions: readonly LayerInstruction[];
}

/** The images that an organization accepts as bases. */
export interface BaseRules {
  /** Images that the rules list one by one. */
  readonly images: readonly string[];
  /** Returns why a name is not accepted, in a sentence without an end; `undefined` if it is. */
  refusal(named: BaseName): string | undefined;
  /** Returns whether the rules list what they accept, and the name is one of these. */
  accepts(named: BaseName): boolean;
}

/** A name of an image with the digest that stands beside it. */
export interface BaseName {
  readonly name: string;
  readonly digest?: Digest;
}

/** The question about the bases of the scanned images. */
export interface BaseQuestion {
  /** Images that the user names: targets to open, or artifacts of stored reports. */
  readonly known: readonly (BaseTarget | Artifact)[];
  /** Rules on names of bases, except those that the user names; absent: there are none. */
  readonly rules?: BaseRules;
  /** The user's Dockerfile. */
  readonly dockerfile?: DockerfileQuestion;
}
