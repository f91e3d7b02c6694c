/**
 * The settings of a package registry. The section `registry:` of a configuration file is read into
 * them.
 */

import type { ListEcosystem, PackagePolicy } from '../scan/policy/package-policy.ts';
import type { RegistryToken } from './access.ts';
import type { CertificateFiles } from './certificates.ts';
import { DEFAULT_REGISTRY_LIMITS, type RegistryLimits } from './limits.ts';

/** An ecosystem whose packages a registry can serve. */
export type ServedEcosystem = ListEcosystem;

/** Where a registry listens, what it asks, and what it stores. */
export interface RegistrySettings {
  /** Directory of all that is stored; absolute. */
  readonly folder: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Address that clients use, with a slash at its end. Absent: the one that it listens on. */
  readonly publicUrl?: URL;
  /** Absent: plain HTTP. */
  readonly tls?: CertificateFiles;
  readonly limits: RegistryLimits;
  readonly policy: PackagePolicy;
  readonly isDryRun: boolean;
  /** Registries that are asked in this order. Empty: those of the user's npm configuration. */
  readonly uplinks: readonly URL[];
  /**
   * Names of packages that are never asked for at an uplink; `*` stands for any characters but a
   * slash.
   */
  readonly privateNames: readonly string[];
  /** Ecosystems whose packages are served if an uplink is configured for them. */
  readonly ecosystems: readonly ServedEcosystem[];
  /**
   * Python packages, with normalized names. Empty `uplinks`: the indexes of the user's pip
   * configuration.
   */
  readonly pypi: Pick<RegistrySettings, 'uplinks' | 'privateNames'>;
  readonly tokens: readonly RegistryToken[];
  /** Files of packages are removed when they take more; the least recently used first. */
  readonly maxStoredBytes: number;
  /** Ceiling for the file of a package. */
  readonly maxFileBytes: number;
  /** Ceiling for the body of a request that publishes: a file in base64 with its manifest. */
  readonly maxPublishBytes: number;
  /** A document that is younger is served without asking its uplink. In milliseconds. */
  readonly freshMs: number;
}

/** Settings where nothing is configured, but for the directory and the policy. */
export const DEFAULT_REGISTRY_SETTINGS = {
  host: '127.0.0.1',
  port: 4873,
  limits: DEFAULT_REGISTRY_LIMITS,
  isDryRun: false,
  uplinks: [],
  privateNames: [],
  ecosystems: ['npm', 'pypi'],
  pypi: { uplinks: [], privateNames: [] },
  tokens: [],
  maxStoredBytes: 20 * 1024 * 1024 * 1024,
  maxFileBytes: 512 * 1024 * 1024,
  maxPublishBytes: 50 * 1000 * 1000,
  freshMs: 120_000,
} as const satisfies Omit<RegistrySettings, 'folder' | 'policy'>;
