/**
 * Addresses with a password, and headers with a login.
 *
 * Sources: RFC 3986, section 3.2.1; RFC 6750, section 2.1; RFC 7617, section 2.
 */

import { CHECKS } from './checks.ts';
import type { SecretMatch } from './secret-format.ts';
import { isPlaceholder, isReference, isTooRegular, isWellKnown } from './silence.ts';
import { BASIC_LOGIN, BEARER_TOKEN, DATABASE_ADDRESS, LOGIN_ADDRESS } from './special-kinds.ts';

/** The mark of an address, as it stands and encoded. */
export const ADDRESS_LITERALS = ['://', '%3a%2f%2f'] as const;
/** The schemes of an `Authorization` header. */
export const HEADER_LITERALS = ['bearer ', 'basic '] as const;

const MAX_SCHEME = 24;
const MAX_ADDRESS = 700;
const COLON = 0x3a;
const AT = 0x40;
/** Blanks, quotes, brackets and slashes end the part of an address that may contain a login. */
const ENDS_LOGIN: ReadonlySet<number> = new Set(Buffer.from(' \t\r\n\0/"\'`<>()[]{}?#\\,|'));

const ADDRESS =
  /(?<scheme>[a-z][a-z0-9+.-]{1,23}):\/\/(?<user>[^\s:/@"'`<>]{0,200}):(?<password>[^\s/@"'`<>\\\0]{1,300})@(?<host>[^\s:/"'`<>?#@\\\0]{1,255})/diu;
const DATABASES =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongodb|redis|rediss|valkey|amqps?|mssql|sqlserver|oracle|cockroachdb|clickhouse|cassandra|couchbases?|neo4j|bolt|nats|ldaps?|smtps?|elasticsearch|kafka|rabbitmq|db2|snowflake|jdbc:\w+|[a-z]+\+\w+)/iu;
const LOCAL =
  /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker\.internal|db$|postgres$|mysql$|redis$|mongo(?:db)?$)/iu;

/** Returns the address with a password whose mark begins at an offset. */
export function addressAt(bytes: Buffer, offset: number): SecretMatch | undefined {
  if (bytes[offset] === 0x25) return encodedAddressAt(bytes, offset);
  if (!mayContainLogin(bytes, offset + 3)) return undefined;
  const from = Math.max(0, offset - MAX_SCHEME);
  const text = bytes.toString('latin1', from, offset + MAX_ADDRESS);
  const start = text.slice(0, offset - from).search(/[a-z][a-z0-9+.-]*$/iu);
  if (start < 0) return undefined;
  const found = ADDRESS.exec(text.slice(start));
  if (found?.index !== 0) return undefined;
  const match = judged(found.groups ?? {});
  if (match === undefined) return undefined;
  return { ...match, start: from + start, end: from + start + found[0].length };
}

function mayContainLogin(bytes: Uint8Array, from: number): boolean {
  let hasColon = false;
  const limit = Math.min(bytes.length, from + MAX_ADDRESS);
  for (let at = from; at < limit; at += 1) {
    const byte = bytes[at] as number;
    if (byte === AT) return hasColon;
    if (byte === COLON) hasColon = true;
    else if (ENDS_LOGIN.has(byte) && byte !== 0x7b && byte !== 0x7d) return false;
  }
  return false;
}

function encodedAddressAt(bytes: Buffer, offset: number): SecretMatch | undefined {
  const from = Math.max(0, offset - MAX_SCHEME);
  const before = /[a-z][a-z0-9+.-]*$/iu.exec(bytes.toString('latin1', from, offset))?.[0] ?? '';
  const rest =
    /^[\w%.~*!'()+-]+/u.exec(bytes.toString('latin1', offset, offset + MAX_ADDRESS))?.[0] ?? '';
  let text: string;
  try {
    text = decodeURIComponent(before + rest);
  } catch {
    return undefined;
  }
  const found = ADDRESS.exec(text);
  const match = found?.index === 0 ? judged(found.groups ?? {}) : undefined;
  if (match === undefined) return undefined;
  const start = offset - before.length;
  return { ...match, start, end: offset + rest.length, encoding: 'percent encoding' };
}

type Judged = Pick<SecretMatch, 'kind' | 'names' | 'severity'>;

function judged(groups: Readonly<Record<string, string>>): Judged | undefined {
  const { scheme = '', user = '', password = '', host = '' } = groups;
  if (isReference(password) || isPlaceholder(password) || password === user) return undefined;
  if (isWellKnown(password) || password.length < 4 || /^[%$&]|^\*+$/u.test(password))
    return undefined;
  if (/example\.(?:com|org|net)$|\.example$|\.test$|\.invalid$/iu.test(host)) return undefined;
  const kind = DATABASES.test(scheme) ? DATABASE_ADDRESS : LOGIN_ADDRESS;
  const names = [scheme.toLowerCase(), user, host];
  return { kind, names, ...(LOCAL.test(host) && { severity: 'low' as const }) };
}

const BEARER = /^bearer (?<value>[A-Za-z0-9._~+/-]{20,1500}={0,2})(?![A-Za-z0-9._~+/=-])/iu;
const BASIC = /^basic (?<value>[A-Za-z0-9+/]{12,600}={0,2})(?![A-Za-z0-9+/=])/iu;

/** Returns the login of a header whose scheme begins at an offset. */
export function headerAt(bytes: Buffer, offset: number): SecretMatch | undefined {
  const text = bytes.toString('latin1', offset, offset + 1600);
  const bearer = BEARER.exec(text)?.groups?.['value'];
  const value = bearer ?? BASIC.exec(text)?.groups?.['value'];
  if (value === undefined || isPlaceholder(value) || isTooRegular(value, 3.2)) return undefined;
  if (!/\d/u.test(value) || !/[A-Za-z]/u.test(value)) return undefined;
  if (bearer === undefined && !CHECKS.basic(value)) return undefined;
  const kind = bearer === undefined ? BASIC_LOGIN : BEARER_TOKEN;
  const start = offset + text.indexOf(value);
  return { kind, names: [kind.id], start, end: start + value.length };
}
