/** Bounds on clients of a registry. `docs/limits.md` has the reason of each value. */

/** Bounds on connections and requests. Times are in milliseconds. */
export interface RegistryLimits {
  /** Connections at one time; further ones are closed. */
  readonly maxConnections: number;
  /** Requests of one client within a minute: of a token, or of an address without one. */
  readonly requestsPerMinute: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to the last one of its body. */
  readonly requestMs: number;
  /** Without a byte in either direction. A download from a slow uplink is silent for the client. */
  readonly idleMs: number;
  /** What requests that are under way get when the registry is asked to end. */
  readonly shutdownMs: number;
}

/** The limits of a registry that configures none. */
export const DEFAULT_REGISTRY_LIMITS: RegistryLimits = {
  maxConnections: 2000,
  requestsPerMinute: 120_000,
  headersMs: 10_000,
  requestMs: 60_000,
  idleMs: 300_000,
  shutdownMs: 10_000,
};
