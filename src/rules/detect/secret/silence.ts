/**
 * The written rules by which a value is no secret: placeholders, examples of documentation,
 * references to variables and stores, texts for people, names of things. A value is judged by
 * itself and not by the file in which it stands.
 */

import { entropyOf } from './entropy.ts';

/** Words that stand in for a value, in any case of letters. */
const STAND_IN =
  /example|sample|my[_-](?:pass|secret|token|key|api)|change_?-?me|placeholder|replace|your[_-]|[_-]your|yourown|insert|redacted|dummy|fake|foobar|deadbeef|todo|fixme|xxxx|secret_?here|[_-]here\b|not[_-]?a[_-]?(?:real|secret)|removed|hidden|masked|undefined|lorem|ipsum|qwerty|letmein|hunter2/iu;
/** One character or pair repeated, as in `xxxxxxxx` or `********`. */
const REPEATED = /^(?<unit>.{1,4}?)\k<unit>{2,}.{0,3}$/su;
/** A character six times in a row stands in none of a million random tokens. */
const RUN = /(?<one>[^=A])\k<one>{5}/u;
const BRACKETED = /^(?:<.*>|\[.*\]|\{.*\}|__.*__|%[^%]+%|\(.*\))$/su;
const SEQUENCES = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  '9876543210',
  'zyxwvutsrqponmlkjihgfedcba',
  'qwertyuiop',
  'asdfghjkl',
];
/** Seven neighbors of a sequence stand in one of a million random tokens. */
const SEQUENCE_LENGTH = 7;

/**
 * Returns whether a value stands in for another one: it has such a word, repeats characters, or
 * counts them up.
 */
export function isPlaceholder(value: string): boolean {
  if (STAND_IN.test(value) || RUN.test(value) || REPEATED.test(value) || BRACKETED.test(value))
    return true;
  return hasSequence(value.toLowerCase());
}

function hasSequence(value: string): boolean {
  for (let at = 0; at + SEQUENCE_LENGTH <= value.length; at += 1) {
    const part = value.slice(at, at + SEQUENCE_LENGTH);
    if (SEQUENCES.some((sequence) => sequence.includes(part))) return true;
  }
  return false;
}

/** The value is read from somewhere: a variable, a template, a store of secrets, a file, a call. */
const REFERENCE =
  /^\$|\$\{|\$\(|\{\{|\}\}|<%|%>|#\{|^%\(|^@[A-Z]|^!(?:Ref|Sub|GetAtt|secret|vault|env_var)|^(?:env|vault|ssm|sops|op|file|secret|azurekeyvault|gcpsm|awssm|kms|ref\+\w+|arn|projects)[:/]|^arn:|^(?:process|os|system|config|settings|self|this|ctx|env|var|local|data|module|secrets|github|inputs|steps|params|vars|options|req|request|args)[.[]|\(\)?$|\(.*\)|=>|\[['"\w]+\]$|^(?:\.{0,2}|~)\/[\w./-]*$|^[a-z]:\\/iu;

/** Returns whether a value refers to one that stands elsewhere. */
export function isReference(value: string): boolean {
  return REFERENCE.test(value);
}

/** Words with separators, words in camel case; numbers behind a word count as its part. */
const WORDS =
  /^(?:[a-z]{2,}|[A-Z]{2,}|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*)(?:[ _.:/-]+(?:[A-Za-z][a-z]*|[A-Z]+|\d{1,4}|[a-z]+(?:[A-Z][a-z]+)*))*[.!?:]?$/u;
/** Dotted names, as of packages, hosts and settings. */
const DOTTED = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+$/u;
const URL_OR_PATH = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/\/|www\.)|^[\w.-]*\/(?:[\w.-]+\/)*[\w.-]*$/iu;
const DATE_OR_NUMBER = /^[\d\s.,:;/+-]+(?:[TZ][\d:.]*Z?)?$|^v?\d+(?:\.\d+)+\S*$/u;
const HASH_PREFIX =
  /^(?:sha\d+|md5|h1|sha512)[-:]|^\$(?:2[aby]?|5|6|y|argon2\w*|apr1|pbkdf2\S*|scrypt)\$/u;
const PUBLIC_MATERIAL =
  /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-|MI[A-Z]{2}|AAAA[BCE]3|-----BEGIN (?:CERT|PUBLIC))/u;

/**
 * Returns whether a value is a name, a text for people, a number, a path, a hash or public, and so
 * no secret that only its name announces.
 */
export function isPlainText(value: string): boolean {
  return (
    WORDS.test(value) ||
    DOTTED.test(value) ||
    URL_OR_PATH.test(value) ||
    DATE_OR_NUMBER.test(value) ||
    HASH_PREFIX.test(value) ||
    PUBLIC_MATERIAL.test(value)
  );
}

/** Well-known passwords: what they open is not protected. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  ...[
    'password',
    'passwd',
    'pass',
    'secret',
    'admin',
    'root',
    'test',
    'guest',
    'user',
    'username',
    'postgres',
    'mysql',
    'mongo',
    'redis',
  ],
  ...[
    'rabbitmq',
    'minio',
    'minioadmin',
    'default',
    'demo',
    'token',
    'changeit',
    'anonymous',
    'anonymous@',
    'none',
    'null',
    'nil',
    'true',
    'false',
    'empty',
    'welcome',
  ],
  ...[
    'test123',
    'test1234',
    'admin123',
    'password1',
    'password123',
    'passw0rd',
    'p@ssw0rd',
    'p4ssw0rd',
    'secret123',
    'abc123',
    'pa55word',
  ],
]);

/** Returns whether a value is a well-known default. */
export function isWellKnown(value: string): boolean {
  return WELL_KNOWN.has(value.toLowerCase());
}

/**
 * The least entropy of the random part of a token, in bits for each character: half of that of
 * hexadecimal digits.
 */
const MIN_TOKEN_ENTROPY = 2.5;

/** Returns whether a value is too regular to be random. */
export function isTooRegular(value: string, minEntropy = MIN_TOKEN_ENTROPY): boolean {
  return entropyOf(value) < minEntropy;
}
