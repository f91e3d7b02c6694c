/** The form of an implicit file, which reports and verdict documents share. */

import { count, list, object, oneOf, optional, text } from './shapes.ts';
import type { ImplicitFile } from '../model/report/report.ts';

/** A file of the working directory that changed the outcome. */
export const IMPLICIT_FILE = object<ImplicitFile>({
  path: text,
  kind: oneOf('configuration', 'exceptions', 'corrections', 'comments', 'trust'),
  removedCount: count,
  changedCount: optional(count),
  settings: optional(list(text)),
});
