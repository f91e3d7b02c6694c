/**
 * The destination of a push: a repository of a registry, or an OCI layout. Both are written in the
 * same order.
 */

import type { ImageRepository } from '../../clients/oci/client.ts';
import type { RepositoryName } from '../../trust/signing/image/image-signature.ts';

/** The place that an image is pushed to. */
export interface PushPlace {
  readonly kind: 'registry' | 'layout';
  readonly repository: ImageRepository;
  readonly tag: string;
  /** The repository and the tag, for messages. */
  readonly shown: string;
  /** The repository that signatures name; absent for a layout without a named repository. */
  readonly name?: RepositoryName;
  /** Makes a place that is not there. It is called after a pass, before anything is written. */
  readonly begin?: () => Promise<void>;
}
