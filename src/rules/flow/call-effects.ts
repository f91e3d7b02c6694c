/** The effects of calls to unknown functions on texts, objects and untrusted data. */

import { bitsOf } from './value/kinds.ts';
import { deepTaints, type EvaluatedArgument, type EvaluatedCall, type Machine } from './machine.ts';
import { ALL_KINDS, lookUpAny } from './models.ts';
import { writeField } from './value/objects.ts';
import { trustSame } from './refine/origins.ts';
import { areFlagsHarmless } from './refine/whole-pattern.ts';
import {
  clearTaints,
  constantOf,
  constantValue,
  joinedParts,
  OWN_ADDRESS,
  type Taint,
  type Trail,
} from './value/value.ts';

/** Kinds of sinks that only line breaks harm. */
export const LINES = bitsOf('log', 'header');

/** `text.replace('\\n', '')` of Python, which replaces all of them. */
export function isLineBreakRemoved(m: Machine, { method, args: [first] }: EvaluatedCall): boolean {
  if (m.program.language !== 'python' || method !== 'replace' || first === undefined) return false;
  const text = constantOf(first.value);
  return text === '\n' || text === '\r\n';
}

/** What another function has only looked up for untrusted data is its own. */
function isLookedUp({ trail }: Taint): boolean {
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) {
    if (at.doubt !== undefined) return true;
  }
  return false;
}

/** `path.relative_to(root)` raises unless the path is below. */
export function assertObject(m: Machine, { callee, receiver, args }: EvaluatedCall): void {
  const model = m.models.asserts && lookUpAny(m.models.asserts, callee.refs);
  if (model === undefined || receiver === undefined) return;
  const isNamed = (model.limits ?? []).every(({ ref }) =>
    receiver.refs.some((one) => ref?.test(one) ?? true),
  );
  if (isNamed && args.every(({ value }) => deepTaints(m, value).every(isLookedUp))) {
    trustSame(m, receiver, model.clears);
  }
}

/** `setattr(object, name, value)`. */
export function setAttribute(
  m: Machine,
  [object, name, value]: readonly EvaluatedArgument[],
): void {
  if (object === undefined || value === undefined || object.value.objects.length === 0) return;
  const key = name && constantOf(name.value);
  writeField(m, object.value, key === undefined ? undefined : String(key), value.value);
}

/** Returns the type of a result that a named argument decides. */
export function variantRefs(
  m: Machine,
  { callee, args }: EvaluatedCall,
): readonly string[] | undefined {
  const variant = m.models.variants && lookUpAny(m.models.variants, callee.refs);
  if (variant === undefined) return undefined;
  const argument = args.find(({ name }) => name === variant.argument);
  if (argument === undefined) return undefined;
  const isMeant =
    constantOf(argument.value) === variant.value ||
    argument.value.refs.some((ref) => ref === variant.ref);
  return isMeant ? [variant.type] : undefined;
}

/** `map(escape, list)`: what the function makes harmless is harmless in all elements. */
export function mappedTaints(
  m: Machine,
  { callee, args: [first] }: EvaluatedCall,
  taints: readonly Taint[],
): readonly Taint[] {
  if (first === undefined || !callee.refs.some((ref) => m.models.mapping?.has(ref))) return taints;
  const cleared = lookUpAny(m.models.clears, first.value.refs);
  if (cleared === undefined) return taints;
  return cleared === ALL_KINDS ? [] : clearTaints(taints, cleared);
}

const ENCODINGS: ReadonlySet<unknown> = new Set(['base64', 'base64url', 'hex']);

/** Returns what a call decodes, `undefined` for calls that decode nothing. */
export function decoded(
  m: Machine,
  { callee, args: [first, encoding] }: EvaluatedCall,
): readonly Taint[] | undefined {
  const isBuffer =
    callee.refs.includes('Buffer.from') &&
    encoding !== undefined &&
    ENCODINGS.has(constantOf(encoding.value));
  const known = isBuffer ? bitsOf('nosql', 'fields') : lookUpAny(m.models.decodes, callee.refs);
  if (known === undefined || first === undefined) return undefined;
  // What the program has written as JSON itself is afterwards what it was before, and may have line
  // breaks again.
  const isWritten = first.value.refs.some((ref) => WRITTEN.has(ref));
  const kept = isWritten ? ~LINES : known;
  return deepTaints(m, first.value).map(({ source, origin, confidence, cleared, trail }) => ({
    ...{ source, origin, confidence, trail },
    cleared: cleared & kept,
  }));
}

const WRITTEN: ReadonlySet<string> = new Set(['JSON.stringify()', 'json.dumps()']);

const CHANGES = /^(?:replace|replaceAll|trim|trimEnd|toString|concat)$/u;

/** Returns the known text that a call returns. */
export function textOfCall(
  m: Machine,
  { callee, args, method, receiver }: EvaluatedCall,
  { refs, isUntrusted }: { readonly refs: readonly string[]; readonly isUntrusted: boolean },
): { readonly text?: string } {
  const own = m.models.texts && lookUpAny(m.models.texts, refs);
  if (own !== undefined) return { text: own };
  const [first] = args;
  if (isUntrusted && refs.includes('URL') && first?.value.text !== undefined) {
    return { text: first.value.text };
  }
  // A replacement in the own address leaves its beginning.
  if (receiver?.text === OWN_ADDRESS && method !== undefined && CHANGES.test(method))
    return { text: OWN_ADDRESS };
  if (isUntrusted) return {};
  if (callee.refs.includes('re.compile')) {
    const isKnown =
      first?.value.text !== undefined && areFlagsHarmless(first.value, args[1]?.value);
    return isKnown ? { text: first.value.text } : {};
  }
  if (m.program.language !== 'javascript') return {};
  if (callee.refs.includes('RegExp')) {
    return first?.value.text === undefined ? {} : { text: first.value.text };
  }
  if (!callee.refs.includes('path.join') && !callee.refs.includes('path.resolve')) return {};
  if (first?.value.text === undefined) return {};
  const slash = constantValue('/');
  return {
    text: joinedParts(args.flatMap(({ value }, index) => (index === 0 ? [value] : [slash, value]))),
  };
}
