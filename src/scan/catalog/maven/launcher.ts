/**
 * Java archives of any name behind a launcher.
 *
 * Source: Spring Boot reference, "Installing Spring Boot Applications": a fully executable jar
 * begins with a shell script; launch4j and jpackage put a program of Windows in front. Executable
 * files that hold the name of a descriptor are read as `zip.ts` reads an archive. A program that
 * only contains the text is left alone.
 */

import type { Cataloger } from '../cataloger.ts';
import { javaZip } from './zip.ts';

export const launcher: Cataloger = {
  read: (file, siblings, context) => javaZip.read(file, siblings, context),
};
