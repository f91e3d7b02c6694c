/**
 * The access of a running command to the outside world. It is passed down, so that a test can
 * replace the clock, the network, the log and the limits.
 */

/** Bounds on hostile input; see `docs/architecture.md` for the reason of each default. */
export interface Limits {
  /** Ceiling for one wanted file that is held in memory. */
  readonly maxFileBytes: number;
  /**
   * Memory limit for the wanted files of one artifact together; the others wait in a temporary
   * file.
   */
  readonly maxMemoryBytes: number;
  /** Ceiling for what one artifact unpacks to. */
  readonly maxUnpackedBytes: number;
  /** Ceiling for an image, as stored and as its files lie unpacked, that the user has set. */
  readonly maxImageBytes?: number;
  /** Depth to which archives may be nested. */
  readonly maxArchiveDepth: number;
  /** Ceiling for the entries of one artifact. */
  readonly maxEntries: number;
  /** Ceiling for the files of one artifact that are read for packages. */
  readonly maxReadFiles: number;
  /** Ceiling for the packages that are read from one artifact. */
  readonly maxPackages: number;
  /** Ceiling for the findings of one artifact. */
  readonly maxFindings: number;
}

/** Messages for people, on standard error. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

/**
 * The current activity, for a progress display. Events may be dropped; nothing may depend on them.
 */
export type ProgressEvent =
  | { readonly kind: 'phase'; readonly name: string }
  | {
      readonly kind: 'bytes';
      /** The item that is read, as in `layer 2/5`. */
      readonly what: string;
      readonly doneBytes: number;
      readonly totalBytes: number | undefined;
    }
  /** The reading of a file begins, or ends. */
  | { readonly kind: 'file'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'fileDone'; readonly path: string };

/**
 * Trust settings for the other end of a TLS connection, if the defaults do not suffice. All in PEM.
 */
export interface TlsSettings {
  /** Certificates of authorities, beside those that are trusted anyway. */
  readonly authorities?: readonly string[];
  /** The client certificate and key. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** Any certificate is taken. */
  readonly isUnverified?: boolean;
  /** Proxies for this server, in place of those of the environment. */
  readonly proxy?: ProxySettings;
  /**
   * Resolves names of servers in place of the system. Not used where a proxy makes the connection.
   */
  readonly lookup?: NameLookup;
}

/** A resolver of names in the form that connections of Node.js take (`dns.lookup`). */
export type NameLookup = (
  host: string,
  options: { readonly all?: boolean | undefined },
  done: (
    error: Error | null,
    address: string | { readonly address: string; readonly family: number }[],
    family?: number,
  ) => void,
) => void;

/**
 * Proxies that a configuration names, as the variables `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`
 * would.
 */
export interface ProxySettings {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are asked without a proxy, separated by commas. */
  readonly exceptions: string | undefined;
}

/**
 * The treatment of a declared range that no lockfile pins. `precise`: no version is known.
 * `comprehensive`: the lowest version that the range allows is taken for the version, which finds
 * more and is wrong more often.
 */
export type DetectionPriority = 'precise' | 'comprehensive';

/**
 * The access of a run to the outside world. It is passed down, so that tests and servers can supply
 * their own.
 */
export interface Context {
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly progress: (event: ProgressEvent) => void;
  /** Returns the milliseconds since the Unix epoch. `--as-of` sets it. */
  readonly now: () => number;
  /**
   * The only way out to the network; absent with `--offline`. Sockets of local daemons go through
   * `source/`.
   */
  readonly fetch: typeof globalThis.fetch | undefined;
  /**
   * Creates a `fetch` with TLS settings of its own, for a server that needs them. Absent if the
   * application that embeds Assay supplies none: then `fetch` serves all.
   */
  readonly fetchWith?: ((tls: TlsSettings) => typeof globalThis.fetch) | undefined;
  readonly limits: Limits;
  /**
   * Called when a scan begins to hold much in memory, perhaps more than once; absent: nothing is
   * done about it.
   */
  readonly onMuchHeld?: () => void;
  /** The setting of the scan (`--detection-priority`); absent: `precise`. */
  readonly detectionPriority?: DetectionPriority;
}

const MIB = 1024 * 1024;

/**
 * 128 MiB holds the largest lockfile and package database seen (4 MB) many times over, and as much
 * holds all wanted files of large images at one time (30 MB); 64 GiB and 10 million entries are ten
 * times the largest public images; archives nest three deep in real Java servers (ear, war, jar).
 * `docs/limits.md` has the reason of each value.
 */
export const DEFAULT_LIMITS: Limits = {
  maxFileBytes: 128 * MIB,
  maxMemoryBytes: 128 * MIB,
  maxUnpackedBytes: 64 * 1024 * MIB,
  maxArchiveDepth: 4,
  maxEntries: 10_000_000,
  maxReadFiles: 100_000,
  maxPackages: 60_000,
  maxFindings: 250_000,
};

/**
 * Returns a context without log and network that reads the real clock; `overrides` replace single
 * parts.
 */
export function quietContext(overrides: Partial<Context> = {}): Context {
  return {
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore },
    progress: ignore,
    now: Date.now,
    fetch: undefined,
    limits: DEFAULT_LIMITS,
    ...overrides,
  };
}

function ignore(): void {
  // No listener is registered.
}
