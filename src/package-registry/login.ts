/**
 * Logins of package managers. Tokens come from the configuration, so that a login makes none: a
 * user whose name is that of a token and whose password is the token gets it back.
 *
 * Source: the requests of `npm login` (`POST /-/v1/login`, and `PUT /-/user/org.couchdb.user:NAME`
 * where that has status 404) and of `npm logout` (`DELETE /-/user/token/TOKEN`).
 */

import { AssayError } from '../core/base/errors.ts';
import { readJson, readStrings } from '../formats/text/json/json.ts';
import { callerOf, type RegistryToken } from './access.ts';
import { jsonAnswer, refusal, type RegistryAnswer, type RegistryRequest } from './answer.ts';

const MAX_LOGIN_BYTES = 16 * 1024;
const WAY_OUT = 'log in with the name of a token as the user and the token as the password';

/**
 * Answers a login. `onFailure` is called for wrong passwords. `now` is in milliseconds since the
 * Unix epoch.
 */
export async function answerLogin(
  user: string,
  request: RegistryRequest,
  {
    tokens,
    now,
    onFailure,
  }: {
    readonly tokens: readonly RegistryToken[];
    readonly now: number;
    readonly onFailure: () => void;
  },
): Promise<RegistryAnswer> {
  let login: { readonly name: string | undefined; readonly password: string | undefined };
  try {
    login = readStrings(readJson('the body', await request.body(MAX_LOGIN_BYTES)), [
      ...(['name', 'password'] as const),
    ]);
  } catch (error) {
    if (error instanceof AssayError) return refusal(400, `the login cannot be read: ${WAY_OUT}`);
    throw error;
  }
  if (tokens.length === 0) {
    return refusal(403, 'this registry has no tokens; add one to registry.tokens of assay.yaml');
  }
  const { name, password = '' } = login;
  const caller = callerOf(`Bearer ${password}`, tokens, now);
  if (caller.kind !== 'token' || caller.name !== user || (name ?? user) !== user) {
    onFailure();
    return refusal(401, `wrong user or password: ${WAY_OUT}`);
  }
  return jsonAnswer(201, { ok: true, id: `org.couchdb.user:${user}`, token: password });
}

/** Answers a logout. The token stays valid, which the notice says. */
export function answerLogout(): RegistryAnswer {
  const notice = 'the token is valid until it is removed from registry.tokens of the registry';
  return jsonAnswer(200, { ok: true }, { headers: { 'npm-notice': notice } });
}
