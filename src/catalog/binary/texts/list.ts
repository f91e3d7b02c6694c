/** All products that say in a text which version they are. */

import { LIBRARIES } from './libraries.ts';
import type { ProgramTexts } from './program-texts.ts';
import { RUNTIMES } from './runtimes.ts';
import { SERVERS } from './servers.ts';
import { TOOLCHAINS } from './toolchains.ts';
import { TOOLS } from './tools.ts';

export const PROGRAM_TEXTS: readonly ProgramTexts[] = [
  ...RUNTIMES,
  ...TOOLCHAINS,
  ...SERVERS,
  ...TOOLS,
  ...LIBRARIES,
];
