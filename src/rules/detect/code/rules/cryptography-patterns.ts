/** Patterns of weak cryptography, with more confidence where something shows that it matters. */

import type { SearchData } from '../../../flow/rules.ts';
import {
  PASSWORDS,
  PROTECTED,
  RANDOM_DATA,
  PROTOCOL,
  OWN_FORMAT,
  OWN_DIGEST,
  KEEPS_ACCOUNTS,
  NO_CLIENT,
  SIGNING,
  CHECKS_PASSWORD,
  KEEPS_PASSWORD,
  OWN_CHOICE,
  FROM_ISSUER,
  ACCESS,
  SECURE_RANDOM,
} from './cryptography-evidence.ts';

/** What is a secret whoever asks for it. */
const OWN_SECRETS =
  /secret_?key|passw(?!_?(?:frequency|chance|rate|length|len|count|index)\b)|passcode|session_?key|(?:reset|recovery|activation)_?(?:token|key|code|link)/iu;
/** What is a secret, unless a service asks for it. */
const OWN_IDENTIFIERS =
  /otp|session_?(?:id|key)|csrf|api_?key|one_?time|(?:invite|login|access|confirmation)_?(?:code|key|pin|link)/iu;
/** What is a secret in a program that keeps accounts. */
const ACCOUNT_SECRETS = /token(?!iz)|secret|credential|verification/iu;
const SECRET_NAMES = new RegExp(
  `${ACCOUNT_SECRETS.source}|${OWN_IDENTIFIERS.source}|${OWN_SECRETS.source}|nonce`,
  'iu',
);

/** The function only decrypts what others have encrypted. */
const DECRYPTS =
  /^(?![\s\S]*(?:\bencrypt\w*\(|encryptor|\.encrypt\b|create_?cipher))(?=[\s\S]*(?:decrypt|decipher))/iu;

/** Hash functions for which two texts with the same digest can be made. */
export const WEAK_HASHES: Readonly<
  Record<'javascript' | 'python', readonly (string | SearchData)[]>
> = {
  javascript: [
    {
      pattern: 'crypto.createHash($NAME, ...)',
      where: { NAME: /^(?:md4|md5|sha1|sha-1|ripemd160|rmd160)$/iu },
    },
    { pattern: 'crypto.createHmac($NAME, ...)', where: { NAME: /^(?:md4|md5)$/iu } },
    'crypto-js.MD5(...)',
    'crypto-js.SHA1(...)',
    'md5($X)',
    'sha1($X)',
  ],
  python: [
    ...['md5', 'sha1'].map((name) => ({
      pattern: `hashlib.${name}(...)`,
      not: [`hashlib.${name}(..., usedforsecurity=False)`],
    })),
    {
      pattern: 'hashlib.new($NAME, ...)',
      where: { NAME: /^(?:md4|md5|sha1)$/iu },
      not: ['hashlib.new(..., usedforsecurity=False)'],
    },
    'cryptography.hazmat.primitives.hashes.MD5()',
    'cryptography.hazmat.primitives.hashes.SHA1()',
    ...['MD2', 'MD4', 'MD5', 'SHA'].map((name) => `Crypto.Hash.${name}.new(...)`),
    ...['MD2', 'MD4', 'MD5', 'SHA1'].map((name) => `Cryptodome.Hash.${name}.new(...)`),
  ],
};

/**
 * Returns each pattern by itself, and with more confidence where it protects something of the
 * program: a password, a secret that is digested, or a signature.
 */
export function forSecurity(patterns: readonly (string | SearchData)[]): readonly SearchData[] {
  return patterns.flatMap((one) => {
    const data = typeof one === 'string' ? { pattern: one } : one;
    const unless = new RegExp(`${RANDOM_DATA.source}|${PROTOCOL.source}`, 'iu');
    const shown = { ...data, unless, confidence: 'medium' as const };
    return [
      data,
      { ...shown, data: PASSWORDS, file: OWN_DIGEST },
      { ...shown, purpose: KEEPS_PASSWORD, file: OWN_DIGEST },
      { ...shown, data: PROTECTED, file: OWN_DIGEST },
      { ...shown, purpose: SIGNING, file: OWN_DIGEST },
      { ...shown, purpose: CHECKS_PASSWORD, file: OWN_FORMAT },
    ];
  });
}

/**
 * Returns each pattern by itself, and with more confidence where the program chooses the key: by
 * its name, or because it is written in the program.
 */
export function withOwnKeys(
  keyAt: number,
  patterns: readonly (string | SearchData)[],
): readonly SearchData[] {
  const own = new RegExp(`${OWN_CHOICE.source}|literal_${keyAt}\\b`, 'u');
  return patterns.flatMap((one) => {
    const data = typeof one === 'string' ? { pattern: one } : one;
    return [
      { ...data, confidence: 'low' as const },
      { ...data, data: own, file: OWN_FORMAT, unless: DECRYPTS, confidence: 'high' as const },
    ];
  });
}

/**
 * Returns a pattern of random numbers near names of secrets. Tokens and identifiers are more often
 * no secrets, or what another service asks for, unless the file has to do with accounts.
 */
export function randomSecrets(pattern: string): readonly SearchData[] {
  return [
    { pattern, near: ACCOUNT_SECRETS, unless: SECURE_RANDOM, file: KEEPS_ACCOUNTS },
    { pattern, near: OWN_IDENTIFIERS, unless: SECURE_RANDOM, file: NO_CLIENT },
    { pattern, near: OWN_SECRETS, unless: SECURE_RANDOM },
    { pattern, near: SECRET_NAMES, confidence: 'low' },
  ];
}

/** Calls that verify no signature; `$FIRST` stands for the token. */
export const UNVERIFIED = [
  'jwt.decode($FIRST, verify=False)',
  'jwt.decode($FIRST, options={"verify_signature": False})',
  'jose.jwt.get_unverified_claims($FIRST)',
  'jose.jwt.decode($FIRST, options={"verify_signature": False})',
];

/** Returns a pattern by itself, and with more confidence where its result decides about access. */
export function forAccess(one: string | SearchData): readonly SearchData[] {
  const data = typeof one === 'string' ? { pattern: one } : one;
  return [
    { ...data, confidence: 'low' },
    { ...data, purpose: ACCESS, unless: FROM_ISSUER, confidence: 'medium' },
  ];
}
