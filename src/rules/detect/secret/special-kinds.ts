/**
 * Kinds of secrets that no shape describes: keys in blocks, addresses, headers, and values that
 * only a name announces.
 */

import type { SecretKind } from './secret-format.ts';

const PRIVATE_KEY_SOURCE = 'RFC 7468, sections 10 and 11; RFC 5915; RFC 8017, appendix A.1.2';

/** A private key in PEM. */
export const PRIVATE_KEY: SecretKind = {
  id: 'private-key',
  title: 'private key',
  severity: 'high',
  opens: 'what its public key or certificate protects',
  source: PRIVATE_KEY_SOURCE,
};

/** A private key in PEM that a password protects. */
export const ENCRYPTED_KEY: SecretKind = {
  id: 'encrypted-private-key',
  title: 'private key under a password',
  severity: 'low',
  opens: 'what its public key protects, for those who find the password',
  source: `${PRIVATE_KEY_SOURCE}; RFC 1421, section 4.6.1.1`,
};

/** A private key of OpenSSH. */
export const OPENSSH_KEY: SecretKind = {
  id: 'openssh-private-key',
  title: 'OpenSSH private key',
  severity: 'high',
  opens: 'accounts on hosts that trust its public key',
  source: 'PROTOCOL.key of OpenSSH',
};

/** A private key of OpenPGP in ASCII armor. */
export const PGP_KEY: SecretKind = {
  id: 'pgp-private-key',
  title: 'OpenPGP private key',
  severity: 'high',
  opens: 'signatures and messages of its owner',
  source: 'RFC 9580, sections 6.2 and 10.2',
};

/** A private key of PuTTY. */
export const PUTTY_KEY: SecretKind = {
  id: 'putty-private-key',
  title: 'PuTTY private key',
  severity: 'high',
  opens: 'accounts on hosts that trust its public key',
  source: 'PuTTY User Manual, appendix C, "PPK file format"',
};

/** A JSON Web Key with a private part. */
export const JWK_KEY: SecretKind = {
  id: 'jwk-private-key',
  title: 'JSON Web Key with its private part',
  severity: 'high',
  opens: 'signatures and messages of its owner',
  source: 'RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2',
};

/** The address of a database or queue with a password. */
export const DATABASE_ADDRESS: SecretKind = {
  id: 'database-address',
  title: 'address of a database with its password',
  severity: 'high',
  opens: 'the data behind the address',
  isGuessable: true,
  source: 'RFC 3986, section 3.2.1; PostgreSQL, "Connection URIs"; MongoDB, "Connection Strings"',
};

/** Another address with a password. */
export const LOGIN_ADDRESS: SecretKind = {
  id: 'login-address',
  title: 'address with a user and a password',
  severity: 'medium',
  opens: 'what the address names',
  isGuessable: true,
  source: 'RFC 3986, section 3.2.1',
};

/** A token in an `Authorization` header. */
export const BEARER_TOKEN: SecretKind = {
  id: 'bearer-token',
  title: 'token in an Authorization header',
  severity: 'medium',
  opens: 'the interface that the request is for',
  isGuessable: true,
  source: 'RFC 6750, section 2.1',
};

/** A user and a password in an `Authorization` header. */
export const BASIC_LOGIN: SecretKind = {
  id: 'basic-login',
  title: 'login in an Authorization header',
  severity: 'medium',
  opens: 'the interface that the request is for',
  isGuessable: true,
  source: 'RFC 7617, section 2',
};

/** A password in a command line. */
export const COMMAND_PASSWORD: SecretKind = {
  id: 'command-password',
  title: 'password in a command',
  severity: 'medium',
  opens: 'the account that the command uses',
  isGuessable: true,
  source: 'mysql(1), curl(1), sshpass(1), redis-cli, docker login',
};

/** A password in a file of logins. */
export const LOGIN_PASSWORD: SecretKind = {
  id: 'login-password',
  title: 'password of a login in .netrc or .pgpass',
  severity: 'medium',
  opens: 'the account beside it',
  isGuessable: true,
  source: 'GNU inetutils, "The .netrc file"; PostgreSQL, "The Password File"',
};

/** The hash of a password. */
export const PASSWORD_HASH: SecretKind = {
  id: 'password-hash',
  title: 'hash of a password',
  severity: 'low',
  opens: 'an account, for those who find the password',
  isGuessable: true,
  source: 'htpasswd(1); shadow(5); crypt(5)',
};

/** A value whose name says that it is a password. */
export const GENERIC_PASSWORD: SecretKind = {
  id: 'generic-password',
  title: 'password by its name',
  severity: 'medium',
  opens: 'the account that its name refers to',
  isGuessable: true,
  source: 'the rules for names and values on this page',
};

/** A value whose name says that it is a key or token. */
export const GENERIC_SECRET: SecretKind = {
  id: 'generic-secret',
  title: 'key or token by its name',
  severity: 'medium',
  opens: 'the service that its name refers to',
  isGuessable: true,
  source: 'the rules for names and values on this page',
};

/** All of them. */
export const SPECIAL_KINDS: readonly SecretKind[] = [
  ...[PRIVATE_KEY, ENCRYPTED_KEY, OPENSSH_KEY, PGP_KEY, PUTTY_KEY, JWK_KEY],
  ...[DATABASE_ADDRESS, LOGIN_ADDRESS, BEARER_TOKEN, BASIC_LOGIN],
  ...[COMMAND_PASSWORD, LOGIN_PASSWORD, PASSWORD_HASH, GENERIC_PASSWORD, GENERIC_SECRET],
];
