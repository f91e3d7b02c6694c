/** The settings of a configuration file. */

import type { FailCondition } from '../../scan/policy/options.ts';
import type { Setting } from './settings.ts';
import type { NamedPolicy } from './policies.ts';
import type { RegistrySection } from './registry-section.ts';

/** A configuration file as it was read. */
export interface ConfigFile {
  /** The path as it was named or found, relative to the working directory. */
  readonly path: string;
  readonly kind: 'assay.yaml' | 'trivy.yaml';
  /** By flag. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** The setting of the file itself, outside of policies; absent: not set. */
  readonly failOn?: readonly FailCondition[];
  readonly policies: ReadonlyMap<string, NamedPolicy>;
  /** The section `registry:`. Absent: the file has none. */
  readonly registry?: RegistrySection;
  /** For one notice each. */
  readonly warnings: readonly string[];
  /** Keys of trivy that nothing here answers to. */
  readonly withoutEffect: readonly string[];
  /** A file that lies beside it and is passed over. */
  readonly passedOver?: string;
}
