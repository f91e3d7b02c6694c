/**
 * Versions of R packages: at least two numbers, parted by dots or hyphens.
 *
 * Source: "Writing R Extensions", section "The DESCRIPTION file", and the documentation of
 * `package_version` and `compareVersion`: numbers are compared one by one, and of two that begin
 * alike the longer is higher (`1.8 < 1.8.0`). A single number is ordered as `numeric_version` does.
 * Refused: anything else.
 */

import { numberScheme } from './scheme-factories.ts';

export const cran = numberScheme({
  id: 'cran',
  separators: '.-',
  isValid: (numbers, version) => version.trim() === version && numbers.length > 1,
});
