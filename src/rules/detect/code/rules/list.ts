/** All rules of source code. */

import type { CodeRule } from '../code-rule.ts';
import { CONNECTION_RULES } from './connections.ts';
import { CRYPTOGRAPHY_RULES } from './cryptography.ts';
import { DATA_RULES } from './data.ts';
import { INJECTION_RULES } from './injection.ts';
import { MESSAGE_RULES } from './messages.ts';
import { PROGRAM_RULES } from './programs.ts';
import { QUERY_RULES } from './queries.ts';
import { SERVICE_RULES } from './services.ts';
import { SETTINGS_RULES } from './settings.ts';
import { WEB_RULES } from './web.ts';

/** The rules, by what they look for. */
export const CODE_RULES: readonly CodeRule[] = [
  ...INJECTION_RULES,
  ...QUERY_RULES,
  ...WEB_RULES,
  ...MESSAGE_RULES,
  ...DATA_RULES,
  ...CRYPTOGRAPHY_RULES,
  ...CONNECTION_RULES,
  ...SETTINGS_RULES,
  ...SERVICE_RULES,
  ...PROGRAM_RULES,
];
