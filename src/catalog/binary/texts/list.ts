/** All products that say in a text which version they are. */

import type { ProgramTexts } from './program-texts.ts';
import { RUNTIMES } from './runtimes.ts';
import { SERVERS } from './servers.ts';
import { TOOLS } from './tools.ts';

export const PROGRAM_TEXTS: readonly ProgramTexts[] = [...RUNTIMES, ...SERVERS, ...TOOLS];
