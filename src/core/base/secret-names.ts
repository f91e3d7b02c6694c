/**
 * Variables that hold a secret, by their names. A name counts by its last words: `DB_PASSWORD`
 * holds a password, `PASSWORD_MIN_LENGTH` and `PASSWORD_FILE` do not. Values that cannot be a
 * secret do not count: switches, references to variables, paths of mounted files, and placeholders.
 */

const SECRET_NAME =
  /(?:^|_)(?:[A-Z0-9]*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY)|PASS|SSHPASS|CREDENTIALS?|(?:API|ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|MASTER|AUTH|ACCOUNT|STORAGE)_?KEY|(?:GITHUB|GITLAB|GH|GL|AZURE_DEVOPS(?:_EXT)?)_PAT|DOCKER_AUTH_CONFIG|SECRET_KEY_BASE)$/u;
/** `PWD` and `OLDPWD` are directories. */
const PASSWORD_PWD = /[A-Z0-9]_PWD$/u;
const CAMEL_BORDER = /(?<=[a-z0-9])(?=[A-Z])/gu;

/** Returns whether a variable or build argument of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name.replace(CAMEL_BORDER, '_').replace(/[.-]/gu, '_').toUpperCase();
  return SECRET_NAME.test(words) || PASSWORD_PWD.test(words);
}

const SWITCH =
  /^(?:true|false|yes|no|on|off|0|1|none|null|nil|unset|enabled?|disabled?|dummy|placeholder)$/iu;
const REFERENCE = /^\$(?:\w+|\{[^}]*\}|\([^)]*\))$/u;
const MOUNTED_PATH =
  /^(?:file:\/\/)?(?:\.{1,2}|~|\/(?:run|etc|var|opt|home|root|usr|app|mnt|tmp|srv|data|secrets?|proc|dev))\/[\w./-]*$/u;
/** `<token>`, and one mark repeated. */
const BLANK_TO_FILL = /^(?:<[^>]*>|([*xX.\-_?])\1*)$/u;

/** Returns whether the value of a variable with such a name can be a secret. */
export function isSecretValue(value: string): boolean {
  if (value === '' || SWITCH.test(value) || REFERENCE.test(value)) return false;
  return !MOUNTED_PATH.test(value) && !BLANK_TO_FILL.test(value);
}

const CREDENTIALS = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/@:]{0,256}:(?<password>[^\s/@]{1,256})@/iu;

/** Returns whether a value is an address that contains a password. */
export function hasPasswordInAddress(value: string): boolean {
  const password = CREDENTIALS.exec(value)?.groups?.['password'];
  return password !== undefined && isSecretValue(password);
}
