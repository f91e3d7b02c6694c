/** Shapes of rule findings, in reports and in layer records. */

import {
  COMMENT_SYNTAXES,
  RULE_CATEGORIES,
  type ByteSplice,
  type FlowStep,
  type IgnoreComment,
  type RuleDraft,
  type RuleFinding,
  type RuleFix,
  type TextRange,
} from '../model/rule/rule-finding.ts';
import { LOCATION, severity, texts } from './inventory-shapes.ts';
import { count, flag, list, matching, object, oneOf, optional, text } from './shapes.ts';

/** A span of text by lines and columns. */
export const TEXT_RANGE = object<TextRange>({
  startLine: count,
  startColumn: count,
  endLine: count,
  endColumn: count,
});

/** One step of the way that a value takes. */
export const FLOW_STEP = object<FlowStep>({
  location: LOCATION,
  range: optional(TEXT_RANGE),
  message: text,
});

/** The replacement of some bytes of a file. */
export const BYTE_SPLICE = object<ByteSplice>({
  path: text,
  startOffset: count,
  endOffset: count,
  replacement: text,
});

/** A change that clears a finding. */
export const RULE_FIX = object<RuleFix>({
  description: text,
  edits: list(BYTE_SPLICE),
  isUnsafe: optional(flag),
});

/** A comment that asks to ignore a finding. */
export const IGNORE_COMMENT = object<IgnoreComment>({
  syntax: oneOf(...COMMENT_SYNTAXES),
  line: count,
  rules: texts,
  reason: optional(text),
  until: optional(text),
});

const DRAFT_FIELDS = {
  severity,
  category: oneOf(...RULE_CATEGORIES),
  rule: text,
  title: text,
  message: text,
  location: LOCATION,
  range: optional(TEXT_RANGE),
  excerpt: optional(text),
  cwe: list(count),
  aliases: texts,
  remedy: text,
  helpUri: optional(text),
  fingerprint: matching<string>('32 hexadecimal digits', /^[0-9a-f]{32}$/),
  tool: optional(text),
  confidence: optional(oneOf('high', 'medium', 'low')),
  steps: optional(list(FLOW_STEP)),
  fix: optional(RULE_FIX),
  instruction: optional(text),
  comments: optional(list(IGNORE_COMMENT)),
  whitedOutIn: optional(count),
};

/** A detector's report about a file of one layer. */
export const RULE_DRAFT = object<RuleDraft>({ kind: oneOf('rule'), ...DRAFT_FIELDS });

/** A finding of a rule, as opposed to one of an advisory. */
export const RULE_FINDING = object<RuleFinding>({
  kind: oneOf('rule'),
  id: text,
  ...DRAFT_FIELDS,
});
