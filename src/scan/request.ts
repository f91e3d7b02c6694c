/** What a scan is asked. */

import type { AdvisoryBase } from '../advisory/base.ts';
import type { Distro } from '../model/package.ts';
import type { PolicyOptions } from '../policy/options.ts';
import type { SourceRequest } from '../source/source.ts';

export interface ScanRequest {
  /** At least one; all results come into one report with one verdict. */
  readonly targets: readonly SourceRequest[];
  /** Absent: inventory only (`--scanners packages`), which needs no advisory data. */
  readonly advisories?: AdvisoryBase;
  readonly policy: PolicyOptions;
  /** `--pkg-types`: packages of the operating system, of languages, or both. */
  readonly packageTypes: readonly ('os' | 'library')[];
  readonly includeDevDependencies: boolean;
  /** `--distro`: overrides what the artifact says of itself. */
  readonly distro?: Distro;
  /** `--allow-empty`: an artifact without packages is a result and not an error. */
  readonly allowEmpty: boolean;
  /** `--vuln-severity-source`: whose rating is shown, in order of trust; empty for the default order. */
  readonly severitySources: readonly string[];
}
