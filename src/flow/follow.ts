/**
 * Follows the data of a program: the body of the file first, then each function that nothing in the file has called. Rules look on
 * through events.
 */

import { assign } from './assign.ts';
import { bindArguments } from './bind.ts';
import { evaluate } from './evaluate.ts';
import type { Expression, FunctionCode, Parameter, Program } from './form.ts';
import {
  deepTaints,
  FlowLimitError,
  type Activation,
  type CallOptions,
  type EvaluatedArgument,
  type FlowEvent,
  type Machine,
} from './machine.ts';
import { lookUpAny, type DecoratorModel, type Models } from './models.ts';
import { classMember, listOf, sourced, withStep } from './objects.ts';
import { refine } from './refine.ts';
import { runBlock } from './run.ts';
import { joinInto, State, type ReadLog } from './state.ts';
import {
  joinValues,
  NAMELESS,
  sameValue,
  UNKNOWN,
  type ClassValue,
  type Closure,
  type Frame,
  type Value,
} from './value.ts';

/** What following a program may cost. */
export interface FlowLimits {
  /** Most expressions and statements that are looked at. The same program takes the same number on every machine. */
  readonly maxSteps: number;
}

/** What is followed, and who looks on. */
export interface FlowRequest {
  readonly program: Program;
  readonly text: string;
  readonly models: Models;
  readonly limits: FlowLimits;
  /** Functions that nothing calls are followed only if this holds for them. */
  isWorth(code: FunctionCode): boolean;
  watch(event: FlowEvent, machine: Machine): void;
}

const MAX_CALL_DEPTH = 14;
const MAX_PLAIN_DEPTH = 4;
const MAX_RECURSION = 2;

/**
 * Follows a program.
 *
 * @throws FlowLimitError if it takes more steps than the limit
 */
export function follow(request: FlowRequest): void {
  const run = new Run(request);
  run.all();
}

/** A function that is followed if nothing calls it, with the decorators that stand above it. */
interface Entry {
  readonly closure: Closure;
  readonly decorators: readonly Expression[];
  readonly code: FunctionCode;
}

/** The result of a call that can be used again. */
interface Remembered {
  readonly args: readonly EvaluatedArgument[];
  readonly self: Value | undefined;
  readonly frame: Frame;
  readonly log: ReadLog;
  readonly value: Value;
  readonly end: State;
}

class Run implements Machine {
  readonly program: Program;
  readonly text: string;
  readonly models: Models;
  readonly followed = new Set<FunctionCode>();
  state = new State();
  frame: Frame = { id: 0, parent: undefined, owner: undefined };
  activation: Activation;
  breakables: Machine['breakables'] = [];
  catchers: Machine['catchers'] = [];
  readonly #request: FlowRequest;
  readonly #found: Entry[] = [];
  readonly #seen = new Set<FunctionCode>();
  readonly #remembered = new Map<FunctionCode, Remembered[]>();
  readonly #active: FunctionCode[] = [];
  #ids = 0;
  #steps = 0;

  constructor(request: FlowRequest) {
    this.#request = request;
    this.program = request.program;
    this.text = request.text;
    this.models = request.models;
    this.activation = {
      ...{ code: undefined, frame: this.frame, base: this.state, exits: [], returned: [] },
      ...{ yielded: [], handlerRefs: [], depth: 0 },
    };
  }

  /** The body of the file, then all functions that it does not call. */
  all(): void {
    this.runBlock(this.program.body);
    this.state.isDead = false;
    for (let next = this.#found.shift(); next !== undefined; next = this.#found.shift()) {
      const { closure, code } = next;
      if (this.followed.has(closure.code) && !code.isExported) continue;
      if (!this.#request.isWorth(code)) continue;
      const base = this.state;
      this.state = new State(base);
      this.#enter(next);
      this.state = base;
    }
  }

  /** Calls a function as somebody outside may call it. */
  #enter({ closure, decorators }: Entry): void {
    const { code } = closure;
    const refs = decorators.flatMap((one) => this.#decoratorRefs(one));
    const handler = lookUpAny(this.models.decorators, refs) ?? this.models.isHandler?.(code);
    const args = code.parameters.map((parameter, index) => ({
      value: this.#outsideArgument(code, index, handler && { handler, parameter }),
      span: parameter.target.span,
    }));
    const handlerRefs = handler === undefined ? [] : refs.length === 0 ? ['handler'] : refs;
    const self = closure.self ?? NAMELESS;
    this.call(closure, args, { self, handlerRefs });
  }

  #decoratorRefs(decorator: Expression): readonly string[] {
    return this.evaluate(decorator.kind === 'call' ? decorator.callee : decorator).refs;
  }

  #outsideArgument(
    code: FunctionCode,
    index: number,
    made: { readonly handler: DecoratorModel; readonly parameter: Parameter } | undefined,
  ): Value {
    const type = this.#declaredType(code.parameters[index]) ?? made?.handler.parameters?.[index];
    const guess = type ?? this.models.guessParameter(code, index);
    if (guess !== undefined && guess !== '') {
      const span = code.parameters[index]?.target.span ?? code.span;
      return sourced(this, { ...UNKNOWN, refs: [guess] }, span);
    }
    if (made === undefined || !made.handler.taintsParameters || guess === '') return NAMELESS;
    const { handler, parameter } = made;
    const span = parameter.target.span;
    const trail = { span, message: `untrusted: ${handler.label}`, length: 1 };
    const { label: source } = handler;
    const taint = { source, origin: span, confidence: 'high', cleared: 0, trail } as const;
    return { ...NAMELESS, taints: [taint] };
  }

  /** The qualified name of a parameter's declared type; empty for types that hold no harmful text. */
  #declaredType(parameter: Parameter | undefined): string | undefined {
    if (parameter?.type === undefined) return undefined;
    const { refs } = this.evaluate(parameter.type);
    if (refs.some((ref) => this.models.plainTypes.has(ref))) return '';
    return lookUpAny(this.models.types, refs);
  }

  spend(): void {
    this.#steps += 1;
    if (this.#steps > this.#request.limits.maxSteps) {
      throw new FlowLimitError(`more than ${this.#request.limits.maxSteps} steps`);
    }
  }

  newId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  watch(event: FlowEvent): void {
    this.#request.watch(event, this);
  }

  runBlock(block: Parameters<Machine['runBlock']>[0]): void {
    runBlock(this, block);
  }

  refine(test: Expression, truth: boolean): void {
    refine(this, test, truth);
  }

  assign(...args: Parameters<Machine['assign']>): void {
    assign(this, ...args);
  }

  evaluate(expression: Expression): Value {
    const value = evaluate(this, expression);
    if (expression.kind === 'closure') this.#note(expression.code, value.closures);
    if (expression.kind === 'class') this.#noteMethods(value.classes);
    return value;
  }

  #note(code: FunctionCode, closures: readonly Closure[]): void {
    if (this.#seen.has(code)) return;
    this.#seen.add(code);
    for (const closure of closures)
      this.#found.push({ closure, decorators: code.decorators, code });
  }

  /** Methods that nothing calls are called on one instance. */
  #noteMethods(classes: readonly ClassValue[]): void {
    for (const type of classes) {
      const { code } = type;
      const functions = code.members.flatMap(({ value }) =>
        value.kind === 'closure' ? [value.code] : [],
      );
      const fresh = functions.filter((one) => !this.#seen.has(one));
      if (fresh.length === 0) continue;
      for (const one of fresh) this.#seen.add(one);
      if (!fresh.some((one) => this.#request.isWorth(one))) continue;
      const base = this.state;
      this.state = new State(base);
      const self = this.instantiate(type, [], code.span, true);
      const end = this.state;
      this.state = base;
      for (const [id, object] of end.objects) base.objects.set(id, object);
      for (const one of fresh) {
        const closure = { code: one, frame: type.frame, self };
        this.#found.push({ closure, decorators: one.decorators, code: one });
      }
    }
  }

  instantiate(
    type: ClassValue,
    args: readonly EvaluatedArgument[],
    span: FunctionCode['span'],
    isUnknown = false,
  ): Value {
    const id = this.newId();
    const outside = type.bases.flatMap(({ refs }) => refs.map((ref) => `${ref}()`));
    const self: Value = { ...UNKNOWN, refs: outside, objects: [id] };
    this.state.objects.set(id, { fields: new Map(), rest: undefined, isList: false, type });
    const fields = type.code.members.filter(({ role, isStatic }) => role === 'field' && !isStatic);
    const values = new Map<string, Value>();
    const frame = this.frame;
    this.frame = type.frame;
    for (const { name, value } of fields) values.set(name, this.evaluate(value));
    this.frame = frame;
    const make =
      classMember(this, type, 'constructor', false) ?? classMember(this, type, '__init__', false);
    if (make === undefined) {
      let place = 0;
      for (const { value, name, isSpread } of args) {
        const key = name ?? fields[place++]?.name;
        if (isSpread !== true && key !== undefined)
          values.set(key, withStep(value, span, `stored in "${key}"`));
      }
    }
    this.state.objects.set(id, { fields: values, rest: undefined, isList: false, type });
    for (const closure of make?.closures ?? []) {
      const given = isUnknown
        ? closure.code.parameters.map(({ target }) => ({ value: NAMELESS, span: target.span }))
        : args;
      this.call(closure, given, { self });
    }
    return self;
  }

  call(closure: Closure, args: readonly EvaluatedArgument[], options: CallOptions = {}): Value {
    const { code } = closure;
    const isDeep = this.activation.depth >= this.#depthFor(args, closure.self ?? options.self);
    if (isDeep || this.#active.filter((one) => one === code).length >= MAX_RECURSION) {
      return args.map(({ value }) => value).reduce(joinValues, UNKNOWN);
    }
    this.followed.add(code);
    const self = closure.self ?? options.self;
    const known = options.handlerRefs === undefined ? this.#recall(closure, args, self) : undefined;
    if (known !== undefined) return known;
    const base = this.state;
    const log: ReadLog = { variables: new Map(), objects: new Map() };
    const first = this.#ids;
    this.state = new State(base, log);
    const value = this.#runBody(closure, args, { ...options, ...(self && { self }) });
    const end = this.state;
    this.state = base;
    joinInto(base, [end]);
    if (this.#active.includes(code)) return value;
    this.#remember(code, { args, self, frame: closure.frame, log, value, end }, first);
    return value;
  }

  /** Calls without untrusted data or a request among their values are followed less deep: they are the most by far. */
  #depthFor(args: readonly EvaluatedArgument[], self: Value | undefined): number {
    const values = args.map(({ value }) => value);
    const mayCarry = (value: Value): boolean =>
      value.refs.some((ref) => ref.includes(':')) || deepTaints(this, value).length > 0;
    const isCarrying = values.some(mayCarry) || (self !== undefined && mayCarry(self));
    return isCarrying ? MAX_CALL_DEPTH : MAX_PLAIN_DEPTH;
  }

  /** Leaves the state of the end of the call in `state`, as one layer. */
  #runBody(closure: Closure, args: readonly EvaluatedArgument[], options: CallOptions): Value {
    const { code } = closure;
    const { frame, activation, breakables, catchers, state } = this;
    const own: Frame = { id: this.newId(), parent: closure.frame, owner: undefined };
    const mine: Activation = {
      ...{ code, frame: own, base: state, exits: [], returned: [], yielded: [] },
      ...{ handlerRefs: options.handlerRefs ?? [], depth: activation.depth + 1 },
    };
    const inner = new State(state);
    this.#active.push(code);
    this.frame = own;
    this.activation = mine;
    this.breakables = [];
    this.state = inner;
    bindArguments(this, closure, { args, self: options.self });
    this.runBlock(code.body());
    const ends = [...mine.exits];
    if (!this.state.isDead) ends.push(inner);
    this.state = state;
    if (ends.length > 0) joinInto(state, ends);
    this.frame = frame;
    this.activation = activation;
    this.breakables = breakables;
    this.catchers = catchers;
    this.#active.pop();
    const returned = mine.returned.length === 0 ? UNKNOWN : mine.returned.reduce(joinValues);
    if (code.isGenerator) return listOf(this, mine.yielded.reduce(joinValues, UNKNOWN));
    return withStep(
      returned,
      code.span,
      code.name === '' ? 'returned' : `returned by "${code.name}"`,
    );
  }

  #recall(
    { code, frame }: Closure,
    args: readonly EvaluatedArgument[],
    self: Value | undefined,
  ): Value | undefined {
    for (const known of this.#remembered.get(code) ?? []) {
      if (known.frame !== frame || known.args.length !== args.length) continue;
      if (self !== known.self && (!self || !known.self || !sameValue(self, known.self))) continue;
      const isSame = args.every((one, index) => {
        const other = known.args[index];
        return (
          other &&
          one.name === other.name &&
          one.isSpread === other.isSpread &&
          sameValue(one.value, other.value)
        );
      });
      if (!isSame || !this.#isAsRead(known.log)) continue;
      for (const [key, value] of known.end.variables) this.state.variables.set(key, value);
      for (const [id, object] of known.end.objects) this.state.objects.set(id, object);
      if (known.end.isDead) this.state.isDead = true;
      return known.value;
    }
    return undefined;
  }

  #isAsRead({ variables, objects }: ReadLog): boolean {
    for (const [key, value] of variables) if (this.state.variable(key) !== value) return false;
    for (const [id, object] of objects) if (this.state.object(id) !== object) return false;
    return true;
  }

  /** A call that makes objects is not remembered: each call makes others. */
  #remember(code: FunctionCode, call: Remembered, firstId: number): void {
    for (const key of call.end.variables.keys()) {
      if (Number.parseInt(key, 10) > firstId) call.end.variables.delete(key);
    }
    for (const id of call.end.objects.keys()) if (id > firstId) call.end.objects.delete(id);
    const makes = (value: Value): boolean =>
      value.objects.some((id) => id > firstId) ||
      value.closures.some(({ frame }) => frame.id > firstId);
    if (makes(call.value)) return;
    for (const value of call.end.variables.values()) if (makes(value)) return;
    for (const object of call.end.objects.values()) {
      if ([...object.fields.values()].some(makes) || (object.rest && makes(object.rest))) return;
    }
    const known = this.#remembered.get(code) ?? [];
    if (known.length < 16) this.#remembered.set(code, [...known, call]);
  }
}
