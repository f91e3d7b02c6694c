/**
 * The effect of conditions on untrusted data in JavaScript. Source: the documentation of the
 * libraries that the names say.
 */

import { bitsOf } from '../value/kinds.ts';
import { ALL_KINDS, beginningLimits, type CheckForms, type GuardModel } from '../models.ts';
import { guard, rows } from '../rows.ts';

/** A text of letters and digits may be the name of a host, or of a field that all objects have. */
const TEXT_ONLY = ALL_KINDS & ~bitsOf('url', 'prototype');
const LISTED = guard(0, ALL_KINDS, { needsTrusted: true });
const FORMATTED = guard(0, ALL_KINDS);
/** Names of paths without `..`. */
const RESOLVED =
  /(?:^|\.)(?:resolve|join|normalize|realpath|realpathSync|realpathSync\.native)\(\)$/u;
const STARTS = guard('object', bitsOf('path', 'url', 'redirect'), {
  needsTrusted: true,
  isBeginning: true,
  limits: beginningLimits(RESOLVED),
});

/** The effects of conditions with calls in JavaScript. */
export const GUARDS: readonly (readonly [string, GuardModel])[] = [
  ['*.includes', LISTED],
  ['*.has', LISTED],
  ['*.hasOwnProperty', { ...LISTED, clearsOwn: bitsOf('prototype') }],
  [
    'Object.hasOwn',
    guard(1, ALL_KINDS, { needsTrusted: true, against: 0, clearsOwn: bitsOf('prototype') }),
  ],
  ['*.startsWith', STARTS],
  ['*.endsWith', guard('object', 0, { isEnd: true })],
  ['*.test', guard(0, TEXT_ONLY, { needsWholePattern: 'object', excludes: true })],
  ['*.match', guard('object', TEXT_ONLY, { needsWholePattern: 0 })],
  ...rows(
    FORMATTED,
    'validator.isInt validator.isNumeric validator.isAlphanumeric validator.isAlpha validator.isUUID validator.isHexadecimal validator.isMongoId validator.isBoolean validator.isDecimal Number.isInteger Number.isFinite Number.isSafeInteger uuid.validate',
  ),
  ...rows(guard(0, ALL_KINDS & ~bitsOf('url')), 'net.isIP net.isIPv4 net.isIPv6 validator.isIP'),
  ...rows(guard(0, ALL_KINDS, { holdsWhen: false }), 'isNaN Number.isNaN'),
  ['path.isAbsolute', guard(0, 0)],
];

/** Other forms of checks in JavaScript. */
export const CHECKS: CheckForms = {
  withoutDots: bitsOf('path'),
  positions: new Set(['indexOf']),
  cuts: new Set(['slice', 'substr', 'substring']),
  sameText: new Set(['toLowerCase', 'toUpperCase', 'trim', 'toString', 'normalize']),
  each: new Map([
    ['some', false],
    ['every', true],
  ]),
  replaces: new Map(),
  textOf: new Set(['String']),
  texts:
    /(?:^|\.)(?:join|format|replace|toString|toLowerCase|toUpperCase|trim|readFileSync)\(\)$|^process\.env\./u,
};
