/**
 * Operands that may be a file or something with a name: both sides of `assay diff`, and
 * `--baseline`. The text alone decides, so that no file of a scanned directory can stand in for an
 * image or a git revision.
 */

import { isDocumentName, parseTarget } from '../../clients/oci/parse-target.ts';
import type { Target } from '../../scan/pipeline/target.ts';

/**
 * Returns whether an operand means a file or folder: a path, or the bare name of a document
 * (`last.json`).
 */
export function isFileOperand(name: string): boolean {
  const form = parseTarget(name);
  return (form.kind === 'path' && !form.isImage) || isDocumentName(name);
}

/** Returns the target of a file or directory that is not a report, read by its form. */
export function fileOperand(name: string): Target {
  return { reference: name, isPath: true };
}
