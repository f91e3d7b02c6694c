/**
 * The configuration of an image as image rules read it. It contains the values of variables and
 * build arguments, which may be secrets: it is not part of a report, and no cache stores it.
 */

/** The start and build configuration of an image. All of it is a claim. */
export interface ImageConfiguration {
  /** Empty where the configuration names none, which means root. */
  readonly user: string;
  /** Variables as `NAME=value`. */
  readonly env: readonly string[];
  /** The ports, as in `8080/tcp`, sorted. */
  readonly exposedPorts: readonly string[];
  /** Whether a health check is set and not switched off. */
  readonly hasHealthCheck: boolean;
  /** Labels as `NAME=value`. */
  readonly labels: readonly string[];
  /** The words of the entrypoint, then those of the command. */
  readonly command: readonly string[];
  /**
   * The steps of the build, oldest first; empty where the history names another number of layers
   * than the image has.
   */
  readonly history: readonly BuildStep[];
}

/** A step of the build that made an image. */
export interface BuildStep {
  /** The command as the history has it; empty where it names none. */
  readonly createdBy: string;
  /**
   * Index of the layer that the step made, or that was the last one before a step without a layer;
   * 0 before the first.
   */
  readonly layer: number;
}
