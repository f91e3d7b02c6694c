/** Names of Python packages. */

const SEPARATORS = /[-_.]+/g;

/**
 * Returns the normal form, by which packages are compared: lower case, and every run of `-`, `_`
 * and `.` one hyphen. Source: PEP 503, "Normalized Names".
 */
export function normalizePythonName(name: string): string {
  return name.toLowerCase().replaceAll(SEPARATORS, '-');
}
