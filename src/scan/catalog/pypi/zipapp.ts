/**
 * Python applications of any name that are a zip archive behind a line for the interpreter.
 *
 * Source: Python documentation, "zipapp", "The Python Zip Application Archive Format"; PEX
 * documentation. Executable files that hold the path of a wheel's metadata are read as `wheel.ts`
 * reads a `.pyz`. A script that only contains the text is left alone.
 */

import type { Cataloger } from '../cataloger.ts';
import { wheel } from './wheel.ts';

export const zipapp: Cataloger = {
  read: (file, siblings, context) => wheel.read(file, siblings, context),
};
