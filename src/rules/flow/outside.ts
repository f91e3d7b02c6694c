/**
 * How code outside of a file calls the functions in it: with requests, with parameters of routes,
 * or with unknown values.
 */

import type { Expression, FunctionCode, Parameter } from './form.ts';
import type { EvaluatedArgument, Machine } from './machine.ts';
import { bitsOf } from './value/kinds.ts';
import { lookUpAny, type DecoratorModel } from './models.ts';
import { sourced } from './value/objects.ts';
import { NAMELESS, UNKNOWN, type Closure, type Value } from './value/value.ts';

/** Calls a function, above which some decorators stand, as code outside may call it. */
export function callFromOutside(
  m: Machine,
  closure: Closure,
  decorators: readonly Expression[],
): void {
  const { code } = closure;
  const refs = decorators.flatMap((one) => decoratorRefs(m, one));
  const known = m.models.handlerTypes && lookUpAny(m.models.handlerTypes, closure.self?.refs ?? []);
  const method = known?.names.test(code.name) === true ? known : undefined;
  const guessed = isCalled(m, code) ? undefined : m.models.isHandler?.(code);
  const handler = lookUpAny(m.models.decorators, refs) ?? method ?? guessed;
  const args = code.parameters.map((parameter, index): EvaluatedArgument => ({
    value: outsideArgument(m, { code, index, handler, parameter }),
    span: parameter.target.span,
  }));
  const handlerRefs =
    handler === undefined ? [] : refs.length === 0 ? [method?.ref ?? 'handler'] : refs;
  // Methods of Python get their object in front of the arguments.
  const isStatic = decorators.some((one) => one.kind === 'name' && one.name === 'staticmethod');
  const isBound = m.program.language === 'python' && closure.self !== undefined && !isStatic;
  m.call(closure, isBound ? args.slice(1) : args, { self: closure.self ?? NAMELESS, handlerRefs });
}

/**
 * Returns whether the file calls a function of Python: it is a helper then, whose parameters come
 * from its callers.
 */
function isCalled(m: Machine, { name, span }: FunctionCode): boolean {
  if (m.program.language !== 'python' || name === '' || !/^\w+$/u.test(name)) return false;
  const call = new RegExp(`(?<!def\\s{1,9})(?<![\\w.])${name}\\(`, 'u');
  return call.test(m.text.slice(0, span.start)) || call.test(m.text.slice(span.end));
}

function decoratorRefs(m: Machine, decorator: Expression): readonly string[] {
  return m.evaluate(decorator.kind === 'call' ? decorator.callee : decorator).refs;
}

interface OutsideParameter {
  readonly code: FunctionCode;
  readonly index: number;
  readonly parameter: Parameter;
  readonly handler: DecoratorModel | undefined;
}

function outsideArgument(m: Machine, { code, index, handler, parameter }: OutsideParameter): Value {
  const type = declaredType(m, parameter) ?? handler?.parameters?.[index];
  const guess =
    type ?? (isOtherType(m, parameter) ? undefined : m.models.guessParameter(code, index));
  const { span } = parameter.target;
  if (guess !== undefined && guess !== '') return sourced(m, { ...UNKNOWN, refs: [guess] }, span);
  if (handler?.taintsParameters !== true || guess === '') return NAMELESS;
  // The first one of all arguments is the request itself.
  if (index === 0 && parameter.rest === 'list') return NAMELESS;
  const { target } = parameter;
  if (target.kind === 'variable' && numbersOf(code.decorators).has(target.name)) return NAMELESS;
  const { label: source, confidence = 'high', named } = handler;
  if (named !== undefined && !(target.kind === 'variable' && named.test(target.name)))
    return NAMELESS;
  const trail = { span, message: `untrusted: ${source}`, length: 1 };
  const isSegment = target.kind === 'variable' && segmentsOf(code.decorators).has(target.name);
  const cleared = isSegment ? bitsOf('path') : 0;
  const taint = { source, origin: span, confidence, cleared, trail } as const;
  return { ...NAMELESS, taints: [taint] };
}

/** The qualified name of a parameter's declared type; empty for types that hold no harmful text. */
function declaredType(m: Machine, { type }: Parameter): string | undefined {
  if (type === undefined) return undefined;
  const { refs, classes } = m.evaluate(type);
  const bases = classes.flatMap((one) => one.bases.flatMap((base) => base.refs));
  if ([...refs, ...bases].some((ref) => isPlain(m, ref))) return '';
  return lookUpAny(m.models.types, refs) ?? refs.find((ref) => TYPE.test(ref));
}

/** Names of types of requests in frameworks. */
const REQUEST_TYPE =
  /(?:^|[.:])(?:Http|HTTP|WSGI|ASGI|Web|Authenticated\w*|Base|Local|Next\w*|Incoming\w*|Fastify)?(?:Request|Message)$/u;

/**
 * Returns whether the declared type of a parameter has the name of something that is no request of
 * a framework.
 */
function isOtherType(m: Machine, { type }: Parameter): boolean {
  if (type === undefined || m.program.language !== 'python') return false;
  const { refs, classes } = m.evaluate(type);
  const names = [...refs, ...classes.map(({ code }) => code.name)].filter((ref) => /\w/u.test(ref));
  return names.length > 0 && names.every((ref) => /^[\w.]+$/u.test(ref) && !REQUEST_TYPE.test(ref));
}

/** What the name of a type stands for is the type itself. */
const TYPE = /^[a-z]+:[A-Z]\w*$/u;

/** `Literal['a', 'b']` is one of a list, too. */
function isPlain({ models }: Machine, ref: string): boolean {
  return models.plainTypes.has(ref) || models.plainTypes.has(ref.replace(/(?<=Literal)\..*$/u, ''));
}

/**
 * Converters of routes that allow no text: Flask, Bottle and Starlette write them into the path.
 */
const NUMBERS =
  /[<{](?:(?:int|float|uuid)(?:\([^)]*\))?:(?<before>\w+)|(?<behind>\w+):(?:int|float|uuid))[>}]/gu;

/**
 * Converters of routes that allow no slash. Werkzeug, Bottle and Starlette decode the address before
 * they look for a route.
 */
const SEGMENTS = /<(?:(?:string(?:\([^)]*\))?|default):)?(?<name>\w+)>/gu;

/** Returns the parameters of a route of which each is one part of a path. */
function segmentsOf(decorators: readonly Expression[]): ReadonlySet<string> {
  return new Set(
    decorators.flatMap((one) => {
      const [path] = one.kind === 'call' ? one.args : [];
      if (path?.value.kind !== 'literal' || typeof path.value.value !== 'string') return [];
      return Array.from(
        path.value.value.matchAll(SEGMENTS),
        ({ groups }) => groups?.['name'] ?? '',
      );
    }),
  );
}

/** Returns the parameters of a route whose values are numbers. */
function numbersOf(decorators: readonly Expression[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const one of decorators) {
    const [path] = one.kind === 'call' ? one.args : [];
    if (path?.value.kind !== 'literal' || typeof path.value.value !== 'string') continue;
    for (const { groups } of path.value.value.matchAll(NUMBERS)) {
      names.add(groups?.['before'] ?? groups?.['behind'] ?? '');
    }
  }
  return names;
}
