/** The settings of the rules of repositories. What is absent asks for nothing. */

import type { Persona } from '../persona.ts';

/** See {@link Persona}. */
export interface RepositorySettings {
  /** Absent: `regular`. */
  readonly persona?: Persona;
}
