/**
 * The contract between the command, which starts the rendering of a template in a process of its
 * own, and that process.
 */

/** Bounds of one rendering. */
export interface TemplateLimits {
  /** Longest processor time of rendering. On a busy machine it lasts longer. */
  readonly cpuMs: number;
  /** When the process is ended in any case, counted from when it has all data. */
  readonly wallMs: number;
  /** Characters and list items that tags and filters may make, all of them added up. */
  readonly memoryUnits: number;
  /** Longest output. */
  readonly outputChars: number;
}

/** Names that the published JSON of a report has. */
export interface ReportNames {
  /** Fields of the report itself. */
  readonly roots: readonly string[];
  /** Fields of all objects in it. */
  readonly fields: readonly string[];
  /** Fields whose values are maps, with keys that the artifact or the advisories choose. */
  readonly maps: readonly string[];
}

/** One rendering. */
export interface TemplateJob {
  /** The template, in Liquid. */
  readonly text: string;
  readonly limits: TemplateLimits;
  /** Absent: names are not checked. */
  readonly names?: ReportNames;
}

/**
 * Reason why a template gave no output: a clause without a full stop, with the place in the
 * template if there is one.
 */
export interface TemplateFailure {
  readonly message: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
}

/** The result of a rendering. */
export type TemplateOutcome =
  | {
      readonly isRendered: true;
      readonly text: string;
      /** Doubts about the template, a clause each. */
      readonly notes: readonly string[];
    }
  | { readonly isRendered: false; readonly failure: TemplateFailure };
