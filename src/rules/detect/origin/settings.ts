/** What users say about origins. */

import type { TrustFile } from '../../../trust/trust-file/trust-file.ts';
import type { RegistryFacts } from './registry-fact.ts';
import type { SourceUse } from './use.ts';

/** Settings of the rules of the group. What is absent asks for nothing. */
export interface OriginSettings {
  /** The trust file, by which sources and images are judged; only these parts are looked at. */
  readonly trust?: Pick<TrustFile, 'name' | 'packages' | 'registries' | 'baseImages'>;
  /** Reads another file of the tree by its path from the root; absent: none is read. */
  readonly read?: (path: string) => Uint8Array | undefined;
  /** What registries answered about names; absent: none was asked. */
  readonly facts?: RegistryFacts;
  /** Takes all statements of files; results are not cached then. */
  readonly collect?: (path: string, uses: readonly SourceUse[]) => void;
}
