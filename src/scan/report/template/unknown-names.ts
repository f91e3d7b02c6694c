/**
 * Finds names in a template that no report has: in Liquid they are empty, so that a wrong name
 * would go unnoticed.
 */

import type { Liquid, Template, Variable } from 'liquidjs';

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import type { ReportNames, TemplateFailure } from './job.ts';

/** Names that Liquid itself gives a meaning. */
const OF_LIQUID = {
  roots: ['forloop', 'tablerowloop', 'continue', 'empty', 'blank', 'nil', 'null', 'true', 'false'],
  fields: [
    ...['size', 'first', 'last', 'name', 'items', 'length', 'parentloop'],
    ...['index', 'index0', 'rindex', 'rindex0', 'col', 'col0', 'col_first', 'col_last', 'row'],
  ],
};

/** Notes about fields; more say nothing new. */
const MAX_NOTES = 5;

/** Problems with the names in a template. */
export interface NameProblems {
  /** A variable that neither the report nor the template sets. */
  readonly unknownRoot?: TemplateFailure;
  /**
   * Fields that no part of a report has, a clause each. Objects of the template's own can have
   * them.
   */
  readonly notes: readonly string[];
}

/** Compares the names that a template reads with those of a report. */
export function nameProblems(
  liquid: Liquid,
  templates: Template[],
  { roots, fields, maps }: ReportNames,
): NameProblems {
  const { globals, locals, variables } = liquid.analyzeSync(templates, { partials: false });
  const known = new Set([...roots, ...OF_LIQUID.roots, ...Object.keys(locals)]);
  for (const [name, [first]] of Object.entries(globals)) {
    // A variable may be read in a loop before the line that sets it.
    const root = String(first?.segments[0] ?? name);
    if (first === undefined || known.has(root)) continue;
    return { unknownRoot: unknownRoot(root, first, roots), notes: [] };
  }
  const knownFields = new Set([...fields, ...OF_LIQUID.fields]);
  const unknown = new Set<string>();
  for (const variable of Object.values(variables).flat()) {
    for (const [at, field] of variable.segments.entries()) {
      if (at === 0 || typeof field !== 'string' || knownFields.has(field)) continue;
      if (!maps.includes(String(variable.segments[at - 1]))) unknown.add(field);
    }
  }
  const notes = [...unknown]
    .slice(0, MAX_NOTES)
    .map((field) => `no part of a report has a field "${field}"${guess(field, fields)}`);
  return { notes };
}

function unknownRoot(
  name: string,
  { location }: Variable,
  roots: readonly string[],
): TemplateFailure {
  return {
    message: `a report has no field "${name}"${guess(name, roots)}`,
    line: location.row,
    column: location.col,
  };
}

/** Guesses a name; names of trivy's report differ from Assay's in their first letter. */
function guess(name: string, names: readonly string[]): string {
  const lower = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  const near = names.includes(lower) ? lower : didYouMean(name, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
