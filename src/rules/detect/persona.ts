/** The audiences of findings of pipelines and repositories. */

/**
 * Who wants to see a finding: `regular` shows what is most probably a fault, `pedantic` also what
 * is a matter of hygiene, `auditor` everything. The names and their meaning are those of zizmor's
 * documentation.
 */
export const PERSONAS = ['regular', 'pedantic', 'auditor'] as const;

/** See {@link PERSONAS}. */
export type Persona = (typeof PERSONAS)[number];
