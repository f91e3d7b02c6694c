/** The data of a run after its flags are parsed and its configuration is read. */

import type { Context } from '../../core/base/context.ts';
import type { Io } from '../../core/base/io.ts';
import type { ConfigFile } from './config-file.ts';
import type { NamedPolicy } from './policies.ts';
import type { FlagValues, Settings } from './settings.ts';

/**
 * Flags, configuration and surroundings of a run, from which exception files and overrides are
 * read.
 */
export interface ConfiguredRun {
  readonly flags: FlagValues;
  /**
   * The sources of the flags: the command line, the environment, the policy, the configuration
   * file.
   */
  readonly settings: Settings;
  /** The configuration file that was read; absent: none. */
  readonly config?: ConfigFile;
  /** The named gate that was asked for. */
  readonly policy?: NamedPolicy;
  readonly io: Pick<Io, 'cwd'>;
  /** Clock, log, network and limits as the common flags ask for them. */
  readonly context: Context;
}
