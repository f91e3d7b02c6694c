/** The address of the repositories of actions: GitHub, or an enterprise server. */

import type { Flag } from '../../../config/flag.ts';
import { badValue } from '../../../config/values.ts';
import type { Session } from '../../commands/command.ts';

/** `--actions-url`. */
export const ACTIONS_URL_FLAG: Flag = {
  name: 'actions-url',
  value: 'URL',
  group: 'Target',
  help: 'fetch action repositories from this server (default: GITHUB_SERVER_URL, else https://github.com)',
};

const DEFAULT_ACTIONS_URL = 'https://github.com';

/** Returns the address, without a slash at its end. @throws AssayError `USAGE` */
export function readActionsUrl({ flags, io }: Pick<Session, 'flags' | 'io'>): string {
  const given = flags.text('actions-url');
  const url = given ?? io.env['GITHUB_SERVER_URL'] ?? DEFAULT_ACTIONS_URL;
  if (url !== '' && URL.canParse(url)) return url.replace(/\/+$/u, '');
  if (given === undefined) return DEFAULT_ACTIONS_URL;
  throw badValue('actions-url', url, 'Write it as https://github.example.com');
}
