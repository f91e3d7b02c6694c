/**
 * The effect of conditions on untrusted data in Python. Source: the documentation of the libraries
 * that the names say.
 */

import { bitsOf } from '../value/kinds.ts';
import {
  ALL_KINDS,
  beginningLimits,
  type CheckForms,
  type GuardModel,
  type PartModel,
  type ReplaceModel,
} from '../models.ts';
import { guard, rows } from '../rows.ts';

const WHOLE = (
  checks: number,
  pattern: number | 'object',
  more: Partial<GuardModel> = {},
): GuardModel =>
  guard(checks, ALL_KINDS & ~bitsOf('url', 'prototype'), { needsWholePattern: pattern, ...more });

/** Names of paths without `..` and symbolic links. */
export const RESOLVED =
  /(?:^|\.)(?:resolve|realpath|abspath|normpath|absolute|strict_resolve)\(\)(?:\.as_posix\(\))?$/u;
const HOSTS =
  /\burl(?:split|parse)\(\)\.(?:hostname|netloc)(?:\.lower\(\))?$|^yarl\.URL\(\)\.host$|^httpx\.URL\(\)\.host$|\burl(?:split|parse)\(\)\.1$/u;

/** Parts that tell of the whole. */
export const PARTS: readonly PartModel[] = [
  { ref: HOSTS, clears: bitsOf('url', 'redirect'), mayBeEmpty: true },
  { ref: /(?:resolve|realpath|abspath)\(\)\.parents$/u, clears: bitsOf('path'), isList: true },
  { ref: /^os\.path\.commonpath\(\)$/u, clears: bitsOf('path'), argumentRef: RESOLVED },
];

/** The effects of conditions with calls in Python. */
export const GUARDS: readonly (readonly [string, GuardModel])[] = [
  ...rows(
    guard('object', ALL_KINDS),
    '*.isdigit *.isalnum *.isalpha *.isdecimal *.isnumeric *.isidentifier',
  ),
  [
    '*.startswith',
    guard('object', bitsOf('path', 'url', 'redirect'), {
      needsTrusted: true,
      isBeginning: true,
      limits: beginningLimits(RESOLVED),
    }),
  ],
  ['*.endswith', guard('object', 0, { needsTrusted: true })],
  [
    '*.is_relative_to',
    guard('object', bitsOf('path'), {
      needsTrusted: true,
      limits: [{ bits: bitsOf('path'), ref: RESOLVED }],
    }),
  ],
  ['re.match', WHOLE(1, 0)],
  ['re.search', WHOLE(1, 0)],
  ['re.fullmatch', WHOLE(1, 0, { isFull: true })],
  ['re.compile().match', WHOLE(0, 'object')],
  ['re.compile().search', WHOLE(0, 'object')],
  ['re.compile().fullmatch', WHOLE(0, 'object', { isFull: true })],
  [
    'isinstance',
    guard(0, bitsOf('nosql'), {
      needsRefs: { argument: 1, refs: new Set(['str', 'int', 'float', 'bool', 'bytes']) },
    }),
  ],
  ...rows(
    guard(0, bitsOf('redirect')),
    'django.utils.http.url_has_allowed_host_and_scheme django.utils.http.is_safe_url',
  ),
  // Projects have functions of these names of Django and of the documentation of Flask in files of
  // their own.
  ...rows(
    guard(0, bitsOf('redirect')),
    'is_safe_url is_safe_redirect_url *.is_safe_url *.is_safe_redirect_url *.url_has_allowed_host_and_scheme',
  ),
];

/** Other forms of checks in Python. */
export const CHECKS: CheckForms = {
  withoutDots: bitsOf('path'),
  positions: new Set(['find', 'index']),
  cuts: new Set(),
  sameText: new Set(['lower', 'upper', 'casefold', 'strip']),
  each: new Map([
    ['any', false],
    ['all', true],
  ]),
  replaces: new Map<string, ReplaceModel>([
    ...rows({ what: 0, by: 1 }, 're.sub re.subn'),
    ...rows({ what: 'object', by: 0 } as const, 're.compile().sub re.compile().subn'),
    ...rows({ what: 0, by: 1, isText: true }, '*.replace'),
  ]),
  textOf: new Set(['str', 'os.fspath']),
  texts:
    /(?:^|\.)(?:join|read|read_text|readline|decode|strip|lower|upper|format|replace|getenv)\(\)$|^os\.environ\./u,
  reachOrigins: true,
};
