/** The table of formats: one row for each, by the kind of its publisher. */

import type { SecretFormat } from '../secret-format.ts';
import { APPLICATIONS } from './applications.ts';
import { AZURE } from './azure.ts';
import { CLOUDS } from './clouds.ts';
import { CODE } from './code.ts';
import { MESSAGES } from './messages.ts';
import { MODELS } from './models.ts';
import { OPERATIONS } from './operations.ts';
import { PAYMENTS } from './payments.ts';
import { REGISTRIES } from './registries.ts';
import { WORK } from './work.ts';

/** All formats of values. Where several match the same text, the first one counts. */
export const SECRET_FORMATS: readonly SecretFormat[] = [
  ...APPLICATIONS.filter(({ id }) => id === 'kubernetes-service-account-token'),
  ...[...CODE, ...REGISTRIES, ...PAYMENTS, ...MODELS, ...MESSAGES, ...CLOUDS, ...AZURE],
  ...[...OPERATIONS, ...WORK],
  ...APPLICATIONS.filter(({ id }) => id !== 'kubernetes-service-account-token'),
];
