/**
 * How sure it is that data which an unknown function has returned is still the untrusted data that
 * was passed to it.
 */

import type { Confidence } from '../../../core/model/rule/rule-finding.ts';
import { bitsOf, type FlowKind } from './kinds.ts';
import { deepTaints, type EvaluatedCall, type Machine } from '../machine.ts';
import { lookUpAny } from '../models.ts';
import type { Doubt, Taint, Trail, Value } from './value.ts';

/**
 * Kinds of harm that need control of the whole value, or of its beginning. Unknown functions mostly
 * look something up under the data, check it, or encode it, so that their results are seldom
 * harmful in these ways.
 */
const DOUBTFUL = bitsOf(
  ...(['html', 'redirect', 'header', 'regex', 'xml', 'path', 'url', 'log', 'size'] as const),
  ...(['template', 'import'] as const),
);

/**
 * Returns the confidence in untrusted data at a sink of a kind.
 *
 * @param text the file
 */
export function confidenceAt(
  { confidence, trail, source }: Taint,
  kind: FlowKind | undefined,
  text: string,
): Confidence {
  const bits = kind === undefined ? 0 : bitsOf(kind);
  // What an unknown function returns is a text, or a record of a database.
  if (kind === 'nosql' && isFromElsewhere(trail)) return 'low';
  if (kind === 'redirect' && (isOwnAddress(source, trail, text) || isPath(source, trail)))
    return 'low';
  // A program that connects to the address of a request itself is a proxy.
  if (kind === 'url' && isPath(source, trail)) return 'low';
  // Headers have texts alone.
  if (kind === 'prototype' && NOT_IN_LINKS.test(source)) return 'low';
  // A page can only harm itself in this way.
  if (kind === 'regex' && OWN_PAGE.test(source)) return 'low';
  // A header that came with a request has no line breaks (RFC 9110, section 5.5).
  if (kind === 'header' && NOT_IN_LINKS.test(source)) return 'low';
  if (kind === 'html' && (NOT_IN_LINKS.test(source) || isEncodedPath(source, trail, text)))
    return 'low';
  // A page that loads an address of its own link has no more rights than its user.
  if (kind === 'url' && source === 'the address of the page') return 'low';
  if (isOther(trail)) return 'low';
  if (kind === 'fields' && /\bquery$/u.test(source)) return 'low';
  if (kind === 'fields') return areFields(trail, source) ? confidence : 'low';
  if ((bits & DOUBTFUL) === 0) return confidence;
  // What is read from an uploaded file is data of the request, too.
  if (kind === 'xml' && /\bfiles?\b/iu.test(source)) return confidence;
  return isFromElsewhere(trail) ? 'low' : confidence;
}

/** What comes to a page of its own address, or from another window. */
const OWN_PAGE = /^(?:the address of the page|a message from another window)$/u;

/** Steps that may take a part from the middle of an address. */
const PART =
  /(?:slice|substr|substring|split|match|exec|query|get|searchParams|replace|pop|shift|decodeURI\w*|parse)"/u;

/** What a step leaves is the beginning: `url.slice(0, -1)`. */
const FIRST_PART = /\.(?:slice|substr|substring)\(\s*0\s*,|\.split\([^()]{1,9}\)\[0\]/u;

/** The address of the page itself, or its own query: it leads to the same site. */
function isOwnAddress(source: string, trail: Trail, text: string): boolean {
  if (source !== 'the address of the page' && source !== 'request nextUrl') return false;
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) {
    if (!PART.test(at.message)) continue;
    if (!FIRST_PART.test(text.slice(at.span.start, Math.min(at.span.end + 4, at.span.start + 300))))
      return false;
  }
  return true;
}

/** Parts of requests that no link and no form of another site sets, so that no page shows them. */
const NOT_IN_LINKS =
  /^(?:request[ .](?:headers?|get|headers\.get|cookies(?:\.get)?|signedCookies|rawHeaders|hostname|host|protocol|ip|secure|META|user_agent|authorization|get_header|get_cookie)|headers of the request)$/u;

/** The last names of steps that may decode a part of an address. */
const DECODED =
  /(?:^|["./])(?:decode\w*|unescape|unquote\w*|parse\w*|URL|URLSearchParams|get\w*|query\w*)(?:\(\))?"$/u;

/** A part of an address that libraries leave as it is. */
const ENCODED_PART = /^\s*\)?\.(?:pathname|path|href|search)\b/u;

/** Steps that take a part of the query of an address. */
const QUERY = /searchParams|query|\.get"|parse_?qs|unquote|decode/iu;

/**
 * The path of the request leads to the same site, unless it begins with two slashes, which servers
 * mostly merge.
 */
function isPath(source: string, trail: Trail): boolean {
  if (!/^request (?:url|originalUrl|path|href)$/u.test(source)) return false;
  for (let at = trail; at.before !== undefined; at = at.before) {
    if (QUERY.test(at.message)) return false;
  }
  return true;
}

/** Browsers encode the characters of elements in addresses (URL Standard, section 1.3). */
function isEncodedPath(source: string, trail: Trail, text: string): boolean {
  const isOwn = source === 'the address of the page' && isWholeAddress(trail, text);
  if (!isOwn && !/^request (?:url|originalUrl|path|href)$/u.test(source)) return false;
  for (let at = trail; at.before !== undefined; at = at.before) {
    // `url.parse(address).pathname` is still encoded.
    const { end } = at.span;
    if (
      at.message.startsWith('passes') &&
      DECODED.test(at.message) &&
      !ENCODED_PART.test(text.slice(end, end + 20))
    )
      return false;
  }
  return true;
}

/** Returns whether data of the page's address is the whole address. */
function isWholeAddress(trail: Trail, text: string): boolean {
  let first = trail;
  while (first.before !== undefined) first = first.before;
  return /\b(?:href|URL|documentURI)$/u.test(text.slice(first.span.start, first.span.end));
}

/** Stores of the program, whose values are its own. */
const STORE =
  /^passes through "(?:.*\.)?_?(?:cache|caches|redis|registry|memcached?|session|objects|config|settings)(?:\(\)|_client)?\.(?:get|get_or_404|first|filter)"$/iu;

/**
 * Whether the data was only the key of a value in a store of the program, or a function of another
 * file has sanitized it.
 */
function isOther(trail: Trail): boolean {
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) {
    if (at.doubt === 'sanitizer') return true;
    if (at.doubt === 'lookup' && STORE.test(at.message)) return true;
  }
  return false;
}

/** A scheme with a host, before more that is not known. */
const HOST = /^https?:\/\/(?:[^\0/]+\0|[^\0]*\0[\s\S]*\0)/iu;

/**
 * Returns whether data stands behind the host of an address. The path of a request begins with a
 * slash (RFC 9112, section 3.2.1), so that it changes no host before it.
 */
export function isBehindHost(
  { text }: Value,
  { source }: Taint,
  kind: FlowKind | undefined,
): boolean {
  return (
    (kind === 'redirect' || kind === 'url') &&
    /^request (?:url|originalUrl|path)$/u.test(source) &&
    text !== undefined &&
    HOST.test(text)
  );
}

/** Sources that are one text, and no fields. */
const TEXTS = /\b(?:url|originalUrl|path|host|hostname|headers?|cookies?|ip)$/iu;

/**
 * Whether all fields of a request may still be there: it came with fields, and no unknown function
 * has made something else of them.
 */
function areFields(trail: Trail, source: string): boolean {
  return !TEXTS.test(source) && !isFromElsewhere(trail);
}

/**
 * Functions and methods that return the text of their arguments, or a part of it, in the standard
 * libraries and usual helpers.
 */
const TEXTUAL: ReadonlySet<string> = new Set(
  [
    'format format_map join strip replace sub subn split decode encode str repr bytes bytearray String Array Object Promise concat',
    'urljoin parse resolve normalize relative stringify dirname abspath normpath realpath expanduser joinpath Path PurePath',
    'URL URLSearchParams toString from inspect sprintf loads Markup mark_safe dedent indent fill markdown iter list tuple dict set',
    'map filter reduce chain zip enumerate sorted reversed merge assign defaults extend cloneDeep clone copy deepcopy pick omit forEach',
    'then catch finally all race promisify write StringIO BytesIO decodeURIComponent decodeURI unescape atob unquote unquote_plus',
    'from_string make_response partial bind call apply next',
    // They call a function with the arguments that follow it.
    'run_in_executor to_thread submit apply_async starmap imap call_soon call_later run_sync run_in_threadpool Thread Process Timer setTimeout setImmediate setInterval nextTick queueMicrotask sync_to_async run',
  ].flatMap((names) => names.split(' ')),
);

/** Modules of the standard libraries whose functions return what they get, in another form. */
const CARRYING =
  /^(?:base64|binascii|bz2|codecs|collections|contextlib|copy|csv|email|functools|gzip|html|io|itertools|json|lzma|ntpath|operator|os\.path|pathlib|posixpath|re|shlex|string|struct|tarfile|textwrap|typing|unicodedata|urllib\.parse|xml|zipfile|zlib|Buffer|JSON|path|querystring|url|util|zlib|lodash|underscore|qs)\b|^jinja/u;
const ERROR = /(?:Error|Exception|Exit)$/u;

/**
 * Returns how doubtful it is that the result of a call of what is not in the file is its untrusted
 * arguments.
 */
export function doubtOf(
  m: Machine,
  { callee, method, receiver }: EvaluatedCall,
): Doubt | undefined {
  if (isModelled(m, callee.refs)) return undefined;
  // `launder.string(x)` has its name in its object.
  const names = (callee.refs[0] ?? method ?? '').split('.').slice(-2);
  if ([...names, method ?? ''].some((name) => SANITIZER.test(name))) return 'sanitizer';
  if (isCarrying(m, { callee, method, receiver })) return undefined;
  // An object of another file looks its data up: `new Bank(name).path`.
  if (/(?:^|[./:])[A-Z]\w*[a-z]\w*$/u.test(callee.refs[0] ?? '')) return 'lookup';
  const isLookup = receiver !== undefined && !callee.refs.some((ref) => MODULE.test(ref));
  return isLookup ? 'lookup' : 'function';
}

/** Names of functions that take away from data what is harmful, or keep what is allowed. */
const SANITIZER =
  /^_?(?:sanitiz|sanitis|launder|escape|clean|purify|pick|permit|whitelist|allowlist|safe|secure|normali[sz]e_?(?:url|path)|strip_?(?:tags|html))/iu;

/** A function of a module of the project. */
const MODULE = /^(?:\.{1,2}\/|[@~]\/)[^()]*$/u;

function isCarrying(
  m: Machine,
  { callee, method, receiver }: Pick<EvaluatedCall, 'callee' | 'method' | 'receiver'>,
): boolean {
  if (receiver !== undefined && carries(m, receiver)) return true;
  // A parameter that is called, such as `resolve` of a promise.
  if (method === undefined && callee.refs.every((ref) => ref === '?')) return true;
  if (method !== undefined && TEXTUAL.has(method)) return true;
  const { refs } = callee;
  const isKnown = refs.some((ref) => {
    const name = ref.slice(ref.lastIndexOf('.') + 1);
    return TEXTUAL.has(name) || ERROR.test(name) || CARRYING.test(ref);
  });
  return isKnown;
}

/** Returns whether it is known what a function clears, decodes or calls. */
function isModelled(m: Machine, refs: readonly string[]): boolean {
  return (
    lookUpAny(m.models.clears, refs) !== undefined ||
    lookUpAny(m.models.decodes, refs) !== undefined ||
    lookUpAny(m.models.handlers, refs) !== undefined
  );
}

/**
 * Returns whether an object is untrusted itself, or a list or map of the program with untrusted
 * parts. An instance looks things up.
 */
function carries(m: Machine, receiver: Value): boolean {
  if (receiver.taints.some(({ trail }) => !isFromElsewhere(trail))) return true;
  if (receiver.taints.length > 0) return false;
  const isInstance = receiver.objects.some((id) => m.state.object(id)?.type !== undefined);
  return !isInstance && deepTaints(m, receiver).length > 0;
}

/** Names of functions that check their argument. */
const CHECKS =
  /^_?(?:validate|check|verify|ensure|assert|require|is_?(?:safe|valid|allowed|local|trusted|same|internal|permitted|whitelisted|relative))|(?:_is|Is)_?(?:Safe|safe|Valid|valid|Allowed|allowed)/u;

/**
 * Returns whether a function has the name of a check. What it asks is not known if it is not in the
 * file.
 */
export function isCheck(name: string): boolean {
  return (
    CHECKS.test(name) ||
    /^is[A-Z]\w*(?:Url|URL|Path|Host|Redirect|InDirectory|InFolder|InRoot|Within|Inside)/u.test(
      name,
    )
  );
}

/** Returns whether a function has the name of a check for what must not be. */
export function isRefusal(name: string): boolean {
  return /^_?(?:is|has|contains)_?\w*(?:pollution|unsafe|dangerous|forbidden|blocked|malicious|blacklisted|denied|invalid|traversal)/iu.test(
    name,
  );
}

/** Returns whether a step of the way is a call of something unknown. */
function isFromElsewhere(trail: Trail): boolean {
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) {
    if (at.doubt !== undefined) return true;
  }
  return false;
}
